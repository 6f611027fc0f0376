//! Writes events: the states of go-yaml's emitter, on which the places of comments and empty lines depend.

use super::super::scan::LONGEST_KEY;
use super::analysis::{Analysis, analyze};
use super::events::{Event, Kind, Tag};
use super::output::Output;
use crate::tree::read::raw::ScalarStyle;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    FlowItem { first: bool, trail: bool },
    FlowKey { first: bool, trail: bool },
    FlowValue { simple: bool },
    BlockItem { first: bool },
    BlockKey { first: bool },
    BlockValue { simple: bool },
}

/// Where a node is.
#[derive(Debug, Clone, Copy, Default)]
struct Context {
    root: bool,
    mapping: bool,
    key: bool,
}

const ROOT: Context = Context { root: true, mapping: false, key: false };
const ITEM: Context = Context { root: false, mapping: false, key: false };
const IN_MAPPING: Context = Context { root: false, mapping: true, key: false };
const SIMPLE_KEY: Context = Context { root: false, mapping: true, key: true };

/// The comments that are not written yet.
#[derive(Debug, Default)]
struct Waiting<'d> {
    head: &'d str,
    line: &'d str,
    foot: &'d str,
    tail: &'d str,
    /// The comment behind a key.
    key_line: &'d str,
}

impl Waiting<'_> {
    fn follows(&self) -> bool {
        !(self.line.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }
}

/// The writer.
pub(super) struct Machine<'e, 'd> {
    events: &'e [Event<'d>],
    at: usize,
    out: Output,
    state: State,
    states: Vec<State>,
    indents: Vec<i64>,
    flow_level: usize,
    context: Context,
    waiting: Waiting<'d>,
    analysis: Analysis,
}

