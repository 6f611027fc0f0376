//! Lists and mappings, as blocks and in brackets; duplicate keys and `<<`.

use std::borrow::Cow;
use std::ops::Range;

use super::super::{Entry, Kind, Map, Node, YamlCode};
use super::compose::{Composer, Properties};
use super::cursor::Mark;
use super::go::{Stage, ValueError, Words};
use super::lines::{Line, PlainKey};
use super::merge::is_merge;
use super::syntax_error::{SyntaxError, SyntaxResult, TEMPLATE_HELP, before, inner_quote};
use super::token::{ScalarStyle, TokenKind};
use super::{Duplicates, resolve};
use crate::diagnostic::{Diagnostic, Location};

/// The entries of a mapping that is being read: the last of those in the composer, in the order of the text.
pub(super) struct Collected {
    /// Where they begin.
    from: usize,
    merges: bool,
    /// Those that `<<` brought.
    pub(super) merged: Vec<Range<usize>>,
}

/// A key.
pub(super) enum ReadKey {
    Text(Cow<'static, str>, Location),
    Merge,
    /// An invalid key, with the start of Go's message, which shows the value next; empty if it does not.
    Invalid(String, Location),
}

impl<'a> Composer<'a> {
    pub(super) fn block_sequence(&mut self, start: Mark) -> SyntaxResult<Node> {
        self.scanner.take();
        self.block_items(None, start)
    }

    /// Reads the items of a list; `first` is where the `-` was that has been read already.
    pub(super) fn block_items(&mut self, first: Option<Mark>, start: Mark) -> SyntaxResult<Node> {
        let from = self.items.len();
        let mut next = first.map(Line::Item);
        loop {
            match next.take().unwrap_or_else(|| self.scanner.next_item()) {
                Line::Item(mark) => {
                    let item = self.item(mark, |kind| matches!(kind, TokenKind::BlockEntry | TokenKind::BlockEnd))?;
                    self.items.push(item);
                    continue;
                }
                Line::End => return Ok(self.list(from, start)),
                Line::Key(_) | Line::Unclear => {}
            }
            let token = self.scanner.peek()?;
            let mark = token.start;
            match token.kind {
                TokenKind::BlockEntry => {
                    self.scanner.take();
                    next = Some(Line::Item(mark));
                }
                TokenKind::BlockEnd => {
                    self.scanner.take();
                    return Ok(self.list(from, start));
                }
                _ => return Err(self.expected_item(start)),
            }
        }
    }

    pub(super) fn expected_item(&mut self, start: Mark) -> Box<SyntaxError> {
        let (mark, found) = match self.scanner.peek() {
            Ok(token) => (token.start, token.kind.describe()),
            Err(error) => return error,
        };
        let error = match self.indentation_error(mark, Some((start, true))) {
            Some(error) => error,
            None => SyntaxError::new(format!("expected a list item (`- `), found {found}"), mark)
                .related(start, starts_at("list", start))
                .help("a list has only items: start the line with `- `, or indent it below the item above"),
        };
        error.parser(mark, "did not find expected '-' indicator").parser_context(start).or_cause(self.text, mark)
    }

    /// Reads a list with the same indentation as its key; `first` as in [`Composer::block_items`].
    pub(super) fn indentless_items(&mut self, first: Option<Mark>, start: Mark) -> SyntaxResult<Node> {
        use TokenKind::{BlockEnd, BlockEntry, Key, Value};
        let from = self.items.len();
        let mut next = first.map(Line::Item);
        loop {
            match next.take().unwrap_or_else(|| self.scanner.next_indentless_item()) {
                Line::Item(mark) => {
                    let item = self.item(mark, |kind| matches!(kind, BlockEntry | Key | Value | BlockEnd))?;
                    self.items.push(item);
                }
                Line::End => return Ok(self.list(from, start)),
                Line::Key(_) | Line::Unclear => {
                    if !self.next_is(|kind| *kind == BlockEntry)? {
                        return Ok(self.list(from, start));
                    }
                    next = Some(Line::Item(self.start()?));
                    self.scanner.take();
                }
            }
        }
    }

