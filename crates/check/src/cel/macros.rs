//! Evaluates macros, which bind variables to each item of a list or entry of a map.
//!
//! Source: <https://github.com/google/cel-spec/blob/master/doc/langdef.md#macros>; cel-go ext/comprehensions.go

use std::collections::BTreeMap;

use super::ast::{Expression, Kind};
use super::builtins::lists::sorted_by;
use super::evaluate::{Computed, Evaluation, worse};
use super::value::{Stop, Value};

/// The names that a macro binds: that of the item, perhaps after that of its index or key.
struct Names<'e> {
    key: Option<&'e str>,
    item: &'e str,
}

impl<'e> Names<'e> {
    fn of(variables: &'e [Expression]) -> Option<Self> {
        let name = |variable: &'e Expression| match &variable.kind {
            Kind::Name(name) => Some(name.as_str()),
            _ => None,
        };
        match variables {
            [item] => Some(Names { key: None, item: name(item)? }),
            [key, item] => Some(Names { key: Some(name(key)?), item: name(item)? }),
            _ => None,
        }
    }
}

/// What the variables of a macro stand for in one step; a macro of one name goes over the keys of a map.
struct Step {
    key: Value,
    item: Value,
}

impl Evaluation {
    /// Evaluates a macro; returns `None` if the call is not a macro.
    pub(super) fn of_macro(
        &mut self,
        target: Option<&Expression>,
        name: &str,
        arguments: &[Expression],
    ) -> Option<Computed> {
        let Some(target) = target else {
            return match (name, arguments) {
                ("has", [argument]) => Some(self.has(argument)),
                _ => None,
            };
        };
        Some(match (name, arguments) {
            ("all" | "exists", [variables @ .., body]) if matches!(variables.len(), 1 | 2) => {
                self.quantified(target, variables, name == "exists", body)
            }
            ("exists_one" | "existsOne", [variables @ .., body]) if matches!(variables.len(), 1 | 2) => {
                self.exactly_one(target, variables, body)
            }
            ("filter", [variable, condition]) => self.filtered(target, variable, condition),
            ("map", [variable, body]) => self.mapped(target, std::slice::from_ref(variable), None, body),
            ("map", [variable, filter, body]) => {
                self.mapped(target, std::slice::from_ref(variable), Some(filter), body)
            }
            ("transformList" | "transformMap" | "transformMapEntry", [_, _, rest @ ..])
                if matches!(rest.len(), 1 | 2) =>
            {
                self.transformed(target, arguments.get(..2).unwrap_or_default(), rest, name)
            }
            ("sortBy", [variable, body]) => self.sorted(target, variable, body),
            ("optMap" | "optFlatMap", [variable, body]) => self.of_optional(target, variable, name, body),
            _ => return None,
        })
    }

    /// Returns the steps of a macro over a target, each counted against the bound.
    fn steps(&mut self, target: &Expression, has_keys: bool) -> Result<Vec<Step>, Stop> {
        let index = |index: usize| Value::Int(i64::try_from(index).unwrap_or(i64::MAX));
        let steps: Vec<Step> = match self.of(target)? {
            Value::List(items) => {
                items.into_iter().enumerate().map(|(at, item)| Step { key: index(at), item }).collect()
            }
            Value::Map(map) if has_keys => {
                map.into_iter().map(|(key, item)| Step { key: Value::String(key), item }).collect()
            }
            Value::Map(map) => map.into_keys().map(|key| Step { key: Value::Null, item: Value::String(key) }).collect(),
            _ => return Err(Stop::Unsupported),
        };
        self.steps = self.steps.checked_sub(steps.len()).ok_or(Stop::Unsupported)?;
        Ok(steps)
    }

    fn in_step(&mut self, names: &Names<'_>, step: &Step, body: &Expression) -> Computed {
        let Some(key) = names.key else { return self.bound(names.item, step.item.clone(), body) };
        self.variables.push((key.to_owned(), step.key.clone()));
        let result = self.bound(names.item, step.item.clone(), body);
        self.variables.pop();
        result
    }