impl<'e, 'd> Machine<'e, 'd> {
    pub fn new(events: &'e [Event<'d>]) -> Self {
        Machine {
            events,
            at: 0,
            out: Output::new(),
            state: State::DocumentStart,
            states: Vec::new(),
            indents: Vec::new(),
            flow_level: 0,
            context: ROOT,
            waiting: Waiting::default(),
            analysis: Analysis::default(),
        }
    }

    pub fn run(mut self) -> String {
        let events = self.events;
        for (at, event) in events.iter().enumerate() {
            self.at = at;
            self.receive(event);
            self.step(event);
        }
        if self.out.open_ended {
            self.out.indicator("...", true, false, false);
            self.out.write_indent();
        }
        self.out.into_text()
    }

    /// Takes the comments of an event. What is still waiting stays, unless there is a new one.
    fn receive(&mut self, event: &Event<'d>) {
        let update = |waiting: &mut &'d str, new: &'d str| {
            if !new.is_empty() {
                *waiting = new;
            }
        };
        update(&mut self.waiting.head, event.head);
        update(&mut self.waiting.line, event.line);
        update(&mut self.waiting.foot, event.foot);
        update(&mut self.waiting.tail, event.tail);
        if let Kind::Scalar(text, _) = event.kind {
            self.analysis = analyze(text);
        }
    }

    fn step(&mut self, event: &Event<'d>) {
        match self.state {
            State::DocumentStart => self.document_start(),
            State::DocumentContent => {
                self.states.push(State::DocumentEnd);
                self.head_comment();
                self.node(event, ROOT);
                self.comments_behind();
            }
            State::DocumentEnd => {
                // An empty line separates the comment.
                self.out.foot_indent = 0;
                self.foot_comment();
                self.out.foot_indent = -1;
                self.out.write_indent();
                self.state = State::DocumentStart;
            }
            State::FlowItem { first, trail } => self.flow_item(event, first, trail),
            State::FlowKey { first, trail } => self.flow_key(event, first, trail),
            State::FlowValue { simple } => self.flow_value(event, simple),
            State::BlockItem { first } => self.block_item(event, first),
            State::BlockKey { first } => self.block_key(event, first),
            State::BlockValue { simple } => self.block_value(event, simple),
        }
    }

    fn document_start(&mut self) {
        if self.at > 0 {
            self.out.write_indent();
            self.out.indicator("---", true, false, false);
            self.out.write_indent();
        }
        if !self.waiting.head.is_empty() {
            self.head_comment();
            self.out.put_break();
        }
        self.state = State::DocumentContent;
    }

    fn increase_indent(&mut self, flow: bool, compact: bool) {
        self.indents.push(self.out.indent);
        self.out.indent = if self.out.indent < 0 {
            if flow { 2 } else { 0 }
        } else if matches!(self.states.last(), Some(State::BlockItem { .. })) {
            self.out.indent + 2
        } else {
            let next = 2 * ((self.out.indent + 2) / 2);
            if compact { next - 2 } else { next }
        };
    }

    fn decrease_indent(&mut self) {
        self.out.indent = self.indents.pop().unwrap_or(-1);
    }

    fn next_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::DocumentEnd);
    }

    fn flow_item(&mut self, event: &Event<'d>, first: bool, trail: bool) {
        if first {
            self.open("[");
        }
        if event.kind == Kind::SequenceEnd {
            self.flow_level -= 1;
            self.decrease_indent();
            if self.out.column == 0 {
                self.out.write_indent();
            }
            return self.close("]");
        }
        if !first && !trail {
            self.out.indicator(",", false, false, false);
        }
        self.head_comment();
        if self.out.column == 0 {
            self.out.write_indent();
        }
        self.states.push(State::FlowItem { first: false, trail: self.waiting.follows() });
        self.node(event, ITEM);
        self.comma_before_comments();
    }

    fn flow_key(&mut self, event: &Event<'d>, first: bool, trail: bool) {
        if first {
            self.open("{");
        }
        if event.kind == Kind::MappingEnd {
            let waiting = &self.waiting;
            let has_comments = !(waiting.head.is_empty() && waiting.foot.is_empty() && waiting.tail.is_empty());
            if has_comments && !first && !trail {
                self.out.indicator(",", false, false, false);
            }
            self.head_comment();
            self.flow_level -= 1;
            self.decrease_indent();
            return self.close("}");
        }
        if !first && !trail {
            self.out.indicator(",", false, false, false);
        }
        self.head_comment();
        if self.out.column == 0 {
            self.out.write_indent();
        }
        if self.is_simple_key(event) {
            self.states.push(State::FlowValue { simple: true });
            return self.node(event, SIMPLE_KEY);
        }
        self.out.indicator("?", true, false, false);
        self.states.push(State::FlowValue { simple: false });
        self.node(event, IN_MAPPING);
    }

    fn flow_value(&mut self, event: &Event<'d>, simple: bool) {
        self.out.indicator(":", !simple, false, false);
        self.states.push(State::FlowKey { first: false, trail: self.waiting.follows() });
        self.node(event, IN_MAPPING);
        self.comma_before_comments();
    }

    fn open(&mut self, bracket: &str) {
        self.out.indicator(bracket, true, true, false);
        self.increase_indent(true, false);
        self.flow_level += 1;
    }

    fn close(&mut self, bracket: &str) {
        self.out.indicator(bracket, false, false, false);
        self.comments_behind();
        self.next_state();
    }

    fn comma_before_comments(&mut self) {
        if self.waiting.follows() {
            self.out.indicator(",", false, false, false);
        }
        self.comments_behind();
    }

    fn block_item(&mut self, event: &Event<'d>, first: bool) {
        if first {
            let compact = self.context.mapping && (self.out.column == 0 || !self.out.indention);
            self.increase_indent(false, compact);
        }
        if event.kind == Kind::SequenceEnd {
            self.decrease_indent();
            return self.next_state();
        }
        self.head_comment();
        self.out.write_indent();
        self.out.indicator("-", true, false, true);
        self.states.push(State::BlockItem { first: false });
        self.node(event, ITEM);
        self.comments_behind();
    }

    fn block_key(&mut self, event: &Event<'d>, first: bool) {
        if first {
            self.increase_indent(false, false);
        }
        self.head_comment();
        if event.kind == Kind::MappingEnd {
            self.decrease_indent();
            return self.next_state();
        }
        self.out.write_indent();
        if !self.waiting.line.is_empty() {
            self.waiting.key_line = std::mem::take(&mut self.waiting.line);
        }
        if self.is_simple_key(event) {
            self.states.push(State::BlockValue { simple: true });
            return self.node(event, SIMPLE_KEY);
        }
        self.out.indicator("?", true, false, true);
        self.states.push(State::BlockValue { simple: false });
        self.node(event, IN_MAPPING);
    }

    fn block_value(&mut self, event: &Event<'d>, simple: bool) {
        if simple {
            self.out.indicator(":", false, false, false);
        } else {
            self.out.write_indent();
            self.out.indicator(":", true, false, true);
        }
        if !self.waiting.key_line.is_empty() {
            self.key_comment(event);
        }
        self.states.push(State::BlockKey { first: false });
        self.node(event, IN_MAPPING);
        self.comments_behind();
    }

    /// Writes the comment behind a key, or leaves it to the scalar that follows.
    fn key_comment(&mut self, event: &Event<'d>) {
        match event.kind {
            Kind::Scalar(..) if self.waiting.line.is_empty() => {
                self.waiting.line = std::mem::take(&mut self.waiting.key_line);
            }
            Kind::Sequence { flow: false } | Kind::Mapping { flow: false } => {
                let line = std::mem::replace(&mut self.waiting.line, std::mem::take(&mut self.waiting.key_line));
                self.line_comment();
                self.waiting.key_line = std::mem::replace(&mut self.waiting.line, line);
            }
            _ => {}
        }
    }

    fn node(&mut self, event: &Event<'d>, context: Context) {
        self.context = context;
        match event.kind {
            Kind::Alias(name) => {
                self.anchor("*", name);
                self.next_state();
            }
            Kind::Scalar(text, style) => self.scalar(event, text, style),
            Kind::Sequence { flow } => {
                self.properties(event);
                let flow = flow || self.flow_level > 0 || self.is_next(&Kind::SequenceEnd);
                self.state =
                    if flow { State::FlowItem { first: true, trail: false } } else { State::BlockItem { first: true } };
            }
            Kind::Mapping { flow } => {
                self.properties(event);
                let flow = flow || self.flow_level > 0 || self.is_next(&Kind::MappingEnd);
                self.state =
                    if flow { State::FlowKey { first: true, trail: false } } else { State::BlockKey { first: true } };
            }
            Kind::DocumentStart | Kind::DocumentEnd | Kind::SequenceEnd | Kind::MappingEnd => {}
        }
    }

    fn is_next(&self, kind: &Kind<'_>) -> bool {
        self.events.get(self.at + 1).is_some_and(|next| next.kind == *kind)
    }

    fn properties(&mut self, event: &Event<'d>) {
        if !event.anchor.is_empty() {
            self.anchor("&", event.anchor);
        }
        if let Some(tag) = &event.tag {
            self.tag(tag);
        }
    }

    fn anchor(&mut self, indicator: &str, name: &str) {
        self.out.indicator(indicator, true, false, false);
        self.out.put_all(name);
        self.out.word_written();
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        if tag.handle.is_empty() {
            self.out.indicator("!<", true, false, false);
        } else {
            self.out.space();
            self.out.put_all(tag.handle);
        }
        for char in tag.suffix.chars() {
            if char.is_ascii_alphanumeric() || ";/?:@&=+$,_.~*'()[]-".contains(char) {
                self.out.put(char);
            } else {
                let bytes = char.to_string().into_bytes();
                bytes.iter().for_each(|byte| self.out.put_all(&format!("%{byte:02X}")));
            }
        }
        self.out.word_written();
        if tag.handle.is_empty() {
            self.out.indicator(">", false, false, false);
        }
    }

    fn scalar(&mut self, event: &Event<'d>, text: &str, style: ScalarStyle) {
        let style = self.scalar_style(text, style);
        self.properties(event);
        self.increase_indent(true, false);
        match style {
            ScalarStyle::Plain => {
                self.out.plain(text);
                self.out.open_ended |= self.context.root;
            }
            ScalarStyle::Single => self.out.single(text),
            ScalarStyle::Double => self.out.double(text),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let literal = style == ScalarStyle::Literal;
                self.out.indicator(if literal { "|" } else { ">" }, true, false, false);
                self.out.block_hints(text);
                if self.waiting.line.is_empty() {
                    self.out.put_break();
                }
                self.line_comment();
                if literal { self.out.literal(text) } else { self.out.folded(text) }
            }
        }
        self.decrease_indent();
        self.next_state();
    }

    /// Returns the style of a scalar, or the next one that can represent it.
    fn scalar_style(&self, text: &str, style: ScalarStyle) -> ScalarStyle {
        let (analysis, in_flow) = (self.analysis, self.flow_level > 0);
        let mut style = if self.context.key && analysis.multiline { ScalarStyle::Double } else { style };
        if style == ScalarStyle::Plain {
            let allowed = if in_flow { analysis.flow_plain } else { analysis.block_plain };
            if !allowed || (text.is_empty() && (in_flow || self.context.key)) {
                style = ScalarStyle::Single;
            }
        }
        if style == ScalarStyle::Single && !analysis.single {
            style = ScalarStyle::Double;
        }
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        if is_block && (!analysis.block || in_flow || self.context.key) { ScalarStyle::Double } else { style }
    }

    fn is_simple_key(&self, event: &Event<'_>) -> bool {
        let properties = event.anchor.len() + event.tag.as_ref().map_or(0, Tag::len);
        let length = match event.kind {
            Kind::Alias(name) => name.len(),
            Kind::Scalar(..) if self.analysis.multiline => return false,
            Kind::Scalar(text, _) => properties + text.len(),
            Kind::Sequence { .. } if self.is_next(&Kind::SequenceEnd) => properties,
            Kind::Mapping { .. } if self.is_next(&Kind::MappingEnd) => properties,
            _ => return false,
        };
        length <= LONGEST_KEY
    }

    fn head_comment(&mut self) {
        let tail = std::mem::take(&mut self.waiting.tail);
        if !tail.is_empty() {
            self.out.write_indent();
            self.out.comment(tail);
            self.out.foot_written();
        }
        let head = std::mem::take(&mut self.waiting.head);
        if !head.is_empty() {
            self.out.write_indent();
            self.out.comment(head);
        }
    }

    fn comments_behind(&mut self) {
        self.line_comment();
        self.foot_comment();
    }

    fn line_comment(&mut self) {
        let line = std::mem::take(&mut self.waiting.line);
        if !line.is_empty() {
            self.out.space();
            self.out.comment(line);
        }
    }

    fn foot_comment(&mut self) {
        let foot = std::mem::take(&mut self.waiting.foot);
        if !foot.is_empty() {
            self.out.write_indent();
            self.out.comment(foot);
            self.out.foot_written();
        }
    }
}
