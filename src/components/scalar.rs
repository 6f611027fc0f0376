//! Deserializes scalars whose type depends on what the user wrote.

use std::fmt;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

use crate::tree::TEXT;

/// A scalar in the values.
pub(super) enum Written<'t> {
    Text(&'t str),
    Bool(bool),
    Integer(i128),
    Number(f64),
    Null,
}

/// Converts a scalar: `None` for the wrong type, an error for an invalid value.
pub(super) type Convert<T> = fn(Written<'_>) -> Option<Result<T, String>>;

/// Reads a scalar as it is written: `0.50` is not a valid string, since reading it loses a digit.
pub(super) fn as_written<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &'static str,
    convert: Convert<T>,
) -> Result<T, D::Error> {
    deserializer.deserialize_newtype_struct(TEXT, Scalar { expected, convert })
}

/// Reads a scalar by its value: `0.50` equals `0.5`.
pub(super) fn by_value<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &'static str,
    convert: Convert<T>,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(Scalar { expected, convert })
}

struct Scalar<T> {
    expected: &'static str,
    convert: Convert<T>,
}

impl<T> Scalar<T> {
    fn convert<E: Error>(self, written: Written<'_>, unexpected: Unexpected<'_>) -> Result<T, E> {
        match (self.convert)(written) {
            Some(converted) => converted.map_err(E::custom),
            None => Err(E::invalid_type(unexpected, &self.expected)),
        }
    }
}

impl<'de, T> Visitor<'de> for Scalar<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<T, D::Error> {
        value.deserialize_any(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        self.convert(Written::Text(text), Unexpected::Str(text))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        self.convert(Written::Bool(value), Unexpected::Bool(value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.convert(Written::Integer(number.into()), Unexpected::Signed(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.convert(Written::Integer(number.into()), Unexpected::Unsigned(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        self.convert(Written::Number(number), Unexpected::Float(number))
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        self.convert(Written::Null, Unexpected::Unit)
    }
}
