//! Lists and mappings, in lines and in brackets; duplicate keys and `<<`.

use std::borrow::Cow;

use super::super::{Entry, Kind, Map, Node, YamlCode};
use super::compose::{Composer, Properties};
use super::cursor::Mark;
use super::fault::{Fallible, Fault, before, inner_quote};
use super::go::{Stage, Words, Wrong};
use super::merge::is_merge;
use super::scan::TokenKind;
use super::{Duplicates, resolve};
use crate::diagnostic::{Diagnostic, Location};

/// The entries of a mapping in the order of the text, and whether `<<` brought them.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) entries: Vec<(Entry, bool)>,
    merges: bool,
}

/// A key that was read.
enum ReadKey {
    Text(Cow<'static, str>, Location),
    Merge,
    /// One that cannot be a key; what Go says of it before it shows the value, if it does.
    Refused(String, Location),
}

impl<'a> Composer<'a> {
    pub(super) fn block_sequence(&mut self, start: Mark) -> Fallible<Node> {
        self.scanner.take();
        let mut items = Vec::new();
        loop {
            let token = self.scanner.peek()?;
            let mark = token.start;
            match token.kind {
                TokenKind::BlockEntry => {
                    self.scanner.take();
                    let empty = |kind: &TokenKind<'_>| matches!(kind, TokenKind::BlockEntry | TokenKind::BlockEnd);
                    let item = if self.next_is(empty)? { self.empty(mark) } else { self.node(true, false) };
                    items.push(item?);
                }
                TokenKind::BlockEnd => {
                    self.scanner.take();
                    return Ok(Node::new(Kind::Seq(items), self.location(start)));
                }
                _ => {
                    let message = format!("expected the next list item (`- `), found {}", token.kind.describe());
                    let fault = Fault::new(message, mark).parser(mark, "did not find expected '-' indicator");
                    let fault = fault.related(start, "the list begins here");
                    return Err(fault.hint(self.text, mark));
                }
            }
        }
    }

    /// A list that is not deeper than the key it belongs to.
    pub(super) fn indentless_sequence(&mut self, start: Mark) -> Fallible<Node> {
        let mut items = Vec::new();
        while self.next_is(|kind| *kind == TokenKind::BlockEntry)? {
            let mark = self.start()?;
            self.scanner.take();
            let empty = self.next_is(|kind| {
                matches!(kind, TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd)
            })?;
            items.push(if empty { self.empty(mark)? } else { self.node(true, false)? });
        }
        Ok(Node::new(Kind::Seq(items), self.location(start)))
    }

    pub(super) fn block_mapping(&mut self, start: Mark) -> Fallible<Node> {
        self.scanner.take();
        let mut collected = Collected::default();
        loop {
            let token = self.scanner.peek()?;
            let mark = token.start;
            match token.kind {
                TokenKind::Key => {
                    self.scanner.take();
                    let empty = self.next_is(ends_in_block)?;
                    let key = self.key(mark, empty, true)?;
                    self.block_value(key, &mut collected)?;
                }
                TokenKind::BlockEnd => {
                    self.scanner.take();
                    return Ok(self.mapping(collected, start));
                }
                _ => return Err(self.expected_key(start)),
            }
        }
    }

    fn expected_key(&mut self, start: Mark) -> Box<Fault> {
        let (mark, found) = match self.scanner.peek() {
            Ok(token) => (token.start, token.kind.describe()),
            Err(fault) => return fault,
        };
        let fault = Fault::new(format!("expected a key or the end of the mapping, found {found}"), mark)
            .parser(mark, "did not find expected key")
            .related(start, "the mapping begins here");
        let fault = match before(self.text, mark).chars().last() {
            None => fault.help("keys of one mapping have the same indentation"),
            Some(quote @ ('\'' | '"')) => fault.help(inner_quote(quote)),
            Some(_) if matches!(found, "`]`" | "`}`") => fault.help("there is one closing bracket too many"),
            Some(_) => fault,
        };
        fault.hint(self.text, mark)
    }

