//! Splits TOML into characters and tokens, with the texts and lines of the Go library's errors.

use crate::Value;
use crate::fmt::sprintf;
use mkmanifests_go::quote::quote;
use mkmanifests_go::runes;

/// A syntax error and its line.
#[derive(Debug)]
pub(super) struct TomlError {
    pub line: usize,
    pub message: String,
}

pub(super) type LexResult<T> = Result<T, TomlError>;

/// Represents the end of the text; a NUL in the text is an error.
pub(super) const END: char = '\0';

/// A string, number or word, and the line in which it ends.
#[derive(Debug)]
pub(super) struct Token {
    pub line: usize,
    pub text: String,
}

pub(super) struct Lexer<'t> {
    text: &'t [u8],
    /// Where the token begins.
    start: usize,
    pos: usize,
    pub line: usize,
    /// Whether the end was consumed and not only peeked at.
    at_end: bool,
}

impl<'t> Lexer<'t> {
    pub fn new(text: &'t [u8]) -> Self {
        Lexer { text, start: 0, pos: 0, line: 1, at_end: false }
    }

    /// Returns the next character without consuming it.
    pub fn peek(&mut self) -> LexResult<char> {
        let Some((rune, width)) = runes(self.text.get(self.pos..).unwrap_or_default()).next() else { return Ok(END) };
        let byte = self.byte(0);
        // The library counts the line before it looks at the character.
        if rune == char::REPLACEMENT_CHARACTER && width == 1 {
            return Err(self.fault(self.line, format!("invalid UTF-8 byte: 0x{byte:02x}")));
        }
        let control = matches!(rune, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}');
        if control || (rune == '\r' && self.byte(1) != b'\n') {
            let message = format!("TOML files cannot contain control characters: '0x{:02x}'", u32::from(rune));
            return Err(self.fault(self.line, message));
        }
        Ok(rune)
    }

    pub fn next(&mut self) -> LexResult<char> {
        let rune = self.peek()?;
        if rune == END {
            self.at_end = true;
            return Ok(END);
        }
        self.line += usize::from(rune == '\n');
        self.pos += rune.len_utf8();
        Ok(rune)
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.get(self.pos + ahead).copied().unwrap_or_default()
    }

    /// Goes back one character, which has one byte and is not a line feed.
    fn back(&mut self) {
        self.pos = self.pos.saturating_sub(1);
    }

    pub fn accept(&mut self, wanted: char) -> LexResult<bool> {
        let found = self.peek()? == wanted;
        if found {
            self.next()?;
        }
        Ok(found)
    }

    /// Skips characters while `wanted` is true.
    pub fn skip(&mut self, wanted: impl Fn(char) -> bool) -> LexResult<()> {
        loop {
            let next = self.peek()?;
            if next == END || !wanted(next) {
                return Ok(());
            }
            self.next()?;
        }
    }

    /// Begins a token here.
    pub fn mark(&mut self) {
        self.start = self.pos;
    }

    /// Returns the text of the token so far.
    pub fn current(&self) -> String {
        String::from_utf8_lossy(self.text.get(self.start..self.pos).unwrap_or_default()).into_owned()
    }

    pub fn token(&self) -> Token {
        Token { line: self.line, text: self.current() }
    }

    fn fault(&self, line: usize, message: impl Into<String>) -> TomlError {
        TomlError { line, message: message.into() }
    }

    /// Returns an error at this line; at the end of the text, at the last line that has characters.
    pub fn error(&self, message: impl Into<String>) -> TomlError {
        let after_break = self.at_end && self.pos > 0 && self.text.get(self.pos - 1) == Some(&b'\n');
        self.fault(self.line - usize::from(after_break), message)
    }

    /// Returns an error at the previous line.
    pub fn error_before(&self, message: impl Into<String>) -> TomlError {
        self.fault(self.line.saturating_sub(1), message)
    }

    /// Skips to the end of a comment.
    pub fn comment(&mut self) -> LexResult<()> {
        self.skip(|rune| !is_break(rune))
    }

    /// Reads a part of a key without quotes, which may be empty.
    pub fn bare_name(&mut self) -> LexResult<Token> {
        self.mark();
        self.skip(|rune| rune.is_ascii_alphanumeric() || rune == '_' || rune == '-')?;
        Ok(self.token())
    }

    /// Reads the text in double quotes after the first one. Returns it and whether it has escapes.
    pub fn string(&mut self) -> LexResult<(Token, bool)> {
        self.mark();
        let mut escapes = false;
        loop {
            match self.next()? {
                END => return Err(self.error("unexpected EOF; expected '\"'")),
                '\n' | '\r' => return Err(self.error_before("strings cannot contain newlines")),
                '\\' => {
                    escapes = true;
                    self.escape()?;
                }
                '"' => return Ok((self.up_to(1), escapes)),
                _ => {}
            }
        }
    }

