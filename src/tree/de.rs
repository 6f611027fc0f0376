//! From a [`Node`] to typed values, with every misfit said at its place.
//!
//! serde stops at the first error. Here an error names the node that does not fit; the node is then left out
//! and the whole is read again, until nothing more is found. Unknown keys need no second pass: a struct tells its
//! fields, so they are seen beside the rest.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, StringDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, Expected, Unexpected, Visitor};

use super::fields::schema_fields;
use super::quantity::is_quantity;
use super::{Kind, Map, Node};
use crate::problem::{Place, Problem, nearest};

/// What a `null` in a list or a map is; and with it, whether values are read (for people) or an object (as an API
/// server reads it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// An error: in values, nobody means it.
    Refused,
    /// Left out, as an API server does; and as there, a string of digits is no integer.
    Skipped,
}

/// The most problems told of one tree; after that the reader has enough to do.
const MOST: usize = 100;

/// Makes a typed value of a node and adds all that does not fit to `problems`.
///
/// What does not fit is left out of the value, so that rules can look at the rest and tell what else is wrong; the
/// value must not be used otherwise if any problem was added. There is none where too little is left of it.
///
/// Beyond what serde does by itself: unknown keys of structs are refused, an integer may be a string of digits
/// (`workerReplicaCount: "4"`), a quantity may be a number, `null` for a field is the same as leaving it out.
pub fn from_node<T: DeserializeOwned>(node: &Node, nulls: Nulls, problems: &mut Vec<Problem>) -> Option<T> {
    from_node_or(node, None, nulls, problems)
}

/// The same, with `defaults` in place of what does not fit: so that a required value of the wrong type does not hide what
/// is wrong with the others.
pub fn from_node_or<T: DeserializeOwned>(
    node: &Node,
    defaults: Option<&Node>,
    nulls: Nulls,
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let mut context = Context { root: node, nulls, skip: HashMap::new(), found: RefCell::default() };
    for _ in 0..MOST {
        let result = T::deserialize(Deserializer { node, context: &context });
        let found = context.found.take();
        let error = match result {
            Ok(value) => {
                problems.extend(found);
                return Some(value);
            }
            Err(error) => error,
        };
        let misfit = error.node;
        if !context.explains(&error) {
            problems.push(error.into_problem(node));
        }
        // The root cannot be left out, and what was left out already cannot be again.
        let instead = misfit.and_then(|misfit| at_same_path(node, misfit, defaults?));
        if misfit.is_none_or(|misfit| misfit == address(node) || context.skip.insert(misfit, instead).is_some()) {
            problems.extend(found);
            return None;
        }
    }
    None
}

struct Context<'a> {
    root: &'a Node,
    nulls: Nulls,
    /// Nodes that did not fit in an earlier pass, by address (the tree does not move meanwhile), and what to read instead.
    skip: HashMap<usize, Option<&'a Node>>,
    found: RefCell<Vec<Problem>>,
}

impl Context<'_> {
    /// Whether a required field is missing only because its value did not fit, which has been told.
    fn explains(&self, error: &Error) -> bool {
        let Some(field) = error.missing else { return false };
        let Some(parent) = error.node.and_then(|node| node_at(self.root, node)) else { return false };
        parent.get(field).is_some_and(|value| self.skip.contains_key(&address(value)))
    }
}

fn node_at(root: &Node, wanted: usize) -> Option<&Node> {
    if address(root) == wanted {
        return Some(root);
    }
    match &root.kind {
        Kind::Map(map) => map.entries().iter().find_map(|entry| node_at(&entry.value, wanted)),
        Kind::Seq(items) => items.iter().find_map(|item| node_at(item, wanted)),
        _ => None,
    }
}

/// The node of `other` that is where the node at `wanted` is in `root`; only through mappings, since lists do not match.
fn at_same_path<'o>(root: &Node, wanted: usize, other: &'o Node) -> Option<&'o Node> {
    if address(root) == wanted {
        return Some(other);
    }
    let entries = root.as_map()?.entries().iter();
    entries.into_iter().find_map(|entry| at_same_path(&entry.value, wanted, other.get(&entry.key)?))
}

fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

/// A misfit, and the node that it is about as soon as one is known.
#[derive(Debug)]
struct Error {
    message: String,
    help: Option<String>,
    place: Place,
    node: Option<usize>,
    /// What a type wanted, while the node that it got is not known yet.
    expected: Option<String>,
    /// The field that is required and not there.
    missing: Option<&'static str>,
}

impl Error {
    fn of(message: String) -> Self {
        Error { message, help: None, place: Place::UNKNOWN, node: None, expected: None, missing: None }
    }