    fn block_value(&mut self, key: ReadKey, collected: &mut Collected) -> Fallible<()> {
        let mark = self.start()?;
        let mut empty = true;
        if self.next_is(|kind| *kind == TokenKind::Value)? {
            self.scanner.take();
            empty = self.next_is(ends_in_block)?;
        }
        self.value(key, mark, empty, true, collected)
    }

    pub(super) fn flow_sequence(&mut self, start: Mark) -> Fallible<Node> {
        self.scanner.take();
        let mut items = Vec::new();
        loop {
            if !items.is_empty() && !self.next_is(|kind| *kind == TokenKind::FlowSequenceEnd)? {
                self.comma(start, ']')?;
            }
            let token = self.scanner.peek()?;
            match token.kind {
                TokenKind::FlowSequenceEnd => {
                    self.scanner.take();
                    return Ok(Node::new(Kind::Seq(items), self.location(start)));
                }
                TokenKind::Key => items.push(self.flow_pair()?),
                _ => items.push(self.flow_node(start, ']')?),
            }
        }
    }

    /// A node in brackets; if there is none since the text ends, the open bracket is the mistake.
    fn flow_node(&mut self, start: Mark, close: char) -> Fallible<Node> {
        let token = self.scanner.peek()?;
        if token.kind == TokenKind::StreamEnd {
            let end = token.start;
            return Err(self.unclosed(start, close).parser(end, NO_CONTENT));
        }
        self.node(false, false)
    }

    /// `key: value` as an item of a list in brackets: a mapping of its own.
    fn flow_pair(&mut self) -> Fallible<Node> {
        use TokenKind::{FlowEntry, FlowSequenceEnd, Value};
        let start = self.start()?;
        self.scanner.take();
        let empty = self.next_is(|kind| matches!(kind, Value | FlowEntry | FlowSequenceEnd))?;
        let key = self.key(start, empty, false)?;
        if empty {
            // The reader that Helm uses drops this token; what follows is then refused there as it is here.
            self.scanner.take();
        }
        let mut collected = Collected::default();
        self.flow_value(key, FlowSequenceEnd, &mut collected)?;
        Ok(self.mapping(collected, start))
    }

    fn flow_value(&mut self, key: ReadKey, end: TokenKind<'a>, collected: &mut Collected) -> Fallible<()> {
        let mark = self.start()?;
        let mut empty = true;
        if self.next_is(|kind| *kind == TokenKind::Value)? {
            self.scanner.take();
            empty = self.next_is(|kind| *kind == TokenKind::FlowEntry || *kind == end)?;
        }
        self.value(key, mark, empty, false, collected)
    }

    pub(super) fn flow_mapping(&mut self, start: Mark) -> Fallible<Node> {
        use TokenKind::{FlowEntry, FlowMappingEnd, Key, Value};
        self.scanner.take();
        let mut collected = Collected::default();
        let mut first = true;
        loop {
            if !first && !self.next_is(|kind| *kind == FlowMappingEnd)? {
                self.comma(start, '}')?;
            }
            first = false;
            let token = self.scanner.peek()?;
            let mark = token.start;
            match token.kind {
                FlowMappingEnd => {
                    self.scanner.take();
                    return Ok(self.mapping(collected, start));
                }
                Key => {
                    self.scanner.take();
                    let empty = self.next_is(|kind| matches!(kind, Value | FlowEntry | FlowMappingEnd))?;
                    let key = self.key(mark, empty, false)?;
                    self.flow_value(key, FlowMappingEnd, &mut collected)?;
                }
                TokenKind::StreamEnd => return Err(self.unclosed(start, '}').parser(mark, NO_CONTENT)),
                _ => {
                    let key = self.key(mark, false, false)?;
                    // The value that is not there has a location of its own, behind the key.
                    let end = self.start()?;
                    self.value(key, end, true, false, &mut collected)?;
                }
            }
        }
    }

