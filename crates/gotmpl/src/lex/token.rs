//! The tokens of templates.

use crate::ast::{Pos, Span};
use mkmanifests_go::quote::quote;

/// The kind of a token. The keywords come last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Error,
    Eof,
    Text,
    LeftDelim,
    RightDelim,
    Space,
    Assign,
    Declare,
    Pipe,
    LeftParen,
    RightParen,
    Char,
    Bool,
    CharConstant,
    Complex,
    Number,
    Str,
    RawStr,
    Identifier,
    Field,
    Variable,
    Block,
    Break,
    Continue,
    Define,
    Dot,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Kind {
    fn is_keyword(self) -> bool {
        self as u8 >= Kind::Block as u8
    }

    pub(super) fn keyword_or_identifier(word: &str) -> Kind {
        match word {
            "true" | "false" => Kind::Bool,
            "block" => Kind::Block,
            "break" => Kind::Break,
            "continue" => Kind::Continue,
            "define" => Kind::Define,
            "else" => Kind::Else,
            "end" => Kind::End,
            "if" => Kind::If,
            "nil" => Kind::Nil,
            "range" => Kind::Range,
            "template" => Kind::Template,
            "with" => Kind::With,
            _ => Kind::Identifier,
        }
    }
}

/// A token of the template. The lexer has the message of an error token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'s> {
    pub kind: Kind,
    pub pos: Pos,
    pub text: &'s str,
}

impl Token<'_> {
    /// Returns the location.
    pub fn span(&self) -> Span {
        // `parse` refuses texts that are longer than a position can express.
        let length = Pos::try_from(self.text.len()).unwrap_or(Pos::MAX);
        Span { start: self.pos, end: self.pos.saturating_add(length) }
    }

    /// Shows the token as error messages do.
    pub fn show(&self) -> String {
        match self.kind {
            Kind::Eof => "EOF".to_owned(),
            kind if kind.is_keyword() => format!("<{}>", self.text),
            _ if self.text.len() > 10 => {
                let start: String = self.text.chars().take(10).collect();
                format!("{}...", quote(start.as_bytes()))
            }
            _ => quote(self.text.as_bytes()),
        }
    }
}
