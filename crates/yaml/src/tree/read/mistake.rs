//! What the scanner says of the mistakes that people make most.

use super::cursor::Mark;
use super::fault::{Fault, before, hint, line_above};
use super::scan::Scanner;

impl Scanner<'_> {
    pub(super) fn missing_colon(&self, mark: Mark) -> Box<Fault> {
        let fault = Fault::new("expected `key: value`, found no `:` after the key", mark)
            .label("this line is no `key: value`")
            .scanner(self.cursor.line(), "could not find expected ':'")
            .hint(self.cursor.text, mark);
        if fault.help.is_empty() {
            return fault.help("add the `:`, or indent the line if it continues the text above");
        }
        fault
    }

    pub(super) fn cannot_start(&mut self) -> Box<Fault> {
        let mark = self.cursor.mark();
        let fault = match self.cursor.char().unwrap_or(' ') {
            '\t' => Fault::new("a tab is used for indentation", mark)
                .label("a tab")
                .help("YAML allows only spaces here: replace the tab with spaces"),
            found @ ('|' | '>') => Fault::new(format!("`{found}` cannot start a value inside brackets"), mark)
                .help("put the value in quotes, or write the list or mapping without brackets"),
            found if found.is_whitespace() => {
                Fault::new("an unusual blank cannot start a value", mark).help("replace it with a space")
            }
            '`' => Fault::new("a value cannot start with a backtick", mark).help("put the value in quotes"),
            found => Fault::new(format!("a value cannot start with `{found}`"), mark)
                .help(format!("put the value in quotes: `\"{found}...\"`")),
        };
        fault.scanner(mark.line, "found character that cannot start any token")
    }

    pub(super) fn unexpected_colon(&self, mark: Mark) -> Box<Fault> {
        let words = "mapping values are not allowed in this context";
        let text = self.cursor.text;
        if before(text, mark).contains(": ") {
            return Fault::new("a second `: ` in one line", mark)
                .scanner(mark.line, words)
                .label("unexpected `:`")
                .help("put a value that contains `: ` in quotes")
                .hint(text, mark);
        }
        let fault = Fault::new("a `key: value` is not allowed below a line that already has a value", mark)
            .scanner(mark.line, words)
            .label("unexpected `:`");
        match line_above(text, mark).and_then(hint) {
            Some(help) => fault.help(format!("in the line above, {help}")),
            None => fault.help("check the indentation of this line; text over several lines needs quotes or `|`"),
        }
    }
}
