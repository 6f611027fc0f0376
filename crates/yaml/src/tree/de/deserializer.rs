//! The `serde::Deserializer` over a node.

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{self, Expected, Visitor};

use super::access::{Keys, MapAccess, SeqAccess};
use super::error::{Error, MICRO_TIME, QUANTITY, TIME, listed};
use super::{Context, Nulls, TEXT};
use crate::tree::quantity::is_quantity;
use crate::tree::time::is_time;
use crate::tree::{Kind, Node, Written};

#[derive(Clone, Copy)]
pub(super) struct Deserializer<'a> {
    pub(super) node: &'a Node,
    pub(super) context: &'a Context<'a>,
}

impl<'a> Deserializer<'a> {
    fn misfit<T>(self, expected: &str) -> Result<T, Error> {
        let written = self.context.written.as_ref().and_then(|written| written.differs(self.node));
        match written {
            Some(written) if expected == "a string" => Err(Error::not_text(self.node, expected, written)),
            _ => Err(Error::wrong_type(self.node, expected)),
        }
    }

    /// Refuses a number or boolean, or a tree that has one, that cannot be written again as it was.
    fn text_is_certain(self) -> Result<(), Error> {
        let Some(written) = &self.context.written else { return Ok(()) };
        fn search<'n, 'w>(node: &'n Node, written: &Written<'w>) -> Option<(&'n Node, &'w str)> {
            match &node.kind {
                Kind::Seq(items) => items.iter().find_map(|item| search(item, written)),
                Kind::Map(map) => map.entries().iter().find_map(|entry| search(&entry.value, written)),
                _ => written.differs(node).map(|text| (node, text)),
            }
        }
        match search(self.node, written) {
            Some((node, text)) => Err(Error::not_text(node, "text", text)),
            None => Ok(()),
        }
    }

    /// An integer within `range`, written as a number or as a string of digits.
    fn integer(self, range: std::ops::RangeInclusive<i128>) -> Result<i128, Error> {
        let value = match &self.node.kind {
            Kind::Null if self.is_zero() => 0,
            Kind::Int(value) => i128::from(*value),
            Kind::UInt(value) => i128::from(*value),
            Kind::Float(value) if value.fract() == 0.0 && value.abs() < 1e36 => *value as i128,
            Kind::Str(text) if self.context.nulls == Nulls::Refused => match text.trim().parse::<i128>() {
                Ok(value) => value,
                Err(_) => return self.misfit("an integer"),
            },
            _ => return self.misfit("an integer"),
        };
        if range.contains(&value) {
            return Ok(value);
        }
        let (low, high) = range.into_inner();
        Err(Error::of(format!("{value} is not between {low} and {high}")).about(self.node))
    }

    /// Whether this is a null that an API server reads as the zero value of its type: those of fields never come here.
    fn is_zero(self) -> bool {
        self.context.nulls == Nulls::Skipped && self.node.is_null()
    }

    fn signed<V: Visitor<'a>>(self, visitor: V, low: i64, high: i64) -> Result<V::Value, Error> {
        let value = self.integer(i128::from(low)..=i128::from(high))?;
        visitor.visit_i64(value as i64).map_err(|error: Error| error.about(self.node))
    }

    fn unsigned<V: Visitor<'a>>(self, visitor: V, high: u64) -> Result<V::Value, Error> {
        let value = self.integer(0..=i128::from(high))?;
        visitor.visit_u64(value as u64).map_err(|error: Error| error.about(self.node))
    }

    fn mapping<V: Visitor<'a>>(self, visitor: V, keys: Keys) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Map(map) => {
                visitor.visit_map(MapAccess::new(map, keys, self.context)).map_err(|error| error.about(self.node))
            }
            Kind::Null if self.is_zero() => {
                visitor.visit_map(MapAccess::none(self.context)).map_err(|error| error.about(self.node))
            }
            _ => self.misfit("a mapping"),
        }
    }

    fn list<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        let items = match &self.node.kind {
            Kind::Seq(items) => items.iter(),
            Kind::Null if self.is_zero() => [].iter(),
            _ => return self.misfit("a list"),
        };
        visitor.visit_seq(SeqAccess { items, context: self.context }).map_err(|error| error.about(self.node))
    }
}

