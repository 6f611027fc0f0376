//! The types of `index.yaml` and `repositories.yaml`, with the errors of Go's JSON decoder.
//!
//! Helm refuses an index in YAML with unknown fields; in JSON it ignores them.
//!
//! In YAML, Helm accepts numbers and booleans as texts, but not in the fields that are also those of `Chart.yaml`
//! (`version: 1.10`): its YAML library does not look into embedded structs.

use mkmanifests_go::float::format_float_32;
use mkmanifests_go::quote::quote;
use mkmanifests_go::time;
use mkmanifests_yaml::diagnostic::Step;
use mkmanifests_yaml::tree::{Kind, Node};

/// What Go decodes a value into.
enum Shape {
    Text,
    /// A text that may also be a number or a boolean in YAML.
    Scalar,
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
const SCALARS: Shape = Shape::List(&Shape::Scalar, "[]string");
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
        ("urls", SCALARS),
        ("created", Shape::Time),
        ("removed", Shape::Bool),
        ("digest", Shape::Scalar),
        ("checksum", Shape::Scalar),
        ("engine", Shape::Scalar),
        ("tillerVersion", Shape::Scalar),
        ("url", Shape::Scalar),
    ],
    "repo.ChartVersion",
);

const INDEX: Shape = Shape::Struct(
    &[
        ("serverInfo", Shape::Map(&Shape::Any, "map[string]interface {}")),
        ("apiVersion", Shape::Scalar),
        ("generated", Shape::Time),
        ("entries", Shape::Map(&Shape::List(&VERSION, "repo.ChartVersions"), "map[string]repo.ChartVersions")),
        ("publicKeys", SCALARS),
        ("annotations", Shape::Map(&Shape::Scalar, "map[string]string")),
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

/// Returns a scalar as the text that Helm makes of it; `None` for null, a list or a mapping.
pub(super) fn text(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Str(text) => Some(text.clone()),
        Kind::Int(number) => Some(number.to_string()),
        Kind::UInt(number) => Some(number.to_string()),
        Kind::Float(number) => Some(format_float_32(*number)),
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Null | Kind::Raw(_) | Kind::Seq(_) | Kind::Map(_) => None,
    }
}

struct Check {
    is_strict: bool,
    /// How Go names the outermost value in paths.
    root: &'static str,
}

impl Check {
    fn check(&self, node: &Node, shape: &Shape, path: &mut Vec<Step>) -> Result<(), String> {
        match (&node.kind, shape) {
            (Kind::Null, _) | (_, Shape::Any) | (Kind::Bool(_), Shape::Bool) => Ok(()),
            (Kind::Str(_), Shape::Text | Shape::Scalar) => Ok(()),
            (Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_), Shape::Scalar) if self.is_strict => Ok(()),
            (Kind::Str(text), Shape::Time) => time::parse(b"2006-01-02T15:04:05Z07:00", text.as_bytes()).map(|_| ()),
            (_, Shape::Time) => Err("Time.UnmarshalJSON: input is not a JSON string".into()),
            (Kind::Seq(items), Shape::List(item, _)) => {
                items.iter().enumerate().try_for_each(|(at, node)| self.within(Step::Index(at), node, item, path))
            }
            (Kind::Map(map), Shape::Map(value, _)) => map
                .entries()
                .iter()
                .try_for_each(|entry| self.within(Step::Key(entry.key.to_string()), &entry.value, value, path)),
            (Kind::Map(map), Shape::Struct(fields, _)) => map.entries().iter().try_for_each(|entry| {
                let field = fields.iter().find(|(name, _)| entry.key.eq_ignore_ascii_case(name));
                match field {
                    Some((name, shape)) => self.within(Step::Field((*name).to_owned()), &entry.value, shape, path),
                    None if self.is_strict => Err(format!("json: unknown field {}", quote(entry.key.as_bytes()))),
                    None => Ok(()),
                }
            }),
            (found, shape) => Err(self.mismatch(found, shape, path)),
        }
    }

    fn within(&self, step: Step, node: &Node, shape: &Shape, path: &mut Vec<Step>) -> Result<(), String> {
        path.push(step);
        self.check(node, shape, path)?;
        path.pop();
        Ok(())
    }

    fn mismatch(&self, found: &Kind, shape: &Shape, path: &[Step]) -> String {
        let found = match found {
            Kind::Null => "null",
            Kind::Bool(_) => "bool",
            Kind::Str(_) | Kind::Raw(_) => "string",
            Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => "number",
            Kind::Seq(_) => "array",
            Kind::Map(_) => "object",
        };
        let wanted = match shape {
            Shape::Text | Shape::Scalar | Shape::Any => "string",
            Shape::Bool => "bool",
            Shape::Time => "time.Time",
            Shape::List(_, name) | Shape::Map(_, name) | Shape::Struct(_, name) => name,
        };
        let steps = path.iter().map(|step| match step {
            Step::Field(name) | Step::Key(name) => format!(".{name}"),
            Step::Index(at) => format!(".{at}"),
        });
        let place = match path.last() {
            None => "Go value".to_owned(),
            // Go names the struct only for a field or a key.
            Some(Step::Index(_)) => format!("{}{}", self.root, steps.collect::<String>()),
            Some(_) => format!("Go struct field {}{}", self.root, steps.collect::<String>()),
        };
        format!("json: cannot unmarshal {found} into {place} of type {wanted}")
    }
}
