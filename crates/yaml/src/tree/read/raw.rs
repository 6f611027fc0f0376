//! Nodes as they are written: scalars with text and tag, aliases, keys of any kind.
//!
//! For readers whose types differ from those of Helm, such as go-yaml 3. The grammar is that of Helm's reader.

mod commented;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::collection::{GO_NO_CONTENT, ends_in_block};
pub use super::comments::Comments;
use super::compose::{Composer, Properties};
use super::cursor::Mark;
use super::go::Words;
use super::syntax_error::{SyntaxError, SyntaxResult};
pub use super::token::ScalarStyle;
use super::token::TokenKind;
use super::{Duplicates, MAX_DEPTH, ReadError, octets};
use crate::diagnostic::{Location, SourceId};
pub use commented::{NodeStyle, RawDocument};
use commented::{place_feet, raise_foot};

/// A node as it is written.
#[derive(Debug, Clone)]
pub struct RawNode<'t> {
    /// The whole tag (`tag:yaml.org,2002:int`), or `!`.
    pub tag: Option<Cow<'t, str>>,
    /// The name after `&`.
    pub anchor: Option<&'t str>,
    /// The value.
    pub content: Content<'t>,
    /// How a list, mapping or scalar is written.
    pub style: NodeStyle,
    /// The comments, if the reader collects them and there are any.
    pub comments: Option<Box<Comments>>,
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

    /// Creates a reader that collects comments.
    pub fn with_comments(source: SourceId, text: &'t str) -> Self {
        let mut documents = RawDocuments::new(source, text);
        documents.0.scanner.collect_comments();
        documents
    }

    /// Returns the next document with its comments; `None` at the end. They are empty unless the reader collects them.
    ///
    /// # Errors
    ///
    /// As [`RawDocuments::next_document`].
    pub fn next_commented(&mut self) -> Result<Option<RawDocument<'t>>, ReadError> {
        let root = self.next_document()?;
        let comments = self.0.take_comments();
        let foot = if comments.foot.is_empty() { comments.head } else { comments.foot };
        let head = std::mem::take(&mut self.0.document_head);
        Ok(root.map(|root| RawDocument { head, root, foot }))
    }

    /// Returns the next document; `None` at the end. An empty document is a plain scalar without text.
    ///
    /// # Errors
    ///
    /// An error of the grammar. There are no more documents after it.
    pub fn next_document(&mut self) -> Result<Option<RawNode<'t>>, ReadError> {
        let composer = &mut self.0;
        let document = composer.next_of(Composer::raw_root, Composer::raw_empty);
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
    fn raw_root(&mut self) -> SyntaxResult<RawNode<'a>> {
        self.scanner.peek()?;
        if !self.is_explicit
            && let Some(comments) = &mut self.scanner.comments
        {
            self.document_head = comments.take_document_head();
        }
        self.raw_node(true, false)
    }

    fn raw_empty(&mut self, mark: Mark) -> SyntaxResult<RawNode<'a>> {
        self.count(1, mark)?;
        Ok(RawNode::new(nothing(), NodeStyle::Scalar(ScalarStyle::Plain), self.location(mark)))
    }

    fn raw_node(&mut self, block: bool, indentless: bool) -> SyntaxResult<RawNode<'a>> {
        let start = self.start()?;
        self.count(1, start)?;
        let location = self.location(start);
        if let TokenKind::Alias(name) = self.scanner.peek()?.kind {
            let comments = self.boxed_comments();
            self.scanner.take();
            let style = NodeStyle::Scalar(ScalarStyle::Plain);
            return Ok(RawNode { comments, ..RawNode::new(self.raw_alias(name, start)?, style, location) });
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
        let content = self.raw_content(block, indentless, &properties, location)?;
        self.depth -= 1;
        let node = RawNode { tag: properties.tag, anchor, ..content };
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

    /// Reads a node without its properties.
    fn raw_content(
        &mut self,
        block: bool,
        indentless: bool,
        properties: &Properties<'a>,
        location: Location,
    ) -> SyntaxResult<RawNode<'a>> {
        let token = self.scanner.peek()?;
        let start = token.start;
        let has_properties = properties.anchor.is_some() || properties.tag.is_some();
        let (content, style) = match &mut token.kind {
            TokenKind::Scalar { value, style } => {
                let (text, style) = (std::mem::take(value), *style);
                let content = Content::Scalar { text, plain: style == ScalarStyle::Plain };
                let comments = self.boxed_comments();
                self.scanner.take();
                return Ok(RawNode { comments, ..RawNode::new(content, NodeStyle::Scalar(style), location) });
            }
            TokenKind::BlockEntry if indentless => (self.raw_indentless()?, NodeStyle::Block),
            TokenKind::FlowSequenceStart => return self.raw_flow(start, location, Composer::raw_flow_sequence),
            TokenKind::FlowMappingStart => return self.raw_flow(start, location, Composer::raw_flow_mapping),
            TokenKind::BlockSequenceStart if block => {
                let head = self.take_stem();
                let mut node = RawNode::new(self.raw_sequence(start)?, NodeStyle::Block, location);
                node.comment(|comments| comments.head = head);
                return Ok(node);
            }
            TokenKind::BlockMappingStart if block => return self.raw_block_mapping(start, location),
            _ if has_properties => (nothing(), NodeStyle::Scalar(ScalarStyle::Plain)),
            _ => return Err(self.no_content(start)),
        };
        Ok(RawNode::new(content, style, location))
    }

    /// Reads a list or mapping in brackets.
    fn raw_flow(
        &mut self,
        start: Mark,
        location: Location,
        read: fn(&mut Self, Mark) -> SyntaxResult<Content<'a>>,
    ) -> SyntaxResult<RawNode<'a>> {
        let head = self.take_comments().head;
        let mut node = RawNode::new(read(self, start)?, NodeStyle::Flow, location);
        self.closed(&mut node, head);
        self.scanner.take();
        if let Content::Mapping(entries) = &mut node.content {
            entries.iter_mut().for_each(raise_foot);
        }
        Ok(node)
    }

    fn raw_block_mapping(&mut self, start: Mark, location: Location) -> SyntaxResult<RawNode<'a>> {
        let head = self.take_stem();
        let mut node = RawNode::new(self.raw_mapping(start)?, NodeStyle::Block, location);
        self.closed(&mut node, head);
        self.scanner.take();
        if self.scanner.comments.is_some() {
            let foot = node.take_foot();
            if let Content::Mapping(entries) = &mut node.content {
                place_feet(entries, foot);
            }
        }
        Ok(node)
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
                    self.take_entry()?;
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
            self.take_entry()?;
            let empty = self.next_is(|kind| matches!(kind, BlockEntry | Key | Value | BlockEnd))?;
            items.push(if empty { self.raw_empty(mark)? } else { self.raw_node(true, false)? });
        }
        Ok(Content::Sequence(items))
    }

    /// Reads the entries of a mapping, up to its end.
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
                TokenKind::BlockEnd => return Ok(Content::Mapping(entries)),
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

    /// Reads the items in brackets, up to the closing one.
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
                TokenKind::FlowSequenceEnd => return Ok(Content::Sequence(items)),
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
        let mut entry = (key, value);
        raise_foot(&mut entry);
        Ok(RawNode::new(Content::Mapping(vec![entry]), NodeStyle::Flow, self.location(mark)))
    }

    /// Reads the entries in braces, up to the closing one.
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
                TokenKind::FlowMappingEnd => return Ok(Content::Mapping(entries)),
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

/// Returns the content of an empty node.
fn nothing<'t>() -> Content<'t> {
    Content::Scalar { text: Cow::Borrowed(""), plain: true }
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
