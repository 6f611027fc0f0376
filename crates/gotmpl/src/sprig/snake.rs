//! Splits names into words as the library after Sprig does: `FirstName` to `first_name`.

use super::letters::{is_letter, is_number, is_punctuation, is_upper, to_lower};
use super::words::is_connector;
use mkmanifests_go::runes;

/// The kind of a piece of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The end, or bytes that are not UTF-8.
    Nothing,
    Number,
    Upper,
    Letters,
    Connector,
    Punctuation,
    Other,
}

/// Returns the words of a text in lower case, joined by a connector.
pub(super) fn join(text: &[u8], connector: char) -> Vec<u8> {
    let mut out = Joiner { rest: text, kind: Kind::Nothing, word: b"", connector, out: Vec::new() };
    out.advance();
    while !out.rest.is_empty() {
        out.step();
    }
    out.write(out.kind, out.word);
    out.out
}

struct Joiner<'a> {
    /// The text after `word`.
    rest: &'a [u8],
    kind: Kind,
    word: &'a [u8],
    connector: char,
    out: Vec<u8>,
}

impl<'a> Joiner<'a> {
    /// Writes the word and advances to the next one.
    fn step(&mut self) {
        let (kind, word) = (self.kind, self.word);
        if kind != Kind::Connector {
            self.write(kind, word);
        }
        self.advance();
        match kind {
            Kind::Number => self.attach(),
            Kind::Connector => self.write(kind, word),
            Kind::Punctuation => {}
            _ if self.kind == Kind::Number => self.number(),
            _ => self.connect(),
        }
    }

    /// A number belongs to the word before it (`Bld4Floor`), unless small letters follow it (`HTTP2xx`).
    fn number(&mut self) {
        if self.rest.is_empty() {
            return;
        }
        let number = self.word;
        self.advance();
        if self.kind == Kind::Letters {
            self.push(self.connector);
            self.write(Kind::Number, number);
            self.attach();
        } else {
            self.write(Kind::Number, number);
            // At the end of the text as well.
            self.connect();
        }
    }

    /// Writes small letters and numbers right after the last number.
    fn attach(&mut self) {
        while matches!(self.kind, Kind::Letters | Kind::Number) {
            self.write(self.kind, self.word);
            self.advance();
        }
        if self.kind != Kind::Nothing {
            self.connect();
        }
    }

    fn connect(&mut self) {
        if !matches!(self.kind, Kind::Connector | Kind::Punctuation) {
            self.push(self.connector);
        }
    }

    fn push(&mut self, letter: char) {
        self.out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn write(&mut self, kind: Kind, word: &[u8]) {
        if !matches!(kind, Kind::Upper | Kind::Connector) {
            self.out.extend_from_slice(word);
            return;
        }
        for (letter, _) in runes(word) {
            let letter = match letter {
                letter if is_connector(letter) => self.connector,
                letter if is_upper(letter) => to_lower(letter),
                letter => letter,
            };
            self.push(letter);
        }
    }

    /// Reads the next word from the rest.
    fn advance(&mut self) {
        let text = self.rest;
        let (kind, length) = next_word(text);
        (self.word, self.rest) = text.split_at_checked(length).unwrap_or((text, b""));
        self.kind = kind;
    }
}

/// Returns the next valid character and the number of bytes up to its end; `before` if there is none.
fn next_letter(text: &[u8], before: char) -> (char, usize) {
    let mut size = 0;
    for (letter, length) in runes(text) {
        size += length;
        if letter != char::REPLACEMENT_CHARACTER {
            return (letter, size);
        }
    }
    (before, size)
}

/// Returns the length of a run of characters of one kind, in bytes.
fn run(text: &[u8], from: usize, first: char, belongs: impl Fn(char) -> bool) -> usize {
    let mut at = from;
    let mut last = first;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (letter, size) = next_letter(rest, last);
        if !belongs(letter) {
            break;
        }
        last = letter;
        at += size;
    }
    at
}

fn next_word(text: &[u8]) -> (Kind, usize) {
    let (first, size) = next_letter(text, char::REPLACEMENT_CHARACTER);
    match first {
        char::REPLACEMENT_CHARACTER => (Kind::Nothing, size),
        _ if is_connector(first) => (Kind::Connector, run(text, size, first, is_connector)),
        _ if is_punctuation(first) => (Kind::Punctuation, run(text, size, first, is_punctuation)),
        _ if is_upper(first) => (Kind::Upper, upper_word(text, size, first)),
        _ if is_alphabetic(first) => (Kind::Letters, run(text, size, first, is_small)),
        _ if is_number(first) => (Kind::Number, run(text, size, first, is_number)),
        _ => (Kind::Other, run(text, size, first, is_other)),
    }
}

/// `HTTPStatus` is `HTTP` and `Status`: the last capital before a small letter begins the next word.
fn upper_word(text: &[u8], size: usize, first: char) -> usize {
    let Some(rest) = text.get(size..).filter(|rest| !rest.is_empty()) else { return size };
    let (second, _) = next_letter(rest, first);
    if !is_upper(second) {
        return run(text, size, first, is_small);
    }
    let (mut at, mut last, mut last_size) = (size, first, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (letter, length) = next_letter(rest, last);
        if !is_upper(letter) {
            return if is_alphabetic(letter) { at - last_size } else { at };
        }
        (at, last, last_size) = (at + length, letter, length);
    }
    at
}

/// Returns whether a character is a letter that could have case: all except Chinese characters.
fn is_alphabetic(letter: char) -> bool {
    let chinese = matches!(letter, '\u{3400}'..='\u{4d85}' | '\u{4e00}'..='\u{9fcc}' | '\u{20000}'..='\u{2b81d}');
    is_letter(letter) && !chinese
}

fn is_small(letter: char) -> bool {
    is_alphabetic(letter) && !is_upper(letter)
}

fn is_other(letter: char) -> bool {
    !is_connector(letter) && !is_alphabetic(letter) && !is_number(letter) && !is_punctuation(letter)
}
