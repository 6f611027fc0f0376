//! Errors of YAML's grammar, which stop the reading of a text, and the causes that are most likely.

use super::super::YamlCode;
use super::cursor::Mark;

/// An error at a mark of the text. The composer turns it into a diagnostic with locations.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub code: YamlCode,
    pub message: String,
    pub mark: Mark,
    pub label: String,
    pub related: Option<(Mark, String)>,
    pub help: Vec<String>,
    /// The message of go-yaml with its line; empty if go-yaml has no such error.
    pub go: String,
    /// The line that go-yaml 3 names in place of that of go-yaml 2: where the value starts. 0 for none.
    pub context: u32,
}

/// The error is boxed, since every function of the scanner passes it on.
pub(super) type SyntaxResult<T> = Result<T, Box<SyntaxError>>;

impl SyntaxError {
    pub fn new(message: impl Into<String>, mark: Mark) -> Box<Self> {
        let (label, go) = Default::default();
        let code = YamlCode::Syntax;
        let message = message.into();
        Box::new(SyntaxError { code, message, mark, label, related: None, help: Vec::new(), go, context: 0 })
    }

    /// Sets a more specific code than [`YamlCode::Syntax`].
    pub fn code(mut self: Box<Self>, code: YamlCode) -> Box<Self> {
        self.code = code;
        self
    }

    pub fn label(mut self: Box<Self>, label: impl Into<String>) -> Box<Self> {
        self.label = label.into();
        self
    }

    pub fn related(mut self: Box<Self>, mark: Mark, what: impl Into<String>) -> Box<Self> {
        self.related = Some((mark, what.into()));
        self
    }

    pub fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help.push(help.into());
        self
    }

    /// Sets the message of go-yaml's scanner, which is now on `line`. It counts lines from 1 and leaves out the first.
    pub fn scanner(self: Box<Self>, line: u32, words: &str) -> Box<Self> {
        let line = if line == 0 { 0 } else { line.saturating_add(1) };
        self.go(located(line, words))
    }

    /// Sets where the value starts in which go-yaml's scanner finds the error.
    pub fn scanner_context(mut self: Box<Self>, start: Mark) -> Box<Self> {
        self.context = if start.line == 0 { 0 } else { start.line.saturating_add(1) };
        self
    }

    /// Sets where the value starts in which go-yaml's parser finds the error.
    pub fn parser_context(mut self: Box<Self>, start: Mark) -> Box<Self> {
        self.context = start.line;
        self
    }

    /// Returns the message of go-yaml 3.
    pub fn go_3(&self) -> String {
        let words = match self.go.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
            Some((_, words)) if self.context != 0 => words,
            _ => self.go.as_str(),
        };
        if self.go.is_empty() { String::new() } else { located(self.context, words) }
    }

    /// Sets the message of go-yaml's parser about the token at `mark`. It counts lines from 0.
    pub fn parser(self: Box<Self>, mark: Mark, words: &str) -> Box<Self> {
        self.go(located(mark.line, words))
    }

    /// Sets the message of go-yaml, without a line.
    pub fn go(mut self: Box<Self>, words: String) -> Box<Self> {
        self.go = words;
        self
    }

    /// Replaces message and help if the line at `mark` has a common error, which is the likely cause of this one.
    pub fn or_cause(mut self: Box<Self>, text: &str, mark: Mark) -> Box<Self> {
        if let Some(cause) = Cause::of(line_of(text, mark)) {
            self.message = cause.message();
            self.help = vec![cause.help()];
            self.label.clear();
            self.code = cause.code();
        }
        self
    }
}

fn located(line: u32, words: &str) -> String {
    if line == 0 { words.to_owned() } else { format!("line {line}: {words}") }
}

/// Returns the offset at which the line with `mark` starts.
fn line_start(text: &str, mark: Mark) -> usize {
    let before = text.get(..mark.at.min(text.len())).unwrap_or_default();
    before.rfind(['\n', '\r']).map_or(0, |found| found + 1)
}

