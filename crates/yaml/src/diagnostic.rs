//! What went wrong, where, and what would be right: one [`Diagnostic`] each, all of them in one [`Failure`].

mod code;
mod excerpt;
mod field;
mod lines;
mod report;
mod suggest;

use std::fmt;
use std::sync::Arc;

pub use code::{Code, ObjectName, ValueCode, ValueType};
pub use field::{FieldPath, Step};
pub use suggest::{Suggestions, did_you_mean, listed, nearest};

/// A text that diagnostics can point into: a file, standard input, a `--set` flag, a rendered template.
#[derive(Debug, Clone)]
pub struct Source {
    /// As the user knows it: a path, `<stdin>`, or the flag (`--set`).
    pub name: String,
    /// The whole text.
    pub text: Arc<str>,
}

/// All texts read for one run; a [`Location`] is an index into it.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a text and returns the id that its [`Location`]s carry.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.0.push(Source { name: name.into(), text: text.into() });
        SourceId(u32::try_from(self.0.len()).unwrap_or(u32::MAX))
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the texts of others behind these, and returns by how much their ids grow
    /// ([`Node::shift_locations`](crate::tree::Node::shift_locations)).
    pub fn append(&mut self, others: &Sources) -> u32 {
        let by = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        self.0.extend(others.0.iter().cloned());
        by
    }

    /// The text that a location is in; `None` for [`Location::UNKNOWN`].
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.0.get((id.0 as usize).checked_sub(1)?)
    }
}

/// Names one text of a [`Sources`]; zero is "made by the program itself".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceId(u32);

/// A position in a source: line and column count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Location {
    /// The text.
    pub source: SourceId,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Location {
    /// Of a value that the program made itself.
    pub const UNKNOWN: Location = Location { source: SourceId(0), line: 0, column: 0 };

    /// A location in `source`; line and column count from 1.
    pub fn new(source: SourceId, line: u32, column: u32) -> Self {
        Location { source, line, column }
    }

    /// Whether it points into a text.
    pub fn is_known(self) -> bool {
        self.source.0 != 0
    }

    /// The same location once its text is `by` texts further behind.
    pub fn moved(self, by: u32) -> Location {
        if self.is_known() { Location { source: SourceId(self.source.0.saturating_add(by)), ..self } } else { self }
    }
}

/// Whether a diagnostic stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is printed.
    Error,
    /// Said on stderr; the run goes on.
    Warning,
}

/// What a diagnostic is about, for programs.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// What kind of diagnostic it is.
    pub code: Code,
    /// The object, if it is about one.
    pub object: Option<ObjectName>,
    /// The field of the object or of the values, or the flag.
    pub field: FieldPath,
    /// The file that `reason` names, if it is about one as a whole.
    pub file: Option<String>,
    /// Whether `reason` names the field itself, so that the message does not begin with it.
    pub is_named: bool,
}

