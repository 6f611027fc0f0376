//! The costs of functions.
//!
//! Source: `EstimateCallCost`, apiserver pkg/cel/library/cost.go; `functionCost`, cel-go checker/cost.go; cost estimates of
//! ext/lists.go and ext/sets.go

use super::super::ast::{Expression, Kind, Literal};
use super::super::types::Type;
use super::size::{Size, scaled, sum};
use super::{Costs, Estimate, plain};

/// What a regular expression costs per character.
const PATTERN: f64 = 0.25;

/// The longest regular expression of a named format, and what it costs per character.
const FORMAT: f64 = 128.0 * PATTERN;

/// A call: the type of its target, and how large the target and the arguments can be.
struct Call<'c> {
    name: &'c str,
    target: Option<(Type, Estimate)>,
    arguments: &'c [Expression],
    kinds: Vec<Type>,
    sizes: Vec<Size>,
}

impl Costs<'_> {
    pub(super) fn of_call(&mut self, target: Option<&Expression>, name: &str, arguments: &[Expression]) -> Estimate {
        if let Some(target) = target
            && let Some(found) = self.of_macro(target, name, arguments)
        {
            return found;
        }
        match (target, name, arguments) {
            // Presence costs nothing beside what it is tested on.
            (None, "has", [Expression { kind: Kind::Field(before, _), .. }]) => return plain(self.of(before).cost),
            (None, "dyn", [argument]) => {
                let inner = self.of(argument);
                return Estimate { cost: sum([1, inner.cost]), size: inner.size, entry: inner.entry, path: Vec::new() };
            }
            _ => {}
        }
        let namespace = target.and_then(Expression::dotted).filter(|dotted| {
            let first = dotted.split('.').next().unwrap_or_default();
            let is_variable = self.local(first).is_some() || self.environment.find(first).is_some();
            !is_variable && super::super::functions::is_namespace(dotted)
        });
        let full = namespace.as_ref().map(|namespace| format!("{namespace}.{name}"));
        let target = target.filter(|_| full.is_none()).map(|target| (self.type_of(target), self.of(target)));
        let estimates: Vec<Estimate> = arguments.iter().map(|argument| self.of(argument)).collect();
        let cost = estimates
            .iter()
            .fold(target.as_ref().map_or(0, |(_, target)| target.cost), |cost, argument| sum([cost, argument.cost]));
        let call = Call {
            name: full.as_deref().unwrap_or(name),
            target,
            arguments,
            kinds: arguments.iter().map(|argument| self.type_of(argument)).collect(),
            sizes: estimates.iter().map(Estimate::size_or_unknown).collect(),
        };
        let (own, size) = match &call.target {
            Some((kind, target)) => {
                let item = self.item_of(kind, target);
                of_member(&call, kind, target.size_or_unknown(), item)
            }
            None => of_function(&call),
        };
        Estimate { size, ..plain(sum([cost, own])) }
    }

    /// Returns the size of the items of a list, and whether they are texts.
    fn item_of(&self, kind: &Type, target: &Estimate) -> Option<(Size, bool)> {
        let Type::List(of) = kind else { return None };
        let size = if target.path.is_empty() {
            Size::UNKNOWN
        } else {
            let mut path = target.path.clone();
            path.push("@items".to_owned());
            self.root.size_at(&path).unwrap_or(Size::UNKNOWN)
        };
        Some((size, matches!(**of, Type::String | Type::Bytes)))
    }
}

fn of_function(call: &Call<'_>) -> (u64, Option<Size>) {
    let Some(size) = call.sizes.first().copied() else { return (1, None) };
    let is = |kind: &Type| call.kinds.first() == Some(kind);
    match (call.name, call.sizes.as_slice()) {
        ("url" | "jsonpatch.escapeKey", [_]) => (size.traversed(1), Some(size)),
        ("cidr" | "isIP" | "isCIDR" | "ip" | "quantity" | "isQuantity" | "semver" | "isSemver", _) => {
            (size.traversed(1), None)
        }
        ("ip.isCanonical", _) => (size.traversed(2), None),
        ("bytes", [_]) if is(&Type::String) => {
            (size.traversed(1), Some(Size { most: size.most.saturating_mul(4), ..size }))
        }
        ("string", [_]) if is(&Type::Bytes) => (size.traversed(1), Some(Size { least: size.least / 4, ..size })),
        ("strings.quote", [_]) => {
            (size.traversed(1), Some(Size { most: size.most.saturating_mul(2).saturating_add(2), ..size }))
        }
        ("sets.contains" | "sets.intersects", [_, other]) => (sum([size.times(*other).most, 1]), None),
        ("sets.equivalent", [_, other]) => (sum([scaled(size.times(*other).most, 2.0), 1]), None),
        ("lists.range", [_]) => list_of(1.0, Size::fixed(integer(call, 0).unwrap_or(u64::MAX))),
        _ => (1, None),
    }
}

