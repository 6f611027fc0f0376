//! How much an expression may cost at most, as an API server estimates it before it stores a rule.
//!
//! Where a size is not known here the estimate is lower than the server's, so that no rule is refused that the server
//! accepts.
//!
//! Source: `Cost`, cel-go checker/cost.go; `EstimateCallCost`, apiserver pkg/cel/library/cost.go

use std::collections::BTreeMap;

use super::ast::{Expression, Kind, Literal, Operator};

/// How large a value can be, by its schema.
#[derive(Debug, Clone, Default)]
pub(in crate::check) struct Shape {
    /// The most bytes, items or entries; none for values without a size.
    pub(in crate::check) most: Option<u64>,
    /// The fewest bytes that it takes as JSON.
    pub(in crate::check) least: u64,
    /// The items of a list or the values of a map.
    pub(in crate::check) items: Option<Box<Shape>>,
    pub(in crate::check) is_map: bool,
    pub(in crate::check) fields: BTreeMap<String, Shape>,
}

/// What traversing a text costs per byte, in tenths.
const TEXT_TENTHS: u64 = 1;

/// Estimates the most that an expression about `itself` costs; 0 if it cannot be parsed.
pub(in crate::check) fn most(text: &str, itself: &Shape) -> u64 {
    let Ok(expression) = super::parser::parse(text) else { return 0 };
    let names = ["self", "oldSelf"].map(|name| (name.to_owned(), Some(itself)));
    Costs { names: names.into() }.of(&expression).cost
}

/// The cost of an expression, and what its value is like.
#[derive(Clone, Copy, Default)]
struct Estimate<'s> {
    cost: u64,
    shape: Option<&'s Shape>,
    size: Option<u64>,
}

struct Costs<'s> {
    names: Vec<(String, Option<&'s Shape>)>,
}

impl<'s> Costs<'s> {
    fn of(&mut self, expression: &Expression) -> Estimate<'s> {
        match &expression.kind {
            Kind::Literal(literal) => Estimate { size: size_of(literal), ..Estimate::default() },
            Kind::Name(name) => {
                let known = self.names.iter().rev().find(|(known, _)| known == name);
                shaped(1, known.and_then(|(_, shape)| *shape))
            }
            Kind::Field(before, name) | Kind::OptionalField(before, name) => {
                let before = self.of(before);
                let is_selected = before.shape.is_some_and(|shape| shape.is_map || !shape.fields.is_empty());
                shaped(before.cost + u64::from(is_selected), before.shape.and_then(|shape| shape.field(name)))
            }
            Kind::Index(target, index) | Kind::OptionalIndex(target, index) => {
                let (target, index) = (self.of(target), self.of(index));
                shaped(sum([1, target.cost, index.cost]), target.shape.and_then(|shape| shape.items.as_deref()))
            }
            Kind::Call(target, name, arguments) => self.of_call(target.as_deref(), name, arguments),
            Kind::List(items) => plain(items.iter().fold(10, |cost, item| sum([cost, self.of(item).cost]))),
            Kind::Map(entries) => {
                plain(entries.iter().fold(30, |cost, (key, value)| sum([cost, self.of(key).cost, self.of(value).cost])))
            }
            Kind::Object(_, values) => plain(values.iter().fold(40, |cost, value| sum([cost, self.of(value).cost]))),
            Kind::Not(inner) | Kind::Minus(inner) => plain(sum([1, self.of(inner).cost])),
            Kind::Logic(_, conditions) => {
                plain(conditions.iter().fold(0, |cost, condition| sum([cost, self.of(condition).cost])))
            }
            Kind::Binary(operator, left, right) => self.of_binary(*operator, left, right),
            Kind::Choice(condition, yes, no) => {
                let (condition, yes, no) = (self.of(condition), self.of(yes), self.of(no));
                plain(sum([condition.cost, yes.cost.max(no.cost)]))
            }
        }
    }

    fn of_binary(&mut self, operator: Operator, left: &Expression, right: &Expression) -> Estimate<'s> {
        let (left, right) = (self.of(left), self.of(right));
        let own = match operator {
            Operator::In => right.size.unwrap_or(1),
            Operator::Equal | Operator::NotEqual => match (left.size, right.size) {
                (Some(left), Some(right)) => traversed(left.min(right)),
                _ => 0,
            },
            _ => 1,
        };
        plain(sum([left.cost, right.cost, own]))
    }

    fn of_call(&mut self, target: Option<&Expression>, name: &str, arguments: &[Expression]) -> Estimate<'s> {
        if let (Some(target), Some(cost)) = (target, Loop::of(name, arguments.len())) {
            return self.of_loop(target, &cost, arguments);
        }
        if let ("has", [Expression { kind: Kind::Field(before, _), .. }]) = (name, arguments) {
            return plain(self.of(before).cost);
        }
        let target = target.map(|target| self.of(target));
        let estimates: Vec<Estimate<'s>> = arguments.iter().map(|argument| self.of(argument)).collect();
        let first = estimates.first().and_then(|argument| argument.size);
        let own = match (name, target.and_then(|target| target.size), first) {
            ("startsWith" | "endsWith", _, Some(part)) => traversed(part),
            ("contains", Some(text), Some(part)) => traversed(text).saturating_mul(traversed(part)),
            ("matches" | "find" | "findAll", Some(text), Some(pattern)) => {
                traversed(text + 1).saturating_mul(pattern.div_ceil(4))
            }
            ("isSorted" | "sum" | "min" | "max", Some(items), _) => items,
            ("lowerAscii" | "upperAscii" | "trim" | "substring", Some(text), _) => traversed(text),
            ("split" | "replace", Some(text), _) => text.div_ceil(5),
            ("quantity" | "url" | "ip" | "isIP" | "cidr" | "isCIDR", None, Some(text)) => traversed(text),
            _ => 1,
        };
        let arguments = estimates.iter().fold(0, |cost, argument| sum([cost, argument.cost]));
        plain(sum([target.map_or(0, |target| target.cost), arguments, own]))
    }

    /// A macro, which costs its steps times the items that it goes over.
    fn of_loop(&mut self, target: &Expression, cost: &Loop, arguments: &[Expression]) -> Estimate<'s> {
        let range = self.of(target);
        let item = range.shape.filter(|shape| !shape.is_map).and_then(|shape| shape.items.as_deref());
        let Some((Expression { kind: Kind::Name(name), .. }, bodies)) = arguments.split_first() else {
            return plain(range.cost);
        };
        self.names.push((name.clone(), item));
        let step = bodies.iter().fold(cost.step, |cost, body| sum([cost, self.of(body).cost]));
        self.names.pop();
        let steps = range.size.unwrap_or(1).saturating_mul(step);
        let size = if cost.keeps_size { range.size } else { None };
        Estimate { cost: sum([range.cost, cost.around, steps]), shape: None, size }
    }
}