    /// Reads the text in single quotes after the first one.
    pub fn raw_string(&mut self) -> LexResult<Token> {
        self.mark();
        loop {
            match self.next()? {
                END => return Err(self.error("unexpected EOF; expected \"'\"")),
                '\n' | '\r' => return Err(self.error_before("strings cannot contain newlines")),
                '\'' => return Ok(self.up_to(1)),
                _ => {}
            }
        }
    }

    /// Reads the text in triple quotes after the first three. Up to two more quotes may precede the last three.
    pub fn long_string(&mut self, mark: char) -> LexResult<Token> {
        self.mark();
        let quotes = |count: usize| String::from(mark).repeat(count);
        loop {
            let next = self.next()?;
            if next == END {
                let shown = if mark == '"' { format!("'{}'", quotes(3)) } else { format!("\"{}\"", quotes(3)) };
                return Err(self.error(format!("unexpected EOF; expected {shown}")));
            } else if next == '\\' && mark == '"' {
                if is_break(self.peek()?) {
                    self.next()?;
                } else {
                    self.escape()?;
                }
            } else if next == mark && self.accept(mark)? {
                if !self.accept(mark)? {
                    self.back();
                    continue;
                }
                if self.peek()? != mark {
                    return Ok(self.up_to(3));
                }
                let (read, five) = (self.current(), quotes(5));
                if read.ends_with(&five) && !(mark == '"' && read.ends_with(&format!("\\{five}"))) {
                    let shown = if mark == '"' { format!("'{}'", quotes(6)) } else { format!("\"{}\"", quotes(6)) };
                    return Err(self.error(format!("unexpected {shown}")));
                }
                self.back();
                self.back();
            }
        }
    }

    /// Returns the token without its closing quotes.
    fn up_to(&self, quotes: usize) -> Token {
        let bytes = self.text.get(self.start..self.pos - quotes).unwrap_or_default();
        Token { line: self.line, text: String::from_utf8_lossy(bytes).into_owned() }
    }

    /// Reads what follows a backslash.
    fn escape(&mut self) -> LexResult<()> {
        let (digits, count, letter) = match self.next()? {
            'e' | 'b' | 't' | 'n' | 'f' | 'r' | '"' | ' ' | '\t' | '\\' => return Ok(()),
            'x' => (2, "two", 'x'),
            'u' => (4, "four", 'u'),
            'U' => (8, "eight", 'U'),
            other => {
                let message = format!("invalid escape in string '\\{other}'");
                return Err(if self.at_end { self.error_before(message) } else { self.error(message) });
            }
        };
        for _ in 0..digits {
            if !self.next()?.is_ascii_hexdigit() {
                let found = quote(self.current().as_bytes());
                let message =
                    format!("expected {count} hexadecimal digits after '\\{letter}', but got {found} instead");
                return Err(self.error(message));
            }
        }
        Ok(())
    }

    /// Reads `true`, `false`, or a word that is an error, whose first letter has been read.
    pub fn word_from(&mut self, first: char) -> LexResult<bool> {
        self.pos -= first.len_utf8();
        self.word()
    }

    /// Reads `true`, `false`, or a word that is an error.
    pub fn word(&mut self) -> LexResult<bool> {
        self.mark();
        self.skip(char::is_alphabetic)?;
        match self.current().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            other => Err(self.error(format!("expected value but found {} instead", quote(other.as_bytes())))),
        }
    }

    /// Reads the rest of `inf` or `nan`, whose first letter has been read. If it is neither, the lexer is at the letter
    /// that the library would read next.
    pub fn is_special_float(&mut self) -> LexResult<bool> {
        let found = (self.accept('n')? && self.accept('f')?) || (self.accept('a')? && self.accept('n')?);
        if !found {
            self.back();
        }
        Ok(found)
    }
}

/// Shows a character as Go's `%q` does.
pub(super) fn shown(rune: char) -> String {
    let text = sprintf(b"%q", &[Value::int(i64::from(u32::from(rune)))]).unwrap_or_default();
    String::from_utf8_lossy(&text).into_owned()
}

/// Shows a character, or the end of the text.
pub(super) fn shown_or_end(rune: char) -> String {
    if rune == END { "end of file".to_owned() } else { format!("'{rune}'") }
}

pub(super) fn is_space(rune: char) -> bool {
    rune == ' ' || rune == '\t'
}

pub(super) fn is_break(rune: char) -> bool {
    rune == '\n' || rune == '\r'
}
