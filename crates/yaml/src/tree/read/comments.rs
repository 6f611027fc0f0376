//! Collects comments, and finds the node that each belongs to, as go-yaml 3 does.
//!
//! The scanner keeps each comment with the position of a token. Once the parser sees a token at or behind that position,
//! the comment is pending: it belongs to the next node that has comments of its own.

use super::comment_lines::Lines;
use super::cursor::Mark;
use super::scan::Scanner;
use super::token::TokenKind;

/// The comments of a node, with `#` and without the line break at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comments {
    /// The lines above the node.
    pub head: String,
    /// The comment behind the node.
    pub line: String,
    /// The lines below the node, before an empty line.
    pub foot: String,
}

/// How far go-yaml looks ahead for a comment.
pub(super) const LOOKAHEAD: usize = 512;

/// A position that may lie one before the text. Columns of head and foot comments count from 1.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub at: i64,
    pub line: i64,
    pub column: i64,
}

impl From<Mark> for Place {
    fn from(mark: Mark) -> Place {
        Place { at: signed(mark.at), line: mark.line.into(), column: mark.column.into() }
    }
}

pub(super) fn signed(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

/// A comment of the scanner. What belongs to a node already is empty.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Where the scan began, and where the comment begins and ends.
    pub scan: Place,
    pub start: Place,
    pub end: Place,
    /// The token to which it belongs.
    pub token: Place,
    pub text: Comments,
}

/// What is before lines with comments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before {
    /// The last token.
    pub kind: Kind,
    pub token: Place,
    /// Where the white space before the comments starts.
    pub scan: Place,
    /// The line breaks since the last character that is not blank.
    pub breaks: usize,
    /// The indentation of the current block.
    pub indent: i64,
    pub in_flow: bool,
}

/// What a token is, as far as comments depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    SequenceStart,
    Entry,
    FlowEntry,
    Value,
    Other,
}

impl Kind {
    fn of(kind: &TokenKind<'_>) -> Kind {
        match kind {
            TokenKind::BlockSequenceStart => Kind::SequenceStart,
            TokenKind::BlockEntry => Kind::Entry,
            TokenKind::FlowEntry => Kind::FlowEntry,
            TokenKind::Value => Kind::Value,
            _ => Kind::Other,
        }
    }
}

/// The comments of a text up to the current position.
#[derive(Debug, Default)]
pub(super) struct Collector {
    found: Vec<Found>,
    /// How many of them were pending already.
    unfolded: usize,
    /// The last tokens that left the queue, the newest first.
    taken: [Option<(Kind, Mark)>; 2],
    pending: Comments,
    /// The head comment of a list or mapping within a list.
    stem: Option<String>,
}

impl Collector {
    /// Remembers a token that leaves the queue.
    pub fn taken(&mut self, kind: &TokenKind<'_>, start: Mark) {
        self.taken = [Some((Kind::of(kind), start)), self.taken[0]];
    }

    /// Makes the comments pending that belong to the token at the head of the queue.
    pub fn unfold(&mut self, kind: &TokenKind<'_>, start: Mark) {
        let start = signed(start.at);
        while let Some(found) = self.found.get_mut(self.unfolded).filter(|found| start >= found.token.at) {
            // The end of a block has no head comment: it stays for the next token.
            if !found.text.head.is_empty() && *kind == TokenKind::BlockEnd {
                return;
            }
            let Comments { head, line, foot } = std::mem::take(found).text;
            join(&mut self.pending.head, &head);
            join(&mut self.pending.foot, &foot);
            join(&mut self.pending.line, &line);
            self.unfolded += 1;
        }
    }

    /// Takes the pending comments, for a node or the end of one.
    pub fn take(&mut self) -> Comments {
        self.stem = None;
        std::mem::take(&mut self.pending)
    }

    /// Takes the head comment of a list or mapping within a list.
    pub fn take_stem(&mut self) -> String {
        self.stem.take().unwrap_or_default()
    }

    /// Returns the length of the pending head comment.
    pub fn head_length(&self) -> usize {
        self.pending.head.len()
    }

    /// Sets the first bytes of the pending head comment aside: they belong to the list or mapping that follows, not to its
    /// first item or key.
    pub fn split_stem(&mut self, length: usize) {
        let head = std::mem::take(&mut self.pending.head);
        self.pending.head = head.get(length + 1..).unwrap_or_default().to_owned();
        self.stem = head.get(..length).map(str::to_owned);
    }

    /// Takes the part of the pending head comment before its last empty line: it belongs to the document.
    pub fn take_document_head(&mut self) -> String {
        let head = &self.pending.head;
        let bytes = head.as_bytes();
        let Some(at) =
            (1..bytes.len()).rev().find(|at| bytes[*at] == b'\n' && (*at == bytes.len() - 1 || bytes[at - 1] == b'\n'))
        else {
            return String::new();
        };
        let end = if at == bytes.len() - 1 { at } else { at - 1 };
        let document = head.get(..end).unwrap_or_default().to_owned();
        self.pending.head = head.get(at + 1..).unwrap_or_default().to_owned();
        document
    }
}

