//! Scans a text once for the styles that can represent it.

use super::resolve;
use crate::bytes::find;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    Plain,
    Single,
    Double,
    Literal,
}

/// What there is in a text that some notation cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traits(u16);

/// A character with a special meaning at its position; or a space at an end.
const INDICATOR: u16 = 1;
/// A character that has to be escaped: control characters, a byte order mark, all beyond 16 bits.
const SPECIAL: u16 = 1 << 1;
/// A character that ends a line for YAML 1.1: CR, LF, NEL, LS, PS.
const BREAK: u16 = 1 << 2;
/// A line feed.
const LINE_FEED: u16 = 1 << 3;
/// LS or PS.
const SEPARATOR: u16 = 1 << 4;
/// A space after a line break.
const BREAK_SPACE: u16 = 1 << 5;
/// A space before a line break.
const SPACE_BREAK: u16 = 1 << 6;
/// A space at the end.
const TRAILING_SPACE: u16 = 1 << 7;
/// A tab, which has to be escaped unless go-yaml 3 writes it in a literal block.
const TAB: u16 = 1 << 8;

const NOT_PLAIN: u16 = INDICATOR | SPECIAL | TAB | BREAK;
const NOT_SINGLE: u16 = SPECIAL | TAB | BREAK_SPACE | SPACE_BREAK;
const NOT_LITERAL: u16 = SPECIAL | SPACE_BREAK | TRAILING_SPACE;

/// The longest key, in bytes, that needs no `?` before it.
pub(super) const LONGEST_KEY: usize = 128;

/// What a byte needs: most need nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Ordinary = 0,
    Space,
    Colon,
    Hash,
    Feed,
    Return,
    Control,
    /// The first byte of a character that may be special or a line break.
    Lead,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Ordinary; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte {
            0x20 => Class::Space,
            0x3A => Class::Colon,
            0x23 => Class::Hash,
            0x0A => Class::Feed,
            0x0D => Class::Return,
            0x00..0x20 | 0x7F => Class::Control,
            0xC2 | 0xE2 | 0xEF..=0xFF => Class::Lead,
            _ => Class::Ordinary,
        };
        byte += 1;
    }
    classes
};

/// Returns whether a byte may be of another class than the ordinary one; few that are ordinary are among them.
fn may_matter(byte: u8) -> bool {
    (byte <= b' ') | (byte == b'#') | (byte == b':') | (byte >= 0x7F)
}

impl Traits {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut traits = start(bytes);
        // The search pays off only in a longer text: most are keys.
        let first = if bytes.len() < 32 { 0 } else { find(bytes, may_matter).unwrap_or(bytes.len()) };
        for (at, byte) in bytes.iter().enumerate().skip(first) {
            let class = CLASSES[usize::from(*byte)];
            if class != Class::Ordinary {
                traits |= inside(class, bytes, at);
            }
        }
        Traits(traits)
    }

    /// Returns the notation for `text`, which these are the traits of.
    ///
    /// Exactly as in Go, LS and PS are left as they are. A document that ends with one has no line feed before the
    /// next `---`, and kubectl does not find that; so they are escaped unless the output must be exact.
    pub(super) fn notation(self, text: &str, exact: bool, pretty: bool) -> Notation {
        if !exact && self.has(SEPARATOR) {
            return Notation::Double;
        }
        if self.has(LINE_FEED) {
            let not_literal = if pretty { NOT_LITERAL } else { NOT_LITERAL | TAB };
            return if self.has(not_literal) { Notation::Double } else { Notation::Literal };
        }
        if resolve::is_not_text(text) || (pretty && resolve::is_signed_octal(text)) {
            Notation::Double
        } else if !self.has(NOT_PLAIN) {
            Notation::Plain
        } else if !self.has(NOT_SINGLE) {
            Notation::Single
        } else {
            Notation::Double
        }
    }

    /// Returns whether `text` can be a key with no `?` before it.
    pub(super) fn is_simple_key(self, text: &str) -> bool {
        !self.has(BREAK) && text.len() <= LONGEST_KEY
    }

    /// Returns whether a line may end with LS or PS.
    pub(super) fn has_separators(self) -> bool {
        self.has(SEPARATOR)
    }

    fn has(self, any: u16) -> bool {
        self.0 & any != 0
    }
}

/// What the first characters mean.
fn start(bytes: &[u8]) -> u16 {
    let indicator = match bytes {
        [b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>', ..]
        | [b'\'' | b'"' | b'%' | b'@' | b'`' | b'#' | b' ', ..]
        | [b'-' | b'?']
        | [b'-' | b'?', b' ' | b'\t', ..] => true,
        _ => bytes.starts_with(b"---") || bytes.starts_with(b"..."),
    };
    if indicator { INDICATOR } else { 0 }
}

/// Returns the meaning of the byte at `at`.
fn inside(class: Class, bytes: &[u8], at: usize) -> u16 {
    let next = bytes.get(at + 1).copied();
    match class {
        Class::Ordinary => 0,
        Class::Space if next.is_none() => INDICATOR | TRAILING_SPACE,
        Class::Space => 0,
        Class::Colon if matches!(next, None | Some(b' ' | b'\t')) => INDICATOR,
        Class::Colon => 0,
        Class::Hash if at > 0 && bytes[at - 1] == b' ' => INDICATOR,
        Class::Hash => 0,
        Class::Feed => LINE_FEED | line_break(bytes, at, 1),
        Class::Return => SPECIAL | BREAK,
        Class::Control if bytes.get(at) == Some(&b'\t') => TAB,
        Class::Control => SPECIAL,
        Class::Lead => character(bytes, at),
    }
}

fn character(bytes: &[u8], at: usize) -> u16 {
    match bytes[at..] {
        [0xC2, 0x85, ..] => SPECIAL | BREAK,
        [0xC2, 0x80..0xA0, ..] => SPECIAL,
        [0xE2, 0x80, 0xA8 | 0xA9, ..] => SEPARATOR | line_break(bytes, at, 3),
        [0xEF, 0xBB, 0xBF, ..] | [0xEF, 0xBF, 0xBE | 0xBF, ..] | [0xF0..=0xFF, ..] => SPECIAL,
        _ => 0,
    }
}

fn line_break(bytes: &[u8], at: usize, width: usize) -> u16 {
    let before = if at > 0 && bytes[at - 1] == b' ' { SPACE_BREAK } else { 0 };
    let after = if bytes.get(at + width) == Some(&b' ') { BREAK_SPACE } else { 0 };
    BREAK | before | after
}
