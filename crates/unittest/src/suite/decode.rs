//! Decodes YAML into settings as go-yaml decodes it into structs, with the location of every mistake.

use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::{Diagnostic, FieldPath, Location, Severity, Step};

use super::SuiteCode;
use super::fields::{self, Fields};
use super::node::{Mistake, Node, Resolved as _};
use super::split::Part;
use crate::go_yaml::{self, Content, NodeExt as _};

/// What happens with keys that helm-unittest does not know, and with settings that it ignores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unknown {
    /// They are ignored, as helm-unittest does.
    Ignored,
    /// Unknown keys of suites and tests are errors, those of assertions are ignored: `helm unittest --strict`.
    Strict,
    /// They are errors, or warnings if they are harmless.
    #[default]
    Explained,
}

/// Reads one document. Collects all mistakes.
pub(super) struct Decoder<'d> {
    unknown: Unknown,
    part: Part<'d>,
    /// The path of the current value in the suite.
    path: FieldPath,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// The errors that helm-unittest reports together.
    pub(super) type_errors: Vec<String>,
    /// The error that it stops at.
    fatal: Option<String>,
    /// The number of `<<`, after expanding aliases.
    pub(super) merges: usize,
}

impl<'d> Decoder<'d> {
    pub fn new(unknown: Unknown, part: Part<'d>) -> Decoder<'d> {
        let path = FieldPath::ROOT;
        Decoder { unknown, part, path, diagnostics: Vec::new(), type_errors: Vec::new(), fatal: None, merges: 0 }
    }

    /// Returns helm-unittest's error, if there is one.
    pub fn error(&self) -> Option<String> {
        let type_errors = || format!("yaml: unmarshal errors:\n  {}", self.type_errors.join("\n  "));
        self.fatal.clone().or_else(|| (!self.type_errors.is_empty()).then(type_errors))
    }

    /// Returns whether mistakes that helm-unittest ignores are reported.
    pub fn explains(&self) -> bool {
        self.unknown == Unknown::Explained
    }

    /// Returns a location in the file.
    pub fn location(&self, node: &Node<'_>) -> Location {
        self.part.location(node.location)
    }

    /// Returns the path of the current value.
    pub fn path(&self) -> &FieldPath {
        &self.path
    }

    /// Reports an error that helm-unittest stops at.
    pub fn stop(&mut self, diagnostic: Diagnostic, text: String) {
        self.diagnostics.push(diagnostic.original(text.clone()));
        self.fatal.get_or_insert(text);
    }

    /// Reports errors that helm-unittest stops at with one message.
    pub fn stop_with(&mut self, diagnostics: Vec<Diagnostic>, text: &str) {
        for diagnostic in diagnostics {
            self.stop(diagnostic, text.to_owned());
        }
    }

    /// Reports an error that helm-unittest does not have.
    pub fn explain(&mut self, diagnostic: Diagnostic) {
        if self.explains() {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reads something in a field or an item.
    pub fn within<T>(&mut self, step: Step, read: impl FnOnce(&mut Self) -> T) -> T {
        let child: FieldPath = self.path.steps().iter().cloned().chain([step]).collect();
        let parent = std::mem::replace(&mut self.path, child);
        let read = read(self);
        self.path = parent;
        read
    }

    /// Reports a value of another type: `wanted` in words, `go_type` in Go.
    fn wrong_type(&mut self, node: &Node<'_>, wanted: &str, go_type: &str) {
        let target = node.resolved();
        // A scalar that is not of the type that its tag names is an error of its own.
        if let Content::Scalar { .. } = target.content
            && let Err(Mistake::Fatal(text)) = target.decode()
        {
            self.stop(self.yaml_error(target, &text), text);
            return;
        }
        if !self.has_unique_keys(target) {
            return;
        }
        let mut errors = go_yaml::TypeErrors::default();
        errors.mismatch(target, go_type);
        if let Err(error) = errors.finish(())
            && let Mistake::Types(lines) = Mistake::of(&error)
        {
            lines.into_iter().for_each(|line| self.add(self.mismatch(node, wanted), line));
        }
    }

    fn add(&mut self, diagnostic: Diagnostic, original: String) {
        self.diagnostics.push(diagnostic.original(original.clone()));
        self.type_errors.push(original);
    }

    /// Reads a string: the text of any scalar but null.
    pub fn string(&mut self, node: &Node<'_>) -> Option<String> {
        let text = self.typed(node, "a string", |decoder| decoder.string(node));
        text.map(|text| text.text().into_owned())
    }

    /// Reads a boolean. Unlike elsewhere, `yes` and `off` are booleans here.
    pub fn bool(&mut self, node: &Node<'_>) -> bool {
        self.typed(node, "`true` or `false`", |decoder| decoder.boolean(node)).unwrap_or_default()
    }

    /// Reads an integer. The fraction of a float is lost.
    pub fn int(&mut self, node: &Node<'_>) -> Option<i64> {
        self.typed(node, "an integer", |decoder| decoder.int(node))
    }

    fn typed<T>(
        &mut self,
        node: &Node<'_>,
        wanted: &str,
        read: impl FnOnce(&mut go_yaml::Decoder) -> Result<Option<T>, go_yaml::Error>,
    ) -> Option<T> {
        let mut decoder = go_yaml::Decoder::default();
        match read(&mut decoder).and_then(|value| decoder.errors.finish(value)) {
            Ok(value) => return value,
            Err(error) => match Mistake::of(&error) {
                Mistake::Fatal(text) => self.stop(self.yaml_error(node, &text), text),
                Mistake::Types(lines) => {
                    for line in lines {
                        self.add(self.mismatch(node, wanted), line);
                    }
                }
            },
        }
        None
    }

    /// Returns the error of a value of another type.
    pub fn mismatch(&self, node: &Node<'_>, wanted: &str) -> Diagnostic {
        let target = node.resolved();
        let diagnostic =
            Diagnostic::error(SuiteCode::WrongType, format!("must be {wanted}, found {}", describe(target)));
        diagnostic.in_field(self.path.clone()).at(self.location(target))
    }

    /// Returns the error of go-yaml at a node, or at the line that it names.
    fn yaml_error(&self, node: &Node<'_>, text: &str) -> Diagnostic {
        let reason = text.strip_prefix("yaml: ").unwrap_or(text);
        let named = reason.strip_prefix("line ").and_then(|rest| rest.split_once(": "));
        let line = named.and_then(|(line, rest)| Some((line.parse::<u32>().ok()?, rest)));
        let (location, reason) = match line {
            Some((line, rest)) if line == node.location.line => (node.location, rest),
            Some((line, rest)) => (Location::new(node.location.source, line, self.part.first_column(line)), rest),
            None => (node.location, reason),
        };
        Diagnostic::error(SuiteCode::Yaml, reason).at(self.part.location(location))
    }

    /// Reads a list of strings. Null items are left out.
    pub fn strings(&mut self, node: &Node<'_>) -> Vec<String> {
        let strings = self.list(node, "[]string", |decoder, item| decoder.string(item));
        strings.into_iter().flatten().collect()
    }

    /// Reads a list.
    pub fn list<T>(
        &mut self,
        node: &Node<'_>,
        go_type: &str,
        mut read: impl FnMut(&mut Self, &Node<'_>) -> T,
    ) -> Vec<T> {
        let target = node.resolved();
        match target.items() {
            Some(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| self.within(Step::Index(index), |decoder| read(decoder, item)))
                .collect(),
            None => {
                if !target.is_null() {
                    self.wrong_type(node, "a list", go_type);
                }
                Vec::new()
            }
        }
    }

    /// Reads any value; nil if it cannot be read.
    pub fn any(&mut self, node: &Node<'_>) -> Value {
        let decoded = node.decode();
        self.decoded(node, decoded)
    }

    /// Reads a mapping with any values; `None` if it is null or cannot be read.
    pub fn map(&mut self, node: &Node<'_>, go_type: &str) -> Option<Map> {
        let target = node.resolved();
        if target.entries().is_none() {
            if !target.is_null() {
                self.wrong_type(node, "a mapping", go_type);
            }
            return None;
        }
        let decoded = target.decode_map().map(Value::Map);
        self.decoded(target, decoded).as_map()
    }

    fn decoded(&mut self, node: &Node<'_>, decoded: Result<Value, Mistake>) -> Value {
        match decoded {
            Ok(value) => return value,
            Err(Mistake::Fatal(text)) => self.stop(self.yaml_error(node, &text), text),
            Err(Mistake::Types(lines)) => {
                for line in lines {
                    self.add(self.yaml_error(node, &line), line);
                }
            }
        }
        Value::Nil
    }

    /// Reads the fields of a mapping. Returns whether it is one.
    pub fn fields(
        &mut self,
        node: &Node<'_>,
        fields: &Fields,
        mut read: impl FnMut(&mut Self, &str, &Node<'_>),
    ) -> bool {
        let target = node.resolved();
        if target.entries().is_none() {
            if !target.is_null() {
                self.wrong_type(node, "a mapping", fields.go_type);
            }
            return false;
        }
        if !self.has_unique_keys(target) {
            return false;
        }
        // Own entries are read before those that are merged.
        let (entries, wrong) = self.merged_entries(target);
        for (key, value) in entries {
            let Some(name) = self.string(key) else { continue };
            if fields.keys.contains(&name.as_str()) || self.extensions(fields).contains(&name.as_str()) {
                self.within(Step::Field(name.clone()), |decoder| read(decoder, &name, value));
            } else {
                self.unknown_key(&name, key, fields);
            }
        }
        self.stop_at_merge(wrong);
        true
    }

    /// Reads the entries of a mapping whose keys are data.
    pub fn pairs<T>(
        &mut self,
        node: &Node<'_>,
        go_type: &str,
        mut read: impl FnMut(&mut Self, &Node<'_>) -> T,
    ) -> Vec<(String, T)> {
        let target = node.resolved();
        if target.entries().is_none() {
            if !target.is_null() {
                self.wrong_type(node, "a mapping", go_type);
            }
            return Vec::new();
        }
        if !self.has_unique_keys(target) {
            return Vec::new();
        }
        let mut pairs = Vec::new();
        for (key, value) in self.entries(target) {
            let Some(name) = self.string(key) else { continue };
            let value = self.within(Step::Key(name.clone()), |decoder| read(decoder, value));
            pairs.push((name, value));
        }
        pairs
    }

    /// Returns the keys that helm-unittest does not know, where they count.
    fn extensions(&self, fields: &Fields) -> &'static [&'static str] {
        if self.explains() { fields::extensions(fields) } else { &[] }
    }

    fn unknown_key(&mut self, name: &str, key: &Node<'_>, fields: &Fields) {
        let path = self.path.child(name);
        let mistake = fields.mistakes.iter().find(|mistake| mistake.key == name);
        let mut diagnostic = Diagnostic::unknown_key(path, &[fields.keys, self.extensions(fields)].concat());
        diagnostic = diagnostic.at(self.location(key));
        if let Some(mistake) = mistake {
            diagnostic.help = vec![mistake.help.to_owned()];
        }
        match self.unknown {
            Unknown::Ignored => {}
            Unknown::Strict if fields.without_effect.contains(&name) => {}
            Unknown::Strict => {
                let line = key.location.line;
                self.add(diagnostic, format!("line {line}: field {name} not found in type {}", fields.go_type));
            }
            // A place for anchors.
            Unknown::Explained if name.starts_with("x-") => {}
            Unknown::Explained => {
                if mistake.is_some_and(|mistake| mistake.is_harmless) {
                    diagnostic.severity = Severity::Warning;
                }
                self.diagnostics.push(diagnostic);
            }
        }
    }

    /// Reports a key that helm-unittest ignores even with `--strict`.
    pub fn explain_unknown(&mut self, name: &str, key: &Node<'_>, fields: &Fields) {
        if self.explains() {
            self.unknown_key(name, key, fields);
        }
    }

    /// Reports a setting that helm-unittest ignores, since it has another type.
    pub fn ignored(&mut self, node: &Node<'_>, wanted: &str) {
        let found = describe(node.resolved());
        let diagnostic = Diagnostic::error(SuiteCode::Ignored, format!("must be {wanted}, found {found}"));
        let diagnostic = diagnostic.in_field(self.path.clone()).at(self.location(node.resolved()));
        self.explain(diagnostic);
    }
}

/// Describes a value for a message.
fn describe(node: &Node<'_>) -> String {
    match &node.content {
        Content::Scalar { text, .. } if text.chars().count() > 40 => "a long text".to_owned(),
        Content::Scalar { text, plain: true } => format!("`{text}`"),
        Content::Scalar { text, plain: false } => format!("the string {text:?}"),
        Content::Sequence(_) => "a list".to_owned(),
        Content::Mapping(_) => "a mapping".to_owned(),
        Content::Alias(name, _) => format!("`*{name}`"),
    }
}
