//! Scalars, the properties of nodes, and comments.

use super::emit::Machine;
use super::events::{Event, Tag};
use crate::tree::read::raw::ScalarStyle;

impl<'d> Machine<'_, 'd> {
    pub(super) fn properties(&mut self, event: &Event<'d>) {
        if !event.anchor.is_empty() {
            self.anchor("&", event.anchor);
        }
        if let Some(tag) = &event.tag {
            self.tag(tag);
        }
    }

    pub(super) fn anchor(&mut self, indicator: &str, name: &str) {
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

    pub(super) fn scalar(&mut self, event: &Event<'d>, text: &str, style: ScalarStyle) {
        let style = self.scalar_style(text, style);
        self.properties(event);
        self.increase_indent(true, false);
        match style {
            ScalarStyle::Plain => self.out.plain(text),
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

    pub(super) fn head_comment(&mut self) {
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

    pub(super) fn comments_behind(&mut self) {
        self.line_comment();
        self.foot_comment();
    }

    pub(super) fn line_comment(&mut self) {
        let line = std::mem::take(&mut self.waiting.line);
        if !line.is_empty() {
            self.out.space();
            self.out.comment(line);
        }
    }

    pub(super) fn foot_comment(&mut self) {
        let foot = std::mem::take(&mut self.waiting.foot);
        if !foot.is_empty() {
            self.out.write_indent();
            self.out.comment(foot);
            self.out.foot_written();
        }
    }
}
