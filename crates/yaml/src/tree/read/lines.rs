//! Block mappings and lists in the form in which programs write them, without tokens: `key: value` and `- item` on lines of
//! their own.
//!
//! Most of a manifest has this form, and tokens take several times as long as its text. Whatever else follows is left to
//! the tokens: the scanner is then as it would be after the tokens of what was read here.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::super::Node;
use super::compose::{Composer, Properties};
use super::cursor::{Mark, may_break};
use super::scan::Scanner;
use super::syntax_error::SyntaxResult;
use super::{MAX_DEPTH, resolve};
use crate::bytes::spaces;

/// A key without quotes, before `: ` or before `:` at the end of its line.
pub(super) struct PlainKey<'a> {
    text: &'a str,
    start: Mark,
    colon: Mark,
}

/// What is next in a block.
pub(super) enum Line<'a> {
    /// An entry of the block.
    Key(PlainKey<'a>),
    /// An item of the block; its `-` has been read.
    Item(Mark),
    /// Something that ends the block. Less indentation has closed it.
    End,
    /// Only tokens tell.
    Unclear,
}

/// A scalar as the scanner reads it, and where it starts.
struct Scalar<'a> {
    value: Cow<'a, str>,
    plain: bool,
    start: Mark,
}

/// The value of a key or item.
enum Value<'a> {
    Scalar(Scalar<'a>),
    /// A mapping that begins with this key.
    Mapping(PlainKey<'a>),
    /// A list that begins here. It may have the indentation of its key.
    List(Mark),
    /// Only tokens tell.
    Unclear,
}

/// The longest key that is read here; longer ones need the limit of tokens.
const LONGEST: usize = 128;

impl<'a> Scanner<'a> {
    /// Returns what is next in the current mapping.
    pub(super) fn next_entry(&mut self) -> Line<'a> {
        self.next_line(|scanner| scanner.plain_key().map(Line::Key))
    }

    /// Returns what is next in the current list.
    pub(super) fn next_item(&mut self) -> Line<'a> {
        self.next_line(|scanner| scanner.item().map(Line::Item))
    }

    fn next_line(&mut self, read: impl FnOnce(&mut Self) -> Option<Line<'a>>) -> Line<'a> {
        if !self.is_at_token() {
            return Line::Unclear;
        }
        match self.column().cmp(&self.indent) {
            Ordering::Equal => read(self).unwrap_or(Line::Unclear),
            Ordering::Greater => Line::Unclear,
            Ordering::Less => {
                self.close_block();
                Line::End
            }
        }
    }

    /// Returns what is next in a list with the same indentation as its key, which the current mapping has.
    pub(super) fn next_indentless_item(&mut self) -> Line<'a> {
        if !self.is_at_token() {
            return Line::Unclear;
        }
        if self.cursor.peek(0) != b'-' {
            return Line::End;
        }
        let is_here = self.column() == self.indent;
        let item = if is_here { self.item() } else { None };
        item.map_or(Line::Unclear, Line::Item)
    }

    /// Moves to the next token, unless tokens are waiting. Returns whether it is within a block and not the end.
    fn is_at_token(&mut self) -> bool {
        if self.has_tokens() || self.in_flow() || !self.cursor.is_unlimited() {
            return false;
        }
        self.skip_to_token();
        !self.cursor.at_end()
    }

    fn column(&mut self) -> i32 {
        i32::try_from(self.cursor.column()).unwrap_or(i32::MAX)
    }

    /// Reads the `-` of an item, if one is here.
    fn item(&mut self) -> Option<Mark> {
        let is_item = self.cursor.peek(0) == b'-' && matches!(self.cursor.peek(1), b' ' | b'\n');
        if !is_item || !self.simple_key_allowed || !self.forget_simple_key() {
            return None;
        }
        let mark = self.cursor.mark();
        self.cursor.skip_ascii(1);
        Some(mark)
    }

    /// Reads a key and its colon, if they are here.
    fn plain_key(&mut self) -> Option<PlainKey<'a>> {
        let rest = self.cursor.rest();
        let length = rest.iter().take(LONGEST).position(|byte| !OF_KEY[usize::from(*byte)])?;
        let is_key =
            length > 0 && rest.get(length) == Some(&b':') && matches!(rest.get(length + 1), Some(b' ' | b'\n'));
        if !is_key || !self.simple_key_allowed || !self.forget_simple_key() {
            return None;
        }
        let start = self.cursor.mark();
        self.cursor.skip_ascii(length);
        let (text, colon) = (self.cursor.slice(start.at, self.cursor.at), self.cursor.mark());
        self.cursor.skip_ascii(1);
        self.simple_key_allowed = false;
        Some(PlainKey { text, start, colon })
    }

    /// Reads the value of a key or, with `is_item`, of an item.
    fn value(&mut self, is_item: bool) -> SyntaxResult<Value<'a>> {
        if self.has_tokens() || !self.cursor.is_unlimited() {
            return Ok(Value::Unclear);
        }
        self.cursor.skip_spaces();
        if is_item {
            return Ok(self.value_of_item());
        }
        if self.cursor.peek(0) != b'\n' {
            return Ok(self.scalar_of_key()?.map_or(Value::Unclear, Value::Scalar));
        }
        if !self.is_at_token() {
            return Ok(Value::Unclear);
        }
        let column = self.column();
        let is_list = column >= self.indent && self.cursor.peek(0) == b'-';
        if let Some(mark) = if is_list { self.item() } else { None } {
            return Ok(Value::List(mark));
        }
        let key = if column > self.indent { self.plain_key() } else { None };
        Ok(key.map_or(Value::Unclear, Value::Mapping))
    }

    fn value_of_item(&mut self) -> Value<'a> {
        if let Some(key) = self.plain_key() {
            return Value::Mapping(key);
        }
        let start = self.cursor.mark();
        let (value, plain) = match self.cursor.peek(0) {
            first if begins_plain(first) => (self.plain_line(), true),
            quote @ (b'"' | b'\'') => (self.quoted_line(quote), false),
            _ => (None, true),
        };
        let scalar = |value| Value::Scalar(Scalar { value: Cow::Borrowed(value), plain, start });
        value.map_or(Value::Unclear, scalar)
    }

    /// Reads a scalar that cannot be a key, since it follows one on its line.
    fn scalar_of_key(&mut self) -> SyntaxResult<Option<Scalar<'a>>> {
        let start = self.cursor.mark();
        let (value, plain) = match self.cursor.peek(0) {
            first if begins_plain(first) => (self.scan_plain_scalar(start)?, true),
            b'"' | b'\'' => (self.quoted(start)?, false),
            style @ (b'|' | b'>') => (Cow::Owned(self.block_scalar(style == b'|', start)?), false),
            _ => return Ok(None),
        };
        Ok(Some(Scalar { value, plain, start }))
    }

    /// Reads a plain scalar that ends with its line, if it does and nothing else is on the line.
    pub(super) fn plain_line(&mut self) -> Option<&'a str> {
        let rest = self.cursor.rest();
        let mut end = 0;
        loop {
            let is_special = |byte: u8| may_break(byte) | (byte == b':') | (byte == b'#') | (byte == b'\t');
            end += rest.get(end..)?.iter().position(|byte| is_special(*byte))?;
            match rest.get(end)? {
                b'\n' => break,
                b':' if !matches!(rest.get(end + 1)?, b' ' | b'\n' | b'\r' | b'\t' | 0xC2 | 0xE2) => end += 1,
                b'#' if end > 0 && rest.get(end - 1) != Some(&b' ') => end += 1,
                _ => return None,
            }
        }
        if self.continues(rest.get(end..)?) {
            return None;
        }
        let text = self.cursor.slice(self.cursor.at, self.cursor.at + end).trim_end_matches(' ');
        self.cursor.skip(end);
        // The line in Go's messages is the one after the scalar.
        while self.cursor.peek(0) == b'\n' {
            self.cursor.skip_break();
            self.cursor.skip_spaces();
        }
        self.simple_key_allowed = true;
        Some(text)
    }

    /// Returns whether a plain scalar continues after the line break with which `rest` begins, or may do so.
    fn continues(&self, rest: &[u8]) -> bool {
        let mut line = rest.get(1..).unwrap_or_default();
        loop {
            let blanks = spaces(line);
            match line.get(blanks) {
                None => return false,
                Some(b'\n') => line = line.get(blanks + 1..).unwrap_or_default(),
                Some(byte) => {
                    let is_deeper = i64::try_from(blanks).is_ok_and(|blanks| blanks > i64::from(self.indent));
                    return is_deeper || *byte == b'\t' || may_break(*byte);
                }
            }
        }
    }

    /// Reads a quoted text without escapes that ends with its line.
    fn quoted_line(&mut self, quote: u8) -> Option<&'a str> {
        let start = self.cursor.at;
        self.cursor.skip(1);
        let text = self.simple_quoted(quote);
        let is_line = text.is_some() && self.cursor.peek(0) == b'\n';
        if !is_line {
            self.cursor.at = start;
        }
        text.filter(|_| is_line)
    }
}

