//! Composes nodes from tokens: documents, collections, anchors.
//!
//! A recursive descent, limited by [`MAX_DEPTH`](super::MAX_DEPTH). Reading continues after an error of a value, and
//! stops after an error of the grammar.

use std::borrow::Cow;

use super::super::{Entry, Kind, Node, YamlCode};
use super::anchors::{Anchors, Decoding};
use super::collection::GO_NO_CONTENT;
use super::cursor::{Mark, refused_character};
use super::go::{Stage, Words};
use super::go_syntax::Originals;
use super::octets::BadCharacter;
use super::raw::RawAnchors;
use super::scan::Scanner;
use super::syntax_error::{SyntaxError, SyntaxResult};
use super::token::{ScalarStyle, TokenKind};
use super::{Duplicates, MAX_DEPTH, MAX_NODES, octets, resolve};
use crate::diagnostic::{Diagnostic, Location, SourceId};

/// At most this many diagnostics about values are reported per text.
const MOST: usize = 100;

/// Reads the documents of a text one after the other.
pub(super) struct Composer<'a> {
    source: SourceId,
    pub(super) text: &'a str,
    pub(super) scanner: Scanner<'a>,
    pub(super) duplicates: Duplicates,
    pub diagnostics: Vec<Diagnostic>,
    /// The message of go-yaml for the error that it finds first.
    pub go: Words,
    /// Whether reading continues wherever Go's reader continues, so that `go` records all that Go finds.
    pub as_go: bool,
    /// Whether `go` has the lines of go-yaml 3.
    pub as_go_3: bool,
    /// The values that Go's messages print; empty unless `as_go`.
    pub(super) originals: Originals,
    /// Whether there is something that Go rejects if it still exists after decoding.
    pub(super) has_late_errors: bool,
    pub(super) anchors: Anchors<'a>,
    pub(super) raw_anchors: RawAnchors<'a>,
    tags: Vec<(&'a str, Cow<'a, str>)>,
    pub(super) depth: usize,
    /// Whether the current document begins with `---`.
    pub(super) is_explicit: bool,
    /// The comment at the start of the current document, before an empty line.
    pub(super) document_head: String,
    nodes: usize,
    pub max_nodes: usize,
    pub(super) decoding: Decoding,
    started: bool,
    done: bool,
    /// The entries of the mappings that are being read, and the items of the lists: each gets a vector of its size at its end.
    pub(super) entries: Vec<Entry>,
    pub(super) items: Vec<Node>,
}

/// The properties before a node.
#[derive(Default)]
pub(super) struct Properties<'a> {
    pub anchor: Option<&'a str>,
    pub tag: Option<Cow<'a, str>>,
    pub start: Mark,
}

/// Composes the node that starts at the next token, or the one that is missing at a mark.
type Compose<C, N> = fn(&mut C) -> SyntaxResult<N>;
type ComposeEmpty<C, N> = fn(&mut C, Mark) -> SyntaxResult<N>;

impl<'a> Composer<'a> {
    pub fn new(source: SourceId, text: &'a str, duplicates: Duplicates) -> Self {
        let mut composer = Composer::begin(source, text, duplicates);
        composer.check_characters();
        composer
    }

    /// Reads as Go does; `bad` is an invalid character, with which the text ends.
    pub fn as_go(source: SourceId, text: &'a str, duplicates: Duplicates, bad: Option<BadCharacter>) -> Self {
        let mut composer = Composer::begin(source, text, duplicates);
        composer.as_go = true;
        if let Some(bad) = bad {
            composer.scanner.cursor.refuse(bad);
        }
        composer
    }

    fn begin(source: SourceId, text: &'a str, duplicates: Duplicates) -> Self {
        Composer {
            source,
            text,
            scanner: Scanner::new(text),
            duplicates,
            diagnostics: Vec::new(),
            go: Words::default(),
            as_go: false,
            as_go_3: false,
            originals: Originals::default(),
            has_late_errors: false,
            anchors: Anchors::default(),
            raw_anchors: RawAnchors::default(),
            tags: Vec::new(),
            depth: 0,
            is_explicit: false,
            document_head: String::new(),
            nodes: 0,
            max_nodes: MAX_NODES,
            decoding: Decoding::default(),
            started: false,
            done: false,
            entries: Vec::new(),
            items: Vec::new(),
        }
    }

