//! The text that is written, and what was written last.

/// The text with the state of its last line.
#[derive(Debug)]
pub(super) struct Output {
    text: String,
    pub column: usize,
    /// The indentation of the current block; -1 outside of all.
    pub indent: i64,
    /// Whether the last character was white space or an indicator that needs none behind it.
    pub whitespace: bool,
    /// Whether the line has only indentation and `-`, `?` or `:` so far.
    pub indention: bool,
    /// The indentation of the foot comment that was written last: an empty line separates what follows.
    pub foot_indent: i64,
}

impl Output {
    pub fn new() -> Output {
        Output { text: String::new(), column: 0, indent: -1, whitespace: true, indention: true, foot_indent: -1 }
    }

    pub fn into_text(self) -> String {
        self.text
    }

    /// Writes one character, which is not a line feed.
    pub fn put(&mut self, char: char) {
        self.text.push(char);
        self.column += 1;
    }

    /// Writes a text without line feeds.
    pub fn put_all(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += text.chars().count();
    }

    /// Ends the line.
    pub fn put_break(&mut self) {
        self.write_break('\n');
    }

    /// Writes one of the characters that end a line in YAML 1.1.
    pub fn write_break(&mut self, char: char) {
        self.text.push(char);
        self.column = 0;
        self.indention = true;
    }

    /// Goes to the indentation of the current block, on a new line if there is something on this one.
    pub fn write_indent(&mut self) {
        let indent = usize::try_from(self.indent).unwrap_or(0);
        if !self.indention || self.column > indent || (self.column == indent && !self.whitespace) {
            self.put_break();
        }
        if self.foot_indent == self.indent.max(0) {
            self.put_break();
        }
        while self.column < indent {
            self.put(' ');
        }
        self.whitespace = true;
        self.foot_indent = -1;
    }

    /// Writes an indicator, such as `-`, after a space if `spaced`.
    pub fn indicator(&mut self, indicator: &str, spaced: bool, is_whitespace: bool, is_indention: bool) {
        if spaced {
            self.space();
        }
        self.put_all(indicator);
        self.whitespace = is_whitespace;
        self.indention = self.indention && is_indention;
    }

    /// Writes a space unless there is white space already.
    pub fn space(&mut self) {
        if !self.whitespace {
            self.put(' ');
        }
    }

    /// Remembers that a word was written.
    pub fn word_written(&mut self) {
        self.whitespace = false;
        self.indention = false;
    }

    /// Writes a comment of one or more lines, and ends its last line.
    pub fn comment(&mut self, comment: &str) {
        let (mut breaks, mut pound) = (false, false);
        for char in comment.chars() {
            if super::analysis::is_break(char) {
                self.write_break(char);
                (breaks, pound) = (true, false);
                continue;
            }
            if breaks {
                self.write_indent();
            }
            if !pound && char != '#' {
                self.put_all("# ");
            }
            pound = true;
            self.put(char);
            self.indention = false;
            breaks = false;
        }
        if !breaks {
            self.put_break();
        }
        self.whitespace = true;
    }

    /// Remembers that a foot comment was written.
    pub fn foot_written(&mut self) {
        self.foot_indent = self.indent.max(0);
    }
}
