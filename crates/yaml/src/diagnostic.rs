//! Diagnostics: errors and warnings with code, message, location and help. A [`Failure`] is all diagnostics of a run.

mod code;
mod excerpt;
mod field;
mod lines;
mod report;
mod suggest;

use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;

pub use code::{Code, ObjectName, ValueCode, ValueType};
pub use field::{FieldPath, Step};
pub use suggest::{Suggestions, did_you_mean, listed, missing_space, missing_space_help, nearest};

/// A text that locations point into: a file, standard input, a `--set` flag, a rendered template.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name in messages: a path, `<stdin>`, or the flag (`--set`).
    pub name: String,
    /// The whole text.
    pub text: Arc<str>,
}

/// All texts of one run. A [`Location`] refers to one of them by its [`SourceId`].
///
/// Copying and appending them takes little time and memory, also if there are thousands: copies share their texts.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    chunks: Vec<Chunk>,
    len: usize,
}

/// Texts that were added one after the other.
#[derive(Debug, Clone)]
struct Chunk {
    /// The number of texts before these.
    start: usize,
    texts: Arc<Vec<Source>>,
}

impl Sources {
    /// Adds a text and returns the id that its [`Location`]s carry.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        let source = Source { name: name.into(), text: text.into() };
        match self.chunks.last_mut().and_then(|chunk| Arc::get_mut(&mut chunk.texts)) {
            Some(texts) => texts.push(source),
            None => self.chunks.push(Chunk { start: self.len, texts: Arc::new(vec![source]) }),
        }
        self.len += 1;
        SourceId::of(self.len - 1)
    }

    /// Returns the number of texts.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether it has no texts.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends the texts of `others`. Returns the offset of their ids, for
    /// [`Node::shift_locations`](crate::tree::Node::shift_locations) and [`Diagnostic::moved`].
    pub fn append(&mut self, others: &Sources) -> u32 {
        let by = self.len;
        let moved = |chunk: &Chunk| Chunk { start: by + chunk.start, texts: Arc::clone(&chunk.texts) };
        self.chunks.extend(others.chunks.iter().map(moved));
        self.len += others.len;
        u32::try_from(by).unwrap_or(u32::MAX)
    }

    /// Iterates over the texts, with their ids, in the order in which they were added.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (SourceId, &Source)> {
        self.chunks.iter().flat_map(|Chunk { start, texts }| {
            texts.iter().enumerate().map(move |(index, source)| (SourceId::of(start + index), source))
        })
    }

    /// Returns a text by its id; `None` for the id of [`Location::UNKNOWN`].
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        let index = (id.0 as usize).checked_sub(1)?;
        let after = self.chunks.partition_point(|chunk| chunk.start <= index);
        let chunk = self.chunks.get(after.checked_sub(1)?)?;
        chunk.texts.get(index - chunk.start)
    }
}

/// The id of a text in [`Sources`]. The default means "no text": the program created the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceId(u32);

impl SourceId {
    /// Returns the id of the text with that index.
    fn of(index: usize) -> SourceId {
        SourceId(u32::try_from(index + 1).unwrap_or(u32::MAX))
    }
}

/// A position in a source: line and column count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Location {
    /// The text that it points into.
    pub source: SourceId,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Location {
    /// The location of a value that no text has, since the program created it.
    pub const UNKNOWN: Location = Location { source: SourceId(0), line: 0, column: 0 };

    /// Creates a location in `source`; line and column count from 1, the column in characters.
    pub fn new(source: SourceId, line: u32, column: u32) -> Self {
        Location { source, line, column }
    }

    /// Returns whether it points into a text.
    pub fn is_known(self) -> bool {
        self.source.0 != 0
    }

    /// Returns the location after its text was appended to other [`Sources`]; `by` is what [`Sources::append`]
    /// returned.
    pub fn moved(self, by: u32) -> Location {
        if self.is_known() { Location { source: SourceId(self.source.0.saturating_add(by)), ..self } } else { self }
    }
}

/// The severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Fails the run: no manifests are printed.
    Error,
    /// Printed on stderr; the run succeeds.
    Warning,
}

