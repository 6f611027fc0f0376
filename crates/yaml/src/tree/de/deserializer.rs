//! The `serde::Deserializer` over a node.

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{self, Expected, Visitor};

use super::access::{Keys, MapAccess, SeqAccess};
use super::error::{Error, MICRO_TIME, Mismatch, QUANTITY, TIME, about, listed};
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
    fn mismatch(self, expected: &str) -> Error {
        let Some(sources) = &self.context.written else { return Mismatch::wrong_type(self.node, expected) };
        match sources.differs(self.node) {
            Some(written) if expected == "a string" => {
                Mismatch::not_text(self.node, expected, &sources.describe(self.node), written)
            }
            Some(_) => {
                let message = format!("expected {expected}, found {}", sources.describe(self.node));
                Mismatch::wrong_type(self.node, expected).saying(message)
            }
            None => Mismatch::wrong_type(self.node, expected),
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
            Some((node, text)) => Err(Mismatch::not_text(node, "a string", &written.describe(node), text)),
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
                Err(_) => return Err(self.mismatch("an integer")),
            },
            _ => return Err(self.mismatch("an integer")),
        };
        if range.contains(&value) {
            return Ok(value);
        }
        let (low, high) = range.into_inner();
        Err(Mismatch::of(format!("must be between {low} and {high}, found {value}")).about(self.node))
    }

    /// Returns whether this is a null that an API server reads as the zero value of its type: those of fields never
    /// come here.
    fn is_zero(self) -> bool {
        self.context.nulls == Nulls::Skipped && self.node.is_null()
    }

    /// Returns the text to deserialize instead of this one into a type that expects base64.
    fn canonical_base64(self, expected: &dyn Expected) -> Option<String> {
        let text = self
            .node
            .as_str()
            .filter(|text| text.ends_with('=') || memchr::memchr2(b'\r', b'\n', text.as_bytes()).is_some())?;
        // Go's decoder, and with it an API server, ignores line breaks, such as the one at the end of a block scalar,
        // and the last bits, which do not fill a byte.
        is_base64(expected).then(|| canonical_base64(&text.replace(['\r', '\n'], "")))
    }

    /// Returns the text to deserialize instead of this one, for a quantity or time.
    fn converted(self, name: &str) -> Result<Option<String>, Error> {
        if name == TEXT {
            return self.text_is_certain().map(|()| None);
        }
        // Values have rules of their own that say more.
        let is_object = self.context.nulls == Nulls::Skipped;
        match (name, &self.node.kind) {
            ("Quantity", Kind::Null) if self.is_zero() => Ok(Some("0".to_owned())),
            // https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/: `cpu: 4` is as good as
            // "4".
            ("Quantity", Kind::Int(_) | Kind::UInt(_) | Kind::Float(_)) => {
                Ok(Some(serde_json::to_string(self.node).unwrap_or_default()))
            }
            ("Quantity", Kind::Str(text)) if is_object && !is_quantity(text) => Err(self.mismatch(QUANTITY)),
            ("Time", Kind::Str(text)) if is_object && !is_time(text, false) => Err(self.mismatch(TIME)),
            ("MicroTime", Kind::Str(text)) if is_object && !is_time(text, true) => Err(self.mismatch(MICRO_TIME)),
            _ => Ok(None),
        }
    }

    fn signed<V: Visitor<'a>>(self, visitor: V, low: i64, high: i64) -> Result<V::Value, Error> {
        let value = self.integer(i128::from(low)..=i128::from(high))?;
        about(visitor.visit_i64(value as i64), self.node)
    }

    fn unsigned<V: Visitor<'a>>(self, visitor: V, high: u64) -> Result<V::Value, Error> {
        let value = self.integer(0..=i128::from(high))?;
        about(visitor.visit_u64(value as u64), self.node)
    }

    fn mapping<V: Visitor<'a>>(self, visitor: V, keys: Keys) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Map(map) => about(visitor.visit_map(MapAccess::new(map, keys, self.context)), self.node),
            Kind::Null if self.is_zero() => about(visitor.visit_map(MapAccess::none(self.context)), self.node),
            _ => Err(self.mismatch("a mapping")),
        }
    }

    fn list<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, Error> {
        let items = match &self.node.kind {
            Kind::Seq(items) => items.iter(),
            Kind::Null if self.is_zero() => [].iter(),
            _ => return Err(self.mismatch("a list")),
        };
        about(visitor.visit_seq(SeqAccess { items, context: self.context }), self.node)
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
            Kind::Raw(_) => return Err(self.mismatch("UTF-8 text")),
            Kind::Seq(_) => self.list(visitor),
            Kind::Map(_) => {
                let keys = match self.context.schema_fields {
                    Some(fields) if is_schema_or_else(&visitor) => Keys::Of(fields()),
                    _ => Keys::Any,
                };
                self.mapping(visitor, keys)
            }
        };
        about(result, self.node)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Bool(value) => visitor.visit_bool(*value),
            Kind::Null if self.is_zero() => visitor.visit_bool(false),
            _ => Err(self.mismatch("`true` or `false`")),
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
            _ => return Err(self.mismatch("a number")),
        };
        about(result, self.node)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Str(text) => about(visitor.visit_borrowed_str(text), self.node),
            Kind::Null if self.is_zero() => visitor.visit_borrowed_str(""),
            _ => Err(self.mismatch("a string")),
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
        if self.node.is_null() {
            return visitor.visit_none();
        }
        match self.canonical_base64(&visitor) {
            Some(text) => about(visitor.visit_some(StringDeserializer::<Error>::new(text)), self.node),
            None => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() { visitor.visit_unit() } else { Err(self.mismatch("nothing (null)")) }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if let Some(text) = self.converted(name)? {
            return visitor.visit_newtype_struct(StringDeserializer::<Error>::new(text));
        }
        let result = visitor.visit_newtype_struct(self);
        match name {
            "Time" => result.map_err(|_| Mismatch::wrong_type(self.node, TIME)),
            "MicroTime" => result.map_err(|_| Mismatch::wrong_type(self.node, MICRO_TIME)),
            _ => result,
        }
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
            Kind::Str(text) => about(visitor.visit_enum(BorrowedStrDeserializer::<Error>::new(text)), self.node),
            _ => Err(self.mismatch(&format!("one of {}", listed(variants)))),
        }
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

/// Returns whether a visitor is of one of the two-way types of a CustomResourceDefinition's schema, of which one way is
/// a struct whose fields serde does not tell here.
fn is_schema_or_else(expected: &dyn Expected) -> bool {
    expected.to_string().starts_with("JSONSchemaPropsOr")
}

fn is_base64(expected: &dyn Expected) -> bool {
    expected.to_string() == "a base64-encoded string"
}

/// Returns the base64 with zero padding bits; other text unchanged.
fn canonical_base64(text: &str) -> String {
    use base64::Engine;
    use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

    let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let bytes = GeneralPurpose::new(&base64::alphabet::STANDARD, lenient).decode(text);
    bytes.map_or_else(|_| text.to_owned(), |bytes| STANDARD.encode(bytes))
}
