//! Values that the chart prints whatever their type.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

use crate::components::scalar::{Written, as_written, by_value};
use crate::gotmpl;

/// A string, a number or a boolean. Null is read as the empty string.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// A string.
    Text(String),
    /// A boolean.
    Bool(bool),
    /// An integer. The chart prints one of a million or more as `1e+06`, which no flag accepts; here all digits are printed.
    Integer(i128),
    /// Any other number.
    Number(f64),
}

impl Default for Scalar {
    fn default() -> Self {
        Scalar::Text(String::new())
    }
}

impl Scalar {
    /// Returns the text that a template prints.
    pub fn print(&self) -> Cow<'_, str> {
        match self {
            Scalar::Text(text) => text.into(),
            Scalar::Bool(value) => value.to_string().into(),
            Scalar::Integer(number) => number.to_string().into(),
            Scalar::Number(number) => {
                let printed = gotmpl::fmt::sprint(&[gotmpl::Value::Float(*number)]).unwrap_or_default();
                String::from_utf8_lossy(&printed).into_owned().into()
            }
        }
    }

    /// Returns whether the value is true for a template's `if`.
    pub fn is_truthy(&self) -> bool {
        match self {
            Scalar::Text(text) => !text.is_empty(),
            Scalar::Bool(value) => *value,
            Scalar::Integer(number) => *number != 0,
            Scalar::Number(number) => *number != 0.0,
        }
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Scalar::Text(text) => serializer.serialize_str(text),
            Scalar::Bool(value) => serializer.serialize_bool(*value),
            Scalar::Integer(number) => match i64::try_from(*number) {
                Ok(number) => serializer.serialize_i64(number),
                Err(_) => serializer.serialize_u64(u64::try_from(*number).unwrap_or(u64::MAX)),
            },
            Scalar::Number(number) => serializer.serialize_f64(*number),
        }
    }
}

const EXPECTED: &str = "a string, a number, `true` or `false`";

fn read(written: Written<'_>) -> Option<Result<Scalar, String>> {
    Some(Ok(match written {
        Written::Text(text) => Scalar::Text(text.to_owned()),
        Written::Bool(value) => Scalar::Bool(value),
        Written::Integer(number) => Scalar::Integer(number),
        Written::Number(number) => Scalar::Number(number),
        Written::Null => Scalar::default(),
    }))
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        as_written(deserializer, EXPECTED, read)
    }
}

/// A scalar that is a number or boolean in the end, so that its notation does not matter: `0.50` is `0.5`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Numeric(pub Scalar);

impl Deref for Numeric {
    type Target = Scalar;

    fn deref(&self) -> &Scalar {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Numeric {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        by_value(deserializer, EXPECTED, read).map(Numeric)
    }
}

impl JsonSchema for Numeric {
    fn schema_name() -> Cow<'static, str> {
        Scalar::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Scalar::json_schema(generator)
    }
}

impl JsonSchema for Scalar {
    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number", "boolean", "null"] })
    }
}

/// A list, or the values of a mapping in the order of its keys: what a template iterates over with `range`. Each item keeps its
/// index or key.
#[derive(Debug, Clone, PartialEq)]
pub struct Items<T>(pub Vec<(String, T)>);

impl<T> Default for Items<T> {
    fn default() -> Self {
        Items(Vec::new())
    }
}

impl<T> Items<T> {
    /// Returns whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the items, each with its index or key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.0.iter().map(|(key, item)| (key.as_str(), item))
    }
}

impl<T: Serialize> Serialize for Items<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(_, item)| item))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Items<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = Items<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Items<T>, A::Error> {
                let items = Vec::<T>::deserialize(SeqAccessDeserializer::new(items))?;
                Ok(Items(items.into_iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()))
            }

            fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Items<T>, A::Error> {
                let entries = BTreeMap::<String, T>::deserialize(MapAccessDeserializer::new(entries))?;
                Ok(Items(entries.into_iter().collect()))
            }
        }

        deserializer.deserialize_any(Either(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Items<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Items_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let item = generator.subschema_for::<T>();
        schemars::json_schema!({ "type": ["array", "object"], "items": item, "additionalProperties": item })
    }
}

/// Strings that are joined: a list of scalars, or one scalar.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Texts(pub Vec<Scalar>);

impl Texts {
    /// Joins the strings with commas.
    pub fn joined(&self) -> String {
        self.0.iter().map(Scalar::print).collect::<Vec<_>>().join(",")
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMore;

        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of strings, or one string")
            }

            fn visit_str<E>(self, value: &str) -> Result<Texts, E> {
                Ok(Texts(vec![Scalar::Text(value.to_owned())]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Texts, A::Error> {
                let items = Vec::<Option<Scalar>>::deserialize(SeqAccessDeserializer::new(items))?;
                Ok(Texts(items.into_iter().flatten().collect()))
            }
        }

        deserializer.deserialize_any(OneOrMore)
    }
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "Texts".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let item = generator.subschema_for::<Scalar>();
        schemars::json_schema!({ "type": ["string", "array"], "items": item })
    }
}