    /// Reads an item whose `-` has been read. It is empty if an `end` follows.
    fn item(&mut self, mark: Mark, end: impl Fn(&TokenKind<'a>) -> bool) -> SyntaxResult<Node> {
        match self.line_value(true)? {
            Some(item) => Ok(item),
            None if self.next_is(end)? => self.empty(mark),
            None => self.node(true, false),
        }
    }

    /// Returns the list of the items that have been read since `from`.
    fn list(&mut self, from: usize, start: Mark) -> Node {
        let items = self.items.drain(from..).collect();
        Node::new(Kind::Seq(items), self.location(start))
    }

    pub(super) fn block_mapping(&mut self, start: Mark) -> SyntaxResult<Node> {
        self.scanner.take();
        self.block_entries(None, start)
    }

    /// Reads the entries of a mapping; the key of the first may have been read already.
    pub(super) fn block_entries(&mut self, first: Option<PlainKey<'a>>, start: Mark) -> SyntaxResult<Node> {
        let mut collected = self.begin_mapping();
        let mut next = first.map(Line::Key);
        loop {
            match next.take().unwrap_or_else(|| self.scanner.next_entry()) {
                Line::Key(key) => {
                    self.plain_entry(key)?;
                    continue;
                }
                Line::End => return Ok(self.mapping(collected, start)),
                Line::Item(_) | Line::Unclear => {}
            }
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

    pub(super) fn expected_key(&mut self, start: Mark) -> Box<SyntaxError> {
        let (mark, found) = match self.scanner.peek() {
            Ok(token) => (token.start, token.kind.describe()),
            Err(error) => return error,
        };
        let error = match before(self.text, mark).chars().last() {
            None => match self.indentation_error(mark, Some((start, false))) {
                Some(error) => error,
                None => SyntaxError::new(format!("expected `key: value`, found {found}"), mark)
                    .related(start, starts_at("mapping", start))
                    .help(match found {
                        "a list item" => "a mapping has only keys: indent the item below its key, or remove the `- `",
                        "text" => "add the `:`, or indent the line as far as the text that it continues",
                        _ => "a mapping has only `key: value` entries",
                    }),
            },
            Some(quote @ ('\'' | '"')) => {
                SyntaxError::new(format!("unexpected {found} after the closing quote"), mark).help(inner_quote(quote))
            }
            Some(_) if matches!(found, "`]`" | "`}`") => {
                SyntaxError::new(format!("unexpected {found}: no bracket is open here"), mark)
                    .help("remove the bracket, or quote the whole value")
            }
            Some(_) => SyntaxError::new(format!("unexpected {found} after the value"), mark)
                .help("quote the whole value, or start a new line"),
        };
        error.parser(mark, "did not find expected key").parser_context(start).or_cause(self.text, mark)
    }

    /// Returns the error of a key or list item whose indentation matches no block. `parent` is where the block around
    /// it starts, and whether that is a list; `None` for the root. Returns `None` for other tokens, and within a line.
    pub(super) fn indentation_error(&mut self, mark: Mark, parent: Option<(Mark, bool)>) -> Option<Box<SyntaxError>> {
        use TokenKind::{BlockEntry, BlockMappingStart, BlockSequenceStart, Key};
        if !before(self.text, mark).is_empty() {
            return None;
        }
        let (is_list, is_deeper) = match self.scanner.peek().ok()?.kind {
            BlockSequenceStart => (true, true),
            BlockMappingStart => (false, true),
            BlockEntry => (true, false),
            Key => (false, false),
            _ => return None,
        };
        // The blocks of the same kind that the key or item can belong to: the one around, and the one just closed.
        let around = match parent {
            Some((start, of_list)) if of_list == is_list => Some(start.column),
            Some((_, true)) if !is_deeper => self.scanner.parent_column(),
            Some((_, false)) if !is_deeper => self.scanner.parent_list_column(),
            _ => None,
        };
        let expected: Vec<String> = around
            .into_iter()
            .chain(self.scanner.closed_by(mark, is_list))
            .filter(|column| *column != mark.column)
            .map(|column| column.saturating_add(1).to_string())
            .collect();
        if expected.is_empty() {
            return None;
        }
        let (what, help) = match is_list {
            true => ("list item", "the items of one list start at the same column"),
            false => ("key", "the keys of one mapping start at the same column"),
        };
        let (found, expected) = (mark.column.saturating_add(1), expected.join(" or "));
        let message =
            format!("the indentation does not match: this {what} starts at column {found}, expected column {expected}");
        let error = SyntaxError::new(message, mark).help(help);
        Some(match parent {
            Some((start, of_list)) => {
                let block = if of_list { "list" } else { "mapping" };
                error.related(start, starts_at(block, start))
            }
            None => error,
        })
    }

    fn block_value(&mut self, key: ReadKey, collected: &mut Collected) -> SyntaxResult<()> {
        let mark = self.start()?;
        let mut empty = true;
        if self.next_is(|kind| *kind == TokenKind::Value)? {
            self.scanner.take();
            empty = self.next_is(ends_in_block)?;
        }
        self.value(key, mark, empty, true, collected)
    }

    pub(super) fn flow_sequence(&mut self, start: Mark) -> SyntaxResult<Node> {
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

    /// Reads a node in brackets. If the text ends here, the open bracket is the error.
    fn flow_node(&mut self, start: Mark, close: char) -> SyntaxResult<Node> {
        let token = self.scanner.peek()?;
        if token.kind == TokenKind::StreamEnd {
            let end = token.start;
            return Err(self.unclosed(start, close).parser(end, GO_NO_CONTENT));
        }
        self.node(false, false)
    }

    /// Reads `key: value` as an item of a list in brackets: a mapping with one entry.
    fn flow_pair(&mut self) -> SyntaxResult<Node> {
        use TokenKind::{FlowEntry, FlowSequenceEnd, Value};
        let start = self.start()?;
        self.scanner.take();
        let empty = self.next_is(|kind| matches!(kind, Value | FlowEntry | FlowSequenceEnd))?;
        let key = self.key(start, empty, false)?;
        if empty {
            // The reader of Helm drops this token, and rejects what follows.
            self.scanner.take();
        }
        let mut collected = self.begin_mapping();
        self.flow_value(key, FlowSequenceEnd, &mut collected)?;
        Ok(self.mapping(collected, start))
    }

    fn flow_value(&mut self, key: ReadKey, end: TokenKind<'a>, collected: &mut Collected) -> SyntaxResult<()> {
        let mark = self.start()?;
        let mut empty = true;
        if self.next_is(|kind| *kind == TokenKind::Value)? {
            self.scanner.take();
            empty = self.next_is(|kind| *kind == TokenKind::FlowEntry || *kind == end)?;
        }
        self.value(key, mark, empty, false, collected)
    }

    pub(super) fn flow_mapping(&mut self, start: Mark) -> SyntaxResult<Node> {
        use TokenKind::{FlowEntry, FlowMappingEnd, Key, Value};
        self.scanner.take();
        let mut collected = self.begin_mapping();
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
                TokenKind::StreamEnd => return Err(self.unclosed(start, '}').parser(mark, GO_NO_CONTENT)),
                _ => {
                    let key = self.key(mark, false, false)?;
                    // The missing value has its own location, after the key.
                    let end = self.start()?;
                    self.value(key, end, true, false, &mut collected)?;
                }
            }
        }
    }

    pub(super) fn comma(&mut self, start: Mark, close: char) -> SyntaxResult<()> {
        let words = format!("did not find expected ',' or '{close}'");
        let token = self.scanner.peek()?;
        let mark = token.start;
        match token.kind {
            TokenKind::FlowEntry => {
                self.scanner.take();
                Ok(())
            }
            TokenKind::StreamEnd => Err(self.unclosed(start, close).parser(mark, &words).parser_context(start)),
            _ => {
                let message = format!("expected `,` or `{close}`, found {}", token.kind.describe());
                let (block, entries) = if close == ']' { ("list", "items") } else { ("mapping", "entries") };
                let error = SyntaxError::new(message, mark)
                    .parser(mark, &words)
                    .parser_context(start)
                    .related(start, format!("the {block} starts here"))
                    .help(format!("separate the {entries} with `,`, and close the {block} with `{close}`"));
                Err(error.or_cause(self.text, start))
            }
        }
    }

    pub(super) fn unclosed(&self, start: Mark, close: char) -> Box<SyntaxError> {
        SyntaxError::new(format!("missing closing `{close}`"), start)
            .label("this bracket is not closed")
            .help(format!("add `{close}` where the list or mapping ends"))
            .or_cause(self.text, start)
    }

    fn key(&mut self, mark: Mark, empty: bool, block: bool) -> SyntaxResult<ReadKey> {
        let location = self.location(mark);
        if empty {
            self.decode(1, 0, mark);
            return Ok(self.scalar_key(Ok(resolve::Scalar::Null), location));
        }
        let bare = self.next_is(|kind| matches!(kind, TokenKind::Scalar { .. } | TokenKind::Alias(_)))?;
        let properties = if bare { Properties::default() } else { self.properties()? };
        if let TokenKind::Scalar { value, style } = &mut self.scanner.peek()?.kind {
            let plain = *style == ScalarStyle::Plain;
            if value == "<<" && is_merge(properties.tag.as_deref(), plain) {
                self.scanner.take();
                return Ok(ReadKey::Merge);
            }
            if bare {
                // The usual key, without a node in between.
                let value = std::mem::take(value);
                self.scanner.take();
                self.decode(1, 0, mark);
                return Ok(self.scalar_key(resolve::resolve(None, plain, value), location));
            }
        }
        let node = if bare { self.node(block, block)? } else { self.node_of(block, block, properties)? };
        let scalar = match node.kind {
            Kind::Str(text) => Ok(resolve::Scalar::Str(text.into())),
            // JSON has no infinity, so it is invalid as a value, but not as a key.
            Kind::Null => Ok(self.originals.float(node.location).unwrap_or(resolve::Scalar::Null)),
            Kind::Bool(value) => Ok(resolve::Scalar::Bool(value)),
            Kind::Int(value) => Ok(resolve::Scalar::Int(value)),
            Kind::UInt(value) => Ok(resolve::Scalar::UInt(value)),
            Kind::Float(value) => Ok(resolve::Scalar::Float(value)),
            Kind::Map(_) if self.is_template(mark) => {
                let error = SyntaxError::new("a template expression (`{{ ... }}`) must be quoted", mark);
                let error = error.code(YamlCode::TemplateExpression).go(self.originals.invalid_key(&node));
                let error = error.help(TEMPLATE_HELP);
                return self.refuse_template(error);
            }
            Kind::Raw(_) | Kind::Seq(_) | Kind::Map(_) => {
                let message = format!("a key must be a string, found {}", node.describe());
                let go = self.originals.invalid_key(&node);
                Err(ValueError { code: YamlCode::InvalidKey, message, stage: Stage::Decode, go })
            }
        };
        Ok(self.scalar_key(scalar, location))
    }

    /// Stops at `{{`, since what follows is YAML only by chance; Go continues.
    fn refuse_template(&mut self, error: Box<SyntaxError>) -> SyntaxResult<ReadKey> {
        if !self.as_go {
            return Err(error);
        }
        self.go.record(Stage::Decode, error.go.clone());
        let location = self.location(error.mark);
        let diagnostic = self.diagnostic(*error);
        self.add_diagnostic(diagnostic);
        Ok(ReadKey::Invalid(String::new(), location))
    }

    /// Returns whether `{{` starts or ends at the mark.
    fn is_template(&self, mark: Mark) -> bool {
        let bytes = self.text.as_bytes();
        let at = |at: usize| bytes.get(at) == Some(&b'{');
        at(mark.at) && (at(mark.at + 1) || mark.at.checked_sub(1).is_some_and(at))
    }

    pub(super) fn scalar_key(
        &mut self,
        scalar: Result<resolve::Scalar<'_>, ValueError>,
        location: Location,
    ) -> ReadKey {
        if self.as_go
            && let Ok(scalar) = &scalar
        {
            self.originals.keep_key(location, scalar);
        }
        match scalar.and_then(resolve::key) {
            Ok(text) => ReadKey::Text(Cow::Owned(text.into_owned()), location),
            Err(wrong) if self.as_go && wrong.stage == Stage::Convert => {
                self.has_late_errors = true;
                ReadKey::Invalid(wrong.go, location)
            }
            Err(wrong) => {
                self.add_diagnostic(Diagnostic::error(wrong.code, wrong.message).at(location));
                self.go.record(wrong.stage, wrong.go);
                ReadKey::Invalid(String::new(), location)
            }
        }
    }

    /// Reads the value of a key and adds both. `mark` is where the value is expected.
    fn value(&mut self, key: ReadKey, mark: Mark, empty: bool, block: bool, all: &mut Collected) -> SyntaxResult<()> {
        let alias = self.next_is(|kind| matches!(kind, TokenKind::Alias(_)))? && !empty;
        let before = if let ReadKey::Merge = key { self.go.clone() } else { Words::default() };
        let node = if empty { self.empty(mark)? } else { self.node(block, block)? };
        if let ReadKey::Merge = key {
            all.merges = true;
            self.merge(node, alias, before, all);
        } else {
            self.add_entry(key, node);
        }
        Ok(())
    }

    /// Adds an entry to the mapping that is being read.
    pub(super) fn add_entry(&mut self, key: ReadKey, value: Node) {
        match key {
            ReadKey::Text(key, location) => self.entries.push(Entry { key, location, value }),
            // An equal key may replace it, and errors about what is around it print it.
            ReadKey::Invalid(go, location) if !go.is_empty() => {
                self.entries.push(Entry { key: go.into(), location, value });
            }
            ReadKey::Invalid(..) | ReadKey::Merge => {}
        }
    }

    fn begin_mapping(&self) -> Collected {
        Collected { from: self.entries.len(), merges: false, merged: Vec::new() }
    }

    fn mapping(&mut self, collected: Collected, start: Mark) -> Node {
        let location = self.location(start);
        let Collected { from, merges, merged } = collected;
        if merges && self.duplicates == Duplicates::Refused {
            let is_own = |at: &usize| !merged.iter().any(|range| range.contains(at));
            let own = (from..self.entries.len()).filter(is_own).filter_map(|at| self.entries.get(at));
            let keys = own.map(|entry| Entry { value: Node::default(), ..entry.clone() }).collect();
            let (map, repeated) = Map::from_entries(keys);
            self.refuse_duplicates(&map, &repeated);
        }
        let mut entries: Vec<Entry> = self.entries.drain(from..).collect();
        if entries.is_sorted_by(|one, other| one.key < other.key) {
            return Node::new(Kind::Map(Map::from_entries(entries).0), location);
        }
        if merges || self.duplicates == Duplicates::LastWins {
            // The last of equal keys counts, merged or not, as in the reader of Helm.
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
            let message = format!("duplicate key `{}` ({lines})", entry.key);
            let diagnostic = Diagnostic::error(YamlCode::DuplicateKey, message).at(entry.location).label("duplicate");
            let diagnostic = diagnostic.related(first, "first defined here");
            self.add_diagnostic(diagnostic.help("remove one of them: Helm silently keeps only the last one"));
        }
    }
}

/// The message of go-yaml where it expects a value.
pub(super) const GO_NO_CONTENT: &str = "did not find expected node content";

fn starts_at(block: &str, start: Mark) -> String {
    format!("the {block} starts here, at column {}", start.column.saturating_add(1))
}

pub(super) fn ends_in_block(kind: &TokenKind<'_>) -> bool {
    matches!(kind, TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd)
}
