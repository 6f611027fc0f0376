//! Addresses and ranges of addresses, as apiserver pkg/cel/library/ip.go and cidr.go have them.
//!
//! They accept what `crate::syntax` refuses: ranges with bits beyond the prefix.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Computed;
use crate::cel::value::{Stop, Value};
use crate::syntax::{any_cidr, ip};

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Computed> {
    Some(match (name, arguments) {
        ("isIP", [Value::String(text)]) => Ok(Value::Bool(ip(text).is_ok())),
        ("ip", [Value::String(text)]) => needed_address(text).map(Value::Ip),
        ("ip.isCanonical", [Value::String(text)]) => {
            needed_address(text).map(|address| Value::Bool(address.to_string() == *text))
        }
        ("isCIDR", [Value::String(text)]) => Ok(Value::Bool(any_cidr(text).is_some())),
        ("cidr", [Value::String(text)]) => needed_range(text).map(Value::Cidr),
        ("string", [Value::Ip(address)]) => Ok(Value::String(address.to_string())),
        ("string", [Value::Cidr(range)]) => Ok(Value::String(range.to_string())),
        (_, [Value::Ip(address)]) => return of_address(name, *address).map(Ok),
        ("ip", [Value::Cidr(range)]) => Ok(Value::Ip(range.addr())),
        ("masked", [Value::Cidr(range)]) => Ok(Value::Cidr(range.trunc())),
        ("prefixLength", [Value::Cidr(range)]) => Ok(Value::Int(i64::from(range.prefix_len()))),
        ("containsIP", [Value::Cidr(range), Value::Ip(address)]) => Ok(Value::Bool(range.contains(address))),
        ("containsIP", [Value::Cidr(range), Value::String(text)]) => {
            needed_address(text).map(|address| Value::Bool(range.contains(&address)))
        }
        ("containsCIDR", [Value::Cidr(outer), Value::Cidr(inner)]) => Ok(Value::Bool(outer.contains(inner))),
        ("containsCIDR", [Value::Cidr(outer), Value::String(text)]) => {
            needed_range(text).map(|inner| Value::Bool(outer.contains(&inner)))
        }
        _ => return None,
    })
}

fn needed_address(text: &str) -> Result<IpAddr, Stop> {
    ip(text).map_err(|_| Stop::Error(format!("{text:?} is not an IP address")))
}

fn needed_range(text: &str) -> Result<IpNet, Stop> {
    any_cidr(text).ok_or_else(|| Stop::Error(format!("{text:?} is not a CIDR range")))
}

fn of_address(name: &str, address: IpAddr) -> Option<Value> {
    Some(Value::Bool(match name {
        "family" => return Some(Value::Int(if address.is_ipv4() { 4 } else { 6 })),
        "isUnspecified" => address.is_unspecified(),
        "isLoopback" => address.is_loopback(),
        "isLinkLocalMulticast" => is_link_local_multicast(address),
        "isLinkLocalUnicast" => is_link_local_unicast(address),
        "isGlobalUnicast" => is_global_unicast(address),
        _ => return None,
    }))
}

fn is_link_local_multicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.octets()[..3] == [224, 0, 0],
        IpAddr::V6(v6) => v6.segments()[0] & 0xff0f == 0xff02,
    }
}

fn is_link_local_unicast(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

/// Source: `Addr.IsGlobalUnicast`, Go's net/netip: private addresses are global too.
fn is_global_unicast(address: IpAddr) -> bool {
    let is_broadcast = matches!(address, IpAddr::V4(v4) if v4.is_broadcast());
    !(is_broadcast
        || address.is_unspecified()
        || address.is_loopback()
        || address.is_multicast()
        || is_link_local_unicast(address))
}
