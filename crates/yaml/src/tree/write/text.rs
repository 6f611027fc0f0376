//! The output buffer: lines, indentation and the current column.

use super::{Order, Style};

/// What is written and not yet handed on.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) buffer: Vec<u8>,
    /// Where the current line begins in the buffer; columns count from here.
    line: usize,
    /// Whether nothing is on the current line yet: at the start, and after a literal block.
    pub(super) fresh: bool,
    /// The column after which text folds.
    width: usize,
    /// Whether the faults of kubectl and Helm are wanted as well.
    pub(super) exact: bool,
    /// Whether it is go-yaml 3 whose notation is wanted.
    pub(super) pretty: bool,
}

/// Enough that most manifests need one call of `write`.
pub(super) const CAPACITY: usize = 8 * 1024;
/// The length from which the text is handed on at the next line.
const FULL: usize = CAPACITY / 2;

impl Text {
    pub(super) fn new(style: Style, capacity: usize) -> Self {
        Text {
            buffer: Vec::with_capacity(capacity),
            line: 0,
            fresh: true,
            width: style.width.unwrap_or(usize::MAX),
            exact: style.order != Order::Manifest,
            pretty: style.order == Order::Pretty,
        }
    }

    /// Returns whether the buffer should be flushed. Only between lines, since columns count from the start of the
    /// line.
    pub(super) fn is_full(&self) -> bool {
        self.buffer.len() >= FULL
    }

    /// Forgets what is handed on.
    pub(super) fn hand_on(&mut self) {
        self.buffer.clear();
        self.line = 0;
    }

    /// Goes to a new line (or stays on an empty one) and indents it.
    pub(super) fn start_line(&mut self, indent: usize) {
        if !self.fresh {
            self.buffer.push(b'\n');
        }
        self.fresh = false;
        self.line = self.buffer.len();
        self.pad(indent);
    }

    /// Ends the last line.
    pub(super) fn end(&mut self) {
        if !self.fresh {
            self.buffer.push(b'\n');
        }
        self.fresh = true;
    }

    pub(super) fn pad(&mut self, spaces: usize) {
        const SPACES: [u8; 64] = [b' '; 64];
        match SPACES.get(..spaces) {
            Some(few) => self.buffer.extend_from_slice(few),
            None => self.buffer.resize(self.buffer.len() + spaces, b' '),
        }
    }

    pub(super) fn push(&mut self, byte: u8) {
        self.buffer.push(byte);
        self.fresh = false;
    }

    pub(super) fn push_str(&mut self, text: &str) {
        self.buffer.extend_from_slice(text.as_bytes());
        self.fresh = false;
    }

    /// Returns the characters on the current line.
    pub(super) fn column(&self) -> usize {
        self.buffer.get(self.line..).map_or(0, characters)
    }

    /// Returns whether the column is past the width, so that a space may become a line break.
    pub(super) fn is_past(&self, column: usize) -> bool {
        column > self.width
    }

    /// Returns whether `length` more bytes can be written with no need to think of folding.
    pub(super) fn has_room(&self, length: usize) -> bool {
        self.width == usize::MAX || self.buffer.len() - self.line + length <= self.width
    }
}

/// How many characters there are in a piece of UTF-8.
pub(super) fn characters(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}
