//! Which servers get credentials: the registry itself, and the token server that it names.

use std::net::IpAddr;

use mkmanifests_go::url::{self, Url};

use super::Error;

/// Checks that credentials may be sent to a token server: over TLS, or if the registry itself is not asked over TLS.
/// A registry on the internet cannot send them to an address in the user's own network.
pub(super) fn check_realm(realm: &str, registry: &str) -> Result<(), Error> {
    let untrusted = |reason: String| Err(Error::UntrustedRealm { reason });
    let Ok(url) = url::parse(realm.as_bytes()) else {
        return untrusted(format!("failed to parse bearer realm \"{realm}\""));
    };
    let registry = url::parse(registry.as_bytes()).unwrap_or_default();
    match (&*url.scheme, &*registry.scheme) {
        (b"https", _) | (b"http", b"http") => {}
        (b"http", _) => {
            return untrusted(format!("bearer realm \"{realm}\" uses http but registry was contacted over https"));
        }
        (scheme, _) => {
            let scheme = String::from_utf8_lossy(scheme);
            return untrusted(format!("bearer realm \"{realm}\" uses unsupported scheme \"{scheme}\""));
        }
    }
    if url.user.is_some() || url.host.is_empty() {
        return untrusted("bearer realm is not the address of a server".to_owned());
    }
    let host = String::from_utf8_lossy(url::hostname(&url.host)).into_owned();
    let is_internal = host.parse::<IpAddr>().is_ok_and(is_internal);
    if is_internal && url::hostname(&url.host) != url::hostname(&registry.host) {
        return untrusted(format!(
            "bearer realm host \"{host}\" is a loopback, link-local, private, or unspecified address"
        ));
    }
    Ok(())
}

fn is_internal(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_loopback()
                || v4.is_link_local()
                || v4.is_private()
                || v4.is_unspecified()
                || (v4.octets()[0] == 224 && v4.octets()[1] == 0 && v4.octets()[2] == 0)
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_internal(IpAddr::V4(v4)),
            None => {
                let first = v6.segments()[0];
                let is_link_local_multicast = first & 0xff0f == 0xff02;
                v6.is_loopback()
                    || v6.is_unspecified()
                    || v6.is_unicast_link_local()
                    || v6.is_unique_local()
                    || is_link_local_multicast
            }
        },
    }
}

/// Returns whether two addresses have the same scheme, host and port.
pub(super) fn is_same_origin(a: &str, b: &str) -> bool {
    matches!((origin(a), origin(b)), (Some(a), Some(b)) if a == b)
}

fn origin(address: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let Url { scheme, host, .. } = url::parse(address.as_bytes()).ok()?;
    let mut host = host.to_ascii_lowercase();
    if url::hostname(&host).len() == host.len() || host.ends_with(b"]") {
        host.extend_from_slice(if scheme == b"https" { b":443" } else { b":80" });
    }
    Some((scheme, host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_have_a_scheme_a_host_and_a_port() {
        for (a, b, same) in [
            ("https://example.com/a", "https://EXAMPLE.com:443/b", true),
            ("http://example.com", "http://example.com:80", true),
            ("http://example.com", "https://example.com", false),
            ("https://example.com:5000", "https://example.com:5001", false),
            ("https://example.com", "https://example.org", false),
            ("http://[::1]/", "http://[::1]:80/", true),
            ("http://[::1]:5000/", "http://[::1]/", false),
            ("http://%zz", "http://%zz", false),
        ] {
            assert_eq!(is_same_origin(a, b), same, "{a} {b}");
        }
    }

    #[test]
    fn realms_are_checked() {
        let check = |realm: &str, registry: &str| match check_realm(realm, registry) {
            Ok(()) => "trusted".to_owned(),
            Err(error) => error.to_string(),
        };
        for (realm, registry, expected) in [
            ("https://auth.example.com/token", "https://example.com", "trusted"),
            ("https://auth.example.com/token", "http://example.com", "trusted"),
            ("http://auth.example.com/token", "http://example.com", "trusted"),
            ("http://127.0.0.1:5001/token", "http://127.0.0.1:5000", "trusted"),
            (
                "http://auth.example.com/token",
                "https://example.com",
                "bearer realm \"http://auth.example.com/token\" uses http but registry was contacted over https",
            ),
            ("file:///etc/passwd", "https://example.com", {
                "bearer realm \"file:///etc/passwd\" uses unsupported scheme \"file\""
            }),
            (
                "https://169.254.169.254/token",
                "https://example.com",
                "bearer realm host \"169.254.169.254\" is a loopback, link-local, private, or unspecified address",
            ),
            (
                "https://[::ffff:10.0.0.1]/token",
                "https://example.com",
                "bearer realm host \"::ffff:10.0.0.1\" is a loopback, link-local, private, or unspecified address",
            ),
            ("", "https://example.com", "bearer realm \"\" uses unsupported scheme \"\""),
            ("https://u:p@example.com/", "https://example.com", "bearer realm is not the address of a server"),
        ] {
            assert_eq!(check(realm, registry), expected, "{realm}");
        }
    }
}
