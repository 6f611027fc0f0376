//! Reads TOML as the Go library `BurntSushi/toml` 1.6 does.
//!
//! No crate can be used: templates print and compare the error texts, and the library's errors differ from those of all
//! others in text, line and order.

use super::escapes::{joined, unescaped, without_first_break};
use super::lexer::{END, LexResult, Lexer, Token, TomlError, is_break, is_space, shown, shown_or_end};
use super::number;
use super::tables::{self, Key, Tables};
use crate::value::MAX_NESTING;
use crate::{Map, Value};
use mkmanifests_go::quote::quote;

/// How many bytes are checked for UTF-16.
const HEAD: usize = 6;

/// Reads a document.
///
/// # Errors
/// The text of the library's error.
pub(super) fn read(text: &[u8]) -> Result<Map, String> {
    let marks: [&[u8]; 3] = [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"];
    let text = marks.iter().find_map(|mark| text.strip_prefix(*mark)).unwrap_or(text);
    if text.iter().take(HEAD).any(|byte| *byte == 0) {
        let why = "files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8";
        return Err(format!("toml: line 1: {why}"));
    }
    let mut parser = Parser { lexer: Lexer::new(text), tables: Tables::default(), key: String::new(), key_line: 1 };
    match parser.document() {
        Ok(()) => Ok(parser.tables.into_map()),
        Err(TomlError { line, message }) => Err(match parser.last_key() {
            key if key.is_empty() => format!("toml: line {line}: {message}"),
            key => format!("toml: line {line} (last key {}): {message}", quote(key.as_bytes())),
        }),
    }
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    tables: Tables,
    /// The last part of the current key; empty if no value is being read.
    key: String,
    /// The line of the last key.
    key_line: usize,
}

impl Parser<'_> {
    /// Returns the key for error messages.
    fn last_key(&self) -> String {
        let context = tables::shown(&self.tables.context);
        match (context.as_str(), self.key.as_str()) {
            (_, "") => context,
            ("", key) => key.to_owned(),
            (context, key) => format!("{context}.{key}"),
        }
    }

    fn document(&mut self) -> LexResult<()> {
        loop {
            self.lexer.skip(|rune| is_space(rune) || is_break(rune))?;
            match self.lexer.peek()? {
                END => return Ok(()),
                '#' => self.lexer.comment()?,
                '[' => {
                    self.header()?;
                    self.line_end()?;
                }
                _ => {
                    self.entry(0)?;
                    self.line_end()?;
                }
            }
        }
    }

    /// Reads what may follow a value or header on its line.
    fn line_end(&mut self) -> LexResult<()> {
        self.lexer.skip(is_space)?;
        match self.lexer.next()? {
            '#' => self.lexer.comment(),
            '\n' | '\r' | END => Ok(()),
            other => {
                let found = shown(other);
                let expected = "expected a top-level item to end with a newline, comment, or EOF";
                Err(self.lexer.error(format!("{expected}, but got {found} instead")))
            }
        }
    }

    /// Reads `[table]` or `[[array of tables]]`.
    fn header(&mut self) -> LexResult<()> {
        self.lexer.next()?;
        let is_array = self.lexer.accept('[')?;
        let key = self.header_name()?;
        if is_array {
            let close = self.lexer.next()?;
            if close != ']' {
                let found = shown(close);
                let expected = "expected end of table array name delimiter ']'";
                return Err(self.lexer.error(format!("{expected}, but got {found} instead")));
            }
        }
        let opened = self.tables.open(&key, is_array);
        opened.map_err(|message| self.fault(message))?;
        self.tables.mark_array("", false);
        Ok(())
    }

    fn fault(&self, message: String) -> TomlError {
        TomlError { line: self.key_line, message }
    }

    fn header_name(&mut self) -> LexResult<Key> {
        let mut key = Key::new();
        loop {
            self.lexer.skip(is_space)?;
            match self.lexer.peek()? {
                ']' | END => {
                    return Err(self.lexer.error("unexpected end of table name (table names cannot be empty)"));
                }
                '.' => return Err(self.lexer.error("unexpected table separator (table names cannot be empty)")),
                _ => {}
            }
            self.key_part(&mut key)?;
            self.lexer.skip(is_space)?;
            match self.lexer.next()? {
                '.' => {}
                ']' => return Ok(key),
                other => {
                    let message = format!("expected '.' or ']' to end table name, but got {} instead", shown(other));
                    return Err(self.lexer.error(message));
                }
            }
        }
    }

    /// Reads a part of a key, with or without quotes.
    fn key_part(&mut self, key: &mut Key) -> LexResult<()> {
        let token = match self.lexer.peek()? {
            '"' => {
                self.lexer.next()?;
                let (token, escapes) = self.lexer.string()?;
                if escapes { unescaped(token)? } else { token }
            }
            '\'' => {
                self.lexer.next()?;
                self.lexer.raw_string()?
            }
            _ => self.lexer.bare_name()?,
        };
        if key.is_empty() {
            self.key_line = token.line;
        }
        key.push(token.text);
        Ok(())
    }

    /// Reads `key = value` at the top level or in an inline table. Returns the key and the value.
    fn entry(&mut self, depth: usize) -> LexResult<(Key, Value)> {
        let key = self.entry_key()?;
        let outer = self.tables.context.clone();
        let Some((last, parents)) = key.split_last() else { return Ok((key, Value::Nil)) };
        self.key.clone_from(last);
        for part in parents {
            let opened = self.tables.open_implicit(part);
            opened.map_err(|message| self.fault(message))?;
        }
        let (value, is_array) = self.value(depth, false)?;
        let set = self.tables.set(last, value.clone());
        set.map_err(|message| self.fault(message))?;
        self.tables.mark_array(last, is_array);
        self.tables.context = outer;
        self.key.clear();
        Ok((key, value))
    }

    fn entry_key(&mut self) -> LexResult<Key> {
        self.lexer.skip(is_space)?;
        match self.lexer.peek()? {
            '=' | END => return Err(self.lexer.error("unexpected '=': key name appears blank")),
            '.' => return Err(self.lexer.error("unexpected '.': keys cannot start with a '.'")),
            _ => {}
        }
        let mut key = Key::new();
        loop {
            self.lexer.skip(is_space)?;
            match self.lexer.peek()? {
                '=' | END => return Err(self.lexer.error("unexpected '='")),
                '.' => return Err(self.lexer.error("unexpected '.'")),
                _ => {}
            }
            self.key_part(&mut key)?;
            self.lexer.skip(is_space)?;
            let next = self.lexer.next()?;
            let message = format!("expected '.' or '=', but got {} instead", shown(next));
            match next {
                '.' => {}
                '=' => return Ok(key),
                END => return Err(self.lexer.error("unexpected EOF; expected key separator '='")),
                '\n' => return Err(self.lexer.error_before(message)),
                _ => return Err(self.lexer.error(message)),
            }
        }
    }

    /// Reads a value. Returns it and whether it is an array.
    fn value(&mut self, depth: usize, in_array: bool) -> LexResult<(Value, bool)> {
        if depth > MAX_NESTING {
            return Err(self.lexer.error("nested too deeply"));
        }
        self.lexer.skip(is_space)?;
        if self.lexer.peek()?.is_ascii_digit() {
            return Ok((number::number_or_time(&mut self.lexer)?, false));
        }
        self.lexer.mark();
        let first = self.lexer.next()?;
        let value = match first {
            '[' => return Ok((self.array(depth + 1)?, true)),
            '{' => self.inline_table(depth + 1, in_array)?,
            '"' | '\'' => self.string(first)?,
            '.' => return Err(self.lexer.error("floats must start with a digit, not '.'")),
            '-' | '+' => number::signed(&mut self.lexer)?,
            'i' | 'n' if self.lexer.is_special_float()? => number::float(&self.lexer.token())?,
            'i' | 'n' => self.lexer.word()?.into(),
            letter if letter.is_alphabetic() => self.lexer.word_from(letter)?.into(),
            END => return Err(self.lexer.error("unexpected EOF; expected value")),
            other => {
                let message = format!("expected value but found {} instead", shown(other));
                let before = other == '\n';
                return Err(if before { self.lexer.error_before(message) } else { self.lexer.error(message) });
            }
        };
        Ok((value, false))
    }

    fn string(&mut self, quote: char) -> LexResult<Value> {
        if self.lexer.accept(quote)? {
            if !self.lexer.accept(quote)? {
                return Ok("".into());
            }
            let token = self.lexer.long_string(quote)?;
            let text = without_first_break(&token.text).to_owned();
            let token = Token { text, ..token };
            return Ok(if quote == '"' { unescaped(joined(token))?.text } else { token.text }.into());
        }
        let token = match quote {
            '"' => match self.lexer.string()? {
                (token, true) => unescaped(token)?,
                (token, false) => token,
            },
            _ => self.lexer.raw_string()?,
        };
        Ok(token.text.into())
    }

    /// Skips blanks, line breaks and comments.
    fn skip_between(&mut self) -> LexResult<()> {
        loop {
            self.lexer.skip(|rune| is_space(rune) || is_break(rune))?;
            if self.lexer.peek()? != '#' {
                return Ok(());
            }
            self.lexer.comment()?;
        }
    }

    fn array(&mut self, depth: usize) -> LexResult<Value> {
        self.tables.mark_array(&self.key, true);
        let mut items = Vec::new();
        loop {
            self.skip_between()?;
            match self.lexer.peek()? {
                ',' => {
                    self.lexer.next()?;
                    return Err(self.lexer.error("unexpected comma"));
                }
                ']' => break,
                _ => items.push(self.value(depth, true)?.0),
            }
            self.skip_between()?;
            match self.lexer.peek()? {
                ',' => _ = self.lexer.next()?,
                ']' => break,
                _ => {
                    let found = shown_or_end(self.lexer.next()?);
                    let message = format!("expected a comma (',') or array terminator (']'), but got {found}");
                    return Err(self.lexer.error(message));
                }
            }
        }
        self.lexer.next()?;
        Ok(Value::list(items))
    }

    fn inline_table(&mut self, depth: usize, in_array: bool) -> LexResult<Value> {
        let (outer, outer_key) = (self.tables.context.clone(), std::mem::take(&mut self.key));
        let mut context = outer.clone();
        context.push(outer_key.clone());
        self.tables.context.clone_from(&context);
        self.tables.mark_implicit(&context);
        let opened = self.tables.open(&context, in_array);
        opened.map_err(|message| self.fault(message))?;
        let table = Map::new();
        loop {
            self.skip_between()?;
            match self.lexer.peek()? {
                ',' => {
                    self.lexer.next()?;
                    return Err(self.lexer.error("unexpected comma"));
                }
                '}' => break,
                _ => {}
            }
            let (key, value) = self.entry(depth)?;
            insert(&table, &key, value);
            // Errors after this still name the key.
            self.key = key.last().cloned().unwrap_or_default();
            self.tables.context.clone_from(&context);
            if self.inline_table_ends()? {
                break;
            }
        }
        self.lexer.next()?;
        (self.tables.context, self.key) = (outer, outer_key);
        Ok(table.into())
    }

    /// Reads what follows an entry: commas up to the next one, or the end of the table.
    fn inline_table_ends(&mut self) -> LexResult<bool> {
        loop {
            self.skip_between()?;
            match self.lexer.peek()? {
                '}' => return Ok(true),
                ',' => {
                    self.lexer.next()?;
                    self.lexer.skip(is_space)?;
                    if self.lexer.peek()? != '}' {
                        return Ok(false);
                    }
                }
                _ => {
                    let found = shown_or_end(self.lexer.next()?);
                    let expected = "expected a comma or an inline table terminator '}'";
                    return Err(self.lexer.error(format!("{expected}, but got {found} instead")));
                }
            }
        }
    }
}

/// Sets the value of a key, and creates the tables on the way.
fn insert(table: &Map, key: &[String], value: Value) {
    let Some((last, parents)) = key.split_last() else { return };
    let mut table = table.clone();
    for part in parents {
        let inner = table.get(part).and_then(|inner| inner.as_map()).unwrap_or_default();
        // None of these maps is nil.
        let _ = table.insert(part.as_str(), inner.clone().into());
        table = inner;
    }
    let _ = table.insert(last.as_str(), value);
}
