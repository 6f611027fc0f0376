//! Nodes as they are written: scalars with text and tag, aliases, keys of any kind.
//!
//! For readers whose types differ from those of Helm, such as go-yaml 3. The grammar is that of Helm's reader.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::collection::{GO_NO_CONTENT, ends_in_block};
use super::compose::{Composer, Properties};
use super::cursor::Mark;
use super::go::Words;
use super::scan::TokenKind;
use super::syntax_error::{SyntaxError, SyntaxResult};
use super::{Duplicates, MAX_DEPTH, ReadError, octets};
use crate::diagnostic::{Location, SourceId};

/// A node as it is written.
#[derive(Debug, Clone)]
pub struct RawNode<'t> {
    /// The whole tag (`tag:yaml.org,2002:int`), or `!`.
    pub tag: Option<Cow<'t, str>>,
    /// The value.
    pub content: Content<'t>,
    /// Where the node starts, with its tag and anchor.
    pub location: Location,
}

/// The value of a node.
#[derive(Debug, Clone)]
pub enum Content<'t> {
    /// A scalar; `plain` is whether it has no quotes and is no block.
    Scalar {
        /// The text, without quotes and escapes.
        text: Cow<'t, str>,
        /// Whether its type depends on the text.
        plain: bool,
    },
    /// A list.
    Sequence(Vec<RawNode<'t>>),
    /// The entries of a mapping in the order of the text; keys may occur twice.
    Mapping(Vec<(RawNode<'t>, RawNode<'t>)>),
    /// `*name`, and the node that it repeats; `None` inside that node.
    Alias(&'t str, Option<Arc<Anchored<'t>>>),
}

/// A node with an anchor.
#[derive(Debug)]
pub struct Anchored<'t> {
    /// The node.
    pub node: RawNode<'t>,
    /// How deep it is nested, after expanding aliases.
    height: usize,
}

/// Reads the documents of a text.
pub struct RawDocuments<'t>(Composer<'t>);

impl<'t> RawDocuments<'t> {
    /// Creates a reader of a text that is `source`.
    pub fn new(source: SourceId, text: &'t str) -> Self {
        let (text, bad) = octets::readable(text.as_bytes());
        let mut composer = Composer::as_go(source, text, Duplicates::LastWins, bad);
        composer.as_go_3 = true;
        composer.scanner.lookahead = 2;
        RawDocuments(composer)
    }

    /// Returns the next document; `None` at the end. An empty document is a plain scalar without text.
    ///
    /// # Errors
    ///
    /// An error of the grammar. There are no more documents after it.
    pub fn next_document(&mut self) -> Result<Option<RawNode<'t>>, ReadError> {
        let composer = &mut self.0;
        let document = composer.next_of(|composer| composer.raw_node(true, false), Composer::raw_empty);
        let Some(first) = composer.diagnostics.first() else { return Ok(document) };
        let go = composer.go.message(&first.reason);
        composer.go = Words::default();
        Err(ReadError { diagnostics: std::mem::take(&mut composer.diagnostics), go })
    }
}

/// The nodes with anchors; `None` for those that are being read.
pub(super) type RawAnchors<'t> = HashMap<&'t str, Option<Arc<Anchored<'t>>>>;

type Pair<'t> = (RawNode<'t>, RawNode<'t>);

