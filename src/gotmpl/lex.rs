//! Splits a template into tokens.

mod token;

use std::borrow::Cow;

use super::fmt::is_print;
pub(super) use token::{Kind, Token};

pub(super) struct Lexer<'s> {
    text: &'s str,
    /// Where the token begins.
    start: usize,
    /// What is read so far.
    pos: usize,
    /// Lines are counted up to here.
    counted: usize,
    line: u32,
    inside: bool,
    parens: u32,
    failed: bool,
    /// Functions may be called `break` and `continue`; then they are no keywords.
    pub loop_words: (bool, bool),
}

const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

impl<'s> Lexer<'s> {
    pub fn new(text: &'s str) -> Lexer<'s> {
        let loop_words = (true, true);
        Lexer { text, start: 0, pos: 0, counted: 0, line: 1, inside: false, parens: 0, failed: false, loop_words }
    }

    /// The next token; for ever `Eof` behind the last one and behind an error.
    pub fn token(&mut self) -> Token<'s> {
        if self.failed {
            return self.take(Kind::Eof);
        }
        loop {
            let token = if self.inside { Some(self.in_action()) } else { self.in_text() };
            if let Some(token) = token {
                self.failed = token.kind == Kind::Error;
                return token;
            }
        }
    }

    fn rest(&self) -> &'s str {
        self.text.get(self.pos..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.pos += next.len_utf8();
        Some(next)
    }

    fn take_while(&mut self, mut wanted: impl FnMut(char) -> bool) {
        let rest = self.rest();
        self.pos += rest.find(|c| !wanted(c)).unwrap_or(rest.len());
    }

    fn accept(&mut self, wanted: &[char]) -> bool {
        let found = self.peek().is_some_and(|c| wanted.contains(&c));
        if found {
            self.next();
        }
        found
    }

    fn line_here(&mut self) -> u32 {
        let passed = self.text.get(self.counted..self.start).unwrap_or_default();
        self.line += u32::try_from(passed.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or_default();
        self.counted = self.start;
        self.line
    }

    /// The text since the start as a token.
    fn take(&mut self, kind: Kind) -> Token<'s> {
        let text = self.text.get(self.start..self.pos).unwrap_or_default();
        let token = Token { kind, pos: self.start, line: self.line_here(), text: Cow::Borrowed(text) };
        self.start = self.pos;
        token
    }

    fn ignore(&mut self) {
        self.start = self.pos;
    }

