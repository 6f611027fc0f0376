//! The lexemes of paths.

/// What a lexeme is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Error,
    Identity,
    Root,
    DotChild,
    UndottedChild,
    BracketChild,
    RecursiveDescent,
    ArraySubscript,
    FilterBegin,
    FilterEnd,
    OpenBracket,
    CloseBracket,
    Not,
    At,
    And,
    Or,
    Compare(Operator),
    Matches,
    Integer,
    Float,
    Text,
    Boolean,
    Null,
    Regex,
    PropertyName,
    BracketPropertyName,
    SubscriptPropertyName,
    RecursiveFilterBegin,
    End,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

impl Operator {
    pub fn text(self) -> &'static str {
        match self {
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
        }
    }
}

/// The operators of an order, the longer ones first.
pub(super) const ORDERING: [Operator; 4] =
    [Operator::GreaterOrEqual, Operator::Greater, Operator::LessOrEqual, Operator::Less];

/// A piece of a path, or the message of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lexeme {
    pub kind: Kind,
    pub text: String,
}