impl<'a> Composer<'a> {
    fn raw_empty(&mut self, mark: Mark) -> SyntaxResult<RawNode<'a>> {
        self.count(1, mark)?;
        let content = Content::Scalar { text: Cow::Borrowed(""), plain: true };
        Ok(RawNode { tag: None, content, location: self.location(mark) })
    }

    fn raw_node(&mut self, block: bool, indentless: bool) -> SyntaxResult<RawNode<'a>> {
        let start = self.start()?;
        self.count(1, start)?;
        let location = self.location(start);
        if let TokenKind::Alias(name) = self.scanner.peek()?.kind {
            self.scanner.take();
            return Ok(RawNode { tag: None, content: self.raw_alias(name, start)?, location });
        }
        let properties = self.properties()?;
        let anchor = properties.anchor;
        if let Some(name) = anchor {
            self.raw_anchors.insert(name, None);
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.too_deep(start));
        }
        let tag = properties.tag.clone();
        let content = self.raw_content(block, indentless, &properties)?;
        self.depth -= 1;
        let node = RawNode { tag, content, location };
        if let Some(name) = anchor {
            let anchored = Anchored { node: node.clone(), height: height(&node) };
            self.raw_anchors.insert(name, Some(Arc::new(anchored)));
        }
        Ok(node)
    }

    fn raw_alias(&mut self, name: &'a str, start: Mark) -> SyntaxResult<Content<'a>> {
        let Some(anchored) = self.raw_anchors.get(name) else {
            let message = format!("unknown alias `*{name}`: no anchor `&{name}` is defined above it");
            return Err(SyntaxError::new(message, start).go(format!("unknown anchor '{name}' referenced")));
        };
        if anchored.as_ref().is_some_and(|anchored| self.depth + anchored.height > MAX_DEPTH) {
            return Err(self.too_deep(start));
        }
        Ok(Content::Alias(name, anchored.clone()))
    }

    fn raw_content(&mut self, block: bool, indentless: bool, properties: &Properties<'a>) -> SyntaxResult<Content<'a>> {
        let token = self.scanner.peek()?;
        let start = token.start;
        match &mut token.kind {
            TokenKind::Scalar { value, plain } => {
                let content = Content::Scalar { text: std::mem::take(value), plain: *plain };
                self.scanner.take();
                Ok(content)
            }
            TokenKind::BlockEntry if indentless => self.raw_indentless(),
            TokenKind::FlowSequenceStart => self.raw_flow_sequence(start),
            TokenKind::FlowMappingStart => self.raw_flow_mapping(start),
            TokenKind::BlockSequenceStart if block => self.raw_sequence(start),
            TokenKind::BlockMappingStart if block => self.raw_mapping(start),
            _ if properties.anchor.is_some() || properties.tag.is_some() => {
                Ok(Content::Scalar { text: Cow::Borrowed(""), plain: true })
            }
            _ => Err(self.no_content(start)),
        }
    }

    /// Reads a node, or none if the next token ends it.
    fn raw_optional(&mut self, mark: Mark, empty: bool, block: bool) -> SyntaxResult<RawNode<'a>> {
        if empty { self.raw_empty(mark) } else { self.raw_node(block, block) }
    }

    fn raw_sequence(&mut self, start: Mark) -> SyntaxResult<Content<'a>> {
        self.scanner.take();
        let mut items = Vec::new();
        loop {
            let token = self.scanner.peek()?;
            let mark = token.start;
            match token.kind {
                TokenKind::BlockEntry => {
                    self.scanner.take();
                    let ends = |kind: &TokenKind<'_>| matches!(kind, TokenKind::BlockEntry | TokenKind::BlockEnd);
                    let item = if self.next_is(ends)? { self.raw_empty(mark) } else { self.raw_node(true, false) };
                    items.push(item?);
                }
                TokenKind::BlockEnd => {
                    self.scanner.take();
                    return Ok(Content::Sequence(items));
                }
                _ => return Err(self.expected_item(start)),
            }
        }
    }

    fn raw_indentless(&mut self) -> SyntaxResult<Content<'a>> {
        use TokenKind::{BlockEnd, BlockEntry, Key, Value};
        let mut items = Vec::new();
        while self.next_is(|kind| *kind == BlockEntry)? {
            let mark = self.start()?;
            self.scanner.take();
            let empty = self.next_is(|kind| matches!(kind, BlockEntry | Key | Value | BlockEnd))?;
            items.push(if empty { self.raw_empty(mark)? } else { self.raw_node(true, false)? });
        }
        Ok(Content::Sequence(items))
    }

    fn raw_mapping(&mut self, start: Mark) -> SyntaxResult<Content<'a>> {
        self.scanner.take();
        let mut entries = Vec::new();
        loop {
            let token = self.scanner.peek()?;
            let mark = token.start;
            match token.kind {
                TokenKind::Key => {
                    self.scanner.take();
                    let empty = self.next_is(ends_in_block)?;
                    let key = self.raw_optional(mark, empty, true)?;
                    let value = self.raw_value(ends_in_block, true)?;
                    entries.push((key, value));
                }
                TokenKind::BlockEnd => {
                    self.scanner.take();
                    return Ok(Content::Mapping(entries));
                }
                _ => return Err(self.expected_key(start)),
            }
        }
    }

    /// Reads the value of a key; `ends` returns whether a token after the `:` starts no value.
    fn raw_value(&mut self, ends: fn(&TokenKind<'_>) -> bool, block: bool) -> SyntaxResult<RawNode<'a>> {
        let mark = self.start()?;
        let mut empty = true;
        if self.next_is(|kind| *kind == TokenKind::Value)? {
            self.scanner.take();
            empty = self.next_is(ends)?;
        }
        self.raw_optional(mark, empty, block)
    }

    fn raw_flow_sequence(&mut self, start: Mark) -> SyntaxResult<Content<'a>> {
        self.scanner.take();
        let mut items = Vec::new();
        loop {
            if !items.is_empty() && !self.next_is(|kind| *kind == TokenKind::FlowSequenceEnd)? {
                self.comma(start, ']')?;
            }
            let token = self.scanner.peek()?;
            let mark = token.start;
            match token.kind {
                TokenKind::FlowSequenceEnd => {
                    self.scanner.take();
                    return Ok(Content::Sequence(items));
                }
                TokenKind::Key => items.push(self.raw_flow_pair(mark)?),
                TokenKind::StreamEnd => return Err(self.unclosed(start, ']').parser(mark, GO_NO_CONTENT)),
                _ => items.push(self.raw_node(false, false)?),
            }
        }
    }

    /// Reads `key: value` as an item of a list in brackets: a mapping with one entry.
    fn raw_flow_pair(&mut self, mark: Mark) -> SyntaxResult<RawNode<'a>> {
        use TokenKind::{FlowEntry, FlowSequenceEnd, Value};
        self.scanner.take();
        let empty = self.next_is(|kind| matches!(kind, Value | FlowEntry | FlowSequenceEnd))?;
        let key = self.raw_optional(mark, empty, false)?;
        if empty {
            // The reader of Helm drops this token, and rejects what follows.
            self.scanner.take();
        }
        let value = self.raw_value(|kind| matches!(kind, FlowEntry | FlowSequenceEnd), false)?;
        Ok(RawNode { tag: None, content: Content::Mapping(vec![(key, value)]), location: self.location(mark) })
    }

    fn raw_flow_mapping(&mut self, start: Mark) -> SyntaxResult<Content<'a>> {
        self.scanner.take();
        let mut entries = Vec::new();
        loop {
            if !entries.is_empty() && !self.next_is(|kind| *kind == TokenKind::FlowMappingEnd)? {
                self.comma(start, '}')?;
            }
            let token = self.scanner.peek()?;
            let mark = token.start;
            match token.kind {
                TokenKind::FlowMappingEnd => {
                    self.scanner.take();
                    return Ok(Content::Mapping(entries));
                }
                TokenKind::StreamEnd => return Err(self.unclosed(start, '}').parser(mark, GO_NO_CONTENT)),
                ref kind => {
                    let has_value = *kind == TokenKind::Key;
                    entries.push(self.raw_flow_entry(mark, has_value)?);
                }
            }
        }
    }

    fn raw_flow_entry(&mut self, mark: Mark, has_value: bool) -> SyntaxResult<Pair<'a>> {
        use TokenKind::{FlowEntry, FlowMappingEnd, Value};
        if !has_value {
            let key = self.raw_node(false, false)?;
            let end = self.start()?;
            return Ok((key, self.raw_empty(end)?));
        }
        self.scanner.take();
        let empty = self.next_is(|kind| matches!(kind, Value | FlowEntry | FlowMappingEnd))?;
        let key = self.raw_optional(mark, empty, false)?;
        let value = self.raw_value(|kind| matches!(kind, FlowEntry | FlowMappingEnd), false)?;
        Ok((key, value))
    }
}

/// Returns how deep a tree is, after expanding aliases.
fn height(node: &RawNode<'_>) -> usize {
    let below = match &node.content {
        Content::Scalar { .. } | Content::Alias(_, None) => 0,
        Content::Alias(_, Some(anchored)) => anchored.height,
        Content::Sequence(items) => items.iter().map(height).max().unwrap_or(0),
        Content::Mapping(entries) => {
            entries.iter().map(|(key, value)| height(key).max(height(value))).max().unwrap_or(0)
        }
    };
    below + 1
}
