//! Reads a JSON document with the errors of Go's `encoding/json`.
//!
//! `serde_json` is not used: its error texts differ, and it refuses numbers beyond `f64`.

mod syntax;

pub use self::syntax::{END, invalid_character};

use self::syntax::invalid_escape;
use crate::runes;

/// Builds values from the parts of a document, in the order of the document.
pub trait Build {
    /// The type of the values.
    type Value;
    /// Go's error for a document that ends too early. It differs between Go's `Decoder` and `Unmarshal`.
    const END: &'static str;
    /// How deep lists and maps may be nested.
    const MAX_DEPTH: usize;

    /// Builds `null`.
    fn null(&mut self) -> Self::Value;
    /// Builds a boolean.
    fn bool(&mut self, value: bool) -> Self::Value;
    /// Builds a string.
    fn text(&mut self, text: String) -> Self::Value;
    /// Builds a number from its text.
    fn number(&mut self, text: &str) -> Self::Value;
    /// Builds a list.
    fn list(&mut self, items: Vec<Self::Value>) -> Self::Value;
    /// Builds a map. If a key occurs twice, the last value wins.
    fn map(&mut self, entries: Vec<(String, Self::Value)>) -> Self::Value;

    /// Called before the value of a key is read.
    fn enter_key(&mut self, _: &str) {}
    /// Called before an item of a list is read.
    fn enter_item(&mut self, _: usize) {}
    /// Called after the value or item has been read.
    fn leave(&mut self) {}
}

/// Reads the first value of a document. Returns it and the rest of the text without leading spaces.
///
/// # Errors
/// Go's text of the first syntax error.
pub fn read<'a, B: Build>(text: &'a [u8], build: &mut B) -> Result<(B::Value, &'a [u8]), String> {
    let mut reader = Reader { rest: text, depth: 0, build };
    let value = reader.value()?;
    reader.peek();
    Ok((value, reader.rest))
}

struct Reader<'a, 'b, B> {
    rest: &'a [u8],
    depth: usize,
    build: &'b mut B,
}

