//! Writes scalars in each notation. Lines are never folded.

use super::analysis::{is_break, is_printable};
use super::output::Output;

impl Output {
    pub fn plain(&mut self, text: &str) {
        if !text.is_empty() {
            self.space();
        }
        self.folded_lines(text, |output, char| output.put(char));
        if !text.is_empty() {
            self.whitespace = false;
        }
        self.indention = false;
    }

    pub fn single(&mut self, text: &str) {
        self.indicator("'", true, false, false);
        self.folded_lines(text, |output, char| match char {
            '\'' => output.put_all("''"),
            char => output.put(char),
        });
        self.indicator("'", false, false, false);
        self.word_written();
    }

    /// Writes lines with an empty line for each line break.
    fn folded_lines(&mut self, text: &str, put: fn(&mut Output, char)) {
        let mut breaks = false;
        for char in text.chars() {
            if is_break(char) {
                if !breaks && char == '\n' {
                    self.put_break();
                }
                self.write_break(char);
                breaks = true;
                continue;
            }
            if char == ' ' {
                self.put(' ');
                continue;
            }
            if breaks {
                self.write_indent();
            }
            put(self, char);
            self.indention = false;
            breaks = false;
        }
    }

    pub fn double(&mut self, text: &str) {
        self.indicator("\"", true, false, false);
        // go-yaml looks for a byte order mark at the start where it means the current character.
        let escapes_all = text.starts_with('\u{feff}');
        for char in text.chars() {
            let is_plain = is_printable(char) && !is_break(char) && !matches!(char, '"' | '\\');
            if is_plain && !escapes_all { self.put(char) } else { self.escape(char) }
        }
        self.indicator("\"", false, false, false);
        self.word_written();
    }

    fn escape(&mut self, char: char) {
        let short = match char {
            '\0' => '0',
            '\x07' => 'a',
            '\x08' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\x0b' => 'v',
            '\x0c' => 'f',
            '\r' => 'r',
            '\x1b' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{a0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            _ => {
                let code = u32::from(char);
                return self.put_all(&match code {
                    0..0x100 => format!("\\x{code:02X}"),
                    0x100..0x10000 => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                });
            }
        };
        self.put('\\');
        self.put(short);
    }

    /// Writes what follows `|` or `>`: the indentation if the text begins with white space, and how it ends.
    pub fn block_hints(&mut self, text: &str) {
        let first = text.chars().next();
        if first.is_some_and(|char| char == ' ' || is_break(char)) {
            self.indicator("2", false, false, false);
        }
        let mut last = text.chars().rev();
        let hint = match (last.next().is_some_and(is_break), last.next()) {
            (false, _) => "-",
            (true, None) => "+",
            (true, Some(before)) if is_break(before) => "+",
            _ => return,
        };
        self.indicator(hint, false, false, false);
    }

    /// Writes the lines of a block after `|`.
    pub fn literal(&mut self, text: &str) {
        self.whitespace = true;
        let mut breaks = true;
        for char in text.chars() {
            if is_break(char) {
                self.write_break(char);
                breaks = true;
                continue;
            }
            if breaks {
                self.write_indent();
            }
            self.put(char);
            self.indention = false;
            breaks = false;
        }
    }

    /// Writes the lines of a block after `>`. A line break needs an empty line, unless it is beside one that begins with
    /// white space; go-yaml looks for that at the start of the whole text.
    pub fn folded(&mut self, text: &str) {
        self.whitespace = true;
        let starts_white = text.trim_start_matches(is_break).starts_with([' ', '\t']);
        let is_empty = text.chars().all(is_break);
        let (mut breaks, mut leading) = (true, true);
        for char in text.chars() {
            if is_break(char) {
                if !breaks && !leading && char == '\n' && !starts_white && !is_empty {
                    self.put_break();
                }
                self.write_break(char);
                breaks = true;
                continue;
            }
            if breaks {
                self.write_indent();
                leading = matches!(char, ' ' | '\t');
            }
            self.put(char);
            self.indention = false;
            breaks = false;
        }
    }
}
