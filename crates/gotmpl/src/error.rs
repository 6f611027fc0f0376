//! What went wrong in a template: Go's exact text, and the places that it is about.

use mkmanifests_go::quote::quote;
use std::fmt;
use std::sync::Arc;

use super::ast::Pos;
use super::value::NilMap;

/// A place in the text of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// The name that the text was parsed under: Helm's `chart/templates/file.yaml`.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in bytes, from 0, as Go counts. Go's text has none in errors of the parser; there it is that of the
    /// token that was read last.
    pub column: u32,
}

impl At {
    /// The place of an offset in a text.
    pub(super) fn new(file: &Arc<str>, text: &str, pos: Pos) -> At {
        let before = text.get(..pos as usize).unwrap_or(text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1);
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        At { file: Arc::clone(file), line: number(line), column: number(column) }
    }
}

/// What kind of error it is, where code has to know: the texts are for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ErrorKind {
    /// Any other.
    #[default]
    Other,
    /// One of the [`Limits`](super::Limits) was reached.
    Limit,
    /// A function that is not there, by its name.
    UnknownFunction(String),
    /// A template that is not there, by its name.
    UnknownTemplate(String),
    /// What `fail` or `required` were told to say.
    Message(String),
}

/// Why a template could not be parsed or executed.
///
/// `Display` gives Go's text, with all that led to it.
#[derive(Debug, Clone)]
pub struct Error {
    /// Go's text in front of the reason: the place, the template, the context.
    head: String,
    /// What is wrong, without place, context and cause: `nil pointer evaluating interface {}.y`.
    pub reason: String,
    /// What kind of error it is.
    pub kind: ErrorKind,
    /// The line that Go tells for an error of the parser, from 1.
    pub line: Option<u32>,
    /// Where.
    pub at: Option<At>,
    /// The `define`d template that was executed there, if it was not the parser that failed.
    pub executing: Option<Arc<str>>,
    /// What stands at the place, as Go prints it: `.Values.x.y`.
    pub context: Option<String>,
    /// The `template` actions that led there, the innermost first.
    pub calls: Vec<At>,
    /// The error inside a template that a function (`include`, `tpl`) rendered; its text follows the reason.
    pub cause: Option<Box<Error>>,
}

impl Error {
    /// An error without a place: no such template, a limit.
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
            cause: None,
        }
    }

    /// An error of the parser.
    pub(super) fn parse(at: At, line: u32, reason: String) -> Error {
        Error { head: format!("template: {}:{line}: ", at.file), line: Some(line), at: Some(at), ..Error::new(reason) }
    }

    /// The same error as one of a kind.
    #[must_use]
    pub(super) fn of_kind(self, kind: ErrorKind) -> Error {
        Error { kind, ..self }
    }

    /// An error of the execution of template `executing`, at what Go prints as `context`.
    pub(super) fn exec(at: At, executing: &Arc<str>, context: String, reason: String) -> Error {
        let quoted = quote(executing.as_bytes());
        Error {
            head: format!("template: {}:{}:{}: executing {quoted} at <{context}>: ", at.file, at.line, at.column),
            at: Some(at),
            executing: Some(Arc::clone(executing)),
            context: Some(context),
            ..Error::new(reason)
        }
    }

    /// Whether it is a limit that was reached ([`Limits`](super::Limits)), so that going on elsewhere would only
    /// take more time.
    pub fn is_limit(&self) -> bool {
        self.root().kind == ErrorKind::Limit
    }

    /// This error, its cause, the cause of that: the last is where the mistake is.
    pub fn chain(&self) -> impl Iterator<Item = &Error> {
        std::iter::successors(Some(self), |error| error.cause.as_deref())
    }

    /// The innermost error: where the mistake is, whatever included it.
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

/// Why a function failed. Made of a text, or of the error of a template that the function rendered, by `?` or
/// `.into()`; the executor puts `error calling NAME: ` and the place in front.
#[derive(Debug, Clone)]
pub struct CallError {
    /// Go's text of the error, without that of the cause.
    pub message: String,
    /// What kind of error it is, if code has to know. In a box: functions that call themselves keep many of these on the
    /// stack.
    pub kind: Option<Box<ErrorKind>>,
    /// The error of the template that the function rendered; its text follows the message.
    pub cause: Option<Box<Error>>,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.cause.as_ref().map_or(Ok(()), |cause| cause.fmt(f))
    }
}

impl CallError {
    /// An error with words of the function's in front: `cannot parse template "x": ` and the cause.
    pub fn caused(message: impl Into<String>, cause: Box<Error>) -> CallError {
        CallError { message: message.into(), kind: None, cause: Some(cause) }
    }

    /// A limit that was reached.
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
