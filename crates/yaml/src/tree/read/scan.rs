//! Splits text into tokens: indentation, brackets, and keys, which are known as keys only at their colon.
//!
//! The rules are those of YAML 1.1 with the habits of the reader that Helm uses. A key is known as such when its
//! `:` comes, at most 1024 characters and no line later; until then its tokens wait in a queue.

use std::collections::VecDeque;

use super::super::YamlCode;
use super::MAX_DEPTH;
use super::comments::Collector;
use super::cursor::{Cursor, Mark};
use super::syntax_error::{SyntaxError, SyntaxResult};
use super::token::{Token, TokenKind};

/// Where a key may have started: one for each open bracket, and one for the block around them.
#[derive(Debug, Clone, Copy, Default)]
struct SimpleKey {
    possible: bool,
    /// Whether its token stays in the queue until it is known to be a key or not.
    holds: bool,
    /// Only a key can be here: this is the indentation of the keys of a mapping.
    required: bool,
    token: usize,
    mark: Mark,
}

/// The line and column of the last list and the last mapping that less indentation has closed: the line that closed it,
/// and its own column.
#[derive(Default)]
struct Closed {
    list: Option<(u32, u32)>,
    mapping: Option<(u32, u32)>,
}

pub(super) struct Scanner<'a> {
    pub(super) cursor: Cursor<'a>,
    pub(super) queue: VecDeque<Token<'a>>,
    /// The head of the queue is final.
    ready: bool,
    /// How many tokens are read ahead of the head of the queue. go-yaml 3 reads two, to find comments.
    pub lookahead: usize,
    /// How many tokens have left the queue.
    taken: usize,
    /// The columns of the blocks around the current one, and whether the current one is a list.
    indents: Vec<(i32, bool)>,
    /// The last blocks that a line with less indentation has closed.
    closed: Closed,
    pub(super) indent: i32,
    pub(super) simple_key_allowed: bool,
    simple_keys: Vec<SimpleKey>,
    /// The comments, if they are wanted.
    pub(super) comments: Option<Box<Collector>>,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Scanner {
            cursor: Cursor::new(text),
            queue: VecDeque::with_capacity(16),
            ready: false,
            lookahead: 0,
            taken: 0,
            indents: Vec::with_capacity(16),
            closed: Closed::default(),
            indent: -1,
            simple_key_allowed: true,
            simple_keys: vec![SimpleKey::default()],
            comments: None,
        }
    }

    /// Returns the next token, left in the queue.
    pub fn peek(&mut self) -> SyntaxResult<&mut Token<'a>> {
        if !self.ready {
            while self.needs_more()? {
                self.fetch()?;
            }
            self.ready = true;
        }
        if let (Some(comments), Some(token)) = (&mut self.comments, self.queue.front()) {
            comments.unfold(&token.kind, token.start);
        }
        let cursor = &mut self.cursor;
        self.queue.front_mut().ok_or_else(|| SyntaxError::new("unexpected end", cursor.mark()))
    }

    /// Takes the token that [`Scanner::peek`] showed.
    pub fn take(&mut self) {
        let token = self.queue.pop_front();
        if let (Some(comments), Some(token)) = (&mut self.comments, token) {
            comments.taken(&token.kind, token.start);
        }
        self.taken += 1;
        self.ready = false;
    }

    /// Returns whether tokens wait in the queue.
    pub(super) fn has_tokens(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Forgets where a key may have started, now that something else begins. Returns false if a key is required there.
    pub(super) fn forget_simple_key(&mut self) -> bool {
        let Some(last) = self.simple_keys.last_mut() else { return true };
        let is_missing = last.possible && last.required;
        last.possible &= is_missing;
        !is_missing
    }

    /// Returns the column, from 0, of the list or mapping that the line of `mark` has closed, if it has.
    pub fn closed_by(&self, mark: Mark, is_list: bool) -> Option<u32> {
        let closed = if is_list { self.closed.list } else { self.closed.mapping };
        closed.filter(|(line, _)| *line == mark.line).map(|(_, column)| column)
    }

    /// Returns the column, from 0, of the list around the current mapping; `None` if a mapping or nothing is around it.
    pub fn parent_list_column(&self) -> Option<u32> {
        let parent = self.indents.len().checked_sub(2)?;
        self.indents.get(parent).filter(|(_, is_list)| *is_list).and_then(|_| self.parent_column())
    }

    /// Returns the column, from 0, of the block around the current one, if there is one.
    pub fn parent_column(&self) -> Option<u32> {
        self.indents.last().and_then(|(parent, _)| u32::try_from(*parent).ok())
    }

    pub(super) fn in_flow(&self) -> bool {
        self.simple_keys.len() > 1
    }

    /// Returns whether the head of the queue is missing or may yet turn out to be a key.
    fn needs_more(&mut self) -> SyntaxResult<bool> {
        if self.queue.len() <= self.lookahead
            && self.queue.back().is_none_or(|token| token.kind != TokenKind::StreamEnd)
        {
            return Ok(true);
        }
        let head = self.taken;
        match self.simple_keys.iter().position(|key| key.possible && key.holds && key.token == head) {
            None => Ok(false),
            Some(at) => self.is_still_possible(at),
        }
    }

    fn is_still_possible(&mut self, at: usize) -> SyntaxResult<bool> {
        let Some(key) = self.simple_keys.get(at).copied().filter(|key| key.possible) else { return Ok(false) };
        if key.mark.line >= self.cursor.line() && !self.is_too_far(key.mark.at) {
            return Ok(true);
        }
        if key.required {
            return Err(self.missing_colon(key.mark));
        }
        self.simple_keys[at].possible = false;
        Ok(false)
    }

    /// Returns whether more than 1024 characters lie between `from` and here.
    fn is_too_far(&self, from: usize) -> bool {
        let bytes = self.cursor.at.saturating_sub(from);
        bytes > 4096 || (bytes > 1024 && self.cursor.slice(from, self.cursor.at).chars().count() > 1024)
    }

    fn fetch(&mut self) -> SyntaxResult<()> {
        let scan = self.comment_mark();
        self.skip_to_token();
        // The longest indicators are `--- ` and `... `.
        self.cursor.need(4)?;
        let column = self.cursor.column();
        self.unroll_indent(i32::try_from(column).unwrap_or(i32::MAX), scan);
        if self.cursor.at_end() {
            return self.fetch_stream_end();
        }
        if column == 0 && self.cursor.peek(0) == b'%' {
            return self.fetch_directive();
        }
        if self.cursor.is_document_indicator() {
            let dashes = self.cursor.peek(0) == b'-';
            return self.fetch_indicator(if dashes { TokenKind::DocumentStart } else { TokenKind::DocumentEnd });
        }
        if self.comments.is_none() {
            return self.fetch_content();
        }
        let token = self.line_comment_token();
        self.fetch_content()?;
        self.scan_line_comment(token);
        Ok(())
    }

    /// Reads a token that is not about documents.
    fn fetch_content(&mut self) -> SyntaxResult<()> {
        let flow = self.in_flow();
        let spaced = self.cursor.is_blank_or_end(1);
        match self.cursor.peek(0) {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if spaced => self.fetch_block_entry(),
            b'?' if flow || spaced => self.fetch_key(),
            b':' if flow || spaced => self.fetch_value(),
            b'*' | b'&' | b'!' => self.fetch_property(),
            style @ (b'|' | b'>') if !flow => self.fetch_block_scalar(style == b'|'),
            b'\'' | b'"' => self.fetch_flow_scalar(),
            b'#' | b'%' | b'@' | b'`' | b'|' | b'>' | b'\t' => Err(self.cannot_start()),
            _ if self.cursor.is_blank_or_end(0) => Err(self.cannot_start()),
            _ => self.fetch_plain_scalar(),
        }
    }

    /// Skips blanks, comments and line breaks. A tab is blank only where no key can begin.
    pub(super) fn skip_to_token(&mut self) {
        let scan = self.comment_mark();
        loop {
            self.cursor.skip_spaces();
            if self.cursor.peek(0) == b'\t' && (self.in_flow() || !self.simple_key_allowed) {
                self.cursor.skip_while(|byte| matches!(byte, b' ' | b'\t'));
            }
            if self.comments.is_some() {
                self.raise_line_comment();
            }
            if self.cursor.peek(0) == b'#' {
                match self.comments {
                    Some(_) => self.scan_comments(scan),
                    None => self.cursor.skip_line(),
                }
            }
            if !self.cursor.is_break() {
                return;
            }
            self.cursor.skip_break();
            if !self.in_flow() {
                self.simple_key_allowed = true;
            }
        }
    }

    pub(super) fn push(&mut self, kind: TokenKind<'a>, start: Mark) {
        self.queue.push_back(Token { kind, start });
    }

    /// Queues a token of `length` bytes that begins here.
    fn push_here(&mut self, kind: TokenKind<'a>, length: usize) {
        let start = self.cursor.mark();
        self.cursor.skip(length);
        self.push(kind, start);
    }

    pub(super) fn save_simple_key(&mut self) -> SyntaxResult<()> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let mark = self.cursor.mark();
        let required = !self.in_flow() && i64::from(self.indent) == i64::from(mark.column);
        self.remove_simple_key()?;
        let token = self.taken + self.queue.len();
        if let Some(last) = self.simple_keys.last_mut() {
            *last = SimpleKey { possible: true, holds: true, required, token, mark };
        }
        Ok(())
    }

    pub(super) fn remove_simple_key(&mut self) -> SyntaxResult<()> {
        let Some(last) = self.simple_keys.last_mut() else { return Ok(()) };
        let was_possible = std::mem::replace(&mut last.possible, false);
        let (required, mark) = (last.required, last.mark);
        if was_possible && required { Err(self.missing_colon(mark)) } else { Ok(()) }
    }

    /// Opens a block collection at `column` if it is deeper than the one around; `token` is the place in the queue.
    fn roll_indent(&mut self, mark: Mark, token: Option<usize>, kind: TokenKind<'a>) -> SyntaxResult<()> {
        let column = i32::try_from(mark.column).unwrap_or(i32::MAX);
        if self.in_flow() || self.indent >= column {
            return Ok(());
        }
        self.open_block(mark, matches!(kind, TokenKind::BlockSequenceStart))?;
        self.insert(token, Token { kind, start: mark });
        Ok(())
    }

    /// Opens a block collection whose first entry or item is at the mark.
    pub(super) fn open_block(&mut self, mark: Mark, is_list: bool) -> SyntaxResult<()> {
        self.too_deep(mark)?;
        self.indents.push((self.indent, is_list));
        self.indent = i32::try_from(mark.column).unwrap_or(i32::MAX);
        Ok(())
    }

    /// Closes the current block collection at a line with less indentation.
    pub(super) fn close_block(&mut self) {
        let line = self.cursor.line();
        let (parent, is_list) = self.indents.pop().unwrap_or((-1, false));
        let closed = Some((line, self.indent.unsigned_abs()));
        if is_list {
            self.closed.list = closed
        } else {
            self.closed.mapping = closed
        }
        self.indent = parent;
    }

    /// Returns whether the mark has the indentation of the current block collection.
    pub(super) fn is_current_block(&self, mark: Mark) -> bool {
        i64::from(mark.column) == i64::from(self.indent)
    }

    /// Inserts a token before the token with the number `before`; at the end without a number, or if that token has
    /// left the queue.
    fn insert(&mut self, before: Option<usize>, token: Token<'a>) {
        let at = before.and_then(|number| number.checked_sub(self.taken)).unwrap_or(self.queue.len());
        self.queue.insert(at.min(self.queue.len()), token);
    }

    /// Limits the depth of the stacks, so that searching them is fast.
    fn too_deep(&self, mark: Mark) -> SyntaxResult<()> {
        if self.indents.len() + self.simple_keys.len() <= MAX_DEPTH + 1 {
            return Ok(());
        }
        Err(SyntaxError::new(format!("lists and mappings are nested more than {MAX_DEPTH} levels deep"), mark)
            .code(YamlCode::TooDeep))
    }

    /// Closes the blocks with more indentation; `scan` is where the white space before the current line starts.
    fn unroll_indent(&mut self, column: i32, scan: Mark) {
        let mut end = Mark { at: scan.at.saturating_sub(1), ..scan };
        while !self.in_flow() && self.indent > column {
            end = self.block_end(end);
            let mark = if self.comments.is_some() { end } else { self.cursor.mark() };
            self.push(TokenKind::BlockEnd, mark);
            self.close_block();
        }
    }

    fn fetch_stream_end(&mut self) -> SyntaxResult<()> {
        self.cursor.close_line();
        let end = self.cursor.mark();
        self.unroll_indent(-1, end);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push_here(TokenKind::StreamEnd, 0);
        Ok(())
    }

    pub(super) fn leave_block(&mut self) -> SyntaxResult<()> {
        let end = self.cursor.mark();
        self.unroll_indent(-1, end);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        Ok(())
    }

    fn fetch_indicator(&mut self, kind: TokenKind<'a>) -> SyntaxResult<()> {
        self.leave_block()?;
        self.push_here(kind, 3);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind<'a>) -> SyntaxResult<()> {
        self.save_simple_key()?;
        let mark = self.cursor.mark();
        self.too_deep(mark)?;
        // Until the brackets have content, go-yaml gives their location for a key the number of the bracket itself.
        let token = self.taken + self.queue.len();
        self.simple_keys.push(SimpleKey { token, ..SimpleKey::default() });
        self.simple_key_allowed = true;
        self.push_here(kind, 1);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind<'a>) -> SyntaxResult<()> {
        self.remove_simple_key()?;
        if self.in_flow()
            && let Some(inner) = self.simple_keys.pop()
        {
            // Empty brackets thus leave the queue before their `:` is seen, and go-yaml does not read `[]: x` as a
            // mapping.
            self.simple_keys.iter_mut().filter(|key| key.token == inner.token).for_each(|key| key.holds = false);
        }
        self.simple_key_allowed = false;
        self.push_here(kind, 1);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> SyntaxResult<()> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_here(TokenKind::FlowEntry, 1);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> SyntaxResult<()> {
        let mark = self.cursor.mark();
        if !self.in_flow() {
            if !self.simple_key_allowed {
                return Err(SyntaxError::new("a list item is not allowed on the line of its key", mark)
                    .scanner(mark.line, "block sequence entries are not allowed in this context")
                    .help("start the list on the next line; quote text that starts with `- `"));
            }
            self.roll_indent(mark, None, TokenKind::BlockSequenceStart)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_here(TokenKind::BlockEntry, 1);
        Ok(())
    }

    fn fetch_key(&mut self) -> SyntaxResult<()> {
        let mark = self.cursor.mark();
        if !self.in_flow() {
            if !self.simple_key_allowed {
                return Err(SyntaxError::new("a key that starts with `? ` is not allowed here", mark)
                    .scanner(mark.line, "mapping keys are not allowed in this context")
                    .help("quote text that starts with `? `"));
            }
            self.roll_indent(mark, None, TokenKind::BlockMappingStart)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = !self.in_flow();
        self.push_here(TokenKind::Key, 1);
        Ok(())
    }

    fn fetch_value(&mut self) -> SyntaxResult<()> {
        let last = self.simple_keys.len().saturating_sub(1);
        if self.is_still_possible(last)? {
            self.simple_keys[last].possible = false;
            let key = self.simple_keys[last];
            self.insert(Some(key.token), Token { kind: TokenKind::Key, start: key.mark });
            self.roll_indent(key.mark, Some(key.token), TokenKind::BlockMappingStart)?;
            self.simple_key_allowed = false;
        } else {
            let mark = self.cursor.mark();
            if !self.in_flow() {
                if !self.simple_key_allowed {
                    return Err(self.unexpected_colon(mark));
                }
                self.roll_indent(mark, None, TokenKind::BlockMappingStart)?;
            }
            self.simple_key_allowed = !self.in_flow();
        }
        self.push_here(TokenKind::Value, 1);
        Ok(())
    }
}