    /// Returns the result, or the diagnostics if there are any.
    pub fn finish<T>(self, result: T) -> Result<T, Vec<Diagnostic>> {
        if self.diagnostics.is_empty() { Ok(result) } else { Err(self.diagnostics) }
    }

    /// Returns the next document; `None` at the end, and after an error of the grammar.
    pub fn next_document(&mut self) -> Option<Node> {
        self.next_of(|composer| composer.node(true, false), Composer::empty)
    }

    /// Returns the next document, of nodes that the caller composes.
    pub(super) fn next_of<N>(&mut self, node: Compose<Self, N>, empty: ComposeEmpty<Self, N>) -> Option<N> {
        if self.done {
            return None;
        }
        match self.document(node, empty) {
            Ok(Some(node)) => Some(node),
            Ok(None) => {
                self.done = true;
                None
            }
            Err(error) => {
                self.done = true;
                self.go.record(Stage::Grammar, if self.as_go_3 { error.go_3() } else { error.go.clone() });
                let diagnostic = self.diagnostic(*error);
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }

    /// Reports the first character that YAML does not allow.
    fn check_characters(&mut self) {
        let Some(at) = octets::control(self.text) else { return };
        let (before, rest) = self.text.split_at(at);
        let error = refused_character(rest.chars().next().unwrap_or_default(), Mark::after(before));
        let diagnostic = self.diagnostic(*error);
        self.diagnostics.push(diagnostic);
        self.done = true;
    }

    pub(super) fn location(&self, mark: Mark) -> Location {
        let column = mark.offset.saturating_add(mark.column);
        Location::new(self.source, mark.row.saturating_add(1), column.saturating_add(1))
    }

    pub(super) fn diagnostic(&self, error: SyntaxError) -> Diagnostic {
        let mut diagnostic =
            Diagnostic::error(error.code, error.message).at(self.location(error.mark)).label(error.label);
        if let Some((mark, what)) = error.related {
            diagnostic = diagnostic.related(self.location(mark), what);
        }
        diagnostic.help = error.help;
        diagnostic
    }

    /// Adds a diagnostic about a value, up to the limit.
    pub(super) fn add_diagnostic(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < MOST {
            self.diagnostics.push(diagnostic);
        }
    }

    pub(super) fn next_is(&mut self, wanted: impl Fn(&TokenKind<'a>) -> bool) -> SyntaxResult<bool> {
        Ok(wanted(&self.scanner.peek()?.kind))
    }

    pub(super) fn start(&mut self) -> SyntaxResult<Mark> {
        Ok(self.scanner.peek()?.start)
    }

    fn document<N>(&mut self, node: Compose<Self, N>, empty: ComposeEmpty<Self, N>) -> SyntaxResult<Option<N>> {
        self.anchors = Anchors::default();
        self.decoding = Decoding { all: 1, by_alias: 0 };
        let first = !std::mem::replace(&mut self.started, true);
        while !first && self.next_is(|kind| *kind == TokenKind::DocumentEnd)? {
            self.scanner.take();
        }
        if self.next_is(|kind| *kind == TokenKind::StreamEnd)? {
            return Ok(None);
        }
        let directives = self.directives()?;
        self.is_explicit = self.next_is(|kind| *kind == TokenKind::DocumentStart)?;
        let root = if self.is_explicit {
            self.scanner.take();
            self.document_content(node, empty)?
        } else if first && !directives {
            node(self)?
        } else {
            return Err(self.no_document_start(directives));
        };
        if self.next_is(|kind| *kind == TokenKind::DocumentEnd)? {
            self.scanner.take();
        }
        Ok(Some(root))
    }

    fn no_document_start(&mut self, directives: bool) -> Box<SyntaxError> {
        let start = match self.start() {
            Ok(start) => start,
            Err(error) => return error,
        };
        let words = "did not find expected <document start>";
        if directives {
            return SyntaxError::new("expected `---` after the lines that start with `%`", start).parser(start, words);
        }
        match self.indentation_error(start, None) {
            Some(error) => error,
            None => SyntaxError::new("unexpected text after the end of the document", start)
                .help("check the brackets and quotes above this line"),
        }
        .parser(start, words)
        .or_cause(self.text, start)
    }

    fn document_content<N>(&mut self, node: Compose<Self, N>, empty: ComposeEmpty<Self, N>) -> SyntaxResult<N> {
        use TokenKind::{DocumentEnd, DocumentStart, StreamEnd, TagDirective, Version};
        let is_empty = self.next_is(|kind| {
            matches!(kind, DocumentStart | DocumentEnd | StreamEnd | TagDirective { .. } | Version { .. })
        })?;
        let start = self.start()?;
        if is_empty { empty(self, start) } else { node(self) }
    }

    /// Reads the lines that start with `%`, and returns whether there were any.
    fn directives(&mut self) -> SyntaxResult<bool> {
        self.tags.clear();
        let (mut versions, mut seen) = (0, false);
        loop {
            let token = self.scanner.peek()?;
            let start = token.start;
            match &mut token.kind {
                TokenKind::Version { major, minor } => {
                    let version = (*major, *minor);
                    versions += 1;
                    if versions > 1 {
                        return Err(SyntaxError::new("a second `%YAML` line in one document", start)
                            .parser(start, "found duplicate %YAML directive"));
                    } else if version != (1, 1) {
                        let message = format!("expected YAML 1.1, found {}.{}", version.0, version.1);
                        return Err(SyntaxError::new(message, start)
                            .parser(start, "found incompatible YAML document")
                            .help("remove the line: the tools of Kubernetes read YAML 1.1"));
                    }
                }
                TokenKind::TagDirective { handle, prefix } => {
                    let (handle, prefix) = (*handle, std::mem::take(prefix));
                    if self.tags.iter().any(|(known, _)| *known == handle) {
                        return Err(SyntaxError::new(format!("a second `%TAG {handle}` in one document"), start)
                            .parser(start, "found duplicate %TAG directive"));
                    }
                    self.tags.push((handle, prefix));
                }
                _ => return Ok(seen),
            }
            self.scanner.take();
            seen = true;
        }
    }

    /// Returns the `null` for an empty node; `mark` is where the node was expected.
    pub(super) fn empty(&mut self, mark: Mark) -> SyntaxResult<Node> {
        self.count(1, mark)?;
        self.decode(1, 0, mark);
        Ok(Node::new(Kind::Null, self.location(mark)))
    }

    pub(super) fn count(&mut self, nodes: usize, mark: Mark) -> SyntaxResult<()> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes <= self.max_nodes {
            return Ok(());
        }
        Err(SyntaxError::new(
            format!("the text has more than {},000,000 values after expanding aliases", self.max_nodes / 1_000_000),
            mark,
        )
        .code(YamlCode::TooLarge)
        .help("aliases of aliases grow exponentially: write the values out, or use fewer levels"))
    }

    pub(super) fn too_deep(&self, mark: Mark) -> Box<SyntaxError> {
        SyntaxError::new(format!("lists and mappings are nested more than {MAX_DEPTH} levels deep"), mark)
            .code(YamlCode::TooDeep)
    }

    /// A node with its properties. `block` is whether block collections may be here, `indentless` whether a list may
    /// have the same indentation as its key.
    pub(super) fn node(&mut self, block: bool, indentless: bool) -> SyntaxResult<Node> {
        if let TokenKind::Alias(name) = self.scanner.peek()?.kind {
            return self.alias(name);
        }
        let properties = self.properties()?;
        self.node_of(block, indentless, properties)
    }

    /// A node whose properties have been read.
    pub(super) fn node_of(&mut self, block: bool, indentless: bool, properties: Properties<'a>) -> SyntaxResult<Node> {
        let start = self.start()?;
        self.count(1, start)?;
        let before = self.decoding.all;
        self.decode(1, 0, start);
        let anchor = properties.anchor.map(|name| self.anchors.open(name));
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.too_deep(start));
        }
        let node = self.content(block, indentless, properties)?;
        self.depth -= 1;
        if let Some(anchor) = anchor {
            let size = self.anchors.close(anchor, &node, self.decoding.all - before);
            self.count(size, start)?;
        }
        Ok(node)
    }

