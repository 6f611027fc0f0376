//! The values of expressions.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;

use super::builtins::versions::compare;

/// A value of CEL.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    String(String),
    Bytes(Vec<u8>),
    Timestamp(Timestamp),
    /// In nanoseconds.
    Duration(i64),
    /// The sum of a list without items: 0 of a type that is not known here.
    EmptySum,
    List(Vec<Value>),
    /// A map or an object.
    Map(BTreeMap<String, Value>),
    Optional(Option<Box<Value>>),
    /// The name of a type.
    Type(&'static str),
    Quantity(Amount),
    Ip(IpAddr),
    /// A range of addresses, of which the first one may have bits beyond the prefix.
    Cidr(IpNet),
    /// A URL that can be parsed.
    Url(String),
    /// A semantic version.
    Version(String),
    /// A format of strings, by its name.
    Format(&'static str),
}

/// A quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Amount {
    /// In thousandths.
    pub(crate) milli: i128,
    /// Whether a server can read it as an integer.
    pub(crate) is_integer: bool,
}

/// The reason why an evaluation has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The evaluation fails in an API server, too: a missing key, a division by zero.
    Error(String),
    /// The expression uses something that is not implemented here.
    Unsupported,
}

impl Stop {
    pub(super) fn error<T>(message: impl Into<String>) -> Result<T, Stop> {
        Err(Stop::Error(message.into()))
    }
}

impl Value {
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null_type",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Uint(_) => "uint",
            Value::Double(_) => "double",
            Value::String(_) => "string",
            Value::Bytes(_) => "bytes",
            Value::Timestamp(_) => "google.protobuf.Timestamp",
            Value::Duration(_) => "google.protobuf.Duration",
            Value::EmptySum => "int",
            Value::List(_) => "list",
            Value::Map(_) => "map",
            Value::Optional(_) => "optional_type",
            Value::Type(_) => "type",
            Value::Quantity(_) => "kubernetes.Quantity",
            Value::Ip(_) => "net.IP",
            Value::Cidr(_) => "net.CIDR",
            Value::Url(_) => "kubernetes.URL",
            Value::Version(_) => "kubernetes.Semver",
            Value::Format(_) => "kubernetes.NamedFormat",
        }
    }

    /// Returns whether they are equal; numbers of different types are compared by value.
    pub(super) fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.equals(b)),
            (Value::Map(a), Value::Map(b)) => {
                a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| a.equals(b)))
            }
            (Value::Optional(Some(a)), Value::Optional(Some(b))) => a.equals(b),
            (Value::Quantity(a), Value::Quantity(b)) => a.milli == b.milli,
            (Value::Version(a), Value::Version(b)) => compare(a, b).is_ok_and(Ordering::is_eq),
            _ if self.is_number() && other.is_number() => self.compare(other) == Some(Ordering::Equal),
            _ => self == other,
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Value::Int(_) | Value::Uint(_) | Value::Double(_))
    }

    /// Compares two values, if their types have an order.
    pub(super) fn compare(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
            (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
            (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(b)),
            (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
            (a, b) => match (a.integer(), b.integer()) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => a.double()?.partial_cmp(&b.double()?),
            },
        }
    }

    fn integer(&self) -> Option<i128> {
        match self {
            Value::Int(number) => Some(i128::from(*number)),
            Value::Uint(number) => Some(i128::from(*number)),
            _ => None,
        }
    }

    pub(super) fn double(&self) -> Option<f64> {
        match self {
            Value::Int(number) => Some(*number as f64),
            Value::Uint(number) => Some(*number as f64),
            Value::Double(number) => Some(*number),
            _ => None,
        }
    }

    /// Returns the number of characters, bytes, items or entries.
    pub(super) fn size(&self) -> Option<i64> {
        let size = match self {
            Value::String(text) => text.chars().count(),
            Value::Bytes(bytes) => bytes.len(),
            Value::List(items) => items.len(),
            Value::Map(map) => map.len(),
            _ => return None,
        };
        i64::try_from(size).ok()
    }
}
