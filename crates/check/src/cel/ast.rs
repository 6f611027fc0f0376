//! The syntax tree of expressions.

/// An expression, and its first character, counted from 0.
#[derive(Debug)]
pub(super) struct Expression {
    pub(super) at: usize,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Literal(Literal),
    Name(String),
    /// A field of the value before the dot.
    Field(Box<Expression>, String),
    /// `a.?b`, which is optional.
    OptionalField(Box<Expression>, String),
    Index(Box<Expression>, Box<Expression>),
    /// `a[?b]`, which is optional.
    OptionalIndex(Box<Expression>, Box<Expression>),
    /// A function, or a function of the value before the dot.
    Call(Option<Box<Expression>>, String, Vec<Expression>),
    List(Vec<Expression>),
    Map(Vec<(Expression, Expression)>),
    /// `?a` in a list, or as the value of an entry or field, which is omitted if the optional value is none.
    Optional(Box<Expression>),
    /// An object of a type with a name, and the values of its fields.
    Object(String, Vec<Expression>),
    Not(Box<Expression>),
    Minus(Box<Expression>),
    /// Conditions joined by `&&` or `||`.
    Logic(Operator, Vec<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Choice(Box<Expression>, Box<Expression>, Box<Expression>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Double(f64),
    String(String),
    Bytes(Vec<u8>),
    Null,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operator {
    /// Returns the operator in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Operator::Or => "||",
            Operator::And => "&&",
            Operator::Equal => "==",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterEqual => ">=",
            Operator::In => "in",
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::Remainder => "%",
        }
    }
}

impl Expression {
    /// Returns the name, with its dots, that the expression is: `google.protobuf.Timestamp`.
    pub(super) fn dotted(&self) -> Option<String> {
        match &self.kind {
            Kind::Name(name) => Some(name.clone()),
            Kind::Field(before, name) => Some(format!("{}.{name}", before.dotted()?)),
            _ => None,
        }
    }

    /// Returns whether the expression mentions a name.
    pub(super) fn mentions(&self, name: &str) -> bool {
        match &self.kind {
            Kind::Name(said) => said == name,
            _ => self.parts().iter().any(|part| part.mentions(name)),
        }
    }

    /// Returns the depth of the expression, at most `most`.
    pub(super) fn levels(&self, most: usize) -> usize {
        match most.checked_sub(1) {
            None => 0,
            Some(rest) => 1 + self.parts().iter().map(|part| part.levels(rest)).max().unwrap_or(0),
        }
    }

    /// Returns the parts of the expression.
    fn parts(&self) -> Vec<&Expression> {
        match &self.kind {
            Kind::Literal(_) | Kind::Name(_) => Vec::new(),
            Kind::Field(inner, _)
            | Kind::OptionalField(inner, _)
            | Kind::Optional(inner)
            | Kind::Not(inner)
            | Kind::Minus(inner) => vec![inner],
            Kind::Index(a, b) | Kind::OptionalIndex(a, b) | Kind::Binary(_, a, b) => vec![a, b],
            Kind::Call(target, _, arguments) => target.as_deref().into_iter().chain(arguments).collect(),
            Kind::List(items) | Kind::Object(_, items) | Kind::Logic(_, items) => items.iter().collect(),
            Kind::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
            Kind::Choice(a, b, c) => vec![a, b, c],
        }
    }
}
