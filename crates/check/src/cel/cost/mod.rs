//! Estimates the maximum cost of an expression, as an API server does before it stores a rule.
//!
//! The estimate follows cel-go's step by step, also where that is rough: a size that is not known is the largest number.
//! Where a type is not known here the estimate is lower than the server's, so that no rule is refused that the server
//! accepts.
//!
//! Source: `Cost`, cel-go checker/cost.go; `EstimateCallCost`, apiserver pkg/cel/library/cost.go

mod calls;
mod macros;
mod shape;
mod size;
#[cfg(test)]
mod tests;

use super::ast::{Expression, Kind, Literal, Operator};
use super::environment::Environment;
use super::types::Type;
use super::typing;
pub(crate) use shape::{Shape, ShapeKind};
use size::{Entry, Size, sum};

/// The longest expression that is estimated, in bytes, and the deepest: bounds on time and stack, not ones of the server.
const LONGEST: usize = 20_000;
const DEEPEST: usize = 120;

/// Estimates the most that an expression about `itself` costs; 0 if it cannot be parsed or is too long.
pub(crate) fn most(text: &str, environment: &Environment, itself: &Shape) -> u64 {
    if text.len() > LONGEST {
        return 0;
    }
    let Ok(expression) = super::parser::parse(text) else { return 0 };
    if expression.levels(DEEPEST + 1) > DEEPEST {
        return 0;
    }
    let estimate = || Costs { environment, root: itself, locals: Vec::new() }.of(&expression).cost;
    super::with_stack(&expression, estimate)
}

/// The cost of an expression, and how large its value can be.
#[derive(Clone, Default)]
struct Estimate {
    cost: u64,
    /// Where in the value that the rule is about it is from: a variable, then fields, `@items`, `@keys` and `@values`.
    path: Vec<String>,
    size: Option<Size>,
    entry: Option<Entry>,
}

/// A name that a macro defines.
struct Local {
    name: String,
    kind: Type,
    path: Vec<String>,
    size: Option<Size>,
    entry: Option<Entry>,
}

struct Costs<'s> {
    environment: &'s Environment,
    root: &'s Shape,
    locals: Vec<Local>,
}

