//! Checks whether YAML fits into a struct of Go, with the errors of Helm's YAML library.
//!
//! The library converts YAML to JSON first. Numbers and booleans become text where the struct has a text.

use mkmanifests_go::quote::quote;
use mkmanifests_yaml::tree::{Entry, Kind, Map, Node};

/// A type of Go. The texts are Go's names of the types.
pub(super) enum Shape {
    Any,
    Text,
    Flag,
    List(&'static str, &'static Shape),
    Map(&'static str, &'static Shape),
    Struct(&'static str, &'static [(&'static str, Shape)]),
}

use Shape::{Any, Flag, List, Struct, Text};

const TEXTS: Shape = List("[]string", &Text);

/// `Chart.yaml`.
pub(super) const METADATA: Shape = Struct(
    "v2.Metadata",
    &[
        ("name", Text),
        ("home", Text),
        ("sources", TEXTS),
        ("version", Text),
        ("description", Text),
        ("keywords", TEXTS),
        ("maintainers", List("[]*v2.Maintainer", &MAINTAINER)),
        ("icon", Text),
        ("apiVersion", Text),
        ("condition", Text),
        ("tags", Text),
        ("appVersion", Text),
        ("deprecated", Flag),
        ("annotations", Shape::Map("map[string]string", &Text)),
        ("kubeVersion", Text),
        ("dependencies", List("[]*v2.Dependency", &DEPENDENCY)),
        ("type", Text),
    ],
);

const MAINTAINER: Shape = Struct("v2.Maintainer", &[("name", Text), ("email", Text), ("url", Text)]);

const DEPENDENCY: Shape = Struct(
    "v2.Dependency",
    &[
        ("name", Text),
        ("version", Text),
        ("repository", Text),
        ("condition", Text),
        ("tags", TEXTS),
        ("enabled", Flag),
        ("import-values", List("[]interface {}", &Any)),
        ("alias", Text),
    ],
);

/// Checks that a value fits.
///
/// # Errors
/// Helm's text about the first value of another type; if `is_strict`, also about the first unknown field.
pub(super) fn check(node: &Node, shape: &Shape, is_strict: bool) -> Result<(), String> {
    Check { is_strict, path: String::new(), in_list: false }
        .value(node, shape)
        .map_err(|error| format!("{WHILE_DECODING}json: {error}"))
}

/// The start of errors of decoding, which a reader of JSON streams does not print.
pub(super) const WHILE_DECODING: &str = "error unmarshaling JSON: while decoding JSON: ";

/// Returns the entries of a mapping in the order in which Go decodes them.
pub(super) fn sorted(map: &Map) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = map.entries().iter().collect();
    entries.sort_by(|a, b| a.key.as_bytes().cmp(b.key.as_bytes()));
    entries
}

struct Check {
    is_strict: bool,
    /// The steps to the value, each after a dot.
    path: String,
    /// Whether the last step is an index.
    in_list: bool,
}

impl Check {
    fn value(&mut self, node: &Node, shape: &Shape) -> Result<(), String> {
        match (shape, &node.kind) {
            (_, Kind::Null) | (Any, _) | (Flag, Kind::Bool(_)) => Ok(()),
            (Text, Kind::Seq(_) | Kind::Map(_)) => Err(self.misfit(node, "string")),
            (Text, _) => Ok(()),
            (List(_, item), Kind::Seq(items)) => {
                let mut items = items.iter().enumerate();
                items.try_for_each(|(at, node)| self.step(&at.to_string(), true, node, item))
            }
            (Shape::Map(_, item), Kind::Map(map)) => {
                sorted(map).into_iter().try_for_each(|entry| self.step(&entry.key, false, &entry.value, item))
            }
            (Struct(_, fields), Kind::Map(map)) => {
                sorted(map).into_iter().try_for_each(|entry| self.field(entry, fields))
            }
            (Flag, _) => Err(self.misfit(node, "bool")),
            (List(name, _) | Shape::Map(name, _) | Struct(name, _), _) => Err(self.misfit(node, name)),
        }
    }

    fn field(&mut self, entry: &Entry, fields: &[(&str, Shape)]) -> Result<(), String> {
        let is_same = |(name, _): &&(&str, Shape)| name.eq_ignore_ascii_case(&entry.key);
        match fields.iter().find(is_same) {
            Some((_, shape)) => self.step(&entry.key, false, &entry.value, shape),
            None if self.is_strict => Err(format!("unknown field {}", quote(entry.key.as_bytes()))),
            None => Ok(()),
        }
    }

    fn step(&mut self, name: &str, in_list: bool, node: &Node, shape: &Shape) -> Result<(), String> {
        let (length, outer) = (self.path.len(), self.in_list);
        self.path.push('.');
        self.path.push_str(name);
        self.in_list = in_list;
        let checked = self.value(node, shape);
        self.path.truncate(length);
        self.in_list = outer;
        checked
    }

    fn misfit(&self, node: &Node, name: &str) -> String {
        let found = go_kind(&node.kind);
        let what = match (self.path.is_empty(), self.in_list) {
            (true, _) => "Go value".to_owned(),
            (false, true) => self.path.clone(),
            (false, false) => format!("Go struct field {}", self.path),
        };
        format!("cannot unmarshal {found} into {what} of type {name}")
    }
}

/// Returns the word for a kind of JSON.
fn go_kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool(_) => "bool",
        Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => "number",
        Kind::Str(_) | Kind::Raw(_) => "string",
        Kind::Seq(_) => "array",
        Kind::Map(_) => "object",
    }
}
