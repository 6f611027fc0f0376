//! Writes a text in one of the four styles: plain, single quotes, double quotes, literal block.

use super::scan::{Notation, Traits};
use super::text::{Text, characters};

const SEPARATORS: [char; 2] = ['\u{2028}', '\u{2029}'];

impl Text {
    /// Writes a text in the notation that it needs. `indent` is that of its further lines.
    pub(super) fn scalar(&mut self, text: &str, indent: usize) {
        let traits = Traits::of(text);
        match traits.notation(text, self.exact, self.pretty) {
            Notation::Plain if self.has_room(text.len()) => self.push_str(text),
            Notation::Plain => self.folded(text, indent),
            Notation::Single => self.single(text, Some(indent)),
            Notation::Double => self.double(text, Some(indent)),
            Notation::Literal => self.literal(text, indent, traits.has_separators()),
        }
    }

    /// Writes a key that is known to be simple. Keys are never folded.
    pub(super) fn simple_key(&mut self, text: &str, notation: Notation) {
        match notation {
            Notation::Plain => self.push_str(text),
            Notation::Single => self.single(text, None),
            Notation::Double | Notation::Literal => self.double(text, None),
        }
    }

    fn single(&mut self, text: &str, fold: Option<usize>) {
        self.push(b'\'');
        match fold {
            Some(indent) if text.contains(SEPARATORS) => self.separated(text, indent),
            Some(indent) if !self.has_room(2 * text.len()) => self.folded_quotes(text, indent),
            _ => self.doubled_quotes(text),
        }
        self.push(b'\'');
    }

    fn doubled_quotes(&mut self, text: &str) {
        let mut parts = text.split('\'');
        self.push_str(parts.next().unwrap_or_default());
        for part in parts {
            self.push_str("''");
            self.push_str(part);
        }
    }

    /// Text with LS and PS in it: each line but the first is indented, and columns count from the last of them.
    fn separated(&mut self, text: &str, indent: usize) {
        let mut column = self.column();
        for (number, line) in text.split_inclusive(SEPARATORS).enumerate() {
            if number > 0 && !line.starts_with(SEPARATORS) {
                self.pad(indent);
                column = indent;
            }
            self.fold(line, indent, column, Text::doubled_quotes);
        }
    }

    fn folded_quotes(&mut self, text: &str, indent: usize) {
        self.fold(text, indent, self.column(), Text::doubled_quotes);
    }

    fn folded(&mut self, text: &str, indent: usize) {
        self.fold(text, indent, self.column(), Text::push_str);
    }

    /// Writes words by `put`; a single space between two of them becomes a line break once the line is long enough.
    fn fold(&mut self, text: &str, indent: usize, mut column: usize, put: fn(&mut Text, &str)) {
        let bytes = text.as_bytes();
        let mut done = 0;
        for (at, _) in text.match_indices(' ') {
            let inner = at > 0 && at + 1 < bytes.len();
            if !inner || bytes[at - 1] == b' ' || bytes[at + 1] == b' ' {
                continue;
            }
            let before = self.buffer.len();
            put(self, &text[done..at]);
            column += characters(&self.buffer[before..]);
            done = at;
            if self.is_past(column) {
                self.start_line(indent);
                column = indent;
                done = at + 1;
            }
        }
        put(self, &text[done..]);
    }

    fn double(&mut self, text: &str, fold: Option<usize>) {
        self.push(b'"');
        // A text that begins with a byte order mark is escaped from end to end: go-yaml looks at its first character
        // where it means the current one.
        let whole = text.starts_with('\u{feff}');
        match fold.filter(|_| !whole && !self.has_room(10 * text.len())) {
            Some(indent) => self.folded_escapes(text, indent),
            None => text.chars().for_each(|c| self.escaped(c, whole)),
        }
        self.push(b'"');
    }

    fn folded_escapes(&mut self, text: &str, indent: usize) {
        let bytes = text.as_bytes();
        let mut column = self.column();
        let mut after_space = false;
        for (at, c) in text.char_indices() {
            let before = self.buffer.len();
            let inner = at > 0 && at + 1 < bytes.len();
            if c == ' ' && !after_space && inner && self.is_past(column) {
                self.start_line(indent);
                column = indent;
                if bytes[at + 1] == b' ' {
                    self.push(b'\\');
                    column += 1;
                }
            } else {
                self.escaped(c, false);
                column += characters(&self.buffer[before..]);
            }
            after_space = c == ' ';
        }
    }

    fn escaped(&mut self, c: char, always: bool) {
        if always || needs_escape(c) {
            self.escape(c);
        } else {
            self.push_str(c.encode_utf8(&mut [0; 4]));
        }
    }

    fn escape(&mut self, c: char) {
        let short = match c {
            '\0' => b'0',
            '\u{07}' => b'a',
            '\u{08}' => b'b',
            '\t' => b't',
            '\n' => b'n',
            '\u{0B}' => b'v',
            '\u{0C}' => b'f',
            '\r' => b'r',
            '\u{1B}' => b'e',
            '"' => b'"',
            '\\' => b'\\',
            '\u{85}' => b'N',
            '\u{A0}' => b'_',
            '\u{2028}' => b'L',
            '\u{2029}' => b'P',
            _ => return self.escape_code(c.into()),
        };
        self.push(b'\\');
        self.push(short);
    }

    fn escape_code(&mut self, code: u32) {
        let (letter, digits) = match code {
            0..=0xFF => (b'x', 2),
            0x100..=0xFFFF => (b'u', 4),
            _ => (b'U', 8),
        };
        self.push(b'\\');
        self.push(letter);
        for digit in (0..digits).rev() {
            self.push(b"0123456789ABCDEF"[(code >> (4 * digit) & 0xF) as usize]);
        }
    }

    /// Writes a literal block: every line as it is, indented.
    fn literal(&mut self, text: &str, indent: usize, separators: bool) {
        self.push(b'|');
        if text.starts_with([' ', '\n', '\u{2028}', '\u{2029}']) {
            self.push(b'2');
        }
        self.push_str(chomping(text));
        self.push(b'\n');
        for line in text.split_inclusive('\n') {
            if separators {
                line.split_inclusive(SEPARATORS).for_each(|piece| self.literal_line(piece, indent));
            } else {
                self.literal_line(line, indent);
            }
        }
        self.fresh = text.ends_with(is_break);
    }

    fn literal_line(&mut self, line: &str, indent: usize) {
        if !line.starts_with(is_break) {
            self.pad(indent);
        }
        self.push_str(line);
    }
}

/// `-`: no line break at the end; nothing: one; `+`: more, or nothing but one.
fn chomping(text: &str) -> &'static str {
    match text.strip_suffix(is_break) {
        None => "-",
        Some(rest) if rest.is_empty() || rest.ends_with(is_break) => "+",
        Some(_) => "",
    }
}

/// Returns the line breaks that are written as they are.
fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\u{2028}' | '\u{2029}')
}

/// In double quotes: what is not printable for YAML 1.1 as go-yaml sees it, and what means something there.
fn needs_escape(c: char) -> bool {
    match c {
        '"' | '\\' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => true,
        ' '..='~' | '\u{A0}'..'\u{10000}' => false,
        _ => true,
    }
}
