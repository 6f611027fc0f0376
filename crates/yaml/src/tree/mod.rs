//! The tree of values between text and Rust types.
//!
//! A [`Node`] is a YAML or JSON value with its [`Location`]. [`read`] parses YAML 1.1 as Helm does, [`from_node`]
//! deserializes typed values and reports all errors, [`to_node`] converts anything that serializes, and [`mod@write`]
//! prints YAML or JSON.

mod code;
mod de;
mod map;
mod quantity;
pub mod read;
mod ser;
mod time;
pub mod write;
mod written;

use std::sync::Arc;

use crate::diagnostic::{FieldPath, Location, Step, ValueCode, ValueType};

pub use code::YamlCode;
pub use de::{Nulls, PartReader, Parts, TEXT, from_node, from_object, from_values};
pub use map::{Entry, Key, Map};
pub use ser::{Error as SerializeError, Serializer, to_node};
pub use written::Written;

/// A value and its location.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The value.
    pub kind: Kind,
    /// Where it was written; [`Location::UNKNOWN`] if the program created it.
    pub location: Location,
}

/// The value of a node: the types of JSON, with integers apart from other numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Kind {
    /// `null`; in values, it removes the default.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer of 64 signed bits. A float without a fraction is an integer, too (`1.0` is 1, as in Helm).
    Int(i64),
    /// An integer above `i64::MAX`.
    UInt(u64),
    /// Any other number; never NaN or infinite.
    Float(f64),
    /// Text.
    Str(String),
    /// A string that is not UTF-8, such as a keystore that `--set-file` reads. Only charts accept it.
    Raw(Arc<[u8]>),
    /// A list.
    Seq(Vec<Node>),
    /// A mapping from strings to nodes.
    Map(Map),
}

impl Kind {
    /// Creates a number from a finite float: an integer if it has no fraction and fits into 64 bits, as in Go's JSON
    /// readers (`1.0` is 1). Negative zero stays a float, to keep its sign.
    pub fn float(value: f64) -> Kind {
        // 2^63 is the first that does not fit; both bounds are exact floats.
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        let is_negative_zero = value == 0.0 && value.is_sign_negative();
        if value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value) && !is_negative_zero {
            return Kind::Int(value as i64);
        }
        Kind::Float(value)
    }
}

/// Two nodes are equal if their values are equal. Locations are not compared.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl From<Kind> for Node {
    fn from(kind: Kind) -> Self {
        Node { kind, location: Location::UNKNOWN }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Kind::Str(text.to_owned()).into()
    }
}

impl From<Map> for Node {
    fn from(map: Map) -> Self {
        Kind::Map(map).into()
    }
}

impl Node {
    /// Creates a node.
    pub fn new(kind: Kind, location: Location) -> Self {
        Node { kind, location }
    }

    /// Returns the mapping, if the node is one.
    pub fn as_map(&self) -> Option<&Map> {
        if let Kind::Map(map) = &self.kind { Some(map) } else { None }
    }

    /// Returns the mapping for changes, if the node is one.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        if let Kind::Map(map) = &mut self.kind { Some(map) } else { None }
    }

    /// Returns the text, if the node is a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Kind::Str(text) = &self.kind { Some(text) } else { None }
    }

    /// Returns the items, if the node is a list.
    pub fn as_seq(&self) -> Option<&[Node]> {
        if let Kind::Seq(items) = &self.kind { Some(items) } else { None }
    }

    /// Returns the value of a key, if the node is a mapping with this key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// Returns the node at a path of keys and list indices (`["head", "env", "0"]`), if it exists.
    pub fn find<'k>(&self, path: impl IntoIterator<Item = &'k str>) -> Option<&Node> {
        path.into_iter().try_fold(self, |node, step| match &node.kind {
            Kind::Map(map) => map.get(step),
            Kind::Seq(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Returns the node at a field path, if it exists.
    ///
    /// ```
    /// use mkmanifests_yaml::diagnostic::FieldPath;
    /// let object = serde_json::json!({"spec": {"ports": [{"name": "web"}]}, "data": {"a.b": 1}});
    /// let node = mkmanifests_yaml::tree::to_node(&object).unwrap();
    /// let find = |field: &str| node.field(&FieldPath::parse(field));
    /// assert_eq!(find("spec.ports[0].name").unwrap().as_str(), Some("web"));
    /// assert!(find("data[\"a.b\"]").is_some() && find("data[a.b]").is_some());
    /// assert!(find("spec.ports[1]").is_none());
    /// ```
    pub fn field(&self, path: &FieldPath) -> Option<&Node> {
        path.steps().iter().try_fold(self, |node, step| match (&node.kind, step) {
            (Kind::Map(map), Step::Field(key) | Step::Key(key)) => map.get(key),
            (Kind::Map(map), Step::Index(key)) => map.get(&key.to_string()),
            (Kind::Seq(items), Step::Index(index)) => items.get(*index),
            _ => None,
        })
    }

    /// Adjusts all locations after their texts were appended to other sources; `by` is what
    /// [`Sources::append`](crate::diagnostic::Sources::append) returned.
    pub fn shift_locations(&mut self, by: u32) {
        self.move_locations(&mut |location| location.moved(by));
    }

    /// Replaces the locations of all nodes and keys in the tree.
    pub fn move_locations(&mut self, to: &mut impl FnMut(Location) -> Location) {
        self.location = to(self.location);
        match &mut self.kind {
            Kind::Map(map) => map.move_locations(to),
            Kind::Seq(items) => items.iter_mut().for_each(|item| item.move_locations(to)),
            _ => {}
        }
    }

    /// Leaks the keys of a tree that lives as long as the program, so that copies borrow them and are cheaper.
    pub fn borrow_keys(&mut self) {
        match &mut self.kind {
            Kind::Map(map) => map.borrow_keys(),
            Kind::Seq(items) => items.iter_mut().for_each(Node::borrow_keys),
            _ => {}
        }
    }

    /// Returns whether the node is `null`.
    pub fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    /// Returns the type of the value. Integers and floats are both numbers.
    pub fn value_type(&self) -> ValueType {
        match &self.kind {
            Kind::Null => ValueType::Null,
            Kind::Bool(_) => ValueType::Boolean,
            Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => ValueType::Number,
            Kind::Str(_) => ValueType::String,
            Kind::Raw(_) => ValueType::Bytes,
            Kind::Seq(_) => ValueType::List,
            Kind::Map(_) => ValueType::Mapping,
        }
    }

    /// Returns the code for this value where `expected` ("a mapping") is expected.
    pub fn wrong_type(&self, expected: impl Into<String>) -> ValueCode {
        ValueCode::WrongType { expected: expected.into(), found: self.value_type() }
    }

    /// Describes the value for a message: "the number 4", "a list", "the string \"abc\"".
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "nothing (null)".to_owned(),
            Kind::Bool(value) => format!("the boolean `{value}`"),
            Kind::Int(value) => format!("the number {value}"),
            Kind::UInt(value) => format!("the number {value}"),
            Kind::Float(value) => format!("the number {value}"),
            Kind::Str(text) if text.chars().count() > 40 => "a string".to_owned(),
            Kind::Str(text) => format!("the string {text:?}"),
            Kind::Raw(_) => "a string that is not UTF-8 text".to_owned(),
            Kind::Seq(_) => "a list".to_owned(),
            Kind::Map(_) => "a mapping".to_owned(),
        }
    }
}
