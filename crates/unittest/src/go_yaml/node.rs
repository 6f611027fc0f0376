//! Types of nodes.

use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::tree::read::raw::{Content, RawNode};

use super::Error;
use super::scalar::{Tag, resolve, resolve_tagged};

/// What go-yaml knows about a node.
pub trait NodeExt<'t> {
    /// Returns the type; that of the target for an alias.
    fn short_tag(&self) -> Tag;

    /// Returns the text of a scalar.
    fn text(&self) -> Option<&str>;

    /// Returns the node, or that which an alias repeats. `None` for an alias inside that node.
    fn target(&self) -> Option<&RawNode<'t>>;

    /// Returns the entries of a mapping, without resolving `<<`.
    fn entries(&self) -> Option<&[(RawNode<'t>, RawNode<'t>)]>;

    /// Returns the items of a list.
    fn items(&self) -> Option<&[RawNode<'t>]>;

    /// Returns whether the node is the key `<<`.
    fn is_merge(&self) -> bool;

    /// Returns type and value of a scalar.
    ///
    /// # Errors
    /// A text that is not of the type that its tag names.
    fn scalar(&self) -> Result<(Tag, Value), Error>;
}

impl<'t> NodeExt<'t> for RawNode<'t> {
    fn short_tag(&self) -> Tag {
        match (&self.content, explicit(self)) {
            (Content::Alias(_, target), _) => target.as_ref().map_or(Tag::Str, |target| target.node.short_tag()),
            (_, Some(tag)) => Tag::of(tag),
            (Content::Sequence(_), None) => Tag::Seq,
            (Content::Mapping(_), None) => Tag::Map,
            (Content::Scalar { text, plain: true }, None) if text == "<<" => Tag::Merge,
            (Content::Scalar { text, plain: true }, None) => resolve(text).map_or(Tag::Str, |(tag, _)| tag),
            (Content::Scalar { .. }, None) => Tag::Str,
        }
    }

    fn text(&self) -> Option<&str> {
        if let Content::Scalar { text, .. } = &self.content { Some(text) } else { None }
    }

    fn target(&self) -> Option<&RawNode<'t>> {
        match &self.content {
            Content::Alias(_, target) => target.as_ref().map(|target| &target.node),
            _ => Some(self),
        }
    }

    fn entries(&self) -> Option<&[(RawNode<'t>, RawNode<'t>)]> {
        if let Content::Mapping(entries) = &self.content { Some(entries) } else { None }
    }

    fn items(&self) -> Option<&[RawNode<'t>]> {
        if let Content::Sequence(items) = &self.content { Some(items) } else { None }
    }

    fn is_merge(&self) -> bool {
        let Content::Scalar { text, .. } = &self.content else { return false };
        text == "<<" && self.short_tag() == Tag::Merge
    }

    fn scalar(&self) -> Result<(Tag, Value), Error> {
        let Content::Scalar { text, plain } = &self.content else { return Ok((self.short_tag(), Value::Nil)) };
        match explicit(self) {
            Some(tag) => resolve_tagged(&Tag::of(tag), text),
            None if *plain => Ok(resolve(text).unwrap_or_else(|| (Tag::Str, text.as_ref().into()))),
            None => Ok((Tag::Str, text.as_ref().into())),
        }
    }
}

/// Returns the tag of the text; `!` alone is none.
fn explicit<'n>(node: &'n RawNode<'_>) -> Option<&'n str> {
    node.tag.as_deref().filter(|tag| *tag != "!")
}
