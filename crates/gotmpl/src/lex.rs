//! Splits a template into tokens.

mod pair;
mod token;

use super::ast::Pos;
use mkmanifests_go::quote::quote;
use mkmanifests_go::quote::{is_print, show_rune};
use pair::find_pair;
pub(super) use token::{Kind, Token};

#[derive(Default)]
pub(super) struct Lexer<'s> {
    text: &'s str,
    /// Where the token begins.
    start: usize,
    /// The position after the text that was read.
    pos: usize,
    inside: bool,
    parens: u32,
    /// The message of an error token.
    message: Option<String>,
    /// Whether the text ended inside an action.
    pub unclosed: bool,
    /// Whether `break` and `continue` are keywords: they are not if functions have these names.
    pub loop_words: (bool, bool),
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// The bytes that may be part of a name.
const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        table[byte as usize] = byte == b'_' || byte.is_ascii_alphanumeric();
        byte += 1;
    }
    table
};

impl<'s> Lexer<'s> {
    pub fn new(text: &'s str) -> Lexer<'s> {
        Lexer { text, loop_words: (true, true), ..Lexer::default() }
    }

    /// Returns the next token. After the last token and after an error it is always `Eof`.
    pub fn token(&mut self) -> Token<'s> {
        if self.message.is_some() {
            return self.take(Kind::Eof);
        }
        loop {
            let token = if self.inside { Some(self.in_action()) } else { self.in_text() };
            if let Some(token) = token {
                return token;
            }
        }
    }