/// What a diagnostic is about, as data for programs.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// The code of the diagnostic.
    pub code: Code,
    /// The Kubernetes object, if it is about one.
    pub object: Option<ObjectName>,
    /// The field of the object or of the values, or the flag.
    pub field: FieldPath,
    /// The file, if it is about a whole file; `reason` names it.
    pub file: Option<String>,
    /// Whether `reason` names the field, so that the message does not start with it.
    pub is_named: bool,
    /// The text that the program whose behaviour is reproduced prints, if it is not the message.
    pub original: Option<String>,
}

/// One error or warning. [`Display`](fmt::Display) prints its message in one line: the object, the field, and the
/// reason, as in ``Service `web`: `spec.type`: must be ...``.
///
/// All texts are lower case without a full stop, with identifiers in backticks.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in one line, without the object and the field.
    pub reason: String,
    /// Where it is in the sources; [`Location::UNKNOWN`] if nowhere.
    pub location: Location,
    /// The code, object and field. Boxed, so that a `Result` with a diagnostic stays small.
    pub subject: Box<Subject>,
    /// A text under the source line, at the location: usually what was expected there.
    pub label: String,
    /// Other relevant locations, each with a text ("first defined here").
    pub related: Vec<(Location, String)>,
    /// What to do ("did you mean `workerReplicaCount`?"), one line each.
    pub help: Vec<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Subject { object, field, is_named, .. } = &*self.subject;
        if let Some(object) = object {
            write!(f, "{object}: ")?;
        }
        if !field.is_empty() && !is_named {
            write!(f, "`{field}`: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl Diagnostic {
    /// Creates an error without a location; set it with [`Diagnostic::at`].
    pub fn error(code: impl Into<Code>, reason: impl Into<String>) -> Self {
        let (field, is_named) = (FieldPath::ROOT, false);
        Diagnostic {
            severity: Severity::Error,
            reason: reason.into(),
            location: Location::UNKNOWN,
            subject: Box::new(Subject { code: code.into(), object: None, field, file: None, is_named, original: None }),
            label: String::new(),
            related: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Creates a warning without a location; set it with [`Diagnostic::at`].
    pub fn warning(code: impl Into<Code>, reason: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, reason) }
    }

    /// Creates the error of an unknown key of values, the last step of `path`. Its help is the most similar of the `valid`
    /// names, or lists them. It has no location yet.
    pub fn unknown_key(path: FieldPath, valid: &[&str]) -> Self {
        Diagnostic::unknown("key", path, valid)
    }

    /// Creates the error of an unknown field of a Kubernetes object, like [`unknown_key`](Diagnostic::unknown_key).
    pub fn unknown_field(path: FieldPath, valid: &[&str]) -> Self {
        Diagnostic::unknown("field", path, valid)
    }

    fn unknown(what: &str, path: FieldPath, valid: &[&str]) -> Self {
        let name = path.last_name().unwrap_or_default();
        let help = match nearest(name, valid.iter().copied()) {
            Some(near) => Some(did_you_mean(near)),
            None if valid.is_empty() => None,
            None => Some(format!("known {what}s: {}", listed(valid.iter().copied()))),
        };
        let diagnostic = Diagnostic::error(ValueCode::UnknownField, format!("unknown {what} `{path}`"));
        let diagnostic = diagnostic.names_field(path);
        help.into_iter().fold(diagnostic, Diagnostic::help)
    }

    /// Returns whether it is a warning.
    pub fn is_warning(&self) -> bool {
        self.severity == Severity::Warning
    }

    /// Returns the message in one line: the object, the field, and the reason.
    pub fn message(&self) -> String {
        self.to_string()
    }

    /// Sets the text that the program whose behaviour is reproduced prints.
    #[must_use]
    pub fn original(mut self, text: impl Into<String>) -> Self {
        self.subject.original = Some(text.into());
        self
    }

    /// Sets the location.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = location;
        self
    }

    /// Adjusts the locations after their texts were appended to other [`Sources`]; `by` is what [`Sources::append`]
    /// returned.
    #[must_use]
    pub fn moved(mut self, by: u32) -> Self {
        self.location = self.location.moved(by);
        self.related.iter_mut().for_each(|(location, _)| *location = location.moved(by));
        self
    }

    /// Replaces the code with a more specific one.
    #[must_use]
    pub fn coded(mut self, code: impl Into<Code>) -> Self {
        self.subject.code = code.into();
        self
    }

    /// Sets the field that it is about. The message starts with the field.
    #[must_use]
    pub fn in_field(mut self, field: impl Into<FieldPath>) -> Self {
        (self.subject.field, self.subject.is_named) = (field.into(), false);
        self
    }

    /// Sets the field that it is about. The reason names the field, so the message does not start with it.
    #[must_use]
    pub fn names_field(mut self, field: impl Into<FieldPath>) -> Self {
        (self.subject.field, self.subject.is_named) = (field.into(), true);
        self
    }

    /// Sets the file that it is about as a whole. The reason names the file.
    #[must_use]
    pub fn names_file(mut self, file: impl Into<String>) -> Self {
        self.subject.file = Some(file.into());
        self
    }

    /// Sets the object that it is about, which the message then names: ``Deployment `web`: ...``.
    #[must_use]
    pub fn of(mut self, object: ObjectName) -> Self {
        self.subject.object = Some(object);
        self
    }

    /// Prefixes the reason with its context, such as a flag or a file: `context: reason`.
    #[must_use]
    pub fn within(mut self, context: impl fmt::Display) -> Self {
        self.reason = format!("{context}: {}", self.reason);
        self
    }

    /// Returns the code.
    pub fn code(&self) -> &Code {
        &self.subject.code
    }

    /// Returns the id of the broken rule, such as `pod/restart-policy`; empty if the code is not a rule.
    pub fn rule(&self) -> &'static str {
        self.code().rule().unwrap_or_default()
    }

    /// Returns the field that it is about; the empty path if there is none.
    pub fn field(&self) -> &FieldPath {
        &self.subject.field
    }

    /// Returns the Kubernetes object that it is about, if it is about one.
    pub fn object(&self) -> Option<&ObjectName> {
        self.subject.object.as_ref()
    }

    /// Returns the file that it is about, if it is about a whole file and has no location in it.
    pub fn file(&self) -> Option<&str> {
        self.subject.file.as_deref()
    }

    /// Sets the text at the location.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds another relevant location with a text.
    #[must_use]
    pub fn related(mut self, location: Location, what: impl Into<String>) -> Self {
        self.related.push((location, what.into()));
        self
    }
}

