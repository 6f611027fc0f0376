//! IP addresses and CIDR ranges: `10.0.0.0/8`, `2001:db8::/64`.

use std::net::IpAddr;

use ipnet::IpNet;

use super::ip;

/// Parses a CIDR range with no bits set beyond the prefix.
///
/// # Errors
///
/// Returns a message that says what a valid value looks like. <https://kubernetes.io/docs/reference/networking/>
/// (strict validation of addresses)
///
/// ```
/// use mkmanifests_check::syntax::cidr;
/// assert_eq!(cidr("10.0.0.0/8").unwrap().prefix_len(), 8);
/// assert!(cidr("10.0.0.1/8").unwrap_err().contains("`10.0.0.0/8`"));
/// ```
pub fn cidr(text: &str) -> Result<IpNet, String> {
    let range = any_cidr(text)
        .ok_or_else(|| format!("{text:?} is not a CIDR range such as `10.9.8.0/24` or `2001:db8::/64`"))?;
    if range.trunc() == range {
        Ok(range)
    } else {
        Err(format!("{text:?} has bits set beyond the prefix: write `{}`", range.trunc()))
    }
}

/// Parses a CIDR range that may have bits set beyond the prefix.
///
/// `ipnet` also accepts leading zeros, which Kubernetes rejects.
pub(crate) fn any_cidr(text: &str) -> Option<IpNet> {
    let (address, bits) = text.split_once('/')?;
    let is_number = bits.bytes().all(|byte| byte.is_ascii_digit()) && (bits == "0" || !bits.starts_with('0'));
    let bits = bits.parse().ok().filter(|_| is_number)?;
    IpNet::new(ip(address).ok()?, bits).ok()
}

/// Parses a CIDR range in canonical form (RFC 5952).
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn canonical_cidr(text: &str) -> Result<IpNet, String> {
    let range = cidr(text)?;
    let canonical = range.to_string();
    if canonical == text { Ok(range) } else { Err(format!("{text:?} is not in canonical form: write `{canonical}`")) }
}

/// Parses an IP address in canonical form (RFC 5952).
///
/// # Errors
///
/// Returns a message that says what a valid value looks like.
pub fn canonical_ip(text: &str) -> Result<IpAddr, String> {
    let address = ip(text)?;
    let canonical = address.to_string();
    if canonical == text { Ok(address) } else { Err(format!("{text:?} is not in canonical form: write `{canonical}`")) }
}

/// Validates that an address can be an endpoint: not unspecified, loopback or link-local.
///
/// # Errors
///
/// Returns a message if `address` is unspecified, loopback, link-local or link-local multicast.
pub fn reachable(address: IpAddr) -> Result<(), String> {
    let refuse = |what: &str| Err(format!("`{address}` {what}"));
    let (is_link_local, is_link_multicast) = match address {
        IpAddr::V4(address) => (address.is_link_local(), address.octets()[..3] == [224, 0, 0]),
        IpAddr::V6(address) => (address.is_unicast_link_local(), address.segments()[0] & 0xff0f == 0xff02),
    };
    if address.is_unspecified() {
        return refuse("must not be the unspecified address");
    }
    if address.is_loopback() {
        return refuse("must not be a loopback address (127.0.0.0/8, ::1)");
    }
    if is_link_local {
        return refuse("must not be a link-local address (169.254.0.0/16, fe80::/10)");
    }
    if is_link_multicast {
        return refuse("must not be a link-local multicast address (224.0.0.0/24, ff02::/16)");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_no_bits_beyond_the_prefix() {
        for good in ["0.0.0.0/0", "10.0.0.0/8", "10.1.2.3/32", "::/0", "2001:db8::/64", "FE80:0:0:0:0:0:0:0/10"] {
            assert!(cidr(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "10.0.0.0",
            "10.0.0.1/8",
            "010.0.0.0/8",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "10.0.0.0/",
            "/8",
            "::1/0",
            "::/129",
            "::ffff:10.0.0.0/104",
            "a/8",
            "10.0.0.0/8/8",
            "172.16.0.0/1",
        ] {
            assert!(cidr(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn canonical_form() {
        assert!(canonical_cidr("2001:db8::/64").is_ok());
        assert!(canonical_cidr("2001:DB8::/64").is_err());
        assert!(canonical_ip("2001:db8:0::1").is_err());
        assert!(canonical_ip("10.0.0.1").is_ok());
    }

    #[test]
    fn special_addresses_are_rejected() {
        for bad in ["0.0.0.0", "::", "127.1.0.1", "::1", "169.254.1.1", "fe80::1", "224.0.0.5", "ff02::1", "ff12::1"] {
            assert!(reachable(bad.parse().unwrap()).is_err(), "{bad}");
        }
        for good in ["10.0.0.1", "224.0.1.1", "2001:db8::1", "ff05::1"] {
            assert!(reachable(good.parse().unwrap()).is_ok(), "{good}");
        }
    }
}
