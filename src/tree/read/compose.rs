//! From tokens to nodes: documents, collections, anchors.
//!
//! The grammar is followed by recursion, which [`MAX_DEPTH`](super::MAX_DEPTH) bounds. What is wrong with a value is
//! noted and the reading goes on; an error of the grammar ends it.

use std::borrow::Cow;

use super::super::{Kind, Node};
use super::anchors::Anchors;
use super::collection::NO_CONTENT;
use super::cursor::Mark;
use super::fault::{Fallible, Fault};
use super::go::{Stage, Words};
use super::go_syntax::Originals;
use super::scan::{Scanner, TokenKind};
use super::{Duplicates, MAX_DEPTH, MAX_NODES, place_after, resolve};
use crate::bytes::find;
use crate::problem::{Place, Problem, SourceId};

/// The most problems told of the values of one text.
const MOST: usize = 100;

/// Reads the documents of a text one after the other.
pub(super) struct Composer<'a> {
    source: SourceId,
    pub(super) text: &'a str,
    pub(super) scanner: Scanner<'a>,
    pub(super) duplicates: Duplicates,
    pub problems: Vec<Problem>,
    /// What go-yaml says of the problem that it finds first.
    pub go: Words,
    /// Whether the reading goes on wherever Go's does, so that `go` is told of all that Go finds.
    pub as_go: bool,
    /// What Go's errors print; empty unless the reading is `as_go`.
    pub(super) originals: Originals,
    anchors: Anchors<'a>,
    tags: Vec<(&'a str, Cow<'a, str>)>,
    depth: usize,
    nodes: usize,
    started: bool,
    done: bool,
}

/// The properties that may stand before a node.
#[derive(Default)]
pub(super) struct Properties<'a> {
    pub anchor: Option<&'a str>,
    pub tag: Option<Cow<'a, str>>,
    start: Mark,
}

impl<'a> Composer<'a> {
    pub fn new(source: SourceId, text: &'a str, duplicates: Duplicates) -> Self {
        let mut composer = Composer {
            source,
            text,
            scanner: Scanner::new(text),
            duplicates,
            problems: Vec::new(),
            go: Words::default(),
            as_go: false,
            originals: Originals::default(),
            anchors: Anchors::default(),
            tags: Vec::new(),
            depth: 0,
            nodes: 0,
            started: false,
            done: false,
        };
        composer.check_characters();
        composer
    }