    fn error(&mut self, message: impl Into<String>) -> Token<'s> {
        let line = self.line_here();
        Token { kind: Kind::Error, pos: self.start, line, text: Cow::Owned(message.into()) }
    }

    /// Up to the next `{{`, which is taken too if there is no text before it.
    fn in_text(&mut self) -> Option<Token<'s>> {
        let rest = self.rest();
        let Some(length) = rest.find("{{") else {
            self.pos = self.text.len();
            return Some(self.take(if rest.is_empty() { Kind::Eof } else { Kind::Text }));
        };
        let (before, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let trims = trims_left(after.get(2..).unwrap_or_default());
        let kept = if trims { before.trim_end_matches(SPACES) } else { before };
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

    /// Skips a comment; a token only if it is wrong.
    fn comment(&mut self) -> Option<Token<'s>> {
        self.pos += 2;
        let Some(length) = self.rest().find("*/") else { return Some(self.error("unclosed comment")) };
        self.pos += length + 2;
        let Some(trims) = self.right_delim_ahead() else {
            return Some(self.error("comment ends before closing delimiter"));
        };
        self.pos += if trims { 4 } else { 2 };
        if trims {
            self.take_while(|c| SPACES.contains(&c));
        }
        self.ignore();
        None
    }

    /// Whether `}}` or ` -}}` is next, and whether it trims.
    fn right_delim_ahead(&self) -> Option<bool> {
        let rest = self.rest();
        let marked = rest.strip_prefix(SPACES).and_then(|rest| rest.strip_prefix('-'));
        if marked.is_some_and(|rest| rest.starts_with("}}")) {
            return Some(true);
        }
        rest.starts_with("}}").then_some(false)
    }

    fn right_delim(&mut self, trims: bool) -> Token<'s> {
        if trims {
            self.pos += 2;
            self.ignore();
        }
        self.pos += 2;
        let token = self.take(Kind::RightDelim);
        if trims {
            self.take_while(|c| SPACES.contains(&c));
            self.ignore();
        }
        self.inside = false;
        token
    }

    fn in_action(&mut self) -> Token<'s> {
        if let Some(trims) = self.right_delim_ahead() {
            return if self.parens == 0 { self.right_delim(trims) } else { self.error("unclosed left paren") };
        }
        let Some(first) = self.next() else { return self.error("unclosed action") };
        match first {
            c if SPACES.contains(&c) => self.space(),
            '=' => self.take(Kind::Assign),
            ':' if self.next() == Some('=') => self.take(Kind::Declare),
            ':' => self.error("expected :="),
            '|' => self.take(Kind::Pipe),
            '"' => self.quoted('"', Kind::Str, "unterminated quoted string"),
            '`' => self.raw(),
            '\'' => self.quoted('\'', Kind::CharConstant, "unterminated character constant"),
            '$' => self.field_or_variable(Kind::Variable),
            '.' if self.peek().is_some_and(|c| !c.is_ascii_digit()) => self.field_or_variable(Kind::Field),
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

    /// A run of spaces; the last of them may belong to a closing ` -}}`.
    fn space(&mut self) -> Token<'s> {
        self.take_while(|c| SPACES.contains(&c));
        if self.rest().starts_with("-}}") {
            self.pos -= 1;
            if self.pos == self.start {
                // Go does not look at the parentheses here.
                return self.right_delim(true);
            }
        }
        self.take(Kind::Space)
    }

    fn quoted(&mut self, quote: char, kind: Kind, error: &str) -> Token<'s> {
        loop {
            match self.next() {
                Some('\\') if !matches!(self.peek(), None | Some('\n')) => {
                    self.next();
                }
                None | Some('\\' | '\n') => return self.error(error),
                Some(c) if c == quote => return self.take(kind),
                Some(_) => {}
            }
        }
    }

    fn raw(&mut self) -> Token<'s> {
        let Some(length) = self.rest().find('`') else { return self.error("unterminated raw quoted string") };
        self.pos += length + 1;
        self.take(Kind::RawStr)
    }

    fn identifier(&mut self) -> Token<'s> {
        self.take_while(is_alphanumeric);
        if let Some(bad) = self.not_terminated() {
            return bad;
        }
        let word = self.text.get(self.start..self.pos).unwrap_or_default();
        let kind = match Kind::of_word(word) {
            Kind::Break if !self.loop_words.0 => Kind::Identifier,
            Kind::Continue if !self.loop_words.1 => Kind::Identifier,
            kind => kind,
        };
        self.take(kind)
    }

    /// Behind a `.` or `$`.
    fn field_or_variable(&mut self, kind: Kind) -> Token<'s> {
        if self.at_terminator() {
            return self.take(if kind == Kind::Variable { kind } else { Kind::Dot });
        }
        self.take_while(is_alphanumeric);
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
        let ends = |c| SPACES.contains(&c) || matches!(c, '.' | ',' | '|' | ':' | ')' | '(');
        self.peek().is_none_or(ends) || self.rest().starts_with("}}")
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
        self.error(format!("bad number syntax: {}", super::fmt::quote(text.as_bytes())))
    }

    /// Takes what may be a number; the parser finds out whether it is one.
    fn scan_number(&mut self) -> bool {
        self.accept(&['+', '-']);
        let mut radix = 10;
        if self.accept(&['0']) {
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
        self.take_while(|c| c == '_' || c.is_digit(radix));
        if self.accept(&['.']) {
            self.take_while(|c| c == '_' || c.is_digit(radix));
        }
        if (radix == 10 && self.accept(&['e', 'E'])) || (radix == 16 && self.accept(&['p', 'P'])) {
            self.accept(&['+', '-']);
            self.take_while(|c| c == '_' || c.is_ascii_digit());
        }
        self.accept(&['i']);
        if self.peek().is_some_and(is_alphanumeric) {
            self.next();
            return false;
        }
        true
    }
}

/// Whether what follows `{{` is the marker that trims the text before.
fn trims_left(rest: &str) -> bool {
    rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(SPACES))
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Go's `%#U`.
fn show_rune(c: char) -> String {
    let code = format!("U+{:04X}", u32::from(c));
    if is_print(c) { format!("{code} '{c}'") } else { code }
}
