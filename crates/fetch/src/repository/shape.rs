//! The types of `index.yaml` and `repositories.yaml`, with the errors of Go's JSON decoder.
//!
//! Helm refuses an index in YAML with unknown fields; in JSON it ignores them.

use mkmanifests_go::quote::quote;
use mkmanifests_go::time;
use mkmanifests_yaml::tree::{Kind, Node};

/// What Go decodes a value into.
enum Shape {
    Text,
    Bool,
    Time,
    Any,
    /// A list, and how Go names its type.
    List(&'static Shape, &'static str),
    /// A mapping with any keys.
    Map(&'static Shape, &'static str),
    /// A struct.
    Struct(&'static [(&'static str, Shape)], &'static str),
}

const TEXTS: Shape = Shape::List(&Shape::Text, "[]string");
const TEXT_MAP: Shape = Shape::Map(&Shape::Text, "map[string]string");

const MAINTAINER: Shape =
    Shape::Struct(&[("name", Shape::Text), ("email", Shape::Text), ("url", Shape::Text)], "v2.Maintainer");

const DEPENDENCY: Shape = Shape::Struct(
    &[
        ("name", Shape::Text),
        ("version", Shape::Text),
        ("repository", Shape::Text),
        ("condition", Shape::Text),
        ("tags", TEXTS),
        ("enabled", Shape::Bool),
        ("import-values", Shape::List(&Shape::Any, "[]interface {}")),
        ("alias", Shape::Text),
    ],
    "v2.Dependency",
);

const VERSION: Shape = Shape::Struct(
    &[
        ("name", Shape::Text),
        ("home", Shape::Text),
        ("sources", TEXTS),
        ("version", Shape::Text),
        ("description", Shape::Text),
        ("keywords", TEXTS),
        ("maintainers", Shape::List(&MAINTAINER, "[]*v2.Maintainer")),
        ("icon", Shape::Text),
        ("apiVersion", Shape::Text),
        ("condition", Shape::Text),
        ("tags", Shape::Text),
        ("appVersion", Shape::Text),
        ("deprecated", Shape::Bool),
        ("annotations", TEXT_MAP),
        ("kubeVersion", Shape::Text),
        ("dependencies", Shape::List(&DEPENDENCY, "[]*v2.Dependency")),
        ("type", Shape::Text),
        ("urls", TEXTS),
        ("created", Shape::Time),
        ("removed", Shape::Bool),
        ("digest", Shape::Text),
        ("checksum", Shape::Text),
        ("engine", Shape::Text),
        ("tillerVersion", Shape::Text),
        ("url", Shape::Text),
    ],
    "repo.ChartVersion",
);

const INDEX: Shape = Shape::Struct(
    &[
        ("serverInfo", Shape::Map(&Shape::Any, "map[string]interface {}")),
        ("apiVersion", Shape::Text),
        ("generated", Shape::Time),
        ("entries", Shape::Map(&Shape::List(&VERSION, "repo.ChartVersions"), "map[string]repo.ChartVersions")),
        ("publicKeys", TEXTS),
        ("annotations", TEXT_MAP),
    ],
    "repo.IndexFile",
);

/// Checks an index.
///
/// # Errors
/// Helm's text for the first value of another type; with `is_strict` also for an unknown field.
pub(super) fn index(node: &Node, is_strict: bool) -> Result<(), String> {
    let (prefix, root) =
        if is_strict { ("error unmarshaling JSON: while decoding JSON: ", "") } else { ("", "IndexFile") };
    Check { is_strict, root }.check(node, &INDEX, &mut Vec::new()).map_err(|text| format!("{prefix}{text}"))
}

/// Checks `repositories.yaml`.
///
/// # Errors
/// Helm's text for a file that is not a mapping, or whose repositories are not a list of mappings.
pub(super) fn repositories(node: &Node) -> Result<(), String> {
    const ENTRY: Shape = Shape::Struct(&[], "repo.Entry");
    const FILE: Shape = Shape::Struct(
        &[("generated", Shape::Time), ("repositories", Shape::List(&ENTRY, "[]*repo.Entry"))],
        "repo.File",
    );
    let check = Check { is_strict: false, root: "File" };
    check
        .check(node, &FILE, &mut Vec::new())
        .map_err(|text| format!("error unmarshaling JSON: while decoding JSON: {text}"))
}

struct Check {
    is_strict: bool,
    /// How Go names the outermost value in paths.
    root: &'static str,
}

impl Check {
    fn check(&self, node: &Node, shape: &Shape, path: &mut Vec<String>) -> Result<(), String> {
        match (&node.kind, shape) {
            (Kind::Null, _) | (_, Shape::Any) | (Kind::Str(_), Shape::Text) | (Kind::Bool(_), Shape::Bool) => Ok(()),
            (Kind::Str(text), Shape::Time) => time::parse(b"2006-01-02T15:04:05Z07:00", text.as_bytes()).map(|_| ()),
            (_, Shape::Time) => Err("Time.UnmarshalJSON: input is not a JSON string".into()),
            (Kind::Seq(items), Shape::List(item, _)) => {
                items.iter().enumerate().try_for_each(|(at, node)| self.within(at.to_string(), node, item, path))
            }
            (Kind::Map(map), Shape::Map(value, _)) => {
                map.entries().iter().try_for_each(|entry| self.within(entry.key.to_string(), &entry.value, value, path))
            }
            (Kind::Map(map), Shape::Struct(fields, _)) => map.entries().iter().try_for_each(|entry| {
                let field = fields.iter().find(|(name, _)| entry.key.eq_ignore_ascii_case(name));
                match field {
                    Some((name, shape)) => self.within((*name).to_owned(), &entry.value, shape, path),
                    None if self.is_strict => Err(format!("json: unknown field {}", quote(entry.key.as_bytes()))),
                    None => Ok(()),
                }
            }),
            (found, shape) => Err(self.mismatch(found, shape, path)),
        }
    }

    fn within(&self, step: String, node: &Node, shape: &Shape, path: &mut Vec<String>) -> Result<(), String> {
        path.push(step);
        self.check(node, shape, path)?;
        path.pop();
        Ok(())
    }

    fn mismatch(&self, found: &Kind, shape: &Shape, path: &[String]) -> String {
        let found = match found {
            Kind::Null => "null",
            Kind::Bool(_) => "bool",
            Kind::Str(_) | Kind::Raw(_) => "string",
            Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => "number",
            Kind::Seq(_) => "array",
            Kind::Map(_) => "object",
        };
        let wanted = match shape {
            Shape::Text | Shape::Any => "string",
            Shape::Bool => "bool",
            Shape::Time => "time.Time",
            Shape::List(_, name) | Shape::Map(_, name) | Shape::Struct(_, name) => name,
        };
        if path.is_empty() {
            return format!("json: cannot unmarshal {found} into Go value of type {wanted}");
        }
        format!("json: cannot unmarshal {found} into Go struct field {}.{} of type {wanted}", self.root, path.join("."))
    }
}
