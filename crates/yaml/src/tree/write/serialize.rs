//! Serializes Rust values as YAML.

use std::{fmt, io};

use serde::ser::{self, Serialize};

use super::{Style, write};
use crate::tree::{Node, SerializeError, Serializer as Tree};

/// Serializes a value as one YAML document to `out`.
///
/// # Errors
///
/// The errors of `out`, and [`Error::Value`] for a value that JSON does not have: a NaN or infinite float, or keys that
/// are not strings.
pub fn to_writer<W, T>(out: &mut W, value: &T, style: Style) -> Result<(), Error>
where
    W: io::Write + ?Sized,
    T: Serialize + ?Sized,
{
    value.serialize(Serializer::new(out, style))
}

/// Serializes a value as the text of one YAML document.
///
/// ```
/// use mkmanifests_yaml::tree::write::{Style, to_string};
/// assert_eq!(to_string(&["22:22", "a: b", "plain"], Style::HELM)?, "- \"22:22\"\n- 'a: b'\n- plain\n");
/// # Ok::<(), mkmanifests_yaml::tree::write::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::Value`] for a value that JSON does not have.
pub fn to_string<T: Serialize + ?Sized>(value: &T, style: Style) -> Result<String, Error> {
    let mut out = Vec::new();
    to_writer(&mut out, value, style)?;
    String::from_utf8(out).map_err(|error| Error::Io(io::Error::other(error)))
}

/// The reason why a value cannot be written.
#[derive(Debug)]
pub enum Error {
    /// JSON does not have the value.
    Value(SerializeError),
    /// The output failed.
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Value(_) => f.write_str("the value cannot be written as YAML"),
            Error::Io(_) => f.write_str("the YAML could not be written"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Value(error) => Some(error),
            Error::Io(error) => Some(error),
        }
    }
}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::Value(SerializeError::custom(message))
    }
}

impl From<SerializeError> for Error {
    fn from(error: SerializeError) -> Self {
        Error::Value(error)
    }
}

/// The `serde::Serializer` whose output is one YAML document.
///
/// Keys are sorted, so a mapping is collected before its first line is written; the text itself is streamed.
#[derive(Debug)]
pub struct Serializer<W> {
    out: W,
    style: Style,
}

impl<W: io::Write> Serializer<W> {
    /// Creates a serializer that writes to `out`.
    pub fn new(out: W, style: Style) -> Self {
        Serializer { out, style }
    }

    fn finish(mut self, node: Result<Node, SerializeError>) -> Result<(), Error> {
        write(&mut self.out, &node?, self.style).map_err(Error::Io)
    }

    fn collect<B>(self, builder: Result<B, SerializeError>) -> Result<Collection<W, B>, Error> {
        Ok(Collection { serializer: self, builder: builder? })
    }
}

/// Builds the tree of a mapping or list, which is written at its end.
#[derive(Debug)]
pub struct Collection<W, B> {
    serializer: Serializer<W>,
    builder: B,
}

/// Serializes a scalar with the serializer of the tree.
macro_rules! scalars {
    ($($name:ident($type:ty)),* $(,)?) => {
        $(fn $name(self, value: $type) -> Result<(), Error> {
            self.finish(Tree.$name(value))
        })*
    };
}

impl<W: io::Write> ser::Serializer for Serializer<W> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Collection<W, <Tree as ser::Serializer>::SerializeSeq>;
    type SerializeTuple = Collection<W, <Tree as ser::Serializer>::SerializeTuple>;
    type SerializeTupleStruct = Collection<W, <Tree as ser::Serializer>::SerializeTupleStruct>;
    type SerializeTupleVariant = Collection<W, <Tree as ser::Serializer>::SerializeTupleVariant>;
    type SerializeMap = Collection<W, <Tree as ser::Serializer>::SerializeMap>;
    type SerializeStruct = Collection<W, <Tree as ser::Serializer>::SerializeStruct>;
    type SerializeStructVariant = Collection<W, <Tree as ser::Serializer>::SerializeStructVariant>;

    scalars! {
        serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_f32(f32),
        serialize_f64(f64), serialize_char(char), serialize_str(&str), serialize_bytes(&[u8]),
        serialize_unit_struct(&'static str),
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.finish(Tree.serialize_none())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.finish(Tree.serialize_unit())
    }

    fn serialize_unit_variant(self, name: &'static str, index: u32, variant: &'static str) -> Result<(), Error> {
        self.finish(Tree.serialize_unit_variant(name, index, variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.finish(Tree.serialize_newtype_variant(name, index, variant, value))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        self.collect(Tree.serialize_seq(length))
    }

    fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, Error> {
        self.collect(Tree.serialize_tuple(length))
    }

    fn serialize_tuple_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeTupleStruct, Error> {
        self.collect(Tree.serialize_tuple_struct(name, length))
    }

    fn serialize_tuple_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        self.collect(Tree.serialize_tuple_variant(name, index, variant, length))
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self::SerializeMap, Error> {
        self.collect(Tree.serialize_map(length))
    }

    fn serialize_struct(self, name: &'static str, length: usize) -> Result<Self::SerializeStruct, Error> {
        self.collect(Tree.serialize_struct(name, length))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        self.collect(Tree.serialize_struct_variant(name, index, variant, length))
    }
}

/// Forwards elements or fields to the builder of the tree, and writes the tree at the end.
macro_rules! collections {
    ($($trait:ident { $(fn $name:ident($($key:ident: $type:ty)?);)+ })*) => {
        $(impl<W, B> ser::$trait for Collection<W, B>
        where
            W: io::Write,
            B: ser::$trait<Ok = Node, Error = SerializeError>,
        {
            type Ok = ();
            type Error = Error;

            $(fn $name<T: Serialize + ?Sized>(&mut self, $($key: $type,)? value: &T) -> Result<(), Error> {
                Ok(self.builder.$name($($key,)? value)?)
            })+

            fn end(self) -> Result<(), Error> {
                self.serializer.finish(self.builder.end())
            }
        })*
    };
}

collections! {
    SerializeSeq { fn serialize_element(); }
    SerializeTuple { fn serialize_element(); }
    SerializeTupleStruct { fn serialize_field(); }
    SerializeTupleVariant { fn serialize_field(); }
    SerializeMap { fn serialize_key(); fn serialize_value(); }
    SerializeStruct { fn serialize_field(key: &'static str); }
    SerializeStructVariant { fn serialize_field(key: &'static str); }
}
