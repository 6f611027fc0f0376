//! Tokens: the pieces that the scanner makes of a text.

use std::borrow::Cow;

use super::cursor::Mark;

/// A piece of the text and where it starts.
#[derive(Debug)]
pub(super) struct Token<'a> {
    pub kind: TokenKind<'a>,
    pub start: Mark,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScalarStyle {
    /// Without quotes.
    #[default]
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// As a block after `|`.
    Literal,
    /// As a block after `>`.
    Folded,
}

/// What a token is; the names are those of the YAML specification.
#[derive(Debug, PartialEq)]
pub(super) enum TokenKind<'a> {
    StreamEnd,
    Version { major: u32, minor: u32 },
    TagDirective { handle: &'a str, prefix: Cow<'a, str> },
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'a str),
    Anchor(&'a str),
    Tag { handle: &'a str, suffix: Cow<'a, str> },
    Scalar { value: Cow<'a, str>, style: ScalarStyle },
}

impl TokenKind<'_> {
    /// Describes the token in a message after "found".
    pub fn describe(&self) -> &'static str {
        match self {
            TokenKind::StreamEnd => "the end of the text",
            TokenKind::Version { .. } | TokenKind::TagDirective { .. } => "a directive",
            TokenKind::DocumentStart => "`---`",
            TokenKind::DocumentEnd => "`...`",
            TokenKind::BlockSequenceStart | TokenKind::BlockEntry => "a list item",
            TokenKind::BlockMappingStart | TokenKind::Key => "a key",
            TokenKind::BlockEnd => "the end of the block",
            TokenKind::FlowSequenceStart => "`[`",
            TokenKind::FlowSequenceEnd => "`]`",
            TokenKind::FlowMappingStart => "`{`",
            TokenKind::FlowMappingEnd => "`}`",
            TokenKind::FlowEntry => "`,`",
            TokenKind::Value => "`:`",
            TokenKind::Alias(_) => "an alias",
            TokenKind::Anchor(_) => "an anchor",
            TokenKind::Tag { .. } => "a tag",
            TokenKind::Scalar { .. } => "text",
        }
    }
}