    /// Returns the message of an error token.
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }

    fn rest(&self) -> &'s str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    /// Returns the byte `ahead` of the position; 0 after the end, where no token begins.
    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.pos + ahead).copied().unwrap_or(0)
    }

    fn at_end(&self) -> bool {
        self.pos >= self.text.len()
    }

    fn peek(&self) -> Option<char> {
        let byte = self.byte(0);
        // Nearly all characters are ASCII.
        if byte != 0 && byte < 0x80 { Some(char::from(byte)) } else { self.rest().chars().next() }
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.pos += next.len_utf8();
        Some(next)
    }

    fn skip_bytes(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.pos..).unwrap_or_default();
        self.pos += rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len());
    }

    fn skip_spaces(&mut self) {
        self.skip_bytes(is_space);
    }

    /// Skips to the end of a name.
    fn skip_word(&mut self) {
        loop {
            self.skip_bytes(|byte| WORD[usize::from(byte)]);
            if self.byte(0) < 0x80 || !self.peek().is_some_and(char::is_alphanumeric) {
                return;
            }
            self.next();
        }
    }

    fn accept(&mut self, wanted: &[u8]) -> bool {
        let found = !self.at_end() && wanted.contains(&self.byte(0));
        self.pos += usize::from(found);
        found
    }

    /// Returns the text since the start as a token.
    fn take(&mut self, kind: Kind) -> Token<'s> {
        let text = self.text.get(self.start..self.pos).unwrap_or_default();
        let token = Token { kind, pos: self.start_pos(), text };
        self.start = self.pos;
        token
    }

    fn start_pos(&self) -> Pos {
        Pos::try_from(self.start).unwrap_or(Pos::MAX)
    }

    fn ignore(&mut self) {
        self.start = self.pos;
    }

    fn error(&mut self, message: impl Into<String>) -> Token<'s> {
        self.message = Some(message.into());
        Token { kind: Kind::Error, pos: self.start_pos(), text: "" }
    }

    /// Returns the error of a text that ends inside an action.
    fn unclosed(&mut self) -> Token<'s> {
        self.unclosed = true;
        self.error("unclosed action")
    }

    /// Reads text up to the next `{{`; reads the `{{` if no text precedes it.
    fn in_text(&mut self) -> Option<Token<'s>> {
        let rest = self.rest();
        let Some(length) = find_pair(rest.as_bytes(), *b"{{") else {
            self.pos = self.text.len();
            return Some(self.take(if rest.is_empty() { Kind::Eof } else { Kind::Text }));
        };
        let (before, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let trims = trims_left(after.get(2..).unwrap_or_default());
        let kept = if trims { before.trim_end_matches([' ', '\t', '\r', '\n']) } else { before };
        self.pos += kept.len();
        let text = (!kept.is_empty()).then(|| self.take(Kind::Text));
        self.pos += length - kept.len();
        self.ignore();
        if text.is_some() { text } else { self.left_delim(trims) }
    }

    fn left_delim(&mut self, trims: bool) -> Option<Token<'s>> {
        let marker = if trims { 2 } else { 0 };
        self.pos += 2;
        if self.rest().get(marker..).is_some_and(|rest| rest.starts_with("/*")) {
            self.pos += marker;
            self.ignore();
            return self.comment();
        }
        let token = self.take(Kind::LeftDelim);
        self.inside = true;
        self.parens = 0;
        self.pos += marker;
        self.ignore();
        Some(token)
    }

    /// Skips a comment. Returns a token only for an error.
    fn comment(&mut self) -> Option<Token<'s>> {
        self.pos += 2;
        let Some(length) = find_pair(self.rest().as_bytes(), *b"*/") else {
            return Some(self.error("unclosed comment"));
        };
        self.pos += length + 2;
        let Some(trims) = self.right_delim_ahead() else {
            return Some(self.error("comment ends before closing delimiter"));
        };
        self.pos += if trims { 4 } else { 2 };
        if trims {
            self.skip_spaces();
        }
        self.ignore();
        None
    }

    /// Returns whether `}}` or ` -}}` is next, and whether it trims.
    fn right_delim_ahead(&self) -> Option<bool> {
        match self.byte(0) {
            b'}' => (self.byte(1) == b'}').then_some(false),
            byte if is_space(byte) => {
                (self.byte(1) == b'-' && self.byte(2) == b'}' && self.byte(3) == b'}').then_some(true)
            }
            _ => None,
        }
    }

    fn right_delim(&mut self, trims: bool) -> Token<'s> {
        if trims {
            self.pos += 2;
            self.ignore();
        }
        self.pos += 2;
        let token = self.take(Kind::RightDelim);
        if trims {
            self.skip_spaces();
            self.ignore();
        }
        self.inside = false;
        token
    }

    fn in_action(&mut self) -> Token<'s> {
        if let Some(trims) = self.right_delim_ahead() {
            return if self.parens == 0 { self.right_delim(trims) } else { self.error("unclosed left paren") };
        }
        let Some(first) = self.next() else { return self.unclosed() };
        match first {
            ' ' | '\t' | '\r' | '\n' => self.space(),
            '=' => self.take(Kind::Assign),
            ':' if self.next() == Some('=') => self.take(Kind::Declare),
            ':' => self.error("expected :="),
            '|' => self.take(Kind::Pipe),
            '"' => self.quoted(b'"', Kind::Str, "unterminated quoted string"),
            '`' => self.raw(),
            '\'' => self.quoted(b'\'', Kind::CharConstant, "unterminated character constant"),
            '$' => self.field_or_variable(Kind::Variable),
            '.' if !self.at_end() && !self.byte(0).is_ascii_digit() => self.field_or_variable(Kind::Field),
            '.' | '+' | '-' | '0'..='9' => {
                self.pos -= 1;
                self.number()
            }
            '(' => {
                self.parens += 1;
                self.take(Kind::LeftParen)
            }
            ')' if self.parens == 0 => self.error("unexpected right paren"),
            ')' => {
                self.parens -= 1;
                self.take(Kind::RightParen)
            }
            c if is_alphanumeric(c) => self.identifier(),
            c if c.is_ascii() && is_print(c) => self.take(Kind::Char),
            c => self.error(format!("unrecognized character in action: {}", show_rune(c))),
        }
    }

    /// Reads spaces. The last of them may belong to a closing ` -}}`.
    fn space(&mut self) -> Token<'s> {
        self.skip_spaces();
        if (self.byte(0), self.byte(1), self.byte(2)) == (b'-', b'}', b'}') {
            self.pos -= 1;
            if self.pos == self.start {
                // Go does not check the parentheses here.
                return self.right_delim(true);
            }
        }
        self.take(Kind::Space)
    }

    fn quoted(&mut self, quote: u8, kind: Kind, error: &str) -> Token<'s> {
        let bytes = self.text.as_bytes();
        loop {
            match (bytes.get(self.pos), bytes.get(self.pos + 1)) {
                (None | Some(b'\n'), _) | (Some(b'\\'), None | Some(b'\n')) => return self.error(error),
                // The next byte may begin a longer character; its other bytes are none of these.
                (Some(b'\\'), _) => self.pos += 2,
                (Some(byte), _) => {
                    self.pos += 1;
                    if *byte == quote {
                        return self.take(kind);
                    }
                }
            }
        }
    }

    fn raw(&mut self) -> Token<'s> {
        let Some(length) = self.rest().find('`') else { return self.error("unterminated raw quoted string") };
        self.pos += length + 1;
        self.take(Kind::RawStr)
    }

    fn identifier(&mut self) -> Token<'s> {
        self.skip_word();
        if let Some(bad) = self.not_terminated() {
            return bad;
        }
        let word = self.text.get(self.start..self.pos).unwrap_or_default();
        let kind = match Kind::keyword_or_identifier(word) {
            Kind::Break if !self.loop_words.0 => Kind::Identifier,
            Kind::Continue if !self.loop_words.1 => Kind::Identifier,
            kind => kind,
        };
        self.take(kind)
    }

    /// Reads what follows a `.` or `$`.
    fn field_or_variable(&mut self, kind: Kind) -> Token<'s> {
        if self.at_terminator() {
            return self.take(if kind == Kind::Variable { kind } else { Kind::Dot });
        }
        self.skip_word();
        match self.not_terminated() {
            Some(bad) => bad,
            None => self.take(kind),
        }
    }

    fn not_terminated(&mut self) -> Option<Token<'s>> {
        if self.at_terminator() {
            return None;
        }
        let bad = self.peek().unwrap_or_default();
        Some(self.error(format!("bad character {}", show_rune(bad))))
    }

    fn at_terminator(&self) -> bool {
        match self.byte(0) {
            b'.' | b',' | b'|' | b':' | b')' | b'(' => true,
            b'}' => self.byte(1) == b'}',
            byte => is_space(byte) || self.at_end(),
        }
    }

    fn number(&mut self) -> Token<'s> {
        if !self.scan_number() {
            return self.bad_number();
        }
        if !matches!(self.peek(), Some('+' | '-')) {
            return self.take(Kind::Number);
        }
        if !self.scan_number() || !self.text.get(..self.pos).is_some_and(|text| text.ends_with('i')) {
            return self.bad_number();
        }
        self.take(Kind::Complex)
    }

    fn bad_number(&mut self) -> Token<'s> {
        let text = self.text.get(self.start..self.pos).unwrap_or_default();
        self.error(format!("bad number syntax: {}", quote(text.as_bytes())))
    }

    /// Reads what may be a number; the parser checks whether it is one.
    fn scan_number(&mut self) -> bool {
        self.accept(b"+-");
        let mut radix = 10;
        if self.accept(b"0") {
            radix = match self.peek() {
                Some('x' | 'X') => 16,
                Some('o' | 'O') => 8,
                Some('b' | 'B') => 2,
                _ => 10,
            };
            if radix != 10 {
                self.next();
            }
        }
        self.skip_bytes(|byte| byte == b'_' || char::from(byte).is_digit(radix));
        if self.accept(b".") {
            self.skip_bytes(|byte| byte == b'_' || char::from(byte).is_digit(radix));
        }
        if (radix == 10 && self.accept(b"eE")) || (radix == 16 && self.accept(b"pP")) {
            self.accept(b"+-");
            self.skip_bytes(|byte| byte == b'_' || byte.is_ascii_digit());
        }
        self.accept(b"i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.next();
            return false;
        }
        true
    }
}

/// Returns whether what follows `{{` is the marker that trims the text before.
fn trims_left(rest: &str) -> bool {
    matches!(rest.as_bytes(), [b'-', space, ..] if is_space(*space))
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}