/// One thing that is wrong. [`Display`](fmt::Display) makes its message: the object, the field, and the reason.
///
/// Texts are lower case without a full stop, identifiers in backticks.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// Whether it stops the run.
    pub severity: Severity,
    /// What is wrong, in one line; of what, `subject` says.
    pub reason: String,
    /// Where.
    pub location: Location,
    /// What it is about; boxed, so that results that may be a diagnostic stay small.
    pub subject: Box<Subject>,
    /// Said at the location, under the source line: mostly what was expected there.
    pub label: String,
    /// Other locations that matter, each with what it is ("first defined here").
    pub related: Vec<(Location, String)>,
    /// What would be right ("did you mean `workerReplicaCount`?"), one line each.
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
    /// An error without a location; add one with [`Diagnostic::at`].
    pub fn error(code: impl Into<Code>, reason: impl Into<String>) -> Self {
        let (field, is_named) = (FieldPath::ROOT, false);
        Diagnostic {
            severity: Severity::Error,
            reason: reason.into(),
            location: Location::UNKNOWN,
            subject: Box::new(Subject { code: code.into(), object: None, field, file: None, is_named }),
            label: String::new(),
            related: Vec::new(),
            help: Vec::new(),
        }
    }

    /// A warning without a location.
    pub fn warning(code: impl Into<Code>, reason: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, reason) }
    }

    /// An error about a field that is none of the `valid` ones: the last step of `path`. It has no location yet.
    pub fn unknown_field(path: FieldPath, valid: &[&str]) -> Self {
        let name = path.last_name().unwrap_or_default();
        let help = match nearest(name, valid.iter().copied()) {
            Some(near) => Some(did_you_mean(near)),
            None if valid.is_empty() => None,
            None => Some(format!("valid keys here: {}", listed(valid.iter().copied()))),
        };
        let diagnostic = Diagnostic::error(ValueCode::UnknownField, format!("unknown key `{path}`"));
        let diagnostic = diagnostic.names_field(path);
        help.into_iter().fold(diagnostic, Diagnostic::help)
    }

    /// Whether the run goes on in spite of it.
    pub fn is_warning(&self) -> bool {
        self.severity == Severity::Warning
    }

    /// The message: the object, the field, and the reason.
    pub fn message(&self) -> String {
        self.to_string()
    }

    /// Sets the location.
    #[must_use]
    pub fn at(mut self, location: Location) -> Self {
        self.location = location;
        self
    }

    /// The same once its texts are `by` texts further behind ([`Sources::append`]).
    #[must_use]
    pub fn moved(mut self, by: u32) -> Self {
        self.location = self.location.moved(by);
        self.related.iter_mut().for_each(|(location, _)| *location = location.moved(by));
        self
    }

    /// Changes what kind of diagnostic it is: whoever reads a text for another one may know better.
    #[must_use]
    pub fn coded(mut self, code: impl Into<Code>) -> Self {
        self.subject.code = code.into();
        self
    }

    /// Sets the field that it is about, with which its message begins.
    #[must_use]
    pub fn in_field(mut self, field: impl Into<FieldPath>) -> Self {
        (self.subject.field, self.subject.is_named) = (field.into(), false);
        self
    }

    /// Sets the field that it is about, which its reason names.
    #[must_use]
    pub fn names_field(mut self, field: impl Into<FieldPath>) -> Self {
        (self.subject.field, self.subject.is_named) = (field.into(), true);
        self
    }

    /// Sets the file that it is about as a whole, which its reason names.
    #[must_use]
    pub fn names_file(mut self, file: impl Into<String>) -> Self {
        self.subject.file = Some(file.into());
        self
    }

    /// Sets the object that it is about.
    #[must_use]
    pub fn of(mut self, object: ObjectName) -> Self {
        self.subject.object = Some(object);
        self
    }

    /// Puts what it belongs to in front of the reason: a flag, a file.
    #[must_use]
    pub fn within(mut self, context: impl fmt::Display) -> Self {
        self.reason = format!("{context}: {}", self.reason);
        self
    }

    /// What kind of diagnostic it is.
    pub fn code(&self) -> &Code {
        &self.subject.code
    }

    /// The id of the rule of validation that was broken; empty if there is none.
    pub fn rule(&self) -> &'static str {
        self.code().rule().unwrap_or_default()
    }

    /// The field that it is about; empty if there is none.
    pub fn field(&self) -> &FieldPath {
        &self.subject.field
    }

    /// The object that it is about, if it is one.
    pub fn object(&self) -> Option<&ObjectName> {
        self.subject.object.as_ref()
    }

    /// The file that it is about as a whole, if it is one.
    pub fn file(&self) -> Option<&str> {
        self.subject.file.as_deref()
    }

    /// Sets what is said at the location.
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

    /// Adds another location.
    #[must_use]
    pub fn related(mut self, location: Location, what: impl Into<String>) -> Self {
        self.related.push((location, what.into()));
        self
    }
}

/// Every diagnostic of a run that could not be done, with the texts they point into.
///
/// `Display` prints the whole report without colours.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What is wrong, in the order of their locations.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the locations are in.
    pub sources: Sources,
}

impl Failure {
    /// A failure of `diagnostics`, put into the order of their locations and freed of repetitions.
    pub fn new(mut diagnostics: Vec<Diagnostic>, sources: Sources) -> Self {
        diagnostics.sort_by_key(|diagnostic| diagnostic.location);
        diagnostics.dedup();
        Failure { diagnostics, sources }
    }

    /// The report as the terminal shows it.
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

/// Renders diagnostics (warnings, mostly) that did not stop a run.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    report::render(diagnostics, sources, color)
}

/// Why the operating system refused, in lower case and without its number.
pub fn io_reason(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::FileTooLarge && error.get_ref().is_some() {
        // Our own words (`files::read`), with their units.
        return error.to_string();
    }
    let text = error.to_string().to_lowercase();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