    fn content(&mut self, block: bool, indentless: bool, properties: Properties<'a>) -> SyntaxResult<Node> {
        let token = self.scanner.peek()?;
        let start = token.start;
        match &mut token.kind {
            TokenKind::Scalar { value, style } => {
                let (value, plain) = (std::mem::take(value), *style == ScalarStyle::Plain);
                self.scanner.take();
                self.scalar(properties, value, plain, start)
            }
            TokenKind::BlockEntry if indentless => self.indentless_items(None, start),
            TokenKind::FlowSequenceStart => self.flow_sequence(start),
            TokenKind::FlowMappingStart => self.flow_mapping(start),
            TokenKind::BlockSequenceStart if block => self.block_sequence(start),
            TokenKind::BlockMappingStart if block => self.block_mapping(start),
            _ if properties.anchor.is_some() || properties.tag.is_some() => {
                let (plain, mark) = (properties.tag.is_none(), properties.start);
                self.scalar(properties, Cow::Borrowed(""), plain, mark)
            }
            _ => Err(self.no_content(start)),
        }
    }

    pub(super) fn no_content(&mut self, start: Mark) -> Box<SyntaxError> {
        let found = self.scanner.peek().map(|token| token.kind.describe()).unwrap_or_default();
        SyntaxError::new(format!("expected a value, found {found}"), start)
            .parser(start, GO_NO_CONTENT)
            .or_cause(self.text, start)
    }

