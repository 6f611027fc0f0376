//! Parses tokens into an expression: <https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax>.

use super::ast::{Expression, Kind, Operator};
use super::environment::RESERVED;
use super::lexer::{Token, Word, error, tokens};

/// How deep an expression may be nested, as in cel-go: `maxRecursionDepth`, parser/parser.go.
const DEEPEST: usize = 250;

/// How many levels a parsed expression may have: each link of a chain is one.
pub(super) const MOST_LEVELS: usize = 1_000;

/// How many operators of one level, or fields and calls, may follow one another.
const LONGEST_CHAIN: usize = 500;

/// The longest expression, in bytes.
const LONGEST: usize = 100_000;

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    if text.len() > LONGEST {
        return Err(format!("the expression is longer than {LONGEST} bytes"));
    }
    // What nesting needs of the stack, and what it takes to drop a chain of so many bytes.
    let needed = (4 << 20) + text.len() * 256;
    stacker::maybe_grow(needed, 2 * needed, || read(text))
}

fn read(text: &str) -> Result<Expression, String> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let expression = parser.choice()?;
    if *parser.peek() != Word::End {
        return parser.unexpected();
    }
    if expression.levels(MOST_LEVELS + 1) > MOST_LEVELS {
        return Err(format!("the expression is nested more than {MOST_LEVELS} levels deep"));
    }
    Ok(expression)
}

struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    depth: usize,
}