/// What a macro costs beside its body: in each step, and around them.
struct Loop {
    step: u64,
    around: u64,
    keeps_size: bool,
}

impl Loop {
    fn of(name: &str, arguments: usize) -> Option<Loop> {
        let (step, around, keeps_size) = match (name, arguments) {
            ("all", 2) => (3, 1, false),
            ("exists", 2) => (4, 1, false),
            ("exists_one" | "existsOne", 2) => (1, 2, false),
            ("filter" | "map", 2 | 3) => (12, 11, true),
            _ => return None,
        };
        Some(Loop { step, around, keeps_size })
    }
}

impl Shape {
    fn field(&self, name: &str) -> Option<&Shape> {
        self.fields.get(name).or(self.items.as_deref().filter(|_| self.is_map))
    }
}

fn plain<'s>(cost: u64) -> Estimate<'s> {
    Estimate { cost, ..Estimate::default() }
}

fn shaped(cost: u64, shape: Option<&Shape>) -> Estimate<'_> {
    Estimate { cost, shape, size: shape.and_then(|shape| shape.most) }
}

fn size_of(literal: &Literal) -> Option<u64> {
    match literal {
        Literal::String(text) => u64::try_from(text.chars().count()).ok(),
        Literal::Bytes(bytes) => u64::try_from(bytes.len()).ok(),
        _ => None,
    }
}

fn traversed(size: u64) -> u64 {
    size.saturating_mul(TEXT_TENTHS).div_ceil(10)
}

fn sum<const N: usize>(costs: [u64; N]) -> u64 {
    costs.into_iter().fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(most: u64, items: Shape) -> Shape {
        Shape { most: Some(most), items: Some(Box::new(items)), ..Shape::default() }
    }

    #[test]
    fn nested_macros_multiply() {
        let texts = list(1000, Shape { most: Some(40), ..Shape::default() });
        let itself = Shape { fields: [("l".to_owned(), texts)].into(), ..Shape::default() };
        let once = most("self.l.all(x, x == 'a')", &itself);
        let twice = most("self.l.all(x, self.l.all(y, x == y))", &itself);
        assert!((1000..10_000).contains(&once), "{once}");
        assert!((1_000_000..20_000_000).contains(&twice), "{twice}");
        assert_eq!(most("self.l.(", &itself), 0);
    }
}
