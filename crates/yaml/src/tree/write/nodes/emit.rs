//! Writes events: the states of go-yaml's emitter, on which the places of comments and empty lines depend.

use super::super::scan::LONGEST_KEY;
use super::analysis::{Analysis, analyze};
use super::events::{Event, Kind, Tag};
use super::output::Output;

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
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
pub(super) struct Context {
    pub mapping: bool,
    pub key: bool,
}

/// The root, and the items of lists.
pub(super) const ITEM: Context = Context { mapping: false, key: false };
pub(super) const IN_MAPPING: Context = Context { mapping: true, key: false };
pub(super) const SIMPLE_KEY: Context = Context { mapping: true, key: true };

/// The comments that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Waiting<'d> {
    pub head: &'d str,
    pub line: &'d str,
    pub foot: &'d str,
    pub tail: &'d str,
    /// The comment behind a key.
    pub key_line: &'d str,
}

impl Waiting<'_> {
    pub fn follows(&self) -> bool {
        !(self.line.is_empty() && self.foot.is_empty() && self.tail.is_empty())
    }
}

/// The writer.
pub(super) struct Machine<'e, 'd> {
    pub events: &'e [Event<'d>],
    at: usize,
    pub out: Output,
    pub state: State,
    pub states: Vec<State>,
    pub indents: Vec<i64>,
    pub flow_level: usize,
    pub context: Context,
    pub waiting: Waiting<'d>,
    pub analysis: Analysis,
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
            context: ITEM,
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
                self.node(event, ITEM);
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

    pub(super) fn increase_indent(&mut self, flow: bool, compact: bool) {
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

    pub(super) fn decrease_indent(&mut self) {
        self.out.indent = self.indents.pop().unwrap_or(-1);
    }

    pub(super) fn next_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::DocumentEnd);
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

    pub(super) fn node(&mut self, event: &Event<'d>, context: Context) {
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

    pub(super) fn is_simple_key(&self, event: &Event<'_>) -> bool {
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
}
