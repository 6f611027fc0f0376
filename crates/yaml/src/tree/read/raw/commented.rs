//! The comments and the style of nodes, and to which node each comment belongs.

use super::{Comments, Composer, Content, Location, RawNode, ScalarStyle, SyntaxResult, TokenKind};

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeStyle {
    /// A list or mapping with one line per item or key.
    Block,
    /// A list or mapping in brackets.
    Flow,
    /// A scalar.
    Scalar(ScalarStyle),
}

/// A document with its comments.
#[derive(Debug, Clone)]
pub struct RawDocument<'t> {
    /// The comment at the start, before an empty line.
    pub head: String,
    /// The node.
    pub root: RawNode<'t>,
    /// The comment at the end.
    pub foot: String,
}

impl<'t> RawNode<'t> {
    /// Creates a node without comments.
    pub fn new(content: Content<'t>, style: NodeStyle, location: Location) -> RawNode<'t> {
        RawNode { tag: None, anchor: None, content, style, comments: None, location }
    }

    /// Changes the comments.
    pub(super) fn comment(&mut self, change: impl FnOnce(&mut Comments)) {
        let mut comments = self.comments.take().unwrap_or_default();
        change(&mut comments);
        self.comments = Some(comments).filter(|comments| **comments != Comments::default());
    }

    pub(super) fn set_foot(&mut self, foot: String) {
        self.comment(|comments| comments.foot = foot);
    }

    pub(super) fn take_foot(&mut self) -> String {
        let mut foot = String::new();
        self.comment(|comments| foot = std::mem::take(&mut comments.foot));
        foot
    }
}

impl<'a> Composer<'a> {
    /// Takes the comments that belong to the current node, or to the end of it.
    pub(super) fn take_comments(&mut self) -> Comments {
        self.scanner.comments.as_mut().map(|comments| comments.take()).unwrap_or_default()
    }

    pub(super) fn boxed_comments(&mut self) -> Option<Box<Comments>> {
        self.scanner.comments.as_mut()?;
        let comments = self.take_comments();
        (comments != Comments::default()).then(|| Box::new(comments))
    }

    /// Sets the comments of a list or mapping at its end; `head` is from its start.
    pub(super) fn closed(&mut self, node: &mut RawNode<'a>, head: String) {
        if self.scanner.comments.is_some() {
            let Comments { line, foot, .. } = self.take_comments();
            node.comment(|comments| *comments = Comments { head, line, foot });
        }
    }

    pub(super) fn take_stem(&mut self) -> String {
        self.scanner.comments.as_mut().map(|comments| comments.take_stem()).unwrap_or_default()
    }

    /// Takes the `-` of an item, and sets the comment before it aside if it belongs to a list or mapping as a whole.
    pub(super) fn take_entry(&mut self) -> SyntaxResult<()> {
        let length = self.scanner.comments.as_ref().map_or(0, |comments| comments.head_length());
        self.scanner.take();
        let starts =
            |kind: &TokenKind<'_>| matches!(kind, TokenKind::BlockSequenceStart | TokenKind::BlockMappingStart);
        if length > 0
            && self.next_is(starts)?
            && let Some(comments) = &mut self.scanner.comments
        {
            comments.split_stem(length);
        }
        Ok(())
    }
}

/// Gives the foot comment of a value to its key.
pub(super) fn raise_foot((key, value): &mut (RawNode<'_>, RawNode<'_>)) {
    if key.comments.as_ref().is_none_or(|comments| comments.foot.is_empty()) && value.comments.is_some() {
        let foot = value.take_foot();
        key.set_foot(foot);
    }
}

/// Gives each foot comment in a mapping to the key above it; `last` is that of the mapping.
pub(super) fn place_feet(entries: &mut [(RawNode<'_>, RawNode<'_>)], last: String) {
    for at in 0..entries.len() {
        let (before, here) = entries.split_at_mut(at);
        let Some(entry) = here.first_mut() else { continue };
        if entry.0.comments.is_some()
            && let Some((key, _)) = before.last_mut()
        {
            let foot = entry.0.take_foot();
            if !foot.is_empty() {
                key.set_foot(foot);
            }
        }
        raise_foot(entry);
    }
    if let Some((key, _)) = entries.last_mut().filter(|_| !last.is_empty()) {
        key.set_foot(last);
    }
}