impl<'de> de::Deserializer<'de> for Deserializer<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let result = match &self.node.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(value) => visitor.visit_bool(*value),
            Kind::Int(value) => visitor.visit_i64(*value),
            Kind::UInt(value) => visitor.visit_u64(*value),
            Kind::Float(value) => visitor.visit_f64(*value),
            Kind::Str(text) => visitor.visit_borrowed_str(text),
            Kind::Raw(_) => return self.misfit("UTF-8 text"),
            Kind::Seq(_) => self.list(visitor),
            Kind::Map(_) => {
                let keys = match self.context.schema_fields {
                    Some(fields) if is_schema_or_else(&visitor) => Keys::Of(fields()),
                    _ => Keys::Any,
                };
                self.mapping(visitor, keys)
            }
        };
        result.map_err(|error| error.about(self.node))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Bool(value) => visitor.visit_bool(*value),
            Kind::Null if self.is_zero() => visitor.visit_bool(false),
            _ => self.misfit("`true` or `false`"),
        }
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.signed(visitor, i8::MIN.into(), i8::MAX.into())
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.signed(visitor, i16::MIN.into(), i16::MAX.into())
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.signed(visitor, i32::MIN.into(), i32::MAX.into())
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.signed(visitor, i64::MIN, i64::MAX)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.unsigned(visitor, u8::MAX.into())
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.unsigned(visitor, u16::MAX.into())
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.unsigned(visitor, u32::MAX.into())
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.unsigned(visitor, u64::MAX)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let result = match &self.node.kind {
            Kind::Int(value) => visitor.visit_f64(*value as f64),
            Kind::UInt(value) => visitor.visit_f64(*value as f64),
            Kind::Float(value) => visitor.visit_f64(*value),
            Kind::Null if self.is_zero() => visitor.visit_f64(0.0),
            _ => return self.misfit("a number"),
        };
        result.map_err(|error: Error| error.about(self.node))
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Str(text) => visitor.visit_borrowed_str(text).map_err(|error: Error| error.about(self.node)),
            Kind::Null if self.is_zero() => visitor.visit_borrowed_str(""),
            _ => self.misfit("a string"),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Null => visitor.visit_none(),
            // An API server ignores line breaks in base64, as Go's decoder does; block scalars end with one.
            Kind::Str(text) if text.contains(['\r', '\n']) && is_base64(&visitor) => {
                let text = canonical_base64(&text.replace(['\r', '\n'], ""));
                visitor.visit_some(StringDeserializer::<Error>::new(text)).map_err(|error| error.about(self.node))
            }
            // Nor does that decoder look at the last bits, of which no byte is made.
            Kind::Str(text) if text.ends_with('=') && is_base64(&visitor) => {
                let text = canonical_base64(text);
                visitor.visit_some(StringDeserializer::<Error>::new(text)).map_err(|error| error.about(self.node))
            }
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() { visitor.visit_unit() } else { self.misfit("nothing (null)") }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == TEXT {
            self.text_is_certain()?;
            return visitor.visit_newtype_struct(self);
        }
        if name == "Quantity" && self.is_zero() {
            return visitor.visit_newtype_struct(StringDeserializer::<Error>::new("0".to_owned()));
        }
        // https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/: `cpu: 4` is as good as "4".
        if name == "Quantity"
            && let Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) = self.node.kind
        {
            let text = serde_json::to_string(self.node).unwrap_or_default();
            return visitor.visit_newtype_struct(StringDeserializer::<Error>::new(text));
        }
        // Values have rules of their own that say more.
        let is_object = self.context.nulls == Nulls::Skipped;
        if name == "Quantity" && is_object && self.node.as_str().is_some_and(|text| !is_quantity(text)) {
            return self.misfit(QUANTITY);
        }
        let expected = match name {
            "Time" => TIME,
            "MicroTime" => MICRO_TIME,
            _ => return visitor.visit_newtype_struct(self),
        };
        if is_object && self.node.as_str().is_some_and(|text| !is_time(text, name == "MicroTime")) {
            return self.misfit(expected);
        }
        visitor.visit_newtype_struct(self).map_err(|_| Error::wrong_type(self.node, expected))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.mapping(visitor, Keys::Any)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.mapping(visitor, Keys::Of(fields))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Str(text) => {
                visitor.visit_enum(BorrowedStrDeserializer::<Error>::new(text)).map_err(|error| error.about(self.node))
            }
            _ => self.misfit(&format!("one of {}", listed(variants))),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

/// Whether a visitor is of one of the two-way types of a CustomResourceDefinition's schema, of which one way is a
/// struct whose fields serde does not tell here.
pub(super) fn is_schema_or_else<'de, V: Visitor<'de>>(visitor: &V) -> bool {
    (visitor as &dyn Expected).to_string().starts_with("JSONSchemaPropsOr")
}

pub(super) fn is_base64<'de, V: Visitor<'de>>(visitor: &V) -> bool {
    (visitor as &dyn Expected).to_string() == "a base64-encoded string"
}

/// The same bytes in base64 that ends with zero bits; the text itself if it is none.
fn canonical_base64(text: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

    let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let bytes = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient).decode(text);
    bytes.map_or_else(|_| text.to_owned(), |bytes| STANDARD.encode(bytes))
}
