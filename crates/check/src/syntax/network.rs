//! Addresses, ports and what goes over the network by name.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IP address in its own notation: no leading zeros, no IPv4 address in IPv6, no zone.
///
/// # Errors
///
/// The rule that `text` breaks. <https://kubernetes.io/docs/reference/networking/> (strict validation of addresses)
pub fn ip(text: &str) -> Result<IpAddr, String> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Ok(address.into());
    }
    match text.parse::<Ipv6Addr>() {
        Ok(address) if address.to_ipv4_mapped().is_some() => {
            Err(format!("{text:?} is an IPv4 address in IPv6: write it as an IPv4 address"))
        }
        Ok(address) => Ok(address.into()),
        Err(_) => Err(format!("{text:?} is not an IP address, as in `10.9.8.7` or `2001:db8::ffff`")),
    }
}

/// The name of a port: at most 15 lower case letters, digits and single `-` (IANA's service names).
///
/// # Errors
///
/// The rule that `name` breaks.
///
/// ```
/// use mkmanifests_check::syntax::port_name;
/// assert!(port_name("http-metrics").is_ok());
/// assert!(port_name("8080").unwrap_err().contains("letter"));
/// ```
pub fn port_name(name: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{name:?} is not a port name: {why}"));
    if name.len() > 15 {
        return refuse(&format!("at most 15 characters, it has {}", name.len()));
    }
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        return refuse("lower case letters, digits and `-`");
    }
    if !name.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return refuse("it needs a letter; a number is written without quotes");
    }
    if name.starts_with('-') || name.ends_with('-') || name.contains("--") {
        return refuse("`-` stands alone, and neither first nor last");
    }
    Ok(())
}

/// The name of an HTTP header as Kubernetes takes it: letters, digits and `-`.
///
/// # Errors
///
/// The rule, if `name` is none.
pub fn header_name(name: &str) -> Result<(), String> {
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Ok(());
    }
    Err(format!("{name:?} is not the name of an HTTP header: letters, digits and `-`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_form() {
        for good in ["10.0.0.1", "::1", "2001:db8::ffff"] {
            assert!(ip(good).is_ok(), "{good}");
        }
        for bad in ["", "10.0.0", "010.0.0.1", "::ffff:1.2.3.4", "fe80::1%eth0", "example.com", "10.0.0.1/8"] {
            assert!(ip(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ports_have_names_of_services() {
        for good in ["http", "a", "p-1", "0a"] {
            assert!(port_name(good).is_ok(), "{good}");
        }
        for bad in ["", "8080", "-a", "a-", "a--b", "Http", "a_b", "abcdefghijklmnop"] {
            assert!(port_name(bad).is_err(), "{bad}");
        }
    }
}