    fn comma(&mut self, start: Mark, close: char) -> Fallible<()> {
        let words = format!("did not find expected ',' or '{close}'");
        let token = self.scanner.peek()?;
        let mark = token.start;
        match token.kind {
            TokenKind::FlowEntry => {
                self.scanner.take();
                Ok(())
            }
            TokenKind::StreamEnd => Err(self.unclosed(start, close).parser(mark, &words)),
            _ => {
                let message = format!("expected `,` or `{close}`, found {}", token.kind.describe());
                let mut fault =
                    Fault::new(message, mark).parser(mark, &words).related(start, "the bracket that is open");
                if mark.line > start.line {
                    fault = fault.help(format!("the closing `{close}` may be missing in a line above"));
                }
                Err(fault.hint(self.text, start))
            }
        }
    }

    fn unclosed(&self, start: Mark, close: char) -> Box<Fault> {
        Fault::new(format!("the closing `{close}` is missing"), start)
            .label("this bracket is not closed")
            .hint(self.text, start)
    }

    fn key(&mut self, mark: Mark, empty: bool, block: bool) -> Fallible<ReadKey> {
        let location = self.location(mark);
        if empty {
            self.decode(1, 0, mark);
            return Ok(self.scalar_key(Ok(resolve::Scalar::Null), location));
        }
        let bare = self.next_is(|kind| matches!(kind, TokenKind::Scalar { .. } | TokenKind::Alias(_)))?;
        let properties = if bare { Properties::default() } else { self.properties()? };
        if let TokenKind::Scalar { value, plain } = &mut self.scanner.peek()?.kind {
            if value == "<<" && is_merge(properties.tag.as_deref(), *plain) {
                self.scanner.take();
                return Ok(ReadKey::Merge);
            }
            if bare {
                // The usual key, without a node in between.
                let (value, plain) = (std::mem::take(value), *plain);
                self.scanner.take();
                self.decode(1, 0, mark);
                return Ok(self.scalar_key(resolve::resolve(None, plain, value), location));
            }
        }
        let node = if bare { self.node(block, block)? } else { self.node_of(block, block, properties)? };
        let scalar = match node.kind {
            Kind::Str(text) => Ok(resolve::Scalar::Str(text.into())),
            // Infinity is no value, but it is a key.
            Kind::Null => Ok(self.originals.float(node.location).unwrap_or(resolve::Scalar::Null)),
            Kind::Bool(value) => Ok(resolve::Scalar::Bool(value)),
            Kind::Int(value) => Ok(resolve::Scalar::Int(value)),
            Kind::UInt(value) => Ok(resolve::Scalar::UInt(value)),
            Kind::Float(value) => Ok(resolve::Scalar::Float(value)),
            Kind::Map(_) if self.is_template(mark) => {
                let fault = Fault::new("`{{` is no text: a template expression needs quotes", mark);
                let fault = fault.code(YamlCode::TemplateExpression).go(self.originals.invalid_key(&node));
                let fault = fault.help("values files are no templates: the text in quotes is taken as it is");
                return self.refuse_template(fault);
            }
            Kind::Raw(_) | Kind::Seq(_) | Kind::Map(_) => {
                let message = format!("a key is text, found {}", node.describe());
                let go = self.originals.invalid_key(&node);
                Err(Wrong { code: YamlCode::InvalidKey, message, stage: Stage::Decode, go })
            }
        };
        Ok(self.scalar_key(scalar, location))
    }

    /// Stops at `{{`, since what follows is no YAML but by chance; Go reads on.
    fn refuse_template(&mut self, fault: Box<Fault>) -> Fallible<ReadKey> {
        if !self.as_go {
            return Err(fault);
        }
        self.go.say(Stage::Decode, fault.go.clone());
        let location = self.location(fault.mark);
        let diagnostic = self.diagnostic(*fault);
        self.complain(diagnostic);
        Ok(ReadKey::Refused(String::new(), location))
    }