impl Costs<'_> {
    fn of(&mut self, expression: &Expression) -> Estimate {
        let mut found = self.unsized_of(expression);
        if found.size.is_none() {
            found.size = self.size_of(expression, &found.path);
        }
        found
    }

    fn unsized_of(&mut self, expression: &Expression) -> Estimate {
        match &expression.kind {
            Kind::Literal(literal) => sized(0, size_of_literal(literal)),
            Kind::Name(name) => self.of_name(name),
            Kind::Field(before, name) => {
                let mut found = self.of(before);
                let is_selected = matches!(self.type_of(before), Type::Map(_) | Type::Object(_));
                found.path.push(name.clone());
                let cost = sum([found.cost, u64::from(is_selected)]);
                Estimate { cost, path: found.path, ..Estimate::default() }
            }
            Kind::OptionalField(before, _) => plain(sum([1, self.of(before).cost])),
            Kind::Index(target, index) => self.of_index(target, index),
            Kind::OptionalIndex(target, index) => plain(sum([1, self.of(target).cost, self.of(index).cost])),
            Kind::Call(target, name, arguments) => self.of_call(target.as_deref(), name, arguments),
            Kind::List(items) => self.of_list(items),
            Kind::Map(entries) => self.of_map(entries),
            Kind::Optional(inner) => self.of(inner),
            Kind::Object(_, values) => plain(values.iter().fold(40, |cost, value| sum([cost, self.of(value).cost]))),
            // `-1` is a literal.
            Kind::Minus(inner) if matches!(inner.kind, Kind::Literal(_)) => sized(0, Size::fixed(1)),
            Kind::Not(inner) | Kind::Minus(inner) => plain(sum([1, self.of(inner).cost])),
            Kind::Logic(_, conditions) => {
                plain(conditions.iter().fold(0, |cost, condition| sum([cost, self.of(condition).cost])))
            }
            Kind::Binary(operator, left, right) => self.of_binary(*operator, left, right),
            Kind::Choice(condition, yes, no) => {
                let (condition, yes, no) = (self.of(condition), self.of(yes), self.of(no));
                choice(condition.cost, &yes, &no)
            }
        }
    }

    /// Returns the size of a value from its location and type, if its expression does not determine it.
    ///
    /// Source: `computeSize`, cel-go checker/cost.go; `EstimateSize`, apiextensions-apiserver
    /// pkg/apiserver/schema/cel/compilation.go
    fn size_of(&self, expression: &Expression, path: &[String]) -> Option<Size> {
        if let Some(size) = self.root.size_at(path) {
            return Some(size);
        }
        if is_scalar(&self.type_of(expression)) {
            return Some(Size::fixed(1));
        }
        let Kind::Name(name) = &expression.kind else { return None };
        self.local(name).and_then(|local| local.size)
    }

    fn type_of(&self, expression: &Expression) -> Type {
        let locals = self.locals.iter().map(|local| (local.name.clone(), local.kind.clone()));
        typing::type_within(expression, self.environment, locals.collect()).unwrap_or(Type::Unknown)
    }

    fn local(&self, name: &str) -> Option<&Local> {
        self.locals.iter().rev().find(|local| local.name == name)
    }

    fn of_name(&self, name: &str) -> Estimate {
        let (path, entry) = match self.local(name) {
            Some(local) => (local.path.clone(), local.entry),
            None => (vec![name.to_owned()], None),
        };
        Estimate { cost: 1, path, size: None, entry }
    }

    fn of_index(&mut self, target: &Expression, index: &Expression) -> Estimate {
        let (found, index) = (self.of(target), self.of(index));
        let cost = sum([1, found.cost, index.cost]);
        let mut path = found.path;
        match self.type_of(target) {
            Type::List(_) => path.push("@items".to_owned()),
            Type::Map(_) => path.push("@values".to_owned()),
            _ => return Estimate { cost, ..Estimate::default() },
        }
        Estimate { cost, path, size: found.entry.map(|entry| entry.value), entry: None }
    }

    fn of_list(&mut self, items: &[Expression]) -> Estimate {
        let mut cost = 10;
        let mut value: Option<Size> = None;
        for item in items {
            let item = self.of(item);
            cost = sum([cost, item.cost]);
            value = Some(item.size_or_unknown().union(value));
        }
        let entry = Entry { is_list: true, key: Size::fixed(1), value: value.unwrap_or(Size::fixed(0)) };
        Estimate { entry: Some(entry), ..sized(cost, Size::fixed(size::count(items.len()))) }
    }

    fn of_map(&mut self, entries: &[(Expression, Expression)]) -> Estimate {
        let mut cost = 30;
        let (mut keys, mut values): (Option<Size>, Option<Size>) = (None, None);
        for (key, value) in entries {
            let (key, value) = (self.of(key), self.of(value));
            cost = sum([cost, key.cost, value.cost]);
            keys = Some(key.size_or_unknown().union(keys));
            values = Some(value.size_or_unknown().union(values));
        }
        let none = Size::fixed(0);
        let entry = Entry { is_list: false, key: keys.unwrap_or(none), value: values.unwrap_or(none) };
        Estimate { entry: Some(entry), ..sized(cost, Size::fixed(size::count(entries.len()))) }
    }

    fn of_binary(&mut self, operator: Operator, left: &Expression, right: &Expression) -> Estimate {
        let kinds = (self.type_of(left), self.type_of(right));
        let (left, right) = (self.of(left), self.of(right));
        let arguments = sum([left.cost, right.cost]);
        let (a, b) = (left.size_or_unknown(), right.size_or_unknown());
        let smaller = Size { least: 0, most: a.most.min(b.most) }.traversed(1);
        let is_text = |kind: &Type| matches!(kind, Type::String | Type::Bytes);
        let own = match operator {
            Operator::In if matches!(kinds.1, Type::List(_)) => b.most,
            Operator::Equal if calls::is_compared_at_once(&kinds.0, &kinds.1) => 1,
            Operator::Equal | Operator::NotEqual => smaller,
            Operator::Less | Operator::LessEqual | Operator::Greater | Operator::GreaterEqual
                if is_text(&kinds.0) || is_text(&kinds.1) =>
            {
                smaller
            }
            Operator::Add if is_text(&kinds.0) || is_text(&kinds.1) => {
                let size = a.plus(b);
                return sized(sum([arguments, size.traversed(1)]), size);
            }
            Operator::Add if matches!((&kinds.0, &kinds.1), (Type::List(_), Type::List(_))) => {
                let entry = Entry::union(left.entry, right.entry);
                return Estimate { entry, ..sized(sum([arguments, 1]), a.plus(b)) };
            }
            _ => 1,
        };
        plain(sum([arguments, own]))
    }
}

impl Estimate {
    fn size_or_unknown(&self) -> Size {
        self.size.unwrap_or(Size::UNKNOWN)
    }
}

fn choice(condition: u64, yes: &Estimate, no: &Estimate) -> Estimate {
    let size = yes.size_or_unknown().union(Some(no.size_or_unknown()));
    let entry = Entry::union(yes.entry, no.entry);
    Estimate { entry, ..sized(sum([condition, yes.cost.max(no.cost)]), size) }
}

fn plain(cost: u64) -> Estimate {
    Estimate { cost, ..Estimate::default() }
}

fn sized(cost: u64, size: Size) -> Estimate {
    Estimate { cost, size: Some(size), ..Estimate::default() }
}

fn size_of_literal(literal: &Literal) -> Size {
    Size::fixed(match literal {
        Literal::String(text) => size::count(text.chars().count()),
        Literal::Bytes(bytes) => size::count(bytes.len()),
        _ => 1,
    })
}

/// Returns whether all values of a type have one size; if nothing is known about it, they are assumed to.
fn is_scalar(kind: &Type) -> bool {
    match kind {
        Type::Bool | Type::Double | Type::Duration | Type::Int | Type::Timestamp | Type::Uint | Type::Unknown => true,
        Type::Optional(of) => is_scalar(of),
        _ => false,
    }
}
