//! What stops the reading of a text: an error of YAML's grammar, said in words that help.

use super::super::YamlCode;
use super::cursor::Mark;

/// An error at a mark of the text; the composer makes a diagnostic with locations of it.
#[derive(Debug)]
pub(super) struct Fault {
    pub code: YamlCode,
    pub message: String,
    pub mark: Mark,
    pub label: String,
    pub related: Option<(Mark, &'static str)>,
    pub help: Vec<String>,
    /// What go-yaml says of it, with its line; empty if it has no such error.
    pub go: String,
}

/// Boxed, since results that carry it are passed on by every function of the scanner.
pub(super) type Fallible<T> = Result<T, Box<Fault>>;

impl Fault {
    pub fn new(message: impl Into<String>, mark: Mark) -> Box<Self> {
        let (label, go) = Default::default();
        let code = YamlCode::Syntax;
        Box::new(Fault { code, message: message.into(), mark, label, related: None, help: Vec::new(), go })
    }

    /// Sets what it is if it is no mere error of the grammar.
    pub fn code(mut self: Box<Self>, code: YamlCode) -> Box<Self> {
        self.code = code;
        self
    }

    pub fn label(mut self: Box<Self>, label: impl Into<String>) -> Box<Self> {
        self.label = label.into();
        self
    }

    pub fn related(mut self: Box<Self>, mark: Mark, what: &'static str) -> Box<Self> {
        self.related = Some((mark, what));
        self
    }

    pub fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help.push(help.into());
        self
    }

    /// Adds what go-yaml says. Its scanner, which is now on `line`, counts lines from 1 and does not name the first.
    pub fn scanner(self: Box<Self>, line: u32, words: &str) -> Box<Self> {
        let line = if line == 0 { 0 } else { line.saturating_add(1) };
        self.go(located(line, words))
    }

    /// Adds what go-yaml says of the token at `mark`. Its parser counts lines from 0.
    pub fn parser(self: Box<Self>, mark: Mark, words: &str) -> Box<Self> {
        self.go(located(mark.line, words))
    }

    /// Adds what go-yaml says without a line.
    pub fn go(mut self: Box<Self>, words: String) -> Box<Self> {
        self.go = words;
        self
    }

    /// Adds what a beginner most likely did wrong in the line that holds `mark`.
    pub fn hint(self: Box<Self>, text: &str, mark: Mark) -> Box<Self> {
        match hint(line_of(text, mark)) {
            Some(help) => self.help(help),
            None => self,
        }
    }
}

fn located(line: u32, words: &str) -> String {
    if line == 0 { words.to_owned() } else { format!("line {line}: {words}") }
}

/// Where the line that holds `mark` begins.
fn line_start(text: &str, mark: Mark) -> usize {
    let before = text.get(..mark.at.min(text.len())).unwrap_or_default();
    before.rfind(['\n', '\r']).map_or(0, |found| found + 1)
}

fn line_of(text: &str, mark: Mark) -> &str {
    let rest = text.get(line_start(text, mark)..).unwrap_or_default();
    rest.split(['\n', '\r']).next().unwrap_or_default()
}

/// What stands before `mark` in its line, without indentation.
pub(super) fn before(text: &str, mark: Mark) -> &str {
    text.get(line_start(text, mark)..mark.at).unwrap_or_default().trim()
}

/// The last line above `mark` that is neither empty nor a comment.
pub(super) fn line_above(text: &str, mark: Mark) -> Option<&str> {
    let above = text.get(..line_start(text, mark))?.lines().rev().take(100);
    above.map(str::trim_end).find(|line| !matches!(line.trim_start().chars().next(), None | Some('#')))
}

/// The frequent mistakes, most certain first.
pub(super) fn hint(line: &str) -> Option<String> {
    let content = line.trim_start_matches(' ');
    if content.starts_with('\t') {
        return Some("a tab cannot indent in YAML: replace it with spaces".to_owned());
    }
    if content.contains("{{") {
        return Some(TEMPLATE.to_owned());
    }
    let plain = content.trim_start_matches("- ");
    if let Some((key, value)) = plain.split_once(':')
        && !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/'))
        && !value.is_empty()
        && !value.starts_with([' ', '\t', '/'])
        && !plain.contains(": ")
    {
        return Some(format!("a space is needed after the colon: `{key}: {}`", value.trim_end()));
    }
    None
}

/// Said where a value holds an unquoted `{{`; values files are no templates.
const TEMPLATE: &str = "`{{` opens a mapping in YAML: put the whole value in quotes to make it text";

/// How a quote is written inside quoted text.
pub(super) fn inner_quote(quote: char) -> &'static str {
    match quote {
        '\'' => "inside single quotes, an apostrophe is written twice: `'it''s'`",
        _ => "inside double quotes, a double quote is written `\\\"`",
    }
}
