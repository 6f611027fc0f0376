//! Values as Go's `%#v` prints them in errors about keys.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::super::{Entry, Kind, Node};
use super::go::{Stage, ValueError};
use super::resolve::{self, Scalar};
use crate::diagnostic::Location;
use mkmanifests_go::float::format_float;
use mkmanifests_go::quote::quote;

/// Scalars whose type the tree does not keep, by location: keys become text, and `1.0` becomes an integer.
#[derive(Debug, Default)]
pub(super) struct Originals(HashMap<Location, Scalar<'static>>);

impl Originals {
    /// Keeps a key that is not a text.
    pub fn keep_key(&mut self, location: Location, key: &Scalar<'_>) {
        if let Some(key) = without_text(key) {
            self.0.insert(location, key);
        }
    }

    /// Keeps a value if the tree changes its type.
    pub fn keep_value(&mut self, location: Location, value: &Scalar<'_>) {
        if let Scalar::Float(number) = value {
            self.0.insert(location, Scalar::Float(*number));
        }
    }

    /// Returns a value that was kept as a float.
    pub fn float(&self, location: Location) -> Option<Scalar<'static>> {
        self.0.get(&location).filter(|kept| matches!(kept, Scalar::Float(_))).and_then(without_text)
    }

    /// Returns the error of a key that cannot become text.
    pub fn refused_key(&self, location: Location) -> Option<ValueError> {
        let wrong = resolve::key(without_text(self.0.get(&location)?)?).err()?;
        Some(wrong).filter(|wrong| wrong.stage == Stage::Convert)
    }

    /// Returns the error of a number that JSON does not have.
    pub fn refused_value(&self, location: Location) -> Option<ValueError> {
        resolve::kind(self.float(location)?).err()
    }

    /// Returns go-yaml's error for a key that is not a scalar.
    pub fn invalid_key(&self, node: &Node) -> String {
        format!("invalid map key: {}", self.syntax(node))
    }

    /// Returns a value as `%#v` prints it.
    pub fn syntax(&self, node: &Node) -> String {
        match (&node.kind, self.0.get(&node.location)) {
            (Kind::Null, None) => "<nil>".to_owned(),
            _ => self.inner(node),
        }
    }

    /// Returns a value inside of another one: only there does nil have a type.
    fn inner(&self, node: &Node) -> String {
        match &node.kind {
            Kind::Seq(items) => {
                let items: Vec<String> = items.iter().map(|item| self.inner(item)).collect();
                format!("[]interface {{}}{{{}}}", items.join(", "))
            }
            Kind::Map(map) => {
                let mut entries: Vec<(Scalar<'_>, &Entry)> =
                    map.entries().iter().map(|entry| (self.key(entry), entry)).collect();
                entries.sort_by(|(one, _), (other, _)| order(one, other));
                let entry =
                    |(key, entry): &(Scalar<'_>, &Entry)| format!("{}:{}", scalar(key), self.inner(&entry.value));
                let entries: Vec<String> = entries.iter().map(entry).collect();
                format!("map[interface {{}}]interface {{}}{{{}}}", entries.join(", "))
            }
            Kind::Raw(bytes) => quote(bytes),
            Kind::Str(text) => quote(text.as_bytes()),
            kind => scalar(self.0.get(&node.location).unwrap_or(&match kind {
                Kind::Bool(value) => Scalar::Bool(*value),
                Kind::Int(value) => Scalar::Int(*value),
                Kind::UInt(value) => Scalar::UInt(*value),
                Kind::Float(value) => Scalar::Float(*value),
                _ => Scalar::Null,
            })),
        }
    }

    fn key<'e>(&self, entry: &'e Entry) -> Scalar<'e> {
        let original = self.0.get(&entry.location).and_then(without_text);
        original.unwrap_or_else(|| Scalar::Str(entry.key.as_ref().into()))
    }
}

fn without_text(scalar: &Scalar<'_>) -> Option<Scalar<'static>> {
    Some(match scalar {
        Scalar::Str(_) => return None,
        Scalar::Null => Scalar::Null,
        Scalar::Bool(value) => Scalar::Bool(*value),
        Scalar::Int(value) => Scalar::Int(*value),
        Scalar::UInt(value) => Scalar::UInt(*value),
        Scalar::Float(value) => Scalar::Float(*value),
    })
}

fn scalar(scalar: &Scalar<'_>) -> String {
    match scalar {
        Scalar::Null => "interface {}(nil)".to_owned(),
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::UInt(value) => format!("{value:#x}"),
        Scalar::Float(value) => format_float(*value, b'g', None),
        Scalar::Str(text) => quote(text.as_bytes()),
    }
}

/// Returns the order in which Helm 4.3.1 prints keys: Go sorts them by type first, then by value. The order of the
/// types is that of their addresses in Helm's program.
fn order(one: &Scalar<'_>, other: &Scalar<'_>) -> Ordering {
    match (one, other) {
        (Scalar::Str(one), Scalar::Str(other)) => one.cmp(other),
        (Scalar::UInt(one), Scalar::UInt(other)) => one.cmp(other),
        (Scalar::Int(one), Scalar::Int(other)) => one.cmp(other),
        (Scalar::Bool(one), Scalar::Bool(other)) => one.cmp(other),
        // Not-a-number comes first.
        (Scalar::Float(one), Scalar::Float(other)) => {
            one.partial_cmp(other).unwrap_or_else(|| other.is_nan().cmp(&one.is_nan()))
        }
        _ => rank(one).cmp(&rank(other)),
    }
}

fn rank(scalar: &Scalar<'_>) -> u8 {
    match scalar {
        Scalar::Null => 0,
        Scalar::Str(_) => 1,
        Scalar::UInt(_) => 2,
        Scalar::Int(_) => 3,
        Scalar::Float(_) => 4,
        Scalar::Bool(_) => 5,
    }
}
