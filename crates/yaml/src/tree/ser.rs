//! Serializes Rust values into a [`Node`].

use std::fmt;

use serde::ser::{self, Serialize};

use super::{Entry, Key, Kind, Map, Node};
use crate::diagnostic::Location;

/// Converts a Rust value, such as an object of k8s-openapi, into a node without locations.
///
/// # Errors
///
/// A map with keys that are not strings, numbers or booleans; a float that is NaN or infinite; or an error of the
/// value's `Serialize` implementation.
pub fn to_node<T: Serialize + ?Sized>(value: &T) -> Result<Node, Error> {
    value.serialize(Serializer)
}

/// The reason why a value cannot be converted into a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error(message.to_string())
    }
}

/// The `serde::Serializer` whose output is a [`Node`].
#[derive(Debug, Clone, Copy)]
pub struct Serializer;

impl ser::Serializer for Serializer {
    type Ok = Node;
    type Error = Error;
    type SerializeSeq = SeqBuilder;
    type SerializeTuple = SeqBuilder;
    type SerializeTupleStruct = SeqBuilder;
    type SerializeTupleVariant = Variant<SeqBuilder>;
    type SerializeMap = MapBuilder;
    type SerializeStruct = MapBuilder;
    type SerializeStructVariant = Variant<MapBuilder>;

    fn serialize_bool(self, value: bool) -> Result<Node, Error> {
        Ok(Kind::Bool(value).into())
    }

    fn serialize_i8(self, value: i8) -> Result<Node, Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Node, Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Node, Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Node, Error> {
        Ok(Kind::Int(value).into())
    }

    fn serialize_u8(self, value: u8) -> Result<Node, Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Node, Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Node, Error> {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Node, Error> {
        Ok(i64::try_from(value).map_or(Kind::UInt(value), Kind::Int).into())
    }

    fn serialize_f32(self, value: f32) -> Result<Node, Error> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<Node, Error> {
        if value.is_finite() {
            Ok(Kind::Float(value).into())
        } else {
            Err(Error(format!("{value} is not a JSON number")))
        }
    }

    fn serialize_char(self, value: char) -> Result<Node, Error> {
        Ok(Kind::Str(value.to_string()).into())
    }

    fn serialize_str(self, value: &str) -> Result<Node, Error> {
        Ok(Kind::Str(value.to_owned()).into())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Node, Error> {
        Ok(Kind::Seq(value.iter().map(|byte| Kind::Int((*byte).into()).into()).collect()).into())
    }

    fn serialize_none(self) -> Result<Node, Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Node, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Node, Error> {
        Ok(Node::default())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Node, Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Node, Error> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Node, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Node, Error> {
        Ok(tagged(variant, value.serialize(self)?))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<SeqBuilder, Error> {
        Ok(SeqBuilder(Vec::with_capacity(length.unwrap_or(0))))
    }

    fn serialize_tuple(self, length: usize) -> Result<SeqBuilder, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<SeqBuilder, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Variant<SeqBuilder>, Error> {
        Ok(Variant { variant, inner: self.serialize_seq(Some(length))? })
    }

    fn serialize_map(self, length: Option<usize>) -> Result<MapBuilder, Error> {
        Ok(MapBuilder { map: Map::with_capacity(length.unwrap_or(0)), key: Key::Borrowed("") })
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<MapBuilder, Error> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Variant<MapBuilder>, Error> {
        Ok(Variant { variant, inner: self.serialize_map(Some(length))? })
    }
}

fn tagged(variant: &'static str, value: Node) -> Node {
    let mut map = Map::with_capacity(1);
    map.set(variant, value);
    map.into()
}

/// Builds a list.
pub struct SeqBuilder(Vec<Node>);

impl SeqBuilder {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.0.push(value.serialize(Serializer)?);
        Ok(())
    }

    fn finish(self) -> Node {
        Kind::Seq(self.0).into()
    }
}

/// Builds a mapping.
pub struct MapBuilder {
    map: Map,
    key: Key,
}

impl MapBuilder {
    fn push<T: Serialize + ?Sized>(&mut self, key: Key, value: &T) -> Result<(), Error> {
        let value = value.serialize(Serializer)?;
        self.map.insert(Entry { key, location: Location::UNKNOWN, value });
        Ok(())
    }

    fn finish(self) -> Node {
        self.map.into()
    }
}

/// Builds the fields of an enum variant.
pub struct Variant<B> {
    variant: &'static str,
    inner: B,
}

impl ser::SerializeSeq for SeqBuilder {
    type Ok = Node;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.push(value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}

impl ser::SerializeTuple for SeqBuilder {
    type Ok = Node;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.push(value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}

impl ser::SerializeTupleStruct for SeqBuilder {
    type Ok = Node;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.push(value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}

impl ser::SerializeTupleVariant for Variant<SeqBuilder> {
    type Ok = Node;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.inner.push(value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(tagged(self.variant, self.inner.finish()))
    }
}

impl ser::SerializeMap for MapBuilder {
    type Ok = Node;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = match key.serialize(Serializer)?.kind {
            Kind::Str(text) => text.into(),
            Kind::Int(value) => value.to_string().into(),
            Kind::UInt(value) => value.to_string().into(),
            Kind::Bool(value) => value.to_string().into(),
            _ => return Err(Error("a key must be text".to_owned())),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = std::mem::take(&mut self.key);
        self.push(key, value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}

impl ser::SerializeStruct for MapBuilder {
    type Ok = Node;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.push(Key::Borrowed(key), value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(self.finish())
    }
}

impl ser::SerializeStructVariant for Variant<MapBuilder> {
    type Ok = Node;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        self.inner.push(Key::Borrowed(key), value)
    }

    fn end(self) -> Result<Node, Error> {
        Ok(tagged(self.variant, self.inner.finish()))
    }
}

/// Serializes the value, without locations: to JSON, or to the values of a template engine.
impl Serialize for Node {
    fn serialize<S: ser::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.kind {
            Kind::Null => serializer.serialize_unit(),
            Kind::Bool(value) => serializer.serialize_bool(*value),
            Kind::Int(value) => serializer.serialize_i64(*value),
            Kind::UInt(value) => serializer.serialize_u64(*value),
            Kind::Float(value) => serializer.serialize_f64(*value),
            Kind::Str(text) => serializer.serialize_str(text),
            Kind::Raw(bytes) => serializer.serialize_str(&String::from_utf8_lossy(bytes)),
            Kind::Seq(items) => serializer.collect_seq(items),
            Kind::Map(map) => map.serialize(serializer),
        }
    }
}

impl Serialize for Map {
    fn serialize<S: ser::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.entries().iter().map(|entry| (&entry.key, &entry.value)))
    }
}
