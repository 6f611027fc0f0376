//! Reads a JSON document into plain values. Numbers are `float64`; the last one of equal keys counts.

use super::syntax::{END, invalid_character, invalid_escape};
use crate::go::runes;
use crate::gotmpl::value::{Entries, MAX_NESTING, Map, MapType, Str, Value};

/// A document of right syntax.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) value: Value,
    /// The first number that is too great for `float64`; it is 0 in the value.
    pub(super) fault: Option<String>,
}

/// Reads a whole document.
///
/// # Errors
/// Go's text of the first mistake of syntax.
pub(super) fn read(text: &[u8]) -> Result<Document, String> {
    let mut reader = Reader { rest: text, path: Vec::new(), fault: None };
    let value = reader.value(0)?;
    reader.skip_space();
    if !reader.rest.is_empty() {
        return Err(invalid_character(reader.rest, "after top-level value"));
    }
    Ok(Document { value, fault: reader.fault })
}

struct Reader<'a> {
    rest: &'a [u8],
    /// Keys and indexes that lead to the value that is read.
    path: Vec<String>,
    fault: Option<String>,
}

impl<'a> Reader<'a> {
    fn skip_space(&mut self) {
        while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        self.skip_space();
        self.rest.first().copied()
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, b""));
        self.rest = rest;
        taken
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth > MAX_NESTING {
            return Err("exceeded max depth".to_owned());
        }
        match self.peek() {
            Some(b'n') => self.literal("null", Value::Nil),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'"') => Ok(Value::Str(self.string()?)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'[') => self.array(depth + 1),
            Some(b'{') => self.object(depth + 1),
            _ => Err(invalid_character(self.rest, "looking for beginning of value")),
        }
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, String> {
        for expected in word.chars() {
            if self.rest.first().is_none_or(|byte| char::from(*byte) != expected) {
                let place = format!("in literal {word} (expecting '{expected}')");
                return Err(invalid_character(self.rest, &place));
            }
            self.take(1);
        }
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Result<Value, String> {
        self.take(1);
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.take(1);
            return Ok(Value::list(items));
        }
        loop {
            self.path.push(items.len().to_string());
            items.push(self.value(depth)?);
            self.path.pop();
            match self.peek() {
                Some(b',') => _ = self.take(1),
                Some(b']') => break,
                _ => return Err(invalid_character(self.rest, "after array element")),
            }
        }
        self.take(1);
        Ok(Value::list(items))
    }

    fn object(&mut self, depth: usize) -> Result<Value, String> {
        self.take(1);
        let mut entries = Entries::new();
        if self.peek() == Some(b'}') {
            self.take(1);
            return Ok(Value::Map(Map::typed(entries, MapType::ANY)));
        }
        loop {
            let (key, value) = self.entry(depth)?;
            entries.insert(key, value);
            match self.peek() {
                Some(b',') => _ = self.take(1),
                Some(b'}') => break,
                _ => return Err(invalid_character(self.rest, "after object key:value pair")),
            }
        }
        self.take(1);
        Ok(Value::Map(Map::typed(entries, MapType::ANY)))
    }

    fn entry(&mut self, depth: usize) -> Result<(Str, Value), String> {
        if self.peek() != Some(b'"') {
            return Err(invalid_character(self.rest, "looking for beginning of object key string"));
        }
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return Err(invalid_character(self.rest, "after object key"));
        }
        self.take(1);
        self.path.push(key.text().replace('~', "~0").replace('/', "~1"));
        let value = self.value(depth)?;
        self.path.pop();
        Ok((key, value))
    }

    fn string(&mut self) -> Result<Str, String> {
        self.take(1);
        let mut out = Vec::new();
        loop {
            match self.rest {
                [] => return Err(END.to_owned()),
                [b'"', rest @ ..] => {
                    self.rest = rest;
                    return Ok(Str::from(out));
                }
                [b'\\', ..] => push(&mut out, self.escape()?),
                [0..0x20, ..] => return Err(invalid_character(self.rest, "in string")),
                _ => {
                    let (rune, size) = runes(self.rest).next().unwrap_or((char::REPLACEMENT_CHARACTER, 1));
                    push(&mut out, rune);
                    self.take(size);
                }
            }
        }
    }

    /// A backslash sequence. Half of a surrogate pair alone is U+FFFD.
    fn escape(&mut self) -> Result<char, String> {
        let letter = match self.rest.get(1) {
            None => return Err(END.to_owned()),
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
            let cut_off = digits.len() < 4 && digits.iter().all(u8::is_ascii_hexdigit);
            return Err(if cut_off { END.to_owned() } else { invalid_escape(self.take(6)) });
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

    fn number(&mut self) -> Result<Value, String> {
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
        Ok(self.float(&String::from_utf8_lossy(text)))
    }

    fn digits(&mut self) -> Result<(), String> {
        let count = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(invalid_character(self.rest, "in numeric literal"));
        }
        self.take(count);
        Ok(())
    }

    fn float(&mut self, text: &str) -> Value {
        let number: f64 = text.parse().unwrap_or_default();
        if number.is_finite() {
            return Value::Float(number);
        }
        let path = self.path.join(".");
        // Go splits the path at dots, those of keys as well.
        let place = match path.rsplit('.').next() {
            _ if path.is_empty() => "Go value".to_owned(),
            Some(last) if is_index(last) => format!(".{path}"),
            _ => format!("Go struct field .{path}"),
        };
        self.fault.get_or_insert_with(|| format!("json: cannot unmarshal number {text} into {place} of type float64"));
        Value::Float(0.0)
    }
}

/// Go takes a key of digits for an index as well.
fn is_index(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit())
}

fn push(out: &mut Vec<u8>, letter: char) {
    out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

/// The 16 bits of `\u` and four digits.
fn code_unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |code: u16, byte| Some(code << 4 | u16::try_from(char::from(*byte).to_digit(16)?).ok()?))
}