/// The bytes of keys that are read here.
const OF_KEY: [bool; 256] = {
    let mut known = [false; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        known[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'$');
        byte += 1;
    }
    known
};

/// Returns whether a plain scalar begins with this byte, whatever follows.
fn begins_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'/' | b'$' | b'(' | b'<' | b'^' | b'\\' | b'~' | b'+')
}

impl<'a> Composer<'a> {
    /// Reads an entry whose key has been read.
    pub(super) fn plain_entry(&mut self, key: PlainKey<'a>) -> SyntaxResult<()> {
        let PlainKey { text, start, colon } = key;
        let location = self.location(start);
        self.decode(1, 0, start);
        let key = self.scalar_key(resolve::resolve(None, true, Cow::Borrowed(text)), location);
        let value = match self.line_value(false)? {
            Some(value) => value,
            None if self.next_is(super::collection::ends_in_block)? => self.empty(colon)?,
            None => self.node(true, true)?,
        };
        self.add_entry(key, value);
        Ok(())
    }

    /// Reads the value of a key or item; `None` if only tokens tell what it is.
    pub(super) fn line_value(&mut self, is_item: bool) -> SyntaxResult<Option<Node>> {
        if self.depth >= MAX_DEPTH {
            return Ok(None);
        }
        match self.scanner.value(is_item)? {
            Value::Scalar(Scalar { value, plain, start }) => {
                self.count(1, start)?;
                self.decode(1, 0, start);
                self.scalar(Properties::default(), value, plain, start).map(Some)
            }
            Value::Mapping(key) => {
                let start = key.start;
                self.scanner.open_block(start, false)?;
                self.nested(start, |composer| composer.block_entries(Some(key), start)).map(Some)
            }
            Value::List(mark) => {
                let is_indentless = self.scanner.is_current_block(mark);
                if is_indentless {
                    return self.nested(mark, |composer| composer.indentless_items(Some(mark), mark)).map(Some);
                }
                self.scanner.open_block(mark, true)?;
                self.nested(mark, |composer| composer.block_items(Some(mark), mark)).map(Some)
            }
            Value::Unclear => Ok(None),
        }
    }

    /// Reads a list or mapping that starts at the mark, one level deeper.
    fn nested(&mut self, start: Mark, read: impl FnOnce(&mut Self) -> SyntaxResult<Node>) -> SyntaxResult<Node> {
        self.count(1, start)?;
        self.decode(1, 0, start);
        self.depth += 1;
        let node = read(self)?;
        self.depth -= 1;
        Ok(node)
    }
}