    pub(super) fn properties(&mut self) -> SyntaxResult<Properties<'a>> {
        let mut properties = Properties { start: self.start()?, ..Properties::default() };
        let mut short = None;
        loop {
            let token = self.scanner.peek()?;
            let start = token.start;
            match &mut token.kind {
                TokenKind::Anchor(name) if properties.anchor.is_none() => properties.anchor = Some(name),
                TokenKind::Tag { handle, suffix } if short.is_none() => {
                    short = Some((*handle, std::mem::take(suffix), start));
                }
                _ => break,
            }
            self.scanner.take();
        }
        properties.tag = short.map(|(handle, suffix, start)| self.whole_tag(handle, suffix, start)).transpose()?;
        Ok(properties)
    }

    fn whole_tag(&self, handle: &str, suffix: Cow<'a, str>, start: Mark) -> SyntaxResult<Cow<'a, str>> {
        let prefix = match self.tags.iter().find(|(known, _)| *known == handle) {
            Some((_, prefix)) => prefix,
            None if handle.is_empty() => return Ok(suffix),
            None if handle == "!" => "!",
            None if handle == "!!" => "tag:yaml.org,2002:",
            None => {
                return Err(SyntaxError::new(format!("the tag handle `{handle}` is not defined"), start)
                    .code(YamlCode::UndefinedTag)
                    .parser(start, "found undefined tag handle")
                    .help("quote text that starts with `!`"));
            }
        };
        Ok(format!("{prefix}{suffix}").into())
    }

    pub(super) fn scalar(
        &mut self,
        properties: Properties<'a>,
        value: Cow<'a, str>,
        plain: bool,
        start: Mark,
    ) -> SyntaxResult<Node> {
        let location = self.location(start);
        let scalar = resolve::resolve(properties.tag.as_deref(), plain, value);
        if self.as_go
            && let Ok(scalar) = &scalar
        {
            self.originals.keep_value(location, scalar);
        }
        Ok(match scalar.and_then(resolve::kind) {
            Ok(kind) => Node::new(kind, location),
            Err(wrong) if self.as_go && wrong.stage == Stage::Encode => {
                self.has_late_errors = true;
                Node::new(Kind::Null, location)
            }
            Err(wrong) => {
                self.go.record(wrong.stage, wrong.go);
                self.add_diagnostic(Diagnostic::error(wrong.code, wrong.message).at(location));
                Node::new(Kind::Null, location)
            }
        })
    }
}