    /// A type's own "expected this, found that"; the node says better what it is as soon as it is known.
    fn mismatch(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = plainly(expected.to_string());
        Error { expected: Some(expected.clone()), ..Error::of(format!("expected {expected}, found {unexpected}")) }
    }

    fn wrong_type(node: &Node, expected: &str) -> Self {
        let help = match &node.kind {
            Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) if expected == "a string" => {
                Some("put it in quotes to make it a string".to_owned())
            }
            _ => None,
        };
        Error { help, ..Error::of(format!("expected {expected}, found {}", node.describe())) }.about(node)
    }

    fn about(mut self, node: &Node) -> Self {
        if let Some(expected) = self.expected.take() {
            return Error::wrong_type(node, &expected);
        }
        if self.node.is_none() {
            self.node = Some(address(node));
            self.place = node.place;
        }
        self
    }

    fn into_problem(self, root: &Node) -> Problem {
        let path = self.node.and_then(|node| path_to(root, node)).unwrap_or_default();
        let message = if path.is_empty() { self.message } else { format!("`{path}`: {}", self.message) };
        // A value that is missing at the top is missing in every layer: none of them is its place.
        let place = if path.is_empty() && self.missing.is_some() { Place::UNKNOWN } else { self.place };
        let problem = Problem::error(message).at(place);
        match self.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        // The base64 crate's messages do not say what they are about.
        let base64 =
            ["Invalid symbol", "Invalid byte", "Invalid input length", "Invalid last symbol", "Invalid padding"];
        if base64.iter().any(|start| message.starts_with(start)) {
            let why = message.trim_end_matches('.').to_lowercase();
            return Error::of(format!("expected base64 text: {why}"));
        }
        Error::of(message)
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Error::mismatch(unexpected, expected)
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Error::mismatch(unexpected, expected)
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let message = format!("expected one of {}, found {variant:?}", listed(expected));
        let help = nearest(variant, expected.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        Error { help, ..Error::of(message) }
    }

    fn missing_field(field: &'static str) -> Self {
        let help = "`null` takes a default away; here a value has to be given".to_owned();
        Error { help: Some(help), missing: Some(field), ..Error::of(format!("the required `{field}` is missing")) }
    }
}

/// What k8s-openapi's types call themselves, for people who write YAML.
fn plainly(expected: String) -> String {
    let plain = match expected.as_str() {
        "IntOrString" => "an integer or a string",
        "Quantity" => QUANTITY,
        "Time" | "MicroTime" => TIME,
        "a base64-encoded string" => "base64 text",
        "JSONSchemaPropsOrArray" => "a schema or a list of schemas",
        "JSONSchemaPropsOrBool" => "a schema or a boolean",
        "JSONSchemaPropsOrStringArray" => "a schema or a list of strings",
        "a formatted time" => TIME,
        _ => return expected,
    };
    plain.to_owned()
}

/// https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.36/#time-v1-meta
const QUANTITY: &str = "a quantity (a number, or a string such as \"500m\" or \"2Gi\")";
const TIME: &str = "a time such as \"2024-01-31T23:59:00Z\"";

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The path of a node in a tree, `head.env[0].name`; found by search, since only messages need it.
fn path_to(root: &Node, wanted: usize) -> Option<String> {
    fn search(node: &Node, wanted: usize, path: &mut String) -> bool {
        if address(node) == wanted {
            return true;
        }
        let length = path.len();
        let found = |child: &Node, step: &str, path: &mut String| {
            path.push_str(step);
            let found = search(child, wanted, path);
            if !found {
                path.truncate(length);
            }
            found
        };
        match &node.kind {
            Kind::Map(map) => {
                map.entries().iter().any(|entry| found(&entry.value, &key_step(length == 0, &entry.key), path))
            }
            Kind::Seq(items) => items.iter().enumerate().any(|(at, item)| found(item, &format!("[{at}]"), path)),
            _ => false,
        }
    }
    let mut path = String::new();
    search(root, wanted, &mut path).then_some(path)
}

/// A key as one step of a path, in brackets where dots in it would mislead.
fn key_step(first: bool, key: &str) -> String {
    match (first, key.contains(['.', '/', ' ', '['])) {
        (_, true) => format!("[{key:?}]"),
        (true, false) => key.to_owned(),
        (false, false) => format!(".{key}"),
    }
}

#[derive(Clone, Copy)]
struct Deserializer<'a> {
    node: &'a Node,
    context: &'a Context<'a>,
}

impl<'a> Deserializer<'a> {
    fn misfit<T>(self, expected: &str) -> Result<T, Error> {
        Err(Error::wrong_type(self.node, expected))
    }