fn join(all: &mut String, more: &str) {
    if !more.is_empty() {
        if !all.is_empty() {
            all.push('\n');
        }
        all.push_str(more);
    }
}

impl Scanner<'_> {
    /// Starts to collect comments.
    pub(super) fn collect_comments(&mut self) {
        self.lookahead = 2;
        self.comments = Some(Box::default());
    }

    /// Returns the current position, if comments are collected.
    pub(super) fn comment_mark(&mut self) -> Mark {
        if self.comments.is_some() { self.cursor.mark() } else { Mark::default() }
    }

    /// Returns the last token, or the one before it, whether it is still in the queue or not.
    fn recent(&self, before: usize) -> (Kind, Mark) {
        let length = self.queue.len();
        let waiting = length.checked_sub(before + 1).and_then(|at| self.queue.get(at));
        match waiting {
            Some(token) => (Kind::of(&token.kind), token.start),
            None => {
                let taken = self.comments.as_ref().and_then(|comments| comments.taken.get(before - length).copied());
                taken.flatten().unwrap_or((Kind::Other, Mark::default()))
            }
        }
    }

    /// Counts the line breaks since the last character that is not blank.
    fn line_breaks(&self) -> usize {
        let before = self.cursor.slice(0, self.cursor.at).as_bytes();
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        before.iter().rev().take_while(|byte| is_blank(byte)).filter(|byte| **byte == b'\n').count()
    }

    /// Returns the token to which a comment behind the next one belongs.
    pub(super) fn line_comment_token(&mut self) -> Mark {
        let belongs_to_last = if self.in_flow() { b',' } else { b':' };
        let (_, last) = self.recent(0);
        if self.cursor.peek(0) == belongs_to_last { last } else { self.cursor.mark() }
    }

    /// Reads the comment behind a token, on the same line.
    pub(super) fn scan_line_comment(&mut self, token: Mark) {
        if self.comments.is_none() || self.recent(0).0 == Kind::Entry || self.line_breaks() > 0 {
            return;
        }
        let blanks = (0..LOOKAHEAD).find(|ahead| !self.cursor.is_blank(*ahead));
        if let Some(blanks) = blanks.filter(|blanks| self.cursor.peek(*blanks) == b'#') {
            self.cursor.skip(blanks);
            self.read_line_comment(token);
        }
    }

    /// Reads the comment that starts here as the one behind a token.
    pub(super) fn read_line_comment(&mut self, token: Mark) {
        let start = self.comment_mark();
        self.cursor.skip_line();
        if let Some(comments) = &mut self.comments {
            let line = self.cursor.slice(start.at, self.cursor.at).to_owned();
            let text = Comments { line, ..Comments::default() };
            comments.found.push(Found { token: token.into(), start: start.into(), text, ..Found::default() });
        }
    }

    /// Makes a comment behind the key of a list a head comment of the list, or of its first item.
    pub(super) fn raise_line_comment(&mut self) {
        let is_list = self.recent(0).0 == Kind::Entry && self.recent(1).0 == Kind::SequenceStart;
        if !is_list || self.cursor.is_break() {
            return;
        }
        let mark = Place::from(self.cursor.mark());
        let last = self.comments.as_mut().and_then(|comments| comments.found.last_mut());
        if let Some(found) = last.filter(|found| !found.text.line.is_empty()) {
            found.text.head = std::mem::take(&mut found.text.line);
            if found.start.line == mark.line - 1 {
                found.token = mark;
            }
        }
    }

    /// Reads the comments that start here. `scan` is where the white space before them starts.
    pub(super) fn scan_comments(&mut self, scan: Mark) {
        let (last, before) = (self.recent(0), self.recent(1));
        let (kind, token) = if last.0 == Kind::FlowEntry { before } else { last };
        let breaks = self.line_breaks();
        let indent = i64::from(self.indent.max(0));
        let in_flow = self.in_flow();
        let before = Before { kind, token: token.into(), scan: scan.into(), breaks, indent, in_flow };
        let found = Lines::read(&mut self.cursor, before);
        if let Some(comments) = &mut self.comments {
            comments.found.extend(found);
        }
    }

    /// Returns where a block ends at a line with less indentation: before comments that have the indentation of the
    /// block, since they belong to it. `end` is where the last such block ends.
    pub(super) fn block_end(&self, mut end: Mark) -> Mark {
        let Some(comments) = &self.comments else { return end };
        let mut stop = signed(end.at);
        for found in comments.found.iter().rev() {
            if found.end.at < stop {
                break;
            }
            if found.start.column == i64::from(self.indent) + 1 {
                end.at = usize::try_from(found.start.at).unwrap_or_default();
            }
            stop = found.scan.at;
        }
        end
    }
}