fn of_member(call: &Call<'_>, kind: &Type, target: Size, item: Option<(Size, bool)>) -> (u64, Option<Size>) {
    let first = call.sizes.first().copied();
    match (call.name, first) {
        ("check", _) => (350_000, None),
        ("isSorted" | "sum" | "max" | "min" | "indexOf" | "lastIndexOf", _) => {
            let own = match item {
                Some((item, true)) => target.most.saturating_mul(sum([1, item.traversed(1)])),
                Some((_, false)) => target.most,
                None => target.traversed(1),
            };
            (own, None)
        }
        ("lowerAscii" | "upperAscii" | "substring" | "trim", _) => (target.traversed(1), Some(target)),
        ("replace", Some(from)) if call.sizes.len() >= 2 => (target.traversed(2), Some(replaced(target, from, call))),
        ("split", _) => {
            let most = if call.sizes.len() > 1 { limit(call) } else { None };
            (target.traversed(2), Some(Size { least: 0, most: most.unwrap_or(target.most) }))
        }
        ("join", _) => {
            let items = item.map_or(Size::fixed(0), |(item, _)| target.times(item));
            let between = Size { least: target.least.saturating_sub(1), most: target.most.saturating_sub(1) };
            let size = items.plus(first.map_or(Size::fixed(0), |first| first.times(between)));
            (size.traversed(1), Some(size))
        }
        ("find" | "findAll", Some(pattern)) => {
            let own = target.plus(Size::fixed(1)).traversed(1).saturating_mul(scaled(pattern.most, PATTERN));
            (own, Some(Size { least: 0, most: target.most }))
        }
        ("matches", Some(pattern)) => {
            (target.plus(Size::fixed(1)).traversed(1).saturating_mul(scaled(pattern.most, PATTERN)), None)
        }
        ("contains", Some(part)) => (target.traversed(1).saturating_mul(part.traversed(1)), None),
        ("startsWith" | "endsWith", Some(part)) => (part.traversed(1), None),
        ("format", _) => (target.traversed(1), None),
        ("containsIP", Some(of)) => (sum([4, text_traversed(call, of)]), None),
        ("containsCIDR", Some(of)) => (sum([7, text_traversed(call, of)]), None),
        ("validate", Some(of)) => (scaled(of.traversed(1), FORMAT), None),
        ("slice", Some(_)) if call.sizes.len() == 2 => {
            let (from, to) = (integer(call, 0).unwrap_or(0), integer(call, 1).unwrap_or(target.most));
            list_of(1.0, Size::fixed(to.saturating_sub(from)))
        }
        ("reverse", None) if matches!(kind, Type::List(_)) => list_of(1.0, target),
        ("flatten", None) => list_of(1.0, target),
        ("flatten", Some(_)) => list_of(integer(call, 0).unwrap_or(u64::MAX) as f64, target),
        ("distinct", None) => list_of(2.0, target.times(target)),
        ("sort", None) => list_of(if matches!(item, Some((_, true))) { 2.1 } else { 2.0 }, target.times(target)),
        _ => (1, None),
    }
}

/// Returns the cost of parsing an argument that is a text.
fn text_traversed(call: &Call<'_>, size: Size) -> u64 {
    if call.kinds.first() == Some(&Type::String) { size.traversed(1) } else { 0 }
}

/// Returns the cost of creating a list of a size, and that size.
fn list_of(factor: f64, size: Size) -> (u64, Option<Size>) {
    (sum([scaled(size.most, factor), 1, 10]), Some(size))
}

/// Returns an argument that is a literal integer. A negative one counts as 0.
fn integer(call: &Call<'_>, index: usize) -> Option<u64> {
    match &call.arguments.get(index)?.kind {
        Kind::Literal(Literal::Int(number)) => Some(u64::try_from(*number).unwrap_or(0)),
        Kind::Minus(inner) if matches!(inner.kind, Kind::Literal(Literal::Int(_))) => Some(0),
        _ => None,
    }
}

/// Returns the limit of `split`, of which a negative one is no limit.
fn limit(call: &Call<'_>) -> Option<u64> {
    match &call.arguments.get(1)?.kind {
        Kind::Literal(Literal::Int(number)) => Some(u64::try_from(*number).unwrap_or(u64::MAX)),
        Kind::Minus(inner) if matches!(inner.kind, Kind::Literal(Literal::Int(_))) => Some(u64::MAX),
        _ => None,
    }
}

/// Returns the size of a text in which parts are replaced.
fn replaced(target: Size, from: Size, call: &Call<'_>) -> Size {
    let to = call.sizes.get(1).copied().unwrap_or(Size::UNKNOWN);
    let (most_times, most_kept) = if from.least == 0 {
        (target.most.saturating_add(1), target.most)
    } else if to.most <= from.least {
        (0, target.most)
    } else {
        (target.most.div_ceil(from.least), 0)
    };
    let (least_times, least_kept) = if from.most == 0 {
        (target.least.saturating_add(1), target.least)
    } else if from.most <= to.least {
        (0, target.least)
    } else {
        (target.least.div_ceil(from.most), 0)
    };
    Size { least: least_times, most: most_times }.times(to).plus(Size { least: least_kept, most: most_kept })
}

/// Returns whether two values are compared at once, whatever their size.
pub(super) fn is_compared_at_once(one: &Type, other: &Type) -> bool {
    match (one, other) {
        (Type::Named(one), Type::Named(other)) => one == other && !["format", "url"].contains(one),
        _ => false,
    }
}