/// All diagnostics of a run that failed, with the texts that they point into.
///
/// `Display` prints the whole report without colors.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The diagnostics, sorted by location.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the locations point into.
    pub sources: Sources,
}

impl Failure {
    /// Creates a failure: sorts the diagnostics by location and removes duplicates.
    pub fn new(mut diagnostics: Vec<Diagnostic>, sources: Sources) -> Self {
        diagnostics.sort_by_key(|diagnostic| diagnostic.location);
        diagnostics.dedup();
        Failure { diagnostics, sources }
    }

    /// Renders the report for a terminal: each diagnostic with its source lines and help.
    pub fn render(&self, color: bool) -> String {
        report::render(&self.diagnostics, &self.sources, color)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Failure {}

/// Renders diagnostics with their source lines and help, such as the warnings of a successful run.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    report::render(diagnostics, sources, color)
}

/// Returns the reason of an I/O error for a message: in lower case, without the error number. The most common ones have the same
/// words on each system.
pub fn io_reason(error: &std::io::Error) -> String {
    match error.kind() {
        // Our own text (`files::read`) with the limit.
        ErrorKind::FileTooLarge if error.get_ref().is_some() => return error.to_string(),
        ErrorKind::NotFound if error.get_ref().is_none() => return "no such file or directory".to_owned(),
        ErrorKind::PermissionDenied if error.get_ref().is_none() => return "permission denied".to_owned(),
        _ => {}
    }
    let text = error.to_string().to_lowercase();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
