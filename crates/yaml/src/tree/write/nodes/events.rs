//! A document as events: the starts and ends of collections, and scalars.

use std::borrow::Cow;

use crate::tree::read::raw::{Content, NodeStyle, RawDocument, RawNode, ScalarStyle};

/// An event, and the comments that it brings.
#[derive(Debug, Default)]
pub(super) struct Event<'d> {
    pub kind: Kind<'d>,
    pub anchor: &'d str,
    /// The tag, if it is to be written.
    pub tag: Option<Tag<'d>>,
    pub head: &'d str,
    pub line: &'d str,
    pub foot: &'d str,
    /// The foot comment of the key before.
    pub tail: &'d str,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Kind<'d> {
    #[default]
    DocumentStart,
    DocumentEnd,
    Alias(&'d str),
    Scalar(&'d str, ScalarStyle),
    Sequence {
        flow: bool,
    },
    SequenceEnd,
    Mapping {
        flow: bool,
    },
    MappingEnd,
}

/// A tag: `!!` or `!` and the rest, or a whole one in `!<...>`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'d> {
    pub handle: &'static str,
    pub suffix: Cow<'d, str>,
}

impl<'d> Tag<'d> {
    fn of(tag: &'d str) -> Option<Tag<'d>> {
        if tag == "!" {
            return None;
        }
        let (handle, suffix) = match (tag.strip_prefix('!'), tag.strip_prefix("tag:yaml.org,2002:")) {
            (Some(own), _) => ("!", own),
            (_, Some(common)) => ("!!", common),
            _ => ("", tag),
        };
        Some(Tag { handle, suffix: suffix.into() })
    }

    /// Returns the length as it counts for keys.
    pub fn len(&self) -> usize {
        self.handle.len() + self.suffix.len()
    }
}

/// Adds the events of a document.
pub(super) fn document<'d>(document: &'d RawDocument<'_>, events: &mut Vec<Event<'d>>) {
    events.push(Event { head: &document.head, ..Event::default() });
    node(&document.root, "", foot_of(&document.root), events);
    events.push(Event { kind: Kind::DocumentEnd, foot: &document.foot, ..Event::default() });
}

/// Adds the events of a node; `tail` is the foot comment of the key before, and `own_foot` that of the node.
fn node<'d>(node: &'d RawNode<'_>, tail: &'d str, own_foot: &'d str, events: &mut Vec<Event<'d>>) {
    let (head, line) = node.comments.as_ref().map_or(("", ""), |comments| (&*comments.head, &*comments.line));
    let flow = node.style == NodeStyle::Flow;
    let start = |kind| Event {
        kind,
        anchor: node.anchor.unwrap_or_default(),
        tag: node.tag.as_deref().and_then(Tag::of),
        head,
        tail,
        ..Event::default()
    };
    match &node.content {
        Content::Alias(name, _) => {
            events.push(Event { kind: Kind::Alias(name), head, line, foot: own_foot, ..Event::default() });
        }
        Content::Scalar { text, .. } => {
            let style = match node.style {
                NodeStyle::Scalar(ScalarStyle::Plain) if text.contains('\n') => ScalarStyle::Literal,
                NodeStyle::Scalar(style) => style,
                _ => ScalarStyle::Plain,
            };
            events.push(Event { line, foot: own_foot, ..start(Kind::Scalar(text, style)) });
        }
        Content::Sequence(items) => {
            events.push(Event { tail: "", ..start(Kind::Sequence { flow }) });
            for item in items {
                self::node(item, "", foot_of(item), events);
            }
            events.push(Event { kind: Kind::SequenceEnd, line, foot: own_foot, ..Event::default() });
        }
        Content::Mapping(entries) => {
            events.push(start(Kind::Mapping { flow }));
            let mut tail = "";
            for (key, value) in entries {
                self::node(key, tail, "", events);
                tail = foot_of(key);
                self::node(value, "", foot_of(value), events);
            }
            events.push(Event { kind: Kind::MappingEnd, line, foot: own_foot, tail, ..Event::default() });
        }
    }
}

fn foot_of<'d>(node: &'d RawNode<'_>) -> &'d str {
    node.comments.as_ref().map_or("", |comments| &comments.foot)
}
