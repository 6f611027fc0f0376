//! IP addresses, port names and HTTP header names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Parses an IP address without leading zeros, IPv4-mapped IPv6 notation or a zone.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like. <https://kubernetes.io/docs/reference/networking/>
/// (strict validation of addresses)
pub fn ip(text: &str) -> Result<IpAddr, String> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Ok(address.into());
    }
    match text.parse::<Ipv6Addr>() {
        Ok(address) if address.to_ipv4_mapped().is_some() => {
            Err(format!("{text:?} is an IPv4-mapped IPv6 address: write it as an IPv4 address"))
        }
        Ok(address) => Ok(address.into()),
        Err(_) => Err(format!("{text:?} is not an IP address such as `10.9.8.7` or `2001:db8::ffff`")),
    }
}

/// Validates a port name (an IANA service name): at most 15 lowercase letters, digits and single `-`.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
///
/// ```
/// use mkmanifests_check::syntax::port_name;
/// assert!(port_name("http-metrics").is_ok());
/// assert!(port_name("8080").unwrap_err().contains("letter"));
/// ```
pub fn port_name(name: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{name:?} is not a port name: {why}"));
    if name.len() > 15 {
        return refuse(&format!("must be at most 15 characters, found {}", name.len()));
    }
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        return refuse("must consist of lowercase letters, digits and `-`");
    }
    if !name.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return refuse("must contain a letter; write a port number without quotes");
    }
    if name.starts_with('-') || name.ends_with('-') || name.contains("--") {
        return refuse("must not start or end with `-`, or contain `--`");
    }
    Ok(())
}

/// Validates the name of an HTTP header as Kubernetes does: letters, digits and `-`.
///
/// # Errors
///
/// Returns a message if `name` is invalid.
pub fn header_name(name: &str) -> Result<(), String> {
    if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Ok(());
    }
    Err(format!("{name:?} is not an HTTP header name: must consist of letters, digits and `-`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ip_addresses() {
        for good in ["10.0.0.1", "::1", "2001:db8::ffff"] {
            assert!(ip(good).is_ok(), "{good}");
        }
        for bad in ["", "10.0.0", "010.0.0.1", "::ffff:1.2.3.4", "fe80::1%eth0", "example.com", "10.0.0.1/8"] {
            assert!(ip(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn port_names() {
        for good in ["http", "a", "p-1", "0a"] {
            assert!(port_name(good).is_ok(), "{good}");
        }
        for bad in ["", "8080", "-a", "a-", "a--b", "Http", "a_b", "abcdefghijklmnop"] {
            assert!(port_name(bad).is_err(), "{bad}");
        }
    }
}