impl<'a, B: Build> Reader<'a, '_, B> {
    /// Returns the next byte that is not a space.
    fn peek(&mut self) -> Option<u8> {
        while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
        self.rest.first().copied()
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, b""));
        self.rest = rest;
        taken
    }

    /// Consumes the byte if it is next after spaces. Returns whether it was.
    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.take(1);
        }
        is_next
    }

    /// Returns Go's error for the next character.
    fn wrong<T>(&self, place: &str) -> Result<T, String> {
        Err(if self.rest.is_empty() { self.ended() } else { invalid_character(self.rest, place) })
    }

    fn ended(&self) -> String {
        B::END.to_owned()
    }

    fn value(&mut self) -> Result<B::Value, String> {
        match self.peek() {
            Some(b'{') => self.nested(Reader::map),
            Some(b'[') => self.nested(Reader::list),
            Some(b'"') => self.string().map(|text| self.build.text(text)),
            Some(b't') => self.literal("true").map(|()| self.build.bool(true)),
            Some(b'f') => self.literal("false").map(|()| self.build.bool(false)),
            Some(b'n') => self.literal("null").map(|()| self.build.null()),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.wrong("looking for beginning of value"),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<B::Value, String>) -> Result<B::Value, String> {
        if self.depth == B::MAX_DEPTH {
            return Err("exceeded max depth".to_owned());
        }
        self.depth += 1;
        self.take(1);
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn literal(&mut self, word: &str) -> Result<(), String> {
        for expected in word.chars() {
            if self.rest.first().is_none_or(|byte| char::from(*byte) != expected) {
                return self.wrong(&format!("in literal {word} (expecting '{expected}')"));
            }
            self.take(1);
        }
        Ok(())
    }

    fn list(&mut self) -> Result<B::Value, String> {
        let mut items = Vec::new();
        if self.takes(b']') {
            return Ok(self.build.list(items));
        }
        loop {
            self.build.enter_item(items.len());
            items.push(self.value()?);
            self.build.leave();
            match self.peek() {
                Some(b',') => _ = self.take(1),
                Some(b']') => break,
                _ => return self.wrong("after array element"),
            }
        }
        self.take(1);
        Ok(self.build.list(items))
    }

    fn map(&mut self) -> Result<B::Value, String> {
        let mut entries = Vec::new();
        if self.takes(b'}') {
            return Ok(self.build.map(entries));
        }
        loop {
            entries.push(self.entry()?);
            match self.peek() {
                Some(b',') => _ = self.take(1),
                Some(b'}') => break,
                _ => return self.wrong("after object key:value pair"),
            }
        }
        self.take(1);
        Ok(self.build.map(entries))
    }

    fn entry(&mut self) -> Result<(String, B::Value), String> {
        if self.peek() != Some(b'"') {
            return self.wrong("looking for beginning of object key string");
        }
        let key = self.string()?;
        if !self.takes(b':') {
            return self.wrong("after object key");
        }
        self.build.enter_key(&key);
        let value = self.value()?;
        self.build.leave();
        Ok((key, value))
    }

    fn string(&mut self) -> Result<String, String> {
        self.take(1);
        let mut out = String::new();
        loop {
            let plain =
                self.rest.iter().take_while(|byte| matches!(byte, b' '..=b'~') && !b"\"\\".contains(byte)).count();
            out.push_str(std::str::from_utf8(self.take(plain)).unwrap_or_default());
            match self.rest {
                [] => return Err(self.ended()),
                [b'"', rest @ ..] => {
                    self.rest = rest;
                    return Ok(out);
                }
                [b'\\', ..] => out.push(self.escape()?),
                [0..0x20, ..] => return self.wrong("in string"),
                _ => {
                    let (rune, size) = runes(self.rest).next().unwrap_or((char::REPLACEMENT_CHARACTER, 1));
                    out.push(rune);
                    self.take(size);
                }
            }
        }
    }

    /// Reads a backslash sequence. Half a surrogate pair alone is U+FFFD.
    fn escape(&mut self) -> Result<char, String> {
        let letter = match self.rest.get(1) {
            None => return Err(self.ended()),
            Some(b'u') => return self.unicode_escape(),
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
            Some(_) => return Err(invalid_escape(self.take(2))),
        };
        self.take(2);
        Ok(letter)
    }

    fn unicode_escape(&mut self) -> Result<char, String> {
        let Some(first) = code_unit(self.rest) else {
            let digits = self.rest.get(2..).unwrap_or_default();
            let is_cut_off = digits.len() < 4 && digits.iter().all(u8::is_ascii_hexdigit);
            return Err(if is_cut_off { self.ended() } else { invalid_escape(self.take(6)) });
        };
        self.take(6);
        if let Some(second) = code_unit(self.rest)
            && let Some(Ok(pair)) = char::decode_utf16([first, second]).next()
            && u32::from(pair) > 0xffff
        {
            self.take(6);
            return Ok(pair);
        }
        Ok(char::from_u32(u32::from(first)).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn number(&mut self) -> Result<B::Value, String> {
        let start = self.rest;
        if self.rest.first() == Some(&b'-') {
            self.take(1);
        }
        if self.rest.first() == Some(&b'0') {
            self.take(1);
        } else {
            self.digits()?;
        }
        if self.rest.first() == Some(&b'.') {
            self.take(1);
            self.digits()?;
        }
        if let [b'e' | b'E', rest @ ..] = self.rest {
            self.rest = rest;
            if let [b'+' | b'-', rest @ ..] = self.rest {
                self.rest = rest;
            }
            self.digits()?;
        }
        let text = start.get(..start.len() - self.rest.len()).unwrap_or_default();
        Ok(self.build.number(&String::from_utf8_lossy(text)))
    }

    fn digits(&mut self) -> Result<(), String> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return self.wrong("in numeric literal");
        }
        self.take(count);
        Ok(())
    }
}

/// Reads the 16 bits of `\u` and four digits.
fn code_unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |code: u16, byte| Some(code << 4 | u16::try_from(char::from(*byte).to_digit(16)?).ok()?))
}
