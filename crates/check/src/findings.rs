//! Collects what is wrong with values, each finding at the location of the value.

use super::syntax::{label_key, label_value};
use mkmanifests_yaml::diagnostic::{Diagnostic, FieldPath, Location, Sources, ValueCode};
use mkmanifests_yaml::tree::{Kind, Node, Written};

/// The findings about one tree of values.
///
/// A rule knows a value by its path (`["head", "ports", "gcs"]`); the location comes from the tree, or from the nearest
/// part above it that was written down.
#[derive(Debug)]
pub struct Findings<'a> {
    root: &'a Node,
    written: Option<Written<'a>>,
    /// What was found so far.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Findings<'a> {
    /// No findings about `root` yet.
    pub fn about(root: &'a Node) -> Self {
        Findings { root, written: None, diagnostics: Vec::new() }
    }

    /// Looks up how numbers were written in `sources`.
    pub fn written_in(self, sources: &'a Sources) -> Self {
        Findings { written: Some(Written::new(sources)), ..self }
    }

    /// Adds an error if the value at `path` is a number or boolean whose text is lost by reading it: 1.3 is not `1.30`.
    pub fn require_text(&mut self, path: &[&str]) {
        let Some(node) = self.root.find(path.iter().copied()) else { return };
        let Some(written) = &self.written else { return };
        let Some(text) = written.differs(node) else { return };
        let message = format!("expected a string, found {}", written.describe(node));
        let code = ValueCode::NotText { written: text.to_owned() };
        let diagnostic = Diagnostic::error(code, message).in_field(field(path));
        self.push(path, diagnostic.help(format!("quote it: \"{text}\"")));
    }

    /// An error about the value at `path`.
    pub fn error(&mut self, path: &[&str], message: impl std::fmt::Display) {
        self.push(path, error(path, message));
    }

    /// An error about the value at `path`, with a line of help.
    pub fn error_with_help(&mut self, path: &[&str], message: impl std::fmt::Display, help: impl Into<String>) {
        self.push(path, error(path, message).help(help));
    }

    /// A warning about the value at `path`, with a line of help if there is one.
    pub fn warning(&mut self, path: &[&str], message: impl std::fmt::Display, help: Option<String>) {
        let diagnostic = Diagnostic::warning(ValueCode::Suspicious, message.to_string()).in_field(field(path));
        self.push(path, help.into_iter().fold(diagnostic, Diagnostic::help));
    }

    /// An error about the value at `path` if the rule was broken.
    pub fn require(&mut self, path: &[&str], result: Result<(), String>) {
        if let Err(reason) = result {
            self.error(path, reason);
        }
    }

    /// An error about the key at the end of `path` if the rule was broken.
    pub fn require_key(&mut self, path: &[&str], result: Result<(), String>) {
        let Err(reason) = result else { return };
        let (parents, key) = path.split_at(path.len().saturating_sub(1));
        let parent = self.root.find(parents.iter().copied()).and_then(Node::as_map);
        let entry = parent.zip(key.first()).and_then(|(map, key)| map.entry(key));
        let location = entry.map(|entry| entry.location).filter(|location| location.is_known());
        let location = location.unwrap_or_else(|| self.location(path));
        self.add(error(path, reason).at(location));
    }

    /// An error about a label if its key or value breaks the rules of labels.
    pub fn require_label(&mut self, path: &[&str], key: &str, value: &str) {
        match label_key(key) {
            Ok(()) => self.require(path, label_value(value)),
            broken => self.require_key(path, broken),
        }
    }

    /// Whether something was written at `path`, right or wrong: neither nothing, nor an empty text, list or mapping.
    pub fn is_written(&self, path: &[&str]) -> bool {
        match self.root.find(path.iter().copied()).map(|node| &node.kind) {
            None | Some(Kind::Null) => false,
            Some(Kind::Str(text)) => !text.is_empty(),
            Some(Kind::Seq(items)) => !items.is_empty(),
            Some(Kind::Map(map)) => !map.is_empty(),
            Some(_) => true,
        }
    }

    /// Where the value at `path` was written, or the nearest part above it.
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
        self.diagnostics.push(diagnostic);
    }
}

fn error(path: &[&str], reason: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::error(ValueCode::Invalid, reason.to_string()).in_field(field(path))
}

/// `head.env[0].name`.
fn field(path: &[&str]) -> FieldPath {
    FieldPath::from_steps(path.iter().copied())
}
