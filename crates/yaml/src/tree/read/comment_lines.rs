//! Reads successive lines with comments: which belong to the node above, and which to the one below.
//!
//! The positions are those of go-yaml 3, with its habits: a comment that follows another one is a line too high.

use super::comments::{Before, Comments, Found, Kind, LOOKAHEAD, Place, signed};
use super::cursor::Cursor;

/// Successive lines with comments.
pub(super) struct Lines {
    ahead: usize,
    line: i64,
    column: i64,
    scan: Place,
    token: Place,
    start: Place,
    text: String,
    found: Vec<Found>,
    /// The line on which a comment that belongs to what is above begins.
    foot_line: i64,
    after_value: bool,
    indent: i64,
    in_flow: bool,
    after_empty: bool,
    before_empty: bool,
}

impl Lines {
    /// Reads the comments that start here.
    pub fn read(cursor: &mut Cursor<'_>, before: Before) -> Vec<Found> {
        let mut lines = Lines::new(cursor, before);
        while lines.ahead < LOOKAHEAD && lines.step(cursor) {
            lines.ahead += 1;
        }
        lines.finish(cursor)
    }

    fn new(cursor: &mut Cursor<'_>, before: Before) -> Lines {
        let Before { kind, token, scan, breaks, indent, in_flow } = before;
        let mark = Place::from(cursor.mark());
        let foot_line = match scan.line {
            0 => -1,
            _ if breaks == 0 && mark.column > 1 => mark.line + 2,
            _ => mark.line - signed(breaks) + 1,
        };
        Lines {
            ahead: 0,
            line: mark.line,
            column: mark.column,
            scan,
            token,
            start: Place::default(),
            text: String::new(),
            found: Vec::new(),
            foot_line,
            after_value: kind == Kind::Value,
            indent,
            in_flow,
            after_empty: false,
            before_empty: breaks <= 1,
        }
    }

    /// Looks at the next character. Returns false at the end of the comments.
    fn step(&mut self, cursor: &mut Cursor<'_>) -> bool {
        self.column += 1;
        if cursor.is_blank(self.ahead) {
            return true;
        }
        let next = cursor.peek(self.ahead);
        let closes = self.in_flow && matches!(next, b']' | b'}');
        let is_break = cursor.break_length(self.ahead) > 0;
        if closes || is_break || next == 0 {
            self.empty_line(cursor, closes, next == 0);
            if is_break {
                (self.before_empty, self.after_empty) = (false, true);
                self.column = 0;
                self.line += 1;
            }
            return is_break;
        }
        if self.column - 1 < self.indent && self.column != self.start.column {
            self.foot(cursor);
        }
        if next == b'#' {
            self.comment(cursor);
        }
        next == b'#'
    }

    fn place(&self, cursor: &Cursor<'_>) -> Place {
        Place { at: signed(cursor.at + self.ahead), line: self.line, column: self.column }
    }

    /// Handles a line without a comment: what is above the first one may belong to the node above.
    fn empty_line(&mut self, cursor: &Cursor<'_>, closes: bool, at_end: bool) {
        if self.after_empty && !closes {
            return;
        }
        let is_dedented = self.start.column - 1 < self.indent;
        let is_below = self.start.line == self.foot_line && !self.after_value;
        if closes || (self.before_empty && (is_below || is_dedented)) {
            if is_dedented && !self.text.is_empty() {
                self.token = self.start;
            }
            self.foot(cursor);
        } else if !self.text.is_empty() && !at_end {
            self.text.push('\n');
        }
    }

    /// Ends the comment as one that belongs to what is above.
    fn foot(&mut self, cursor: &Cursor<'_>) {
        if self.text.is_empty() {
            return;
        }
        let end = self.place(cursor);
        let text = Comments { foot: std::mem::take(&mut self.text), ..Comments::default() };
        self.found.push(Found { scan: self.scan, start: self.start, end, token: self.token, text });
        (self.scan, self.token) = (end, end);
    }

    fn comment(&mut self, cursor: &mut Cursor<'_>) {
        if self.text.is_empty() {
            self.start = self.place(cursor);
        } else {
            self.text.push('\n');
        }
        self.after_empty = false;
        let hash = cursor.at + self.ahead;
        while cursor.at < hash {
            if cursor.is_break() { cursor.skip_break() } else { cursor.skip(1) }
        }
        cursor.skip_line();
        self.text.push_str(cursor.slice(hash, cursor.at));
        // The line break is looked at no more, and does not count.
        self.ahead = 0;
        self.column = 0;
        self.line = cursor.mark().line.into();
    }

    fn finish(mut self, cursor: &Cursor<'_>) -> Vec<Found> {
        if !self.text.is_empty() {
            let mut end = self.place(cursor);
            end.at -= 1;
            let text = Comments { head: self.text, ..Comments::default() };
            self.found.push(Found { scan: self.scan, start: self.start, end, token: self.start, text });
        }
        self.found
    }
}