/// Returns the line with `mark`.
pub(super) fn line_of(text: &str, mark: Mark) -> &str {
    let rest = text.get(line_start(text, mark)..).unwrap_or_default();
    rest.split(['\n', '\r']).next().unwrap_or_default()
}

/// Returns the text before `mark` in its line, without indentation.
pub(super) fn before(text: &str, mark: Mark) -> &str {
    text.get(line_start(text, mark)..mark.at).unwrap_or_default().trim()
}

/// Returns the mark of the first character that is not a space in the line with `mark`.
pub(super) fn indentation(text: &str, mark: Mark) -> Mark {
    let spaces = line_of(text, mark).bytes().take_while(|byte| *byte == b' ').count();
    Mark { at: line_start(text, mark) + spaces, column: u32::try_from(spaces).unwrap_or(u32::MAX), ..mark }
}

/// Returns the last line above `mark` that is neither empty nor a comment, and where it starts after its spaces.
pub(super) fn line_above(text: &str, mark: Mark) -> Option<(Mark, &str)> {
    let mut end = line_start(text, mark);
    for line in text.get(..end)?.split_inclusive('\n').rev().take(100) {
        end -= line.len();
        let content = line.trim_start_matches(' ');
        if !matches!(content.trim().chars().next(), None | Some('#')) {
            let start = end + line.len() - content.len();
            return Some((Mark::after(text.get(..start)?), line.trim_end()));
        }
    }
    None
}

/// A common error of a line.
pub(super) enum Cause<'a> {
    /// A tab among the indentation.
    Tab,
    /// `{{` outside of quotes.
    Template,
    /// A line that Git wrote for a conflict.
    Conflict,
    /// `memory:4Gi`.
    MissingSpace { key: &'a str, value: &'a str },
}

impl<'a> Cause<'a> {
    /// Finds a common error in a line, the most certain one first.
    pub fn of(line: &'a str) -> Option<Self> {
        let content = line.trim_start_matches(' ');
        if content.starts_with('\t') {
            return Some(Cause::Tab);
        }
        if let Some((before, _)) = content.split_once("{{")
            && !before.contains(['"', '\''])
        {
            return Some(Cause::Template);
        }
        if CONFLICT_MARKS.iter().any(|mark| line.starts_with(mark)) {
            return Some(Cause::Conflict);
        }
        let (key, value) = crate::diagnostic::missing_space(content.trim_start_matches("- "))?;
        Some(Cause::MissingSpace { key, value })
    }

    pub fn code(&self) -> YamlCode {
        if let Cause::Template = self { YamlCode::TemplateExpression } else { YamlCode::Syntax }
    }

    pub fn message(&self) -> String {
        match self {
            Cause::Tab => "a tab character is used for indentation".to_owned(),
            Cause::Template => "a template expression (`{{ ... }}`) must be quoted".to_owned(),
            Cause::Conflict => "unresolved merge conflict".to_owned(),
            Cause::MissingSpace { .. } => "missing a space after `:`".to_owned(),
        }
    }

    pub fn help(&self) -> String {
        match self {
            Cause::Tab => TAB_HELP.to_owned(),
            Cause::Template => TEMPLATE_HELP.to_owned(),
            Cause::Conflict => {
                "resolve the conflict, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`".to_owned()
            }
            Cause::MissingSpace { key, value } => format!("write `{key}: {value}`"),
        }
    }
}

/// How the lines start that Git writes for a conflict.
const CONFLICT_MARKS: [&str; 3] = ["<<<<<<<", "=======", ">>>>>>>"];

pub(super) const TAB_HELP: &str = "YAML allows only spaces for indentation: replace the tab with spaces";

/// The help for an unquoted `{{`. Values files are not templates.
pub(super) const TEMPLATE_HELP: &str = "quote the whole value, as in `\"{{ ... }}\"`; templates are not rendered here";

/// Returns how to write a quote inside a quoted string.
pub(super) fn inner_quote(quote: char) -> &'static str {
    match quote {
        '\'' => "inside single quotes, write an apostrophe twice: `'it''s'`",
        _ => "inside double quotes, write a double quote as `\\\"`",
    }
}
