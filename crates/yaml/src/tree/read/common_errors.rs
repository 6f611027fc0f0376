//! Messages of the scanner for the errors that people make most.

use super::cursor::Mark;
use super::scan::Scanner;
use super::syntax_error::{Cause, SyntaxError, TAB_HELP, before, indentation, line_above};

impl Scanner<'_> {
    pub(super) fn missing_colon(&self, mark: Mark) -> Box<SyntaxError> {
        SyntaxError::new("missing `:` after the key", mark)
            .label("expected `key: value`")
            .scanner(self.cursor.line(), "could not find expected ':'")
            .help("add the `:`, or indent the line if it continues the text above")
            .or_cause(self.cursor.text, mark)
    }

    pub(super) fn cannot_start(&mut self) -> Box<SyntaxError> {
        let mark = self.cursor.mark();
        let error = match self.cursor.char().unwrap_or(' ') {
            '\t' => SyntaxError::new("a tab character is used for indentation", mark).label("tab").help(TAB_HELP),
            found @ ('|' | '>') => SyntaxError::new(format!("a value in brackets cannot start with `{found}`"), mark)
                .help("quote the value, or write the list or mapping without brackets"),
            found if found.is_whitespace() => {
                SyntaxError::new(format!("unexpected white space U+{:04X}", u32::from(found)), mark)
                    .help("replace it with a normal space")
            }
            '`' => SyntaxError::new("a value cannot start with a backtick", mark).help("quote the value"),
            found => SyntaxError::new(format!("a value cannot start with `{found}`"), mark)
                .help(format!("quote the value: `\"{found}...\"`")),
        };
        error.scanner(mark.line, "found character that cannot start any token")
    }

    pub(super) fn unexpected_colon(&self, mark: Mark) -> Box<SyntaxError> {
        let words = "mapping values are not allowed in this context";
        let text = self.cursor.text;
        if before(text, mark).contains(": ") {
            return SyntaxError::new("a value that contains `: ` must be quoted", mark)
                .scanner(mark.line, words)
                .label("second `: ` in this line")
                .help("quote the value, or write a nested key on its own line")
                .or_cause(text, mark);
        }
        if let Some(cause) = line_above(text, mark).and_then(Cause::of) {
            return SyntaxError::new(format!("{} in the line above", cause.message()), mark)
                .scanner(mark.line, words)
                .label("this `:` is unexpected, since the text above continues here")
                .help(cause.help());
        }
        let key = indentation(text, mark);
        let error = match u32::try_from(self.indent) {
            Ok(expected) if expected != key.column => {
                let (found, expected) = (key.column.saturating_add(1), expected.saturating_add(1));
                let message = "the indentation does not match: this key starts at column";
                SyntaxError::new(format!("{message} {found}, expected column {expected}"), key)
                    .label("the key above has a value, so no key can be nested below it")
                    .help("align the keys of one mapping; quote text that spans several lines, or use `|`")
            }
            _ => SyntaxError::new("unexpected `:` in text that spans several lines", mark)
                .help("to start a mapping above, add the missing `:`; otherwise quote the text, or use `|`"),
        };
        error.scanner(mark.line, words)
    }
}