/// Operators by precedence, those that bind less first.
const LEVELS: [&[(&str, Operator)]; 5] = [
    &[("||", Operator::Or)],
    &[("&&", Operator::And)],
    &[
        ("==", Operator::Equal),
        ("!=", Operator::NotEqual),
        ("<", Operator::Less),
        ("<=", Operator::LessEqual),
        (">", Operator::Greater),
        (">=", Operator::GreaterEqual),
        ("in", Operator::In),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];

impl Parser<'_> {
    fn peek(&self) -> &Word {
        self.tokens.get(self.at).map_or(&Word::End, |token| &token.kind)
    }

    fn place(&self) -> usize {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(0, |token| token.at)
    }

    fn takes(&mut self, symbol: &str) -> bool {
        let is_there = matches!(self.peek(), Word::Symbol(found) if *found == symbol);
        self.at += usize::from(is_there);
        is_there
    }

    fn needs(&mut self, symbol: &str) -> Result<(), String> {
        if self.takes(symbol) { Ok(()) } else { Err(error(self.place(), format_args!("missing `{symbol}`"))) }
    }

    fn unexpected<T>(&self) -> Result<T, String> {
        let found = match self.peek() {
            Word::End => "the end".to_owned(),
            Word::Symbol(symbol) => format!("`{symbol}`"),
            Word::Name(name) | Word::Quoted(name) => format!("`{name}`"),
            Word::Literal(_) => "a value".to_owned(),
        };
        Err(error(self.place(), format_args!("unexpected {found}")))
    }

    fn choice(&mut self) -> Result<Expression, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(error(self.place(), "the expression is nested too deeply"));
        }
        let at = self.place();
        let condition = self.binary(0)?;
        let result = if self.takes("?") {
            let yes = self.binary(0)?;
            self.needs(":")?;
            let no = self.choice()?;
            Expression { at, kind: Kind::Choice(Box::new(condition), Box::new(yes), Box::new(no)) }
        } else {
            condition
        };
        self.depth -= 1;
        Ok(result)
    }

    fn binary(&mut self, level: usize) -> Result<Expression, String> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        if let [(symbol, operator @ (Operator::Or | Operator::And))] = operators {
            return self.logic(level, symbol, *operator);
        }
        let mut left = self.binary(level + 1)?;
        for _ in 0..LONGEST_CHAIN {
            let at = self.place();
            let found = operators.iter().find(|(symbol, _)| matches!(self.peek(), Word::Symbol(it) if it == symbol));
            let Some((_, operator)) = found else { return Ok(left) };
            self.at += 1;
            let right = self.binary(level + 1)?;
            left = Expression { at, kind: Kind::Binary(*operator, Box::new(left), Box::new(right)) };
        }
        Err(error(self.place(), "too many consecutive operators"))
    }

    fn logic(&mut self, level: usize, symbol: &str, operator: Operator) -> Result<Expression, String> {
        let first = self.binary(level + 1)?;
        let at = self.place();
        if !self.takes(symbol) {
            return Ok(first);
        }
        let mut conditions = vec![first, self.binary(level + 1)?];
        while self.takes(symbol) {
            conditions.push(self.binary(level + 1)?);
        }
        Ok(Expression { at, kind: Kind::Logic(operator, conditions) })
    }

    fn unary(&mut self) -> Result<Expression, String> {
        let at = self.place();
        for (symbol, wrap) in [("!", Kind::Not as fn(Box<Expression>) -> Kind), ("-", Kind::Minus)] {
            if self.takes(symbol) {
                let mut count = 1;
                while self.takes(symbol) {
                    count += 1;
                }
                let inner = self.member()?;
                // As in cel-go, two of them cancel each other out before types are checked.
                if count % 2 == 0 {
                    return Ok(inner);
                }
                return Ok(Expression { at, kind: wrap(Box::new(inner)) });
            }
        }
        self.member()
    }

    fn member(&mut self) -> Result<Expression, String> {
        let mut inner = self.primary()?;
        for _ in 0..LONGEST_CHAIN {
            let at = self.place();
            if self.takes(".") {
                inner = self.after_dot(at, inner)?;
            } else if self.takes("[") {
                let is_optional = self.takes("?");
                let index = Box::new(self.choice()?);
                self.needs("]")?;
                let target = Box::new(inner);
                let kind = if is_optional { Kind::OptionalIndex(target, index) } else { Kind::Index(target, index) };
                inner = Expression { at, kind };
            } else if let (Word::Symbol("{"), Some(name)) = (self.peek(), inner.dotted()) {
                self.at += 1;
                inner = Expression { at, kind: Kind::Object(name, self.fields()?) };
            } else {
                return Ok(inner);
            }
        }
        Err(error(self.place(), "too many consecutive fields and calls"))
    }

    fn after_dot(&mut self, at: usize, before: Expression) -> Result<Expression, String> {
        let is_optional = self.takes("?");
        let name = match self.peek() {
            Word::Name(name) | Word::Quoted(name) => name.clone(),
            _ => return self.unexpected(),
        };
        let can_be_called = matches!(self.peek(), Word::Name(_)) && !is_optional;
        self.at += 1;
        let before = Box::new(before);
        let kind = if can_be_called && self.takes("(") {
            Kind::Call(Some(before), name, self.list(")")?)
        } else if is_optional {
            Kind::OptionalField(before, name)
        } else {
            Kind::Field(before, name)
        };
        Ok(Expression { at, kind })
    }

    fn primary(&mut self) -> Result<Expression, String> {
        let at = self.place();
        let kind = match self.peek().clone() {
            Word::Literal(literal) => {
                self.at += 1;
                Kind::Literal(literal)
            }
            Word::Symbol("(") => {
                self.at += 1;
                let inner = self.choice()?;
                self.needs(")")?;
                return Ok(inner);
            }
            Word::Symbol("[") => {
                self.at += 1;
                Kind::List(self.list("]")?)
            }
            Word::Symbol("{") => {
                self.at += 1;
                Kind::Map(self.entries()?)
            }
            Word::Symbol(".") => {
                self.at += 1;
                return match self.peek() {
                    Word::Name(_) => self.primary(),
                    _ => self.unexpected(),
                };
            }
            Word::Name(name) => {
                if RESERVED.contains(&name.as_str()) {
                    return Err(error(at, format_args!("`{name}` is a reserved word")));
                }
                self.at += 1;
                if self.takes("(") { Kind::Call(None, name, self.list(")")?) } else { Kind::Name(name) }
            }
            _ => return self.unexpected(),
        };
        Ok(Expression { at, kind })
    }

    /// Parses the items between commas, up to `end`. A list may have a trailing comma.
    fn list(&mut self, end: &str) -> Result<Vec<Expression>, String> {
        let mut items = Vec::new();
        while !self.takes(end) {
            let at = self.place();
            let is_optional = end == "]" && self.takes("?");
            items.push(entry(at, is_optional, self.choice()?));
            if !self.takes(",") {
                self.needs(end)?;
                break;
            }
            if end == ")" && matches!(self.peek(), Word::Symbol(")")) {
                return self.unexpected();
            }
        }
        Ok(items)
    }

    fn entries(&mut self) -> Result<Vec<(Expression, Expression)>, String> {
        let mut entries = Vec::new();
        while !self.takes("}") {
            let at = self.place();
            let is_optional = self.takes("?");
            let key = self.choice()?;
            self.needs(":")?;
            entries.push((key, entry(at, is_optional, self.choice()?)));
            if !self.takes(",") {
                self.needs("}")?;
                break;
            }
        }
        Ok(entries)
    }

    fn fields(&mut self) -> Result<Vec<Expression>, String> {
        let mut values = Vec::new();
        while !self.takes("}") {
            let at = self.place();
            let is_optional = self.takes("?");
            match self.peek() {
                Word::Name(_) | Word::Quoted(_) => self.at += 1,
                _ => return self.unexpected(),
            }
            self.needs(":")?;
            values.push(entry(at, is_optional, self.choice()?));
            if !self.takes(",") {
                self.needs("}")?;
                break;
            }
        }
        Ok(values)
    }
}

/// Creates an entry of a list, map or object. An optional entry without a value is omitted.
fn entry(at: usize, is_optional: bool, value: Expression) -> Expression {
    if is_optional { Expression { at, kind: Kind::Optional(Box::new(value)) } } else { value }
}
