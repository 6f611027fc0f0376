//! Values of a single place, whose type depends on what is written there.

use std::fmt;

use serde::de::{Deserializer, Error, Unexpected, Visitor};

use crate::tree::TEXT;

/// What is written.
pub(super) enum Written<'t> {
    Text(&'t str),
    Bool(bool),
    Integer(i128),
    Number(f64),
    Null,
}

/// Makes a value of what is written: `None` for what it cannot be made of, an error for what is wrong in itself.
pub(super) type Make<T> = fn(Written<'_>) -> Option<Result<T, String>>;

/// Reads a scalar as it is written: `0.50` is text.
pub(super) fn as_written<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &'static str,
    make: Make<T>,
) -> Result<T, D::Error> {
    deserializer.deserialize_newtype_struct(TEXT, Scalar { expected, make })
}

/// Reads a scalar by its value: `0.50` is `0.5`.
pub(super) fn by_value<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &'static str,
    make: Make<T>,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(Scalar { expected, make })
}

struct Scalar<T> {
    expected: &'static str,
    make: Make<T>,
}

impl<T> Scalar<T> {
    fn made<E: Error>(self, written: Written<'_>, unexpected: Unexpected<'_>) -> Result<T, E> {
        match (self.make)(written) {
            Some(made) => made.map_err(E::custom),
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
        self.made(Written::Text(text), Unexpected::Str(text))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        self.made(Written::Bool(value), Unexpected::Bool(value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.made(Written::Integer(number.into()), Unexpected::Signed(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.made(Written::Integer(number.into()), Unexpected::Unsigned(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        self.made(Written::Number(number), Unexpected::Float(number))
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        self.made(Written::Null, Unexpected::Unit)
    }
}
