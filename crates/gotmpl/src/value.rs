//! The values of templates: Go's dynamic types, as far as a template can distinguish them.

mod entries;
mod equal;
mod list;
mod map;
mod object;
mod text;

use std::borrow::Cow;
use std::sync::Arc;

pub use entries::{Entries, Iter};
pub use equal::deep_equal;
pub use list::List;
pub use map::{Map, MapMethod, MapType, NilMap};
pub use object::exported;
pub use object::{Method, Object};
pub use text::Str;

/// How deep lists and maps may be nested for functions that walk a whole value.
///
/// A map can contain itself (`set $d "self" $d`); Go crashes then.
pub const MAX_NESTING: usize = 500;

/// Go's signed integer types. Constants of templates are `int`; functions mostly return `int` and `int64`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntKind {
    /// `int`, of 64 bits.
    Int,
    /// `int8`.
    Int8,
    /// `int16`.
    Int16,
    /// `int32`, also called `rune`.
    Int32,
    /// `int64`.
    Int64,
}

/// Go's unsigned integer types. A byte of a string (`index "abc" 0`) is `uint8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UintKind {
    /// `uint`, of 64 bits.
    Uint,
    /// `uint8`, also called `byte`.
    Uint8,
    /// `uint16`.
    Uint16,
    /// `uint32`.
    Uint32,
    /// `uint64`.
    Uint64,
}

/// The element type of a list or map, as its type name shows it (`[]string`, `map[string]interface {}`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Elem {
    /// `interface {}`: the element type of JSON, YAML and the results of most functions.
    #[default]
    Any,
    /// `string`.
    Str,
    /// `int`.
    Int,
    /// `float64`.
    Float64,
    /// `[]uint8`.
    Bytes,
    /// `map[string]interface {}`.
    Map,
    /// Another type, by its name. Its values are [`Value::Object`]s.
    Named(&'static str),
}

impl Elem {
    /// Returns Go's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            Elem::Any => "interface {}",
            Elem::Str => "string",
            Elem::Int => "int",
            Elem::Float64 => "float64",
            Elem::Bytes => "[]uint8",
            Elem::Map => "map[string]interface {}",
            Elem::Named(name) => name,
        }
    }
}

/// Go's `reflect.Kind`, which sprig's `kindOf` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No value at all (`nil`).
    Invalid,
    /// `bool`.
    Bool,
    /// A signed integer.
    Int(IntKind),
    /// An unsigned integer.
    Uint(UintKind),
    /// `float64`.
    Float64,
    /// `complex128`.
    Complex128,
    /// `string`.
    String,
    /// A list or `[]byte`.
    Slice,
    /// A map.
    Map,
    /// A pointer to a struct.
    Ptr,
    /// A struct.
    Struct,
    /// A function.
    Func,
}

impl Kind {
    /// Returns Go's name of the kind: `string`, `int64`, `slice`, `map`, `ptr`, `invalid`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::Bool => "bool",
            Kind::Int(kind) => kind.name(),
            Kind::Uint(kind) => kind.name(),
            Kind::Float64 => "float64",
            Kind::Complex128 => "complex128",
            Kind::String => "string",
            Kind::Slice => "slice",
            Kind::Map => "map",
            Kind::Ptr => "ptr",
            Kind::Struct => "struct",
            Kind::Func => "func",
        }
    }
}

impl IntKind {
    /// Returns Go's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            IntKind::Int => "int",
            IntKind::Int8 => "int8",
            IntKind::Int16 => "int16",
            IntKind::Int32 => "int32",
            IntKind::Int64 => "int64",
        }
    }
}

impl UintKind {
    /// Returns Go's name of the type.
    pub fn name(self) -> &'static str {
        match self {
            UintKind::Uint => "uint",
            UintKind::Uint8 => "uint8",
            UintKind::Uint16 => "uint16",
            UintKind::Uint32 => "uint32",
            UintKind::Uint64 => "uint64",
        }
    }
}

/// A value of a template. Cloning is cheap, since large data is shared.
///
/// Lists and strings are immutable. A [`Map`] is shared and mutable, as in Go. Values can be sent to other threads.
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// No value: Go's untyped `nil`, `null` in JSON and YAML, or a missing key.
    #[default]
    Nil,
    /// `bool`.
    Bool(bool),
    /// A signed integer. Constants of templates are `int`.
    Int(i64, IntKind),
    /// An unsigned integer.
    Uint(u64, UintKind),
    /// `float64`: every number from JSON and YAML.
    Float(f64),
    /// `complex128` with real and imaginary part, such as the constant `1i`.
    Complex(f64, f64),
    /// `string`.
    Str(Str),
    /// `[]byte`.
    Bytes(Arc<[u8]>),
    /// A list.
    List(List),
    /// A map with strings as keys.
    Map(Map),
    /// Any other Go value with fields or methods, such as a struct, time or version.
    Object(Arc<dyn Object>),
    /// A method value, for `call`.
    Method(Arc<Method>),
}

/// A nil value with a static lifetime.
pub static NIL: Value = Value::Nil;

