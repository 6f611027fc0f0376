//! Errors of templates: Go's exact text, and the locations that it is about.

use mkmanifests_go::quote::quote;
use std::fmt;
use std::sync::Arc;

use super::ast::Pos;
use super::value::NilMap;

/// A location in the text of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateLocation {
    /// The name that the text was parsed under: Helm's `chart/templates/file.yaml`.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 0, as Go counts. In an error of the parser, whose text has no column, the column of the
    /// token that was read last.
    pub column: u32,
}

impl TemplateLocation {
    /// Returns the location of a byte offset in a text.
    pub(super) fn new(file: &Arc<str>, text: &str, pos: Pos) -> TemplateLocation {
        let before = text.get(..pos as usize).unwrap_or(text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1);
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        TemplateLocation { file: Arc::clone(file), line: number(line), column: number(column) }
    }
}

/// The kind of an error, for code that depends on it; the texts are for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ErrorKind {
    /// Any other error.
    #[default]
    Other,
    /// One of the [`Limits`](super::Limits) was reached.
    Limit,
    /// A function of this name does not exist.
    UnknownFunction(String),
    /// A template of this name does not exist.
    UnknownTemplate(String),
    /// The text that the template passed to `fail` or `required`.
    Message(String),
}

/// A block that a template does not close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclosed {
    /// The keyword that opens it: `if`, `range`, `with`, `define` or `block`.
    pub keyword: &'static str,
    /// Where the keyword is.
    pub at: TemplateLocation,
}

/// Why a template cannot be parsed or executed.
///
/// `Display` prints Go's text, with the chain of includes that led to the error.
#[derive(Debug, Clone)]
pub struct Error {
    /// Go's text before the reason: location, template and context.
    head: String,
    /// Go's text of the error itself: `nil pointer evaluating interface {}.y`.
    pub reason: String,
    /// The kind of error.
    pub kind: ErrorKind,
    /// The line that Go prints for an error of the parser, from 1.
    pub line: Option<u32>,
    /// The location; `None` for errors of no line, such as a limit.
    pub at: Option<TemplateLocation>,
    /// The template that was executed; `None` for errors of the parser.
    pub executing: Option<Arc<str>>,
    /// The expression at the location, as Go prints it: `.Values.x.y`.
    pub context: Option<String>,
    /// The `template` actions that led to the location, the innermost first.
    pub calls: Vec<TemplateLocation>,
    /// The innermost block that is still open where the text ends, for `unexpected EOF`.
    pub unclosed: Option<Unclosed>,
    /// The error inside a template that a function (`include`, `tpl`) rendered. Its text follows the reason.
    pub cause: Option<Box<Error>>,
}

impl Error {
    /// Creates an error without a location, such as a limit.
    pub fn new(reason: impl Into<String>) -> Error {
        Error {
            head: String::new(),
            reason: reason.into(),
            kind: ErrorKind::Other,
            line: None,
            at: None,
            executing: None,
            context: None,
            calls: Vec::new(),
            unclosed: None,
            cause: None,
        }
    }

    /// Creates an error of the parser.
    pub(super) fn parse(at: TemplateLocation, line: u32, reason: String) -> Error {
        Error { head: format!("template: {}:{line}: ", at.file), line: Some(line), at: Some(at), ..Error::new(reason) }
    }

    /// Sets the kind.
    #[must_use]
    pub(super) fn of_kind(self, kind: ErrorKind) -> Error {
        Error { kind, ..self }
    }

    /// Creates an error of executing the template `executing`, at the expression that Go prints as `context`.
    pub(super) fn exec(at: TemplateLocation, executing: &Arc<str>, context: String, reason: String) -> Error {
        let quoted = quote(executing.as_bytes());
        Error {
            head: format!("template: {}:{}:{}: executing {quoted} at <{context}>: ", at.file, at.line, at.column),
            at: Some(at),
            executing: Some(Arc::clone(executing)),
            context: Some(context),
            ..Error::new(reason)
        }
    }

    /// Returns whether a limit was reached ([`Limits`](super::Limits)), so that rendering other templates would only
    /// take more time.
    pub fn is_limit(&self) -> bool {
        self.root().kind == ErrorKind::Limit
    }

    /// Iterates over this error and its causes. The mistake is in the last one.
    pub fn chain(&self) -> impl Iterator<Item = &Error> {
        std::iter::successors(Some(self), |error| error.cause.as_deref())
    }

    /// Returns the innermost error, which has the mistake.
    pub fn root(&self) -> &Error {
        self.chain().last().unwrap_or(self)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chain().try_for_each(|error| write!(f, "{}{}", error.head, error.reason))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

/// Why a function failed. `?` and `.into()` convert a text, or the error of a template that the function rendered. The
/// executor adds the location and `error calling NAME: `.
#[derive(Debug, Clone)]
pub struct CallError {
    /// Go's text of the error, without the text of the cause.
    pub message: String,
    /// The kind of error, if code depends on it. Boxed, since recursive functions keep many of these on the stack.
    pub kind: Option<Box<ErrorKind>>,
    /// The error of the template that the function rendered. Its text follows the message.
    pub cause: Option<Box<Error>>,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.cause.as_ref().map_or(Ok(()), |cause| cause.fmt(f))
    }
}

impl CallError {
    /// Creates an error with a cause: `cannot parse template "x": ` and the text of the cause.
    pub fn caused(message: impl Into<String>, cause: Box<Error>) -> CallError {
        CallError { message: message.into(), kind: None, cause: Some(cause) }
    }

    /// Creates the error of a limit that was reached.
    pub(super) fn limit(message: String) -> CallError {
        CallError { kind: Some(Box::new(ErrorKind::Limit)), ..message.into() }
    }
}

impl From<String> for CallError {
    fn from(message: String) -> CallError {
        CallError { message, kind: None, cause: None }
    }
}

impl From<&str> for CallError {
    fn from(message: &str) -> CallError {
        message.to_owned().into()
    }
}

impl From<NilMap> for CallError {
    fn from(error: NilMap) -> CallError {
        error.to_string().into()
    }
}

impl From<Box<Error>> for CallError {
    fn from(error: Box<Error>) -> CallError {
        CallError::caused("", error)
    }
}
