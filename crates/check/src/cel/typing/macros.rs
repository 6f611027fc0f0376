//! Type checks of macros and the variables that they define.

use super::super::ast::{Expression, Kind};
use super::super::lexer::error;
use super::super::types::Type;
use super::Scope;

impl Scope<'_> {
    /// Determines the type of a macro, whose arguments are variable names and expressions that use them.
    pub(super) fn of_macro(
        &mut self,
        at: usize,
        target: Option<&Expression>,
        name: &str,
        arguments: &[Expression],
    ) -> Result<Option<Type>, String> {
        let Some(target) = target else {
            return match (name, arguments) {
                ("has", [argument]) => match &argument.kind {
                    Kind::Field(..) => self.of(argument).map(|_| Some(Type::Bool)),
                    _ => Err(error(at, "`has` needs a field, as in `has(self.name)`")),
                },
                _ => Ok(None),
            };
        };
        if let (Some("cel"), "bind", [variable, value, body]) = (target.dotted().as_deref(), name, arguments)
            && self.environment.can_bind()
        {
            return self.bound(variable, value, body).map(Some);
        }
        let keeps_items = match (name, arguments.len()) {
            ("all" | "exists" | "exists_one" | "existsOne", 2 | 3) => false,
            ("filter" | "sortBy", 2) => true,
            ("map", 2 | 3) | ("optMap" | "optFlatMap", 2) => false,
            ("transformList" | "transformMap" | "transformMapEntry", 3 | 4) => false,
            _ => return Ok(None),
        };
        let whole = self.of(target)?;
        let is_quantified = matches!(name, "all" | "exists" | "exists_one" | "existsOne");
        let result = match keeps_items {
            true => whole.clone(),
            false if is_quantified => Type::Bool,
            false => Type::Unknown,
        };
        let has_two = matches!((name, arguments.len()), ("all" | "exists" | "exists_one" | "existsOne", 3))
            || name.starts_with("transform");
        let (names, bodies) = arguments.split_at(if has_two { 2 } else { 1 });
        let kinds = match name {
            "optMap" | "optFlatMap" => match &whole {
                Type::Optional(of) => vec![(**of).clone()],
                kind if kind.is_open() => vec![kind.clone()],
                kind => return Err(error(at, format_args!("`{kind}` has no function `{name}`"))),
            },
            _ => items(at, name, &whole, has_two)?,
        };
        let depth = self.local.len();
        for (argument, kind) in names.iter().zip(kinds) {
            let Kind::Name(name) = &argument.kind else { return Err(error(argument.at, "expected a variable name")) };
            if self.local.iter().skip(depth).any(|(other, _)| other == name) {
                return Err(error(argument.at, format_args!("duplicate variable `{name}`")));
            }
            self.local.push((name.clone(), kind));
        }
        let found = self.bodies(name, bodies, result);
        self.local.truncate(depth);
        found.map(Some)
    }

    /// `cel.bind(name, value, body)`.
    fn bound(&mut self, variable: &Expression, value: &Expression, body: &Expression) -> Result<Type, String> {
        let kind = self.of(value)?;
        let Kind::Name(name) = &variable.kind else { return Err(error(variable.at, "expected a variable name")) };
        self.local.push((name.clone(), kind));
        let found = self.of(body);
        self.local.pop();
        found
    }

    fn bodies(&mut self, name: &str, bodies: &[Expression], result: Type) -> Result<Type, String> {
        let is_condition = |index: usize| match name {
            "all" | "exists" | "exists_one" | "existsOne" | "filter" => true,
            // One of two is a filter.
            _ => bodies.len() == 2 && index == 0,
        };
        let mut last = Type::Unknown;
        for (index, body) in bodies.iter().enumerate() {
            last = if is_condition(index) { self.needs(body, Type::Bool, name)? } else { self.of(body)? };
        }
        Ok(match name {
            "map" | "transformList" => Type::list(last),
            "optMap" => Type::optional(last),
            "optFlatMap" => last,
            _ => result,
        })
    }
}

/// Returns the types that the variables of a macro have: the items of a list, or the keys of a map. A macro with two variables
/// has the index or key first.
fn items(at: usize, name: &str, whole: &Type, has_two: bool) -> Result<Vec<Type>, String> {
    Ok(match whole {
        Type::List(of) if has_two => vec![Type::Int, (**of).clone()],
        Type::List(of) => vec![(**of).clone()],
        Type::Map(of) => vec![Type::String, (**of).clone()],
        Type::Unknown => vec![Type::Unknown, Type::Unknown],
        Type::Dyn => vec![Type::Dyn, Type::Dyn],
        kind => return Err(error(at, format_args!("`{name}` needs a list or map, found `{kind}`"))),
    })
}