    fn holds(&mut self, names: &Names<'_>, step: &Step, condition: &Expression) -> Result<bool, Stop> {
        match self.in_step(names, step, condition)? {
            Value::Bool(value) => Ok(value),
            _ => Err(Stop::Unsupported),
        }
    }

    /// `all` and `exists`: one step decides, whatever errors the others have.
    fn quantified(
        &mut self,
        target: &Expression,
        variables: &[Expression],
        decides: bool,
        condition: &Expression,
    ) -> Computed {
        let names = Names::of(variables).ok_or(Stop::Unsupported)?;
        let mut stop = None;
        for step in self.steps(target, names.key.is_some())? {
            match self.holds(&names, &step, condition) {
                Ok(value) if value == decides => return Ok(Value::Bool(decides)),
                Ok(_) => {}
                Err(found) => stop = Some(worse(stop, found)),
            }
        }
        stop.map_or(Ok(Value::Bool(!decides)), Err)
    }

    fn exactly_one(&mut self, target: &Expression, variables: &[Expression], condition: &Expression) -> Computed {
        let names = Names::of(variables).ok_or(Stop::Unsupported)?;
        let mut count = 0;
        for step in self.steps(target, names.key.is_some())? {
            count += usize::from(self.holds(&names, &step, condition)?);
        }
        Ok(Value::Bool(count == 1))
    }

    fn filtered(&mut self, target: &Expression, variable: &Expression, condition: &Expression) -> Computed {
        let names = Names::of(std::slice::from_ref(variable)).ok_or(Stop::Unsupported)?;
        let mut kept = Vec::new();
        for step in self.steps(target, false)? {
            if self.holds(&names, &step, condition)? {
                kept.push(step.item);
            }
        }
        Ok(Value::List(kept))
    }

    fn mapped(
        &mut self,
        target: &Expression,
        variables: &[Expression],
        filter: Option<&Expression>,
        body: &Expression,
    ) -> Computed {
        let results = self.results(target, variables, filter, body)?;
        Ok(Value::List(results.into_iter().map(|(_, result)| result).collect()))
    }

    /// Returns the results of all steps that a filter lets through, each after its index or key.
    fn results(
        &mut self,
        target: &Expression,
        variables: &[Expression],
        filter: Option<&Expression>,
        body: &Expression,
    ) -> Result<Vec<(Value, Value)>, Stop> {
        let names = Names::of(variables).ok_or(Stop::Unsupported)?;
        let mut results = Vec::new();
        for step in self.steps(target, names.key.is_some())? {
            let is_kept = match filter {
                Some(filter) => self.holds(&names, &step, filter)?,
                None => true,
            };
            if is_kept {
                let result = self.in_step(&names, &step, body)?;
                results.push((step.key, result));
            }
        }
        Ok(results)
    }

    /// `transformList`, `transformMap` and `transformMapEntry`; `rest` is the body, perhaps after a filter.
    fn transformed(
        &mut self,
        target: &Expression,
        variables: &[Expression],
        rest: &[Expression],
        name: &str,
    ) -> Computed {
        let Some((body, filter)) = rest.split_last() else { return Err(Stop::Unsupported) };
        if name == "transformList" {
            return self.mapped(target, variables, filter.first(), body);
        }
        let mut map = BTreeMap::new();
        for (key, result) in self.results(target, variables, filter.first(), body)? {
            let entries = match (name, key, result) {
                ("transformMap", Value::String(key), result) => BTreeMap::from([(key, result)]),
                ("transformMapEntry", _, Value::Map(entries)) => entries,
                // A map from numbers.
                _ => return Err(Stop::Unsupported),
            };
            for (key, value) in entries {
                if map.contains_key(&key) {
                    return Stop::error(format!("insert failed: key {key} already exists"));
                }
                map.insert(key, value);
            }
        }
        Ok(Value::Map(map))
    }

    fn sorted(&mut self, target: &Expression, variable: &Expression, body: &Expression) -> Computed {
        let names = Names::of(std::slice::from_ref(variable)).ok_or(Stop::Unsupported)?;
        let (mut items, mut keys) = (Vec::new(), Vec::new());
        for step in self.steps(target, false)? {
            keys.push(self.in_step(&names, &step, body)?);
            items.push(step.item);
        }
        sorted_by(items, &keys)
    }
}
