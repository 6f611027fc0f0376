//! Splits an expression into tokens.

use super::ast::Literal;

/// A token, and its first character, counted from 0.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) kind: Word,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Word {
    Literal(Literal),
    Name(String),
    /// A name in backticks, which only a field can have.
    Quoted(String),
    Symbol(&'static str),
    End,
}

/// The longest first.
const SYMBOLS: [&str; 25] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]",
    "{", "}", ";",
];

/// Splits `text` into tokens, with the end as the last one.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let chars: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { chars: &chars, at: 0 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        let at = lexer.at;
        let kind = lexer.next()?;
        let is_end = kind == Word::End;
        tokens.push(Token { at, kind });
        if is_end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'c> {
    chars: &'c [char],
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(index, char)| self.peek(index) == Some(char))
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.peek(0) {
                Some(' ' | '\t' | '\r' | '\n' | '\u{c}') => self.at += 1,
                Some('/') if self.peek(1) == Some('/') => {
                    while self.peek(0).is_some_and(|char| char != '\n') {
                        self.at += 1;
                    }
                }
                _ => return,
            }
        }
    }

    fn next(&mut self) -> Result<Word, String> {
        let Some(first) = self.peek(0) else { return Ok(Word::End) };
        if let Some(literal) = self.text()? {
            return Ok(Word::Literal(literal));
        }
        if first.is_ascii_digit() || (first == '.' && self.peek(1).is_some_and(|next| next.is_ascii_digit())) {
            return self.number().map(Word::Literal);
        }
        if first.is_ascii_alphabetic() || first == '_' {
            return Ok(self.word());
        }
        if first == '`' {
            return self.quoted();
        }
        match SYMBOLS.iter().find(|symbol| self.starts_with(symbol)) {
            Some(symbol) if *symbol != ";" => {
                self.at += symbol.len();
                Ok(Word::Symbol(symbol))
            }
            _ => Err(error(self.at, format_args!("unexpected `{first}`"))),
        }
    }

    fn word(&mut self) -> Word {
        let start = self.at;
        while self.peek(0).is_some_and(|char| char.is_ascii_alphanumeric() || char == '_') {
            self.at += 1;
        }
        let name: String = self.chars[start..self.at].iter().collect();
        match name.as_str() {
            "true" | "false" => Word::Literal(Literal::Bool(name == "true")),
            "null" => Word::Literal(Literal::Null),
            "in" => Word::Symbol("in"),
            _ => Word::Name(name),
        }
    }

    fn quoted(&mut self) -> Result<Word, String> {
        let start = self.at + 1;
        let length = self.chars[start..].iter().position(|char| *char == '`');
        let Some(length) = length else { return Err(error(self.at, "missing closing backtick")) };
        self.at = start + length + 1;
        Ok(Word::Quoted(self.chars[start..start + length].iter().collect()))
    }

    fn digits(&mut self) {
        while self.peek(0).is_some_and(|char| char.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn number(&mut self) -> Result<Literal, String> {
        let start = self.at;
        let is_hex = self.peek(0) == Some('0') && matches!(self.peek(1), Some('x' | 'X'));
        let mut is_double = false;
        if is_hex {
            self.at += 2;
            while self.peek(0).is_some_and(|char| char.is_ascii_hexdigit()) {
                self.at += 1;
            }
        } else {
            self.digits();
            if self.peek(0) == Some('.') && self.peek(1).is_some_and(|next| next.is_ascii_digit()) {
                self.at += 1;
                self.digits();
                is_double = true;
            }
            if matches!(self.peek(0), Some('e' | 'E')) {
                let sign = usize::from(matches!(self.peek(1), Some('+' | '-')));
                if self.peek(1 + sign).is_some_and(|next| next.is_ascii_digit()) {
                    self.at += 1 + sign;
                    self.digits();
                    is_double = true;
                }
            }
        }
        let text: String = self.chars[start..self.at].iter().collect();
        let is_unsigned = !is_double && matches!(self.peek(0), Some('u' | 'U'));
        self.at += usize::from(is_unsigned);
        let value = if is_hex { u64::from_str_radix(&text[2..], 16) } else { text.parse::<u64>() };
        let literal = match value {
            _ if is_double => text.parse().ok().map(Literal::Double),
            Ok(value) if is_unsigned => Some(Literal::Uint(value)),
            // The smallest integer has no positive one of its size; negating it once more gives it back.
            Ok(value) if value <= 1 << 63 => Some(Literal::Int(value.cast_signed())),
            _ => None,
        };
        literal.ok_or_else(|| error(start, format_args!("the number `{text}` is out of range")))
    }

    /// Reads a string or bytes, if one begins here: `"a"`, `'''a'''`, `r"\d"`, `b"a"`.
    fn text(&mut self) -> Result<Option<Literal>, String> {
        let start = self.at;
        let (mut is_raw, mut is_bytes, mut length) = (false, false, 0);
        while let Some(char @ ('r' | 'R' | 'b' | 'B')) = self.peek(length) {
            let seen = if matches!(char, 'r' | 'R') { &mut is_raw } else { &mut is_bytes };
            if std::mem::replace(seen, true) {
                return Ok(None);
            }
            length += 1;
        }
        let Some(quote @ ('"' | '\'')) = self.peek(length) else { return Ok(None) };
        self.at += length;
        let is_long = self.peek(1) == Some(quote) && self.peek(2) == Some(quote);
        self.at += if is_long { 3 } else { 1 };
        let content = self.content(start, quote, is_long, is_raw)?;
        Ok(Some(if is_bytes { Literal::Bytes(content.into_bytes()) } else { Literal::String(content) }))
    }

    fn content(&mut self, start: usize, quote: char, is_long: bool, is_raw: bool) -> Result<String, String> {
        let mut content = String::new();
        loop {
            let Some(char) = self.peek(0) else { return Err(error(start, "unterminated string")) };
            let is_end = char == quote && (!is_long || (self.peek(1) == Some(quote) && self.peek(2) == Some(quote)));
            if is_end {
                self.at += if is_long { 3 } else { 1 };
                return Ok(content);
            }
            if matches!(char, '\n' | '\r') && !is_long {
                return Err(error(start, "unterminated string: it must end on the same line"));
            }
            if char == '\\' && !is_raw {
                content.push(self.escape()?);
            } else {
                content.push(char);
                self.at += 1;
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let start = self.at;
        let refuse = || error(start, "unknown escape");
        let kind = self.peek(1).ok_or_else(refuse)?;
        let digits = |lexer: &Self, count: usize, radix: u32| {
            let text: String = (2..2 + count).filter_map(|ahead| lexer.peek(ahead)).collect();
            (text.chars().count() == count).then(|| u32::from_str_radix(&text, radix).ok()).flatten()
        };
        let (length, value) = match kind {
            'x' | 'X' => (4, digits(self, 2, 16)),
            'u' => (6, digits(self, 4, 16)),
            'U' => (10, digits(self, 8, 16)),
            '0'..='3' => (4, digits(self, 2, 8).map(|low| low + (kind as u32 - '0' as u32) * 64)),
            'a' => (2, Some(0x7)),
            'b' => (2, Some(0x8)),
            'f' => (2, Some(0xc)),
            'v' => (2, Some(0xb)),
            'n' => (2, Some(0xa)),
            'r' => (2, Some(0xd)),
            't' => (2, Some(0x9)),
            '\\' | '?' | '"' | '\'' | '`' => (2, Some(kind as u32)),
            _ => (2, None),
        };
        self.at += length;
        value.and_then(char::from_u32).ok_or_else(refuse)
    }
}

/// Returns a message about the character at `at`.
pub(super) fn error(at: usize, message: impl std::fmt::Display) -> String {
    format!("character {}: {message}", at + 1)
}