    /// The result, unless there were problems.
    pub fn finish<T>(self, result: T) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() { Ok(result) } else { Err(self.problems) }
    }

    /// The next document; `None` at the end, and after an error of the grammar.
    pub fn next_document(&mut self) -> Option<Node> {
        if self.done {
            return None;
        }
        match self.document() {
            Ok(Some(node)) => Some(node),
            Ok(None) => {
                self.done = true;
                None
            }
            Err(fault) => {
                self.done = true;
                self.go.say(Stage::Grammar, fault.go.clone());
                let problem = self.problem(*fault);
                self.problems.push(problem);
                None
            }
        }
    }

    /// Refuses the characters that YAML does not allow.
    fn check_characters(&mut self) {
        let bytes = self.text.as_bytes();
        let suspicious = |byte: u8| {
            let control = (byte < 0x20) & (byte != b'\t') & (byte != b'\n') & (byte != b'\r');
            control | (byte == 0x7F) | (byte == 0xC2) | (byte == 0xEF)
        };
        let mut from = 0;
        while let Some(found) = find(bytes.get(from..).unwrap_or_default(), suspicious) {
            let at = from + found;
            let next = |ahead: usize| bytes.get(at + ahead).copied().unwrap_or(0);
            let allowed = match next(0) {
                0xC2 => next(1) == 0x85 || next(1) >= 0xA0,
                0xEF => next(1) != 0xBF || !matches!(next(2), 0xBE | 0xBF),
                _ => false,
            };
            if !allowed {
                return self.refuse_character(at);
            }
            from = at + 1;
        }
    }

    fn refuse_character(&mut self, at: usize) {
        let found = self.text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
        let place = place_after(self.source, self.text.get(..at).unwrap_or_default());
        let problem = Problem::error(format!("the control character U+{:04X} is not allowed", u32::from(found)));
        self.go.say(Stage::Grammar, "control characters are not allowed".to_owned());
        self.problems.push(problem.at(place).help("in double quotes it can be written as an escape, `\\x1b`"));
        self.done = true;
    }

    pub(super) fn place(&self, mark: Mark) -> Place {
        let column = mark.offset.saturating_add(mark.column);
        Place::new(self.source, mark.row.saturating_add(1), column.saturating_add(1))
    }

    pub(super) fn problem(&self, fault: Fault) -> Problem {
        let mut problem = Problem::error(fault.message).at(self.place(fault.mark)).label(fault.label);
        if let Some((mark, what)) = fault.related {
            problem = problem.related(self.place(mark), what);
        }
        problem.help = fault.help;
        problem
    }

    /// Notes what is wrong with a value, unless there is enough to do already.
    pub(super) fn complain(&mut self, problem: Problem) {
        if self.problems.len() < MOST {
            self.problems.push(problem);
        }
    }

    pub(super) fn next_is(&mut self, wanted: impl Fn(&TokenKind<'a>) -> bool) -> Fallible<bool> {
        Ok(wanted(&self.scanner.peek()?.kind))
    }

    pub(super) fn start(&mut self) -> Fallible<Mark> {
        Ok(self.scanner.peek()?.start)
    }

    fn document(&mut self) -> Fallible<Option<Node>> {
        self.anchors = Anchors::default();
        let first = !std::mem::replace(&mut self.started, true);
        while !first && self.next_is(|kind| *kind == TokenKind::DocumentEnd)? {
            self.scanner.take();
        }
        if self.next_is(|kind| *kind == TokenKind::StreamEnd)? {
            return Ok(None);
        }
        let directives = self.directives()?;
        let node = if self.next_is(|kind| *kind == TokenKind::DocumentStart)? {
            self.scanner.take();
            self.document_content()?
        } else if first && !directives {
            self.node(true, false)?
        } else {
            return Err(self.no_document_start(directives));
        };
        if self.next_is(|kind| *kind == TokenKind::DocumentEnd)? {
            self.scanner.take();
        }
        Ok(Some(node))
    }

    fn no_document_start(&mut self, directives: bool) -> Box<Fault> {
        let start = match self.start() {
            Ok(start) => start,
            Err(fault) => return fault,
        };
        let words = "did not find expected <document start>";
        if directives {
            return Fault::new("expected `---` below the lines that start with `%`", start).parser(start, words);
        }
        Fault::new("unexpected text after the end of the document", start)
            .parser(start, words)
            .help("check the indentation of this line, and the brackets and quotes above it")
            .hint(self.text, start)
    }

    fn document_content(&mut self) -> Fallible<Node> {
        use TokenKind::{DocumentEnd, DocumentStart, StreamEnd, TagDirective, Version};
        let empty = self.next_is(|kind| {
            matches!(kind, DocumentStart | DocumentEnd | StreamEnd | TagDirective { .. } | Version { .. })
        })?;
        let start = self.start()?;
        if empty { self.empty(start) } else { self.node(true, false) }
    }

    /// Reads the lines that start with `%`; says whether there were any.
    fn directives(&mut self) -> Fallible<bool> {
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
                        return Err(Fault::new("a second `%YAML` line in one document", start)
                            .parser(start, "found duplicate %YAML directive"));
                    } else if version != (1, 1) {
                        let message = format!("expected YAML 1.1, found {}.{}", version.0, version.1);
                        return Err(Fault::new(message, start)
                            .parser(start, "found incompatible YAML document")
                            .help("Kubernetes tools read YAML 1.1: remove the line"));
                    }
                }
                TokenKind::TagDirective { handle, prefix } => {
                    let (handle, prefix) = (*handle, std::mem::take(prefix));
                    if self.tags.iter().any(|(known, _)| *known == handle) {
                        return Err(Fault::new(format!("a second `%TAG {handle}` in one document"), start)
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

    /// A node that is not there, which is `null`; `mark` is what announced it.
    pub(super) fn empty(&mut self, mark: Mark) -> Fallible<Node> {
        self.count(1, mark)?;
        Ok(Node::new(Kind::Null, self.place(mark)))
    }

    fn count(&mut self, nodes: usize, mark: Mark) -> Fallible<()> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        Err(Fault::new("the text has more than 1,000,000 values once its aliases are expanded", mark)
            .help("aliases of aliases grow very fast: write the values out, or use fewer levels"))
    }

    fn too_deep(&self, mark: Mark) -> Box<Fault> {
        Fault::new(format!("lists and mappings are nested more than {MAX_DEPTH} deep"), mark)
    }

    /// A node with its properties. `block` is whether block collections may be here, `indentless` whether a list may
    /// stand as deep as the key that it belongs to.
    pub(super) fn node(&mut self, block: bool, indentless: bool) -> Fallible<Node> {
        if let TokenKind::Alias(name) = self.scanner.peek()?.kind {
            return self.alias(name);
        }
        let properties = self.properties()?;
        self.node_of(block, indentless, properties)
    }

    /// A node whose properties have been read.
    pub(super) fn node_of(&mut self, block: bool, indentless: bool, properties: Properties<'a>) -> Fallible<Node> {
        let start = self.start()?;
        self.count(1, start)?;
        let anchor = properties.anchor.map(|name| self.anchors.open(name));
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.too_deep(start));
        }
        let node = self.content(block, indentless, properties)?;
        self.depth -= 1;
        if let Some(anchor) = anchor {
            let size = self.anchors.close(anchor, &node);
            self.count(size, start)?;
        }
        Ok(node)
    }

    fn content(&mut self, block: bool, indentless: bool, properties: Properties<'a>) -> Fallible<Node> {
        let token = self.scanner.peek()?;
        let start = token.start;
        match &mut token.kind {
            TokenKind::Scalar { value, plain } => {
                let (value, plain) = (std::mem::take(value), *plain);
                self.scanner.take();
                self.scalar(properties, value, plain, start)
            }
            TokenKind::BlockEntry if indentless => self.indentless_sequence(start),
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

    fn no_content(&mut self, start: Mark) -> Box<Fault> {
        let found = self.scanner.peek().map(|token| token.kind.describe()).unwrap_or_default();
        Fault::new(format!("expected a value, found {found}"), start).parser(start, NO_CONTENT).hint(self.text, start)
    }

    fn alias(&mut self, name: &'a str) -> Fallible<Node> {
        let start = self.start()?;
        self.scanner.take();
        let Some(anchor) = self.anchors.get(name) else {
            let fault = Fault::new(format!("the alias `*{name}` has no anchor `&{name}` above it"), start);
            let fault = fault.go(format!("unknown anchor '{name}' referenced"));
            let fault = fault.help(format!("text that starts with `*` needs quotes: `\"*{name}\"`"));
            return Err(match crate::problem::nearest(name, self.anchors.names()) {
                Some(near) => fault.help(format!("did you mean `*{near}`?")),
                None => fault,
            });
        };
        let Some(expanded) = anchor.node.clone() else {
            let message = format!("`*{name}` is inside of what `&{name}` names: it would never end");
            return Err(Fault::new(message, start).go(format!("anchor '{name}' value contains itself")));
        };
        let (size, height) = (anchor.size, anchor.height);
        self.count(size.saturating_add(1), start)?;
        if self.depth + height > MAX_DEPTH {
            return Err(self.too_deep(start));
        }
        Ok(expanded)
    }

    pub(super) fn properties(&mut self) -> Fallible<Properties<'a>> {
        let mut properties = Properties { start: self.start()?, ..Properties::default() };
        loop {
            let token = self.scanner.peek()?;
            let start = token.start;
            match &mut token.kind {
                TokenKind::Anchor(name) if properties.anchor.is_none() => properties.anchor = Some(name),
                TokenKind::Tag { handle, suffix } if properties.tag.is_none() => {
                    let (handle, suffix) = (*handle, std::mem::take(suffix));
                    properties.tag = Some(self.whole_tag(handle, suffix, start)?);
                }
                _ => return Ok(properties),
            }
            self.scanner.take();
        }
    }

    fn whole_tag(&self, handle: &str, suffix: Cow<'a, str>, start: Mark) -> Fallible<Cow<'a, str>> {
        let prefix = match self.tags.iter().find(|(known, _)| *known == handle) {
            Some((_, prefix)) => prefix,
            None if handle.is_empty() => return Ok(suffix),
            None if handle == "!" => "!",
            None if handle == "!!" => "tag:yaml.org,2002:",
            None => {
                return Err(Fault::new(format!("the tag handle `{handle}` is not defined"), start)
                    .parser(start, "found undefined tag handle")
                    .help("text that starts with `!` needs quotes"));
            }
        };
        Ok(format!("{prefix}{suffix}").into())
    }

    fn scalar(&mut self, properties: Properties<'a>, value: Cow<'a, str>, plain: bool, start: Mark) -> Fallible<Node> {
        let place = self.place(start);
        let scalar = resolve::resolve(properties.tag.as_deref(), plain, value);
        if self.as_go
            && let Ok(scalar) = &scalar
        {
            self.originals.keep_value(place, scalar);
        }
        Ok(match scalar.and_then(resolve::kind) {
            Ok(kind) => Node::new(kind, place),
            Err(wrong) => {
                self.go.say(wrong.stage, wrong.go);
                self.complain(Problem::error(wrong.message).at(place));
                Node::new(Kind::Null, place)
            }
        })
    }
}
