//! Collects diagnostics about values, with their locations.

use super::syntax::{label_key, label_value};
use mkmanifests_yaml::diagnostic::{Diagnostic, FieldPath, Location, Sources, ValueCode};
use mkmanifests_yaml::tree::{Kind, Node, Written};

/// Collects diagnostics about a tree of values.
///
/// A rule names a value by its path (`["head", "ports", "gcs"]`). The location is that of the value, or of the closest parent
/// with a location.
#[derive(Debug)]
pub struct Diagnostics<'a> {
    root: &'a Node,
    written: Option<Written<'a>>,
    /// The diagnostics so far.
    pub list: Vec<Diagnostic>,
}

impl<'a> Diagnostics<'a> {
    /// Creates an empty collection about `root`.
    pub fn about(root: &'a Node) -> Self {
        Diagnostics { root, written: None, list: Vec::new() }
    }

    /// Sets the texts that the locations point into. [`Diagnostics::require_text`] needs them.
    pub fn written_in(self, sources: &'a Sources) -> Self {
        Diagnostics { written: Some(Written::new(sources)), ..self }
    }

    /// Reports an error if the value at `path` should be a string, but YAML reads it as a number or boolean and changes its text:
    /// `1.30` to 1.3.
    pub fn require_text(&mut self, path: &[&str]) {
        let Some(node) = self.root.find(path.iter().copied()) else { return };
        let Some(written) = &self.written else { return };
        let Some(text) = written.differs(node) else { return };
        let message = format!("expected a string, found {}", written.describe(node));
        let code = ValueCode::NotText { written: text.to_owned() };
        let diagnostic = Diagnostic::error(code, message).in_field(field(path));
        self.push(path, diagnostic.help(written.quote_help(node.location, Some(text))));
    }

    /// Reports an error of the value at `path`.
    pub fn error(&mut self, path: &[&str], message: impl std::fmt::Display) {
        self.push(path, error(path, message));
    }

    /// Reports an error of the value at `path`, with a line of help.
    pub fn error_with_help(&mut self, path: &[&str], message: impl std::fmt::Display, help: impl Into<String>) {
        self.push(path, error(path, message).help(help));
    }

    /// Reports a warning about the value at `path`, with an optional line of help.
    pub fn warning(&mut self, path: &[&str], message: impl std::fmt::Display, help: Option<String>) {
        let diagnostic = Diagnostic::warning(ValueCode::Suspicious, message.to_string()).in_field(field(path));
        self.push(path, help.into_iter().fold(diagnostic, Diagnostic::help));
    }

    /// Reports the error of a check of the value at `path`, if there is one.
    pub fn require(&mut self, path: &[&str], result: Result<(), String>) {
        if let Err(reason) = result {
            self.error(path, reason);
        }
    }

    /// Reports the error of a check of the last key of `path`, if there is one, at the location of the key.
    pub fn require_key(&mut self, path: &[&str], result: Result<(), String>) {
        let Err(reason) = result else { return };
        let (parents, key) = path.split_at(path.len().saturating_sub(1));
        let parent = self.root.find(parents.iter().copied()).and_then(Node::as_map);
        let entry = parent.zip(key.first()).and_then(|(map, key)| map.entry(key));
        let location = entry.map(|entry| entry.location).filter(|location| location.is_known());
        let location = location.unwrap_or_else(|| self.location(path));
        self.add(error(path, reason).at(location));
    }

    /// Reports an error if a label has an invalid key or value.
    pub fn require_label(&mut self, path: &[&str], key: &str, value: &str) {
        match label_key(key) {
            Ok(()) => self.require(path, label_value(value)),
            broken => self.require_key(path, broken),
        }
    }

    /// Returns whether the value at `path` is set, valid or not: not `null`, and not an empty string, list or mapping.
    pub fn is_written(&self, path: &[&str]) -> bool {
        match self.root.find(path.iter().copied()).map(|node| &node.kind) {
            None | Some(Kind::Null) => false,
            Some(Kind::Str(text)) => !text.is_empty(),
            Some(Kind::Seq(items)) => !items.is_empty(),
            Some(Kind::Map(map)) => !map.is_empty(),
            Some(_) => true,
        }
    }

    /// Returns the location of the value at `path`, or of the closest parent with a location.
    pub fn location(&self, path: &[&str]) -> Location {
        (0..=path.len())
            .rev()
            .filter_map(|length| self.root.find(path[..length].iter().copied()))
            .map(|node| node.location)
            .find(|location| location.is_known())
            .unwrap_or(Location::UNKNOWN)
    }

    fn push(&mut self, path: &[&str], diagnostic: Diagnostic) {
        let location = self.location(path);
        self.add(diagnostic.at(location));
    }

    /// Adds a diagnostic, with the keys of its field as they were written.
    fn add(&mut self, mut diagnostic: Diagnostic) {
        if let Some(written) = &self.written {
            diagnostic.subject.field = written.path_as_written(self.root, diagnostic.field());
        }
        self.list.push(diagnostic);
    }
}

fn error(path: &[&str], reason: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::error(ValueCode::Invalid, reason.to_string()).in_field(field(path))
}

/// Converts a path to a field path: `head.env[0].name`.
fn field(path: &[&str]) -> FieldPath {
    FieldPath::from_steps(path.iter().copied())
}
