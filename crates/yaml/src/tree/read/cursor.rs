//! A position in a YAML text, and the characters with a special meaning in YAML.

use super::super::YamlCode;
use super::octets::BadCharacter;
use super::syntax_error::{SyntaxError, SyntaxResult};
use crate::bytes::{find, spaces};

/// A position; line and column count from 0, the column in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Byte offset.
    pub at: usize,
    /// Lines as YAML counts them: NEL, LS and PS end a line too.
    pub line: u32,
    /// Characters since the line began.
    pub column: u32,
    /// Lines as editors count them: only `\n` ends one.
    pub row: u32,
    /// Characters from the start of the row to that of the line.
    pub offset: u32,
}

impl Mark {
    /// Returns the position after `text`, the start of the source, as editors count.
    pub fn after(text: &str) -> Mark {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let row = count(text.matches('\n').count());
        let column = count(text.rsplit('\n').next().unwrap_or_default().chars().count());
        Mark { at: text.len(), line: row, column, row, offset: 0 }
    }
}

/// Reads a text forwards. The text contains no NUL, so that 0 can mean its end.
pub(super) struct Cursor<'a> {
    pub text: &'a str,
    pub at: usize,
    line: u32,
    /// The column of the byte `counted`; counting continues from there, so that a long line is counted once.
    column: u32,
    counted: usize,
    row: u32,
    offset: u32,
    /// How far Go's reader gets before it rejects a character.
    limit: usize,
    refused: Option<BadCharacter>,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Self {
        Cursor { text, at: 0, line: 0, column: 0, counted: 0, row: 0, offset: 0, limit: usize::MAX, refused: None }
    }

    /// Sets the invalid character with which the text ends.
    pub fn refuse(&mut self, bad: BadCharacter) {
        self.limit = bad.piece;
        self.refused = Some(bad);
    }

    /// Requests more characters, as Go's reader does before it looks at them.
    ///
    /// # Errors
    /// An invalid character in the piece of the text that has them.
    #[inline]
    pub fn need(&self, characters: usize) -> SyntaxResult<()> {
        if self.limit.saturating_sub(self.at) >= 4 * characters { Ok(()) } else { self.need_exactly(characters) }
    }

    /// Requests both characters of a line break if one is here.
    pub fn need_break(&self) -> SyntaxResult<()> {
        if self.refused.is_some() && self.is_break() { self.need(2) } else { Ok(()) }
    }

    fn need_exactly(&self, characters: usize) -> SyntaxResult<()> {
        let left = self.text.get(self.at..self.limit).map_or(0, |left| left.chars().count());
        match &self.refused {
            Some(bad) if left < characters => Err(self.refusal(bad)),
            _ => Ok(()),
        }
    }

    fn refusal(&self, bad: &BadCharacter) -> Box<SyntaxError> {
        let mark = Mark::after(self.text.get(..bad.at).unwrap_or_default());
        let error = match bad.character {
            Some(character) => refused_character(character, mark),
            None => SyntaxError::new(bad.words, mark)
                .code(YamlCode::Encoding)
                .help("save the text as UTF-8, and encode binary data as base64"),
        };
        error.go(bad.words.to_owned())
    }

    /// Returns whether the text has no invalid character.
    pub fn is_unlimited(&self) -> bool {
        self.refused.is_none()
    }

    /// Returns the byte `ahead` of the position, 0 beyond the end.
    pub fn peek(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Returns the bytes from the position.
    pub fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    pub fn char(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    pub fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    pub fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    pub fn mark(&mut self) -> Mark {
        Mark { at: self.at, line: self.line, column: self.column(), row: self.row, offset: self.offset }
    }

    pub fn line(&self) -> u32 {
        self.line
    }

    pub fn column(&mut self) -> u32 {
        if self.counted == self.at {
            return self.column;
        }
        let new = self.text.as_bytes().get(self.counted..self.at).unwrap_or_default();
        let characters = new.iter().filter(|byte| !is_continuation(**byte)).count();
        self.column = self.column.saturating_add(u32::try_from(characters).unwrap_or(u32::MAX));
        self.counted = self.at;
        self.column
    }

    /// Advances by `bytes`, which contain no line break.
    pub fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
    }

    /// Advances by `bytes`, each of them a character and no line break.
    pub fn skip_ascii(&mut self, bytes: usize) {
        if self.counted == self.at {
            self.column = self.column.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
            self.counted += bytes;
        }
        self.at += bytes;
    }

    /// Advances to the next byte that is no space.
    pub fn skip_spaces(&mut self) {
        self.skip_ascii(spaces(self.rest()));
    }

    /// Advances by one character that is not a line break.
    pub fn skip_char(&mut self) {
        self.skip(1);
        while is_continuation(self.peek(0)) {
            self.skip(1);
        }
    }

    /// Advances while `wanted` is true for the byte.
    pub fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len());
        self.skip(length);
    }

    /// Advances to the end of the line.
    pub fn skip_line(&mut self) {
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.skip(find(rest, may_break).unwrap_or(rest.len()));
            if self.at_end() || self.break_length(0) > 0 {
                return;
            }
            self.skip_char();
        }
    }

    /// Returns the length in bytes of the line break that is `ahead`, 0 if there is none.
    pub fn break_length(&self, ahead: usize) -> usize {
        match self.peek(ahead) {
            b'\r' if self.peek(ahead + 1) == b'\n' => 2,
            b'\r' | b'\n' => 1,
            0xC2 if self.peek(ahead + 1) == 0x85 => 2,
            0xE2 if self.peek(ahead + 1) == 0x80 && matches!(self.peek(ahead + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    pub fn is_break(&self) -> bool {
        self.break_length(0) > 0
    }

    pub fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), b' ' | b'\t')
    }

    /// Returns whether a blank, a line break or the end is `ahead`.
    pub fn is_blank_or_end(&self, ahead: usize) -> bool {
        let byte = self.peek(ahead);
        matches!(byte, b' ' | b'\t' | 0) || (may_break(byte) && self.break_length(ahead) > 0)
    }

    /// Returns whether a line break or the end is here.
    pub fn is_line_end(&self) -> bool {
        self.peek(0) == 0 || self.is_break()
    }

    /// Skips a line break, if there is one here.
    pub fn skip_break(&mut self) {
        let length = self.break_length(0);
        if length == 0 {
            return;
        }
        if self.peek(length - 1) == b'\n' {
            self.row = self.row.saturating_add(1);
            self.offset = 0;
        } else {
            self.offset = self.offset.saturating_add(self.column()).saturating_add(1);
        }
        self.at += length;
        self.line = self.line.saturating_add(1);
        self.column = 0;
        self.counted = self.at;
    }

    /// Skips a line break and appends it to `into`: as `\n`, except that LS and PS stay what they are.
    pub fn read_break(&mut self, into: &mut String) {
        let start = self.at;
        self.skip_break();
        match self.at - start {
            0 => {}
            3 => into.push_str(self.slice(start, self.at)),
            _ => into.push('\n'),
        }
    }

    /// Returns whether `---` or `...` alone is here, at the start of a line.
    pub fn is_document_indicator(&mut self) -> bool {
        let first = self.peek(0);
        matches!(first, b'-' | b'.')
            && self.peek(1) == first
            && self.peek(2) == first
            && self.is_blank_or_end(3)
            && self.column() == 0
    }

    /// Moves the end of the text to the start of a new line, as the rules of indentation require.
    pub fn close_line(&mut self) {
        if self.column() != 0 {
            self.line = self.line.saturating_add(1);
            self.offset = self.offset.saturating_add(self.column);
            self.column = 0;
        }
    }
}

/// Returns the error of a character that YAML does not allow.
pub(super) fn refused_character(character: char, mark: Mark) -> Box<SyntaxError> {
    SyntaxError::new(format!("the control character U+{:04X} is not allowed", u32::from(character)), mark)
        .code(YamlCode::ControlCharacter)
        .help("write it as an escape in double quotes, such as `\"\\x1b\"`")
}

/// Returns whether a line break may begin with this byte.
pub(super) fn may_break(byte: u8) -> bool {
    (byte == b'\n') | (byte == b'\r') | (byte == 0xC2) | (byte == 0xE2)
}

/// Returns whether it is a letter, a digit, `_` or `-`: what anchors and tag handles consist of.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}