    /// An integer within `range`, written as a number or as a string of digits.
    fn integer(self, range: std::ops::RangeInclusive<i128>) -> Result<i128, Error> {
        let value = match &self.node.kind {
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
            _ => self.misfit("a mapping"),
        }
    }

    fn list<V: Visitor<'a>>(self, visitor: V, skip_nulls: bool) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Seq(items) => visitor
                .visit_seq(SeqAccess { items: items.iter(), skip_nulls, context: self.context })
                .map_err(|error| error.about(self.node)),
            _ => self.misfit("a list"),
        }
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
            Kind::Seq(_) => self.list(visitor, false),
            Kind::Map(_) => {
                let keys = if is_schema_or_else(&visitor) { Keys::Of(schema_fields()) } else { Keys::Any };
                self.mapping(visitor, keys)
            }
        };
        result.map_err(|error| error.about(self.node))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            Kind::Bool(value) => visitor.visit_bool(*value),
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
                let text = text.replace(['\r', '\n'], "");
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
        let result = visitor.visit_newtype_struct(self);
        match name {
            "Time" | "MicroTime" => result.map_err(|_| Error::wrong_type(self.node, TIME)),
            _ => result,
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.list(visitor, self.context.nulls == Nulls::Skipped)
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
        let skip_nulls = self.context.nulls == Nulls::Skipped;
        self.mapping(visitor, if skip_nulls { Keys::AnySet } else { Keys::Any })
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
fn is_schema_or_else<'de, V: Visitor<'de>>(visitor: &V) -> bool {
    (visitor as &dyn Expected).to_string().starts_with("JSONSchemaPropsOr")
}

fn is_base64<'de, V: Visitor<'de>>(visitor: &V) -> bool {
    (visitor as &dyn Expected).to_string() == "a base64-encoded string"
}

/// Which keys a mapping may have.
#[derive(Clone, Copy)]
enum Keys {
    /// Any.
    Any,
    /// Any; those whose value is null are left out.
    AnySet,
    /// The fields of a struct; those whose value is null are left out.
    Of(&'static [&'static str]),
}

struct SeqAccess<'a> {
    items: std::slice::Iter<'a, Node>,
    skip_nulls: bool,
    context: &'a Context<'a>,
}

impl<'de> de::SeqAccess<'de> for SeqAccess<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let context = self.context;
        let skip_nulls = self.skip_nulls;
        let skipped = |node: &&Node| context.skip.contains_key(&address(node)) || (skip_nulls && node.is_null());
        match self.items.by_ref().find(|node| !skipped(node)) {
            None => Ok(None),
            Some(node) => seed.deserialize(Deserializer { node, context }).map(Some).map_err(|error| error.about(node)),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct MapAccess<'a> {
    entries: std::slice::Iter<'a, super::Entry>,
    keys: Keys,
    context: &'a Context<'a>,
    value: Option<&'a Node>,
}

impl<'a> MapAccess<'a> {
    fn new(map: &'a Map, keys: Keys, context: &'a Context<'a>) -> Self {
        MapAccess { entries: map.entries().iter(), keys, context, value: None }
    }

    fn refuse(&self, entry: &super::Entry, fields: &[&str]) {
        let mut path = path_to(self.context.root, address(&entry.value)).unwrap_or_default();
        if path.is_empty() {
            path = entry.key.to_string();
        }
        let place = if entry.place.is_known() { entry.place } else { entry.value.place };
        let problem = Problem::error(format!("unknown key `{path}`")).at(place);
        let problem = match nearest(&entry.key, fields.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if fields.is_empty() => problem,
            None => problem.help(format!("valid keys here: {}", listed(fields))),
        };
        self.context.found.borrow_mut().push(problem);
    }
}

impl<'de> de::MapAccess<'de> for MapAccess<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        while let Some(entry) = self.entries.next() {
            let value = match self.context.skip.get(&address(&entry.value)) {
                None => &entry.value,
                Some(Some(instead)) => instead,
                Some(None) => continue,
            };
            if let Keys::Of(fields) = self.keys
                && !fields.contains(&entry.key.as_ref())
            {
                self.refuse(entry, fields);
                continue;
            }
            if !matches!(self.keys, Keys::Any) && value.is_null() {
                continue;
            }
            self.value = Some(value);
            let key = BorrowedStrDeserializer::<Error>::new(&entry.key);
            return seed.deserialize(key).map(Some).map_err(|error| error.about(&entry.value));
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let node = self.value.take().ok_or_else(|| Error::of("a value without a key".to_owned()))?;
        seed.deserialize(Deserializer { node, context: self.context }).map_err(|error| error.about(node))
    }
}
