//! JSON values with exact numbers.

use std::collections::BTreeMap;

use super::number::Number;
use mkmanifests_yaml::tree::{Kind, Node};

/// A JSON value. The keys of an object are sorted, since Go's maps have no order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number of any size.
    Number(Number),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Map(BTreeMap<String, Json>),
}

impl Json {
    /// Returns the value of a key; `None` if this is not an object with the key.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.as_map()?.get(key)
    }

    /// Returns the entries of an object; `None` for other types.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Json>> {
        match self {
            Json::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the items of an array; `None` for other types.
    pub fn as_list(&self) -> Option<&[Json]> {
        match self {
            Json::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the string; `None` for other types.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Formats a scalar as text, a string without quotes.
    pub fn text(&self) -> String {
        match self {
            Json::Null => "null".to_owned(),
            Json::Bool(bool) => bool.to_string(),
            Json::Number(number) => number.text(),
            Json::Text(text) => text.clone(),
            Json::List(_) => "a list".to_owned(),
            Json::Map(_) => "a mapping".to_owned(),
        }
    }

    /// Returns the name of its type, as in `type` of a schema.
    pub fn type_name(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "boolean",
            Json::Number(_) => "number",
            Json::Text(_) => "string",
            Json::List(_) => "array",
            Json::Map(_) => "object",
        }
    }
}

impl From<&Node> for Json {
    fn from(node: &Node) -> Json {
        match &node.kind {
            Kind::Null => Json::Null,
            Kind::Bool(bool) => Json::Bool(*bool),
            Kind::Int(int) => Json::Number(Number::from(*int)),
            Kind::UInt(int) => Json::Number(Number::from(*int)),
            Kind::Float(number) => Json::Number(Number::from_float(*number)),
            Kind::Str(text) => Json::Text(text.clone()),
            Kind::Raw(bytes) => Json::Text(String::from_utf8_lossy(bytes).into_owned()),
            Kind::Seq(items) => Json::List(items.iter().map(Json::from).collect()),
            Kind::Map(map) => {
                Json::Map(map.entries().iter().map(|entry| (entry.key.to_string(), Json::from(&entry.value))).collect())
            }
        }
    }
}
