//! Addresses and ranges of addresses, as apiserver pkg/cel/library/ip.go and cidr.go have them.
//!
//! They accept what `crate::check::syntax` refuses: ranges with bits beyond the prefix.

use std::net::IpAddr;

use super::Computed;
use crate::check::cel::value::{Stop, Value};
use crate::check::syntax::Cidr;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Computed> {
    Some(match (name, arguments) {
        ("isIP", [Value::String(text)]) => Ok(Value::Bool(address(text).is_some())),
        ("ip", [Value::String(text)]) => needed_address(text).map(Value::Ip),
        ("ip.isCanonical", [Value::String(text)]) => {
            needed_address(text).map(|address| Value::Bool(address.to_string() == *text))
        }
        ("isCIDR", [Value::String(text)]) => Ok(Value::Bool(range(text).is_some())),
        ("cidr", [Value::String(text)]) => needed_range(text).map(Value::Cidr),
        ("string", [Value::Ip(address)]) => Ok(Value::String(address.to_string())),
        ("string", [Value::Cidr(range)]) => Ok(Value::String(range.to_string())),
        (_, [Value::Ip(address)]) => return of_address(name, *address).map(Ok),
        ("ip", [Value::Cidr(range)]) => Ok(Value::Ip(range.first)),
        ("masked", [Value::Cidr(range)]) => Ok(Value::Cidr(range.masked())),
        ("prefixLength", [Value::Cidr(range)]) => Ok(Value::Int(i64::from(range.bits))),
        ("containsIP", [Value::Cidr(range), Value::Ip(address)]) => Ok(contains(*range, *address)),
        ("containsIP", [Value::Cidr(range), Value::String(text)]) => {
            needed_address(text).map(|address| contains(*range, address))
        }
        ("containsCIDR", [Value::Cidr(outer), Value::Cidr(inner)]) => Ok(covers(*outer, *inner)),
        ("containsCIDR", [Value::Cidr(outer), Value::String(text)]) => {
            needed_range(text).map(|inner| covers(*outer, inner))
        }
        _ => return None,
    })
}

/// An address without a zone, which no IPv4 address is mapped to.
fn address(text: &str) -> Option<IpAddr> {
    let is_mapped = |address: &IpAddr| matches!(address, IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some());
    text.parse().ok().filter(|address| !is_mapped(address))
}

fn needed_address(text: &str) -> Result<IpAddr, Stop> {
    address(text).ok_or_else(|| Stop::Error(format!("{text:?} is not an IP address")))
}

fn range(text: &str) -> Option<Cidr> {
    let (first, bits) = text.rsplit_once('/')?;
    let first = address(first)?;
    let is_number = bits.bytes().all(|byte| byte.is_ascii_digit()) && (bits == "0" || !bits.starts_with('0'));
    let bits: u8 = bits.parse().ok().filter(|_| is_number)?;
    (bits <= if first.is_ipv4() { 32 } else { 128 }).then_some(Cidr { first, bits })
}

fn needed_range(text: &str) -> Result<Cidr, Stop> {
    range(text).ok_or_else(|| Stop::Error(format!("{text:?} is not a range of addresses")))
}

fn contains(range: Cidr, address: IpAddr) -> Value {
    Value::Bool(range.masked().contains(address))
}

fn covers(outer: Cidr, inner: Cidr) -> Value {
    Value::Bool(outer.bits <= inner.bits && outer.masked().contains(inner.first))
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
