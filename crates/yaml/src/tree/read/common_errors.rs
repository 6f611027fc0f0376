//! Messages of the scanner for the errors that people make most.

use super::cursor::Mark;
use super::scan::Scanner;
use super::syntax_error::{Cause, SyntaxError, TAB_HELP, before, indentation, line_above, line_of};

impl Scanner<'_> {
    pub(super) fn missing_colon(&self, mark: Mark) -> Box<SyntaxError> {
        let (text, words) = (self.cursor.text, "could not find expected ':'");
        let item = line_of(text, mark).trim().strip_prefix('-').filter(|item| !item.starts_with('-'));
        if let Some(item) = item.filter(|_| before(text, mark).is_empty()) {
            return SyntaxError::new("missing a space after `-`", mark)
                .scanner(self.cursor.line(), words)
                .scanner_context(mark)
                .help(format!("write `- {item}`"))
                .or_cause(text, mark);
        }
        SyntaxError::new("missing `:` after the key", mark)
            .label("expected `key: value`")
            .scanner(self.cursor.line(), words)
            .scanner_context(mark)
            .help("add the `:`, or indent the line if it continues the text above")
            .or_cause(text, mark)
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
            let ends_here =
                text.get(mark.at + 1..).is_none_or(|rest| rest.starts_with(['\n', '\r']) || rest.is_empty());
            let (what, label) = match ends_here {
                true => ("ends with `:`", "second `:` in this line"),
                false => ("contains `: `", "second `: ` in this line"),
            };
            return SyntaxError::new(format!("a value that {what} must be quoted"), mark)
                .scanner(mark.line, words)
                .label(label)
                .help("quote the value, or write a nested key on its own line")
                .or_cause(text, mark);
        }
        let key = indentation(text, mark);
        if text.get(key.at..).is_some_and(|rest| rest.starts_with('\t')) {
            return SyntaxError::new("a tab character is used for indentation", key)
                .scanner(mark.line, words)
                .label("tab")
                .help(TAB_HELP);
        }
        if let Some((start, line)) = line_above(text, mark) {
            // YAML reads this line as the rest of the text in the line above.
            if let Some(cause) = Cause::of(line) {
                return SyntaxError::new(cause.message(), start)
                    .code(cause.code())
                    .scanner(mark.line, words)
                    .help(cause.help());
            }
            if is_without_colon(line) {
                return SyntaxError::new("missing `:` after the key", start)
                    .scanner(mark.line, words)
                    .label("expected `key: value`")
                    .help("add the `:`; quote text that spans several lines, or use `|`");
            }
        }
        let error = match u32::try_from(self.indent) {
            Ok(column) if column != key.column => {
                let list = self.parent_list_column().filter(|_| before(text, mark).starts_with("- "));
                let (what, block, column) = match list {
                    Some(list) => ("list item", "items of one list", list),
                    None => ("key", "keys of one mapping", column),
                };
                let (found, expected) = (key.column.saturating_add(1), column.saturating_add(1));
                let message = "the indentation does not match: this";
                SyntaxError::new(format!("{message} {what} starts at column {found}, expected column {expected}"), key)
                    .label(format!("the key above has a value, so no {what} can be nested below it"))
                    .help(format!("align the {block}; quote text that spans several lines, or use `|`"))
            }
            _ => SyntaxError::new("unexpected `:` in text that spans several lines", mark)
                .help("to start a mapping above, add the missing `:`; otherwise quote the text, or use `|`"),
        };
        error.scanner(mark.line, words)
    }
}

/// Returns whether a line is text without a key, such as `head` or `image = x`.
fn is_without_colon(line: &str) -> bool {
    let text = line.trim_start_matches(['-', ' ']);
    !text.is_empty() && !text.contains(": ") && !text.ends_with(':') && !text.starts_with(['"', '\'', '|', '>'])
}
