//! The one tree that data is in between bytes and types: values on the way in, objects on the way out.
//!
//! A [`Node`] is a YAML or JSON value that knows its [`Location`]. [`read`] makes it from YAML 1.1 text as Helm
//! reads it, [`from_node`] makes typed values of it and says all that does not fit, [`to_node`] makes it from
//! anything that serializes.

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
pub use de::{Nulls, TEXT, from_node, from_object, from_values};
pub use map::{Entry, Key, Map};
pub use ser::{Error as SerializeError, Serializer, to_node};
pub use written::Written;

/// A value and the location where it was written.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// The value.
    pub kind: Kind,
    /// Where it was written; [`Location::UNKNOWN`] if the program made it.
    pub location: Location,
}

/// What a node can be: JSON's types, with integers kept apart from other numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Kind {
    /// `null`; in values, "delete the default".
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer that fits 64 signed bits; a float without fraction is one as well (`1.0` is 1, as in Helm).
    Int(i64),
    /// An integer above `i64::MAX`.
    UInt(u64),
    /// Any other number; never NaN or infinite.
    Float(f64),
    /// Text.
    Str(String),
    /// A string that is not UTF-8, such as a keystore that `--set-file` reads. Only charts take one.
    Raw(Arc<[u8]>),
    /// A list.
    Seq(Vec<Node>),
    /// A mapping from text to nodes.
    Map(Map),
}

impl Kind {
    /// A finite number: an integer if it has no fraction and fits, as JSON readers in Go have it (`1.0` is 1).
    /// Negative zero stays a float, which keeps its sign.
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

/// Two nodes are equal if their values are; where they were written does not count.
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
    /// A node of `kind` written at `location`.
    pub fn new(kind: Kind, location: Location) -> Self {
        Node { kind, location }
    }

    /// The mapping, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        if let Kind::Map(map) = &self.kind { Some(map) } else { None }
    }

    /// The mapping, if it is one, to change.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        if let Kind::Map(map) = &mut self.kind { Some(map) } else { None }
    }

    /// The text, if it is a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Kind::Str(text) = &self.kind { Some(text) } else { None }
    }

    /// The list, if it is one.
    pub fn as_seq(&self) -> Option<&[Node]> {
        if let Kind::Seq(items) = &self.kind { Some(items) } else { None }
    }

    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// The node at the end of a path of keys and list indices (`["head", "env", "0"]`).
    pub fn find<'k>(&self, path: impl IntoIterator<Item = &'k str>) -> Option<&Node> {
        path.into_iter().try_fold(self, |node, step| match &node.kind {
            Kind::Map(map) => map.get(step),
            Kind::Seq(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The node of a field, if there is one.
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

    /// Moves all locations by as many texts as [`Sources::append`](crate::diagnostic::Sources::append) says.
    pub fn shift_locations(&mut self, by: u32) {
        self.move_locations(&mut |location| location.moved(by));
    }

    /// Gives everything in the tree another location, keys too.
    pub fn move_locations(&mut self, to: &mut impl FnMut(Location) -> Location) {
        self.location = to(self.location);
        match &mut self.kind {
            Kind::Map(map) => map.move_locations(to),
            Kind::Seq(items) => items.iter_mut().for_each(|item| item.move_locations(to)),
            _ => {}
        }
    }

    /// Makes the copies of a tree that is never freed cheaper: they borrow its keys.
    pub fn borrow_keys(&mut self) {
        match &mut self.kind {
            Kind::Map(map) => map.borrow_keys(),
            Kind::Seq(items) => items.iter_mut().for_each(Node::borrow_keys),
            _ => {}
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    /// The type of the value.
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

    /// Returns the code of this value where another one is expected: "a mapping".
    pub fn wrong_type(&self, expected: impl Into<String>) -> ValueCode {
        ValueCode::WrongType { expected: expected.into(), found: self.value_type() }
    }

    /// What it is, for a message: "the number 4", "a list", "the string \"abc\"".
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
