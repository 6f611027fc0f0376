//! Lists and mappings in brackets.

use super::emit::{IN_MAPPING, ITEM, Machine, SIMPLE_KEY, State};
use super::events::{Event, Kind};

impl<'d> Machine<'_, 'd> {
    pub(super) fn flow_item(&mut self, event: &Event<'d>, first: bool, trail: bool) {
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

    pub(super) fn flow_key(&mut self, event: &Event<'d>, first: bool, trail: bool) {
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

    pub(super) fn flow_value(&mut self, event: &Event<'d>, simple: bool) {
        self.out.indicator(":", !simple, false, false);
        self.states.push(State::FlowKey { first: false, trail: self.waiting.follows() });
        self.node(event, IN_MAPPING);
        self.comma_before_comments();
    }

    pub(super) fn open(&mut self, bracket: &str) {
        self.out.indicator(bracket, true, true, false);
        self.increase_indent(true, false);
        self.flow_level += 1;
    }

    pub(super) fn close(&mut self, bracket: &str) {
        self.out.indicator(bracket, false, false, false);
        self.comments_behind();
        self.next_state();
    }

    pub(super) fn comma_before_comments(&mut self) {
        if self.waiting.follows() {
            self.out.indicator(",", false, false, false);
        }
        self.comments_behind();
    }
}