    /// Whether `{{` is at the mark, or ends there.
    fn is_template(&self, mark: Mark) -> bool {
        let bytes = self.text.as_bytes();
        let at = |at: usize| bytes.get(at) == Some(&b'{');
        at(mark.at) && (at(mark.at + 1) || mark.at.checked_sub(1).is_some_and(at))
    }

    fn scalar_key(&mut self, scalar: Result<resolve::Scalar<'_>, Wrong>, location: Location) -> ReadKey {
        if self.as_go
            && let Ok(scalar) = &scalar
        {
            self.originals.keep_key(location, scalar);
        }
        match scalar.and_then(resolve::key) {
            Ok(text) => ReadKey::Text(Cow::Owned(text.into_owned()), location),
            Err(wrong) if self.as_go && wrong.stage == Stage::Convert => {
                self.has_late_mistakes = true;
                ReadKey::Refused(wrong.go, location)
            }
            Err(wrong) => {
                self.complain(Diagnostic::error(wrong.code, wrong.message).at(location));
                self.go.say(wrong.stage, wrong.go);
                ReadKey::Refused(String::new(), location)
            }
        }
    }

    /// Reads the value of a key and keeps both. `mark` is where the value is announced.
    fn value(&mut self, key: ReadKey, mark: Mark, empty: bool, block: bool, all: &mut Collected) -> Fallible<()> {
        let alias = self.next_is(|kind| matches!(kind, TokenKind::Alias(_)))? && !empty;
        let before = if let ReadKey::Merge = key { self.go.clone() } else { Words::default() };
        let node = if empty { self.empty(mark)? } else { self.node(block, block)? };
        match key {
            ReadKey::Text(key, location) => all.entries.push((Entry { key, location, value: node }, false)),
            ReadKey::Refused(go, _) if go.is_empty() => {}
            ReadKey::Refused(go, location) => {
                // An equal key may replace it, and errors about what is around it print it.
                all.entries.push((Entry { key: go.into(), location, value: node }, false));
            }
            ReadKey::Merge => {
                all.merges = true;
                self.merge(node, alias, before, all);
            }
        }
        Ok(())
    }

    fn mapping(&mut self, collected: Collected, start: Mark) -> Node {
        let location = self.location(start);
        let merges = collected.merges;
        if merges && self.duplicates == Duplicates::Refused {
            let own = collected.entries.iter().filter(|(_, merged)| !merged);
            let keys = own.map(|(entry, _)| Entry { value: Node::default(), ..entry.clone() }).collect();
            let (map, repeated) = Map::from_entries(keys);
            self.refuse_duplicates(&map, &repeated);
        }
        let mut entries: Vec<Entry> = collected.entries.into_iter().map(|(entry, _)| entry).collect();
        if merges || self.duplicates == Duplicates::LastWins {
            // The last of equal keys counts, be it merged or not: as the reader that Helm uses has it.
            entries.reverse();
        }
        let (map, repeated) = Map::from_entries(entries);
        if !merges && self.duplicates == Duplicates::Refused {
            self.refuse_duplicates(&map, &repeated);
        }
        Node::new(Kind::Map(map), location)
    }

    fn refuse_duplicates(&mut self, map: &Map, repeated: &[Entry]) {
        for entry in repeated {
            let first = map.entry(&entry.key).map_or(Location::UNKNOWN, |first| first.location);
            let lines = match (first.line, entry.location.line) {
                (first, second) if first == second => format!("line {first}"),
                (first, second) => format!("lines {first} and {second}"),
            };
            let message = format!("the key `{}` is in this mapping twice ({lines})", entry.key);
            let diagnostic =
                Diagnostic::error(YamlCode::DuplicateKey, message).at(entry.location).label("defined again here");
            let diagnostic = diagnostic.related(first, "first defined here");
            self.complain(diagnostic.help("Helm silently takes the last one: keep only one"));
        }
    }
}

/// What go-yaml says where a value has to be.
pub(super) const NO_CONTENT: &str = "did not find expected node content";

fn ends_in_block(kind: &TokenKind<'_>) -> bool {
    matches!(kind, TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd)
}
