//! The costs of macros: their steps times the maximum number of items.
//!
//! Source: `costComprehension`, cel-go checker/cost.go; parser/macro.go; ext/comprehensions.go; `optMap`, cel/library.go

use super::super::ast::{Expression, Kind};
use super::super::types::Type;
use super::size::{Entry, Size, sum};
use super::{Costs, Estimate, Local, plain, sized};

/// What the result of a macro is collected in.
enum Collected {
    /// True, false or a count.
    Plain,
    /// A list of the results, or of the items themselves.
    Results,
    Items,
    Map,
}

impl Costs<'_> {
    /// Returns the cost of a macro; `None` if the call is not a macro.
    pub(super) fn of_macro(&mut self, target: &Expression, name: &str, arguments: &[Expression]) -> Option<Estimate> {
        use Collected::{Items, Map, Plain, Results};
        // What a step costs beside its bodies, what is around the steps, and how many names there are.
        let (step, around, names, collected) = match (name, arguments.len()) {
            ("all", count @ (2 | 3)) => (3, 1, count - 1, Plain),
            ("exists", count @ (2 | 3)) => (4, 1, count - 1, Plain),
            ("exists_one" | "existsOne", count @ (2 | 3)) => (2, 2, count - 1, Plain),
            ("filter", 2) => (13, 11, 1, Items),
            ("map", 2 | 3) => (12, 11, 1, Results),
            ("transformList", 3 | 4) => (12, 11, 2, Results),
            ("transformMap", 3 | 4) => (3, 31, 2, Map),
            ("transformMapEntry", 3 | 4) => (2, 31, 2, Map),
            ("optMap" | "optFlatMap", 2) => return Some(self.of_optional_macro(target, name, arguments)),
            ("sortBy", 2) => return Some(self.of_sort_by(target, arguments)),
            _ => return None,
        };
        let range = self.of(target);
        let (variables, bodies) = arguments.split_at(names);
        let depth = self.locals.len();
        self.enter(target, &range, variables);
        let item = variables.last().map(|variable| self.of(variable).size_or_unknown());
        let found: Vec<Estimate> = bodies.iter().map(|body| self.of(body)).collect();
        self.locals.truncate(depth);
        let step = found.iter().fold(step, |cost, body| sum([cost, body.cost]));
        let steps = range.size_or_unknown().most.saturating_mul(step);
        let cost = sum([range.cost, around, steps]);
        let of_result = found.last().map(Estimate::size_or_unknown);
        let entry =
            |value: Option<Size>| Entry { is_list: true, key: Size::fixed(1), value: Size::fixed(0).union(value) };
        Some(match collected {
            Plain => sized(cost, Size::fixed(1)),
            Results => Estimate { entry: Some(entry(of_result)), ..sized(cost, range.size_or_unknown()) },
            Items => Estimate { entry: Some(entry(item)), ..sized(cost, range.size_or_unknown()) },
            Map => sized(cost, range.size_or_unknown()),
        })
    }

    /// Defines the names of a macro, which stand for items, or for keys and values.
    fn enter(&mut self, target: &Expression, range: &Estimate, variables: &[Expression]) {
        let kind = self.type_of(target);
        let is_list = range.entry.map_or(matches!(kind, Type::List(_)), |entry| entry.is_list);
        let of_value = match &kind {
            Type::List(of) | Type::Map(of) => (**of).clone(),
            _ => kind.clone(),
        };
        let of_key = match &kind {
            Type::List(_) => Type::Int,
            Type::Map(_) => Type::String,
            _ => kind.clone(),
        };
        let (key, value) = (range.entry.map(|entry| entry.key), range.entry.map(|entry| entry.value));
        let keys = (if is_list { "@indices" } else { "@keys" }, of_key, key);
        let values = (if is_list { "@items" } else { "@values" }, of_value, value);
        let steps = match (variables.len(), is_list) {
            (1, true) => vec![values],
            (1, false) => vec![keys],
            _ => vec![keys, values],
        };
        for (variable, (step, kind, size)) in variables.iter().zip(steps) {
            let Kind::Name(name) = &variable.kind else { continue };
            let mut path = range.path.clone();
            path.push(step.to_owned());
            self.locals.push(Local { name: name.clone(), kind, path, size, entry: None });
        }
    }

    /// `optMap` and `optFlatMap`, which compute their target twice: whether it has a value, and that value.
    fn of_optional_macro(&mut self, target: &Expression, name: &str, arguments: &[Expression]) -> Estimate {
        let [Expression { kind: Kind::Name(variable), .. }, body] = arguments else { return plain(0) };
        let kind = match self.type_of(target) {
            Type::Optional(of) => (*of).clone(),
            kind => kind,
        };
        let target = sum([1, self.of(target).cost]);
        let size = super::is_scalar(&kind).then_some(Size::fixed(1));
        self.locals.push(Local { name: variable.clone(), kind, path: Vec::new(), size, entry: None });
        let body = self.of(body);
        self.locals.pop();
        let wrapped = u64::from(name == "optMap");
        plain(sum([target, 10, target, body.cost, wrapped]))
    }

    /// `sortBy`, which computes the keys by `map` and compares each with each.
    fn of_sort_by(&mut self, target: &Expression, arguments: &[Expression]) -> Estimate {
        let name = "@__sortBy_input__".to_owned();
        let range = self.of(target);
        let kind = self.type_of(target);
        let input = Expression { at: target.at, kind: Kind::Name(name.clone()) };
        self.locals.push(Local { name, kind, path: range.path, size: range.size, entry: range.entry });
        let keys = self.of_macro(&input, "map", arguments).unwrap_or_default();
        self.locals.pop();
        let size = keys.size_or_unknown();
        let compared = super::size::scaled(size.times(size).most, 2.0);
        sized(sum([10, range.cost, 1, keys.cost, 11, compared]), size)
    }
}