impl Value {
    /// Creates a Go `int`.
    pub fn int(value: i64) -> Value {
        Value::Int(value, IntKind::Int)
    }

    /// Creates a Go `int64`.
    pub fn int64(value: i64) -> Value {
        Value::Int(value, IntKind::Int64)
    }

    /// Creates a Go `string` of bytes that need not be UTF-8.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Value {
        Value::Str(Str::from(bytes.into()))
    }

    /// Creates a Go `[]byte`.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Value {
        Value::Bytes(bytes.into())
    }

    /// Creates a Go `[]interface{}`.
    pub fn list(items: impl IntoIterator<Item = Value>) -> Value {
        Value::List(List::new(items.into_iter().collect()))
    }

    /// Creates a Go `[]string`.
    pub fn strings<S: Into<Str>>(items: impl IntoIterator<Item = S>) -> Value {
        let items = items.into_iter().map(|item| Value::Str(item.into())).collect();
        Value::List(List::typed(items, Elem::Str))
    }

    /// Creates a Go `map[string]interface{}`. If a key occurs twice, the last entry wins.
    pub fn map<K: Into<Str>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(entries.into_iter().collect())
    }

    /// Creates an object.
    pub fn object(object: impl Object) -> Value {
        Value::Object(Arc::new(object))
    }

    /// Returns whether it is the untyped `nil`; a nil map or list is not.
    pub fn is_nil(&self) -> bool {
        matches!(self, Value::Nil)
    }

    /// Returns the text if it is a string.
    pub fn as_str(&self) -> Option<&Str> {
        if let Value::Str(text) = self { Some(text) } else { None }
    }

    /// Returns the number if it is a signed integer of any type.
    pub fn as_int(&self) -> Option<i64> {
        if let Value::Int(number, _) = self { Some(*number) } else { None }
    }

    /// Returns the list if it is one, or an object whose underlying value is one. `[]byte` is not a list.
    pub fn as_list(&self) -> Option<List> {
        match self {
            Value::List(list) => Some(list.clone()),
            Value::Object(object) => object.underlying().as_list(),
            _ => None,
        }
    }

    /// Returns the map if it is one, or an object whose underlying value is one.
    pub fn as_map(&self) -> Option<Map> {
        match self {
            Value::Map(map) => Some(map.clone()),
            Value::Object(object) => object.underlying().as_map(),
            _ => None,
        }
    }

    /// Returns the object if its type is `T`.
    pub fn as_object<T: Object>(&self) -> Option<&T> {
        let Value::Object(object) = self else { return None };
        let any: &dyn std::any::Any = object.as_ref();
        any.downcast_ref()
    }

    /// Returns Go's kind of the value.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Nil => Kind::Invalid,
            Value::Bool(_) => Kind::Bool,
            Value::Int(_, kind) => Kind::Int(*kind),
            Value::Uint(_, kind) => Kind::Uint(*kind),
            Value::Float(_) => Kind::Float64,
            Value::Complex(..) => Kind::Complex128,
            Value::Str(_) => Kind::String,
            Value::Bytes(_) | Value::List(_) => Kind::Slice,
            Value::Map(_) => Kind::Map,
            Value::Object(object) if object.is_pointer() => Kind::Ptr,
            Value::Object(object) => match object.underlying() {
                Value::Nil => Kind::Struct,
                other => other.kind(),
            },
            Value::Method(_) => Kind::Func,
        }
    }

    /// Returns Go's name of the type, as `printf "%T"` and sprig's `typeOf` print it; `<nil>` for [`Value::Nil`].
    pub fn type_name(&self) -> Cow<'static, str> {
        match self {
            Value::Nil => "<nil>".into(),
            Value::Bytes(_) => "[]uint8".into(),
            Value::List(list) => list.type_name(),
            Value::Map(map) => map.type_name(),
            Value::Object(object) => object.type_name(),
            Value::Method(method) => method.type_name().into(),
            _ => self.kind().name().into(),
        }
    }

    /// Returns whether the value is true in an `if`: not zero, empty or nil.
    pub fn truth(&self) -> bool {
        match self {
            Value::Nil => false,
            Value::Bool(value) => *value,
            Value::Int(number, _) => *number != 0,
            Value::Uint(number, _) => *number != 0,
            Value::Float(number) => *number != 0.0,
            Value::Complex(real, imaginary) => *real != 0.0 || *imaginary != 0.0,
            Value::Str(text) => !text.is_empty(),
            Value::Bytes(bytes) => !bytes.is_empty(),
            Value::List(list) => !list.is_empty(),
            Value::Map(map) => !map.is_empty(),
            Value::Object(object) => match object.underlying() {
                Value::Nil => !object.is_nil(),
                _ if object.is_pointer() => !object.is_nil(),
                other => other.truth(),
            },
            Value::Method(_) => true,
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Value {
        Value::Float(value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Str(text.into())
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Value {
        Value::Str(text)
    }
}

impl From<List> for Value {
    fn from(list: List) -> Value {
        Value::List(list)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Value {
        Value::Map(map)
    }
}
