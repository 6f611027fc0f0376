//! Reads the head of each rendered document as Helm does: kind, name and annotations.

use super::ChartCode;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, SourceId};
use mkmanifests_yaml::tree::read::{Duplicates, first_document};
use mkmanifests_yaml::tree::{Kind, Node, YamlCode};

/// The head of a document. Fields that the document lacks are empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    pub api_version: String,
    pub kind: String,
    pub name: String,
    /// The annotations that begin with `helm.sh/`.
    pub annotations: Vec<(String, String)>,
    /// The whole document.
    pub root: Node,
}

impl Head {
    /// Reads the head of a document. `text` is the text of `source`.
    ///
    /// # Errors
    /// Helm's text for a document that is not YAML or not an object, without the template's name.
    pub fn read(source: SourceId, text: &str) -> Result<Head, Diagnostic> {
        let root = first_document(source, text, Duplicates::LastWins).map_err(|refused| {
            let first = refused
                .diagnostics
                .into_iter()
                .next()
                .unwrap_or_else(|| Diagnostic::error(YamlCode::Syntax, "unknown error"));
            let reason = format!("error converting YAML to JSON: {}", refused.go);
            let diagnostic = Diagnostic { reason, ..first.clone() };
            if diagnostic.label.is_empty() { diagnostic.label(first.reason) } else { diagnostic }
        })?;
        match &root.kind {
            Kind::Null => return Ok(Head::default()),
            Kind::Map(_) => {}
            _ => return Err(mismatch(&root, "", "Go value of type util.SimpleHead")),
        }
        let mut head = Head {
            api_version: text_of(&root, "apiVersion", "")?,
            kind: text_of(&root, "kind", "")?,
            ..Head::default()
        };
        if let Some(metadata) = find(&root, "metadata") {
            head.read_metadata(metadata)?;
        }
        head.root = root;
        Ok(head)
    }

    fn read_metadata(&mut self, metadata: &Node) -> Result<(), Diagnostic> {
        match &metadata.kind {
            Kind::Null => return Ok(()),
            Kind::Map(_) => {}
            _ => return Err(mismatch(metadata, ".metadata", METADATA)),
        }
        self.name = text_of(metadata, "name", ".metadata")?;
        let Some(annotations) = find(metadata, "annotations").filter(|found| !found.is_null()) else { return Ok(()) };
        let Some(map) = annotations.as_map() else {
            return Err(mismatch(annotations, ".metadata.annotations", "map[string]string"));
        };
        for entry in map.entries() {
            let path = || format!(".metadata.annotations.{}", entry.key);
            let text = text(&entry.value).ok_or_else(|| mismatch(&entry.value, &path(), "string"))?;
            if entry.key.starts_with("helm.sh/") {
                self.annotations.push((entry.key.as_ref().to_owned(), text));
            }
        }
        Ok(())
    }

    /// Returns the value of one of Helm's annotations; `None` if the object does not have it.
    pub fn annotation(&self, name: &str) -> Option<&str> {
        self.annotations.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// How Go prints the type of the metadata.
const METADATA: &str =
    r#"struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" }"#;

/// Returns the value of a field. As in Go's JSON, the case of the name does not matter and the last of several fields
/// wins.
fn find<'n>(map: &'n Node, name: &str) -> Option<&'n Node> {
    let entries = map.as_map()?.entries();
    entries.iter().rev().find(|entry| entry.key.eq_ignore_ascii_case(name)).map(|entry| &entry.value)
}

fn text_of(map: &Node, name: &str, path: &str) -> Result<String, Diagnostic> {
    let Some(found) = find(map, name) else { return Ok(String::new()) };
    text(found).ok_or_else(|| mismatch(found, &format!("{path}.{name}"), "string"))
}

/// Converts a scalar to text, as Helm does for a string field.
fn text(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Null => Some(String::new()),
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Int(value) => Some(value.to_string()),
        Kind::UInt(value) => Some(value.to_string()),
        Kind::Float(value) => Some(value.to_string()),
        Kind::Str(text) => Some(text.clone()),
        Kind::Raw(_) | Kind::Seq(_) | Kind::Map(_) => None,
    }
}

fn mismatch(node: &Node, field: &str, wanted: &str) -> Diagnostic {
    let found = match &node.kind {
        Kind::Null => "null",
        Kind::Bool(_) => "bool",
        Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => "number",
        Kind::Str(_) | Kind::Raw(_) => "string",
        Kind::Seq(_) => "array",
        Kind::Map(_) => "object",
    };
    let target = if field.is_empty() { wanted.to_owned() } else { format!("Go struct field {field} of type {wanted}") };
    let message = format!("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {found} into {target}");
    let location = if node.location.is_known() { node.location } else { Location::UNKNOWN };
    Diagnostic::error(ChartCode::InvalidManifest, message).at(location).label(format!("found {}", node.describe()))
}
