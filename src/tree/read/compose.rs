//! From tokens to nodes: documents, collections, anchors.
//!
//! The grammar is followed by recursion, which [`MAX_DEPTH`](super::MAX_DEPTH) bounds. What is wrong with a value is
//! noted and the reading goes on; an error of the grammar ends it.

use std::borrow::Cow;

use super::super::{Kind, Node};
use super::anchors::Anchors;
use super::cursor::Mark;
use super::fault::{Fallible, Fault};
use super::scan::{Scanner, TokenKind};
use super::{Duplicates, MAX_DEPTH, MAX_NODES, place_after, resolve};
use crate::problem::{Place, Problem, SourceId};

/// Reads the documents of a text one after the other.
pub(super) struct Composer<'a> {
    source: SourceId,
    pub(super) text: &'a str,
    pub(super) scanner: Scanner<'a>,
    pub(super) duplicates: Duplicates,
    pub problems: Vec<Problem>,
    anchors: Anchors<'a>,
    tags: Vec<(&'a str, Cow<'a, str>)>,
    depth: usize,
    nodes: usize,
    started: bool,
    done: bool,
    /// Lines end by other characters than `\n` as well, so that marks do not tell places.
    odd_breaks: bool,
}

/// The properties that may stand before a node.
#[derive(Default)]
pub(super) struct Properties<'a> {
    pub anchor: Option<&'a str>,
    pub tag: Option<Cow<'a, str>>,
    start: Mark,
}

/// What the check of characters is about.
enum Character {
    Usual,
    /// It ends a line, but `\n` does not.
    OddBreak,
    Refused,
}

impl Character {
    fn breaks_if(odd: bool) -> Self {
        if odd { Character::OddBreak } else { Character::Usual }
    }
}

impl<'a> Composer<'a> {
    pub fn new(source: SourceId, text: &'a str, duplicates: Duplicates) -> Self {
        let mut composer = Composer {
            source,
            text,
            scanner: Scanner::new(text),
            duplicates,
            problems: Vec::new(),
            anchors: Anchors::default(),
            tags: Vec::new(),
            depth: 0,
            nodes: 0,
            started: false,
            done: false,
            odd_breaks: false,
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
                let problem = self.problem(*fault);
                self.problems.push(problem);
                None
            }
        }
    }

    /// Refuses the characters that YAML does not allow, and finds out how lines end.
    fn check_characters(&mut self) {
        let bytes = self.text.as_bytes();
        let odd = |at: usize| {
            let next = |ahead: usize| bytes.get(at + ahead).copied().unwrap_or(0);
            match bytes.get(at).copied().unwrap_or(0) {
                b'\r' => Character::breaks_if(next(1) != b'\n'),
                0xC2 if next(1) < 0xA0 && next(1) != 0x85 => Character::Refused,
                0xC2 => Character::breaks_if(next(1) == 0x85),
                0xE2 => Character::breaks_if(next(1) == 0x80 && matches!(next(2), 0xA8 | 0xA9)),
                0xEF if next(1) == 0xBF && matches!(next(2), 0xBE | 0xBF) => Character::Refused,
                b'\t' | b'\n' | 0xEF => Character::Usual,
                _ => Character::Refused,
            }
        };
        let special = bytes.iter().enumerate().filter(|(_, byte)| matches!(byte, ..0x20 | 0x7F | 0xC2 | 0xE2 | 0xEF));
        for (at, _) in special {
            match odd(at) {
                Character::Usual => {}
                Character::OddBreak => self.odd_breaks = true,
                Character::Refused => return self.refuse_character(at),
            }
        }
    }

    fn refuse_character(&mut self, at: usize) {
        let found = self.text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
        let place = place_after(self.source, self.text.get(..at).unwrap_or_default());
        let problem = Problem::error(format!("the control character U+{:04X} is not allowed", u32::from(found)));
        self.problems.push(problem.at(place).help("in double quotes it can be written as an escape, `\\x1b`"));
        self.done = true;
    }

    pub(super) fn place(&self, mark: Mark) -> Place {
        if self.odd_breaks {
            return place_after(self.source, self.text.get(..mark.at).unwrap_or_default());
        }
        Place::new(self.source, mark.line.saturating_add(1), mark.column.saturating_add(1))
    }

    fn problem(&self, fault: Fault) -> Problem {
        let mut problem = Problem::error(fault.message).at(self.place(fault.mark)).label(fault.label);
        if let Some((mark, what)) = fault.related {
            problem = problem.related(self.place(mark), what);
        }
        problem.help = fault.help;
        problem
    }

    pub(super) fn complain(&mut self, place: Place, message: impl Into<String>) {
        self.problems.push(Problem::error(message).at(place));
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
        if directives {
            return Fault::new("expected `---` below the lines that start with `%`", start);
        }
        Fault::new("unexpected text after the end of the document", start)
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
                        return Err(Fault::new("a second `%YAML` line in one document", start));
                    } else if version != (1, 1) {
                        let message = format!("expected YAML 1.1, found {}.{}", version.0, version.1);
                        return Err(Fault::new(message, start).help("Kubernetes tools read YAML 1.1: remove the line"));
                    }
                }
                TokenKind::TagDirective { handle, prefix } => {
                    let (handle, prefix) = (*handle, std::mem::take(prefix));
                    if self.tags.iter().any(|(known, _)| *known == handle) {
                        return Err(Fault::new(format!("a second `%TAG {handle}` in one document"), start));
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
            self.anchors.close(anchor, &node);
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
        Fault::new(format!("expected a value, found {found}"), start).hint(self.text, start)
    }

    fn alias(&mut self, name: &'a str) -> Fallible<Node> {
        let start = self.start()?;
        self.scanner.take();
        let Some(anchor) = self.anchors.get(name) else {
            let fault = Fault::new(format!("the alias `*{name}` has no anchor `&{name}` above it"), start);
            let fault = fault.help(format!("text that starts with `*` needs quotes: `\"*{name}\"`"));
            return Err(match crate::problem::nearest(name, self.anchors.names()) {
                Some(near) => fault.help(format!("did you mean `*{near}`?")),
                None => fault,
            });
        };
        let Some(expanded) = anchor.node.clone() else {
            return Err(Fault::new(format!("`*{name}` is inside of what `&{name}` names: it would never end"), start));
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
                    .help("text that starts with `!` needs quotes"));
            }
        };
        Ok(format!("{prefix}{suffix}").into())
    }

    fn scalar(&mut self, properties: Properties<'a>, value: Cow<'a, str>, plain: bool, start: Mark) -> Fallible<Node> {
        let place = self.place(start);
        let kind = resolve::resolve(properties.tag.as_deref(), plain, value).and_then(resolve::kind);
        Ok(match kind {
            Ok(kind) => Node::new(kind, place),
            Err(message) => {
                self.complain(place, message);
                Node::new(Kind::Null, place)
            }
        })
    }
}
