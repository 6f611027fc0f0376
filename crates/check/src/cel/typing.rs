//! Type checks of expressions.

mod macros;

use super::ast::{Expression, Kind, Literal, Operator};
use super::builtins::interpolation;
use super::environment::{Environment, TYPES};
use super::functions::{self, Overload, Pattern};
use super::lexer::error;
use super::literals::literals;
use super::operators;
use super::types::Type;
use mkmanifests_yaml::diagnostic::{did_you_mean, nearest};

/// Names that a macro defines, over those of the environment.
struct Scope<'e> {
    environment: &'e Environment,
    local: Vec<(String, Type)>,
    /// How many calls of `format` surround the expression: their lists may mix types.
    formats: usize,
}

/// Returns the type of an expression.
pub(super) fn type_of(expression: &Expression, environment: &Environment) -> Result<Type, String> {
    Scope { environment, local: Vec::new(), formats: 0 }.of(expression)
}

/// Returns the type of a part of an expression, within macros that define these names.
pub(super) fn type_within(
    expression: &Expression,
    environment: &Environment,
    local: Vec<(String, Type)>,
) -> Result<Type, String> {
    // A list may be mixed here: whether it may is a question to the whole.
    Scope { environment, local, formats: 1 }.of(expression)
}

impl Scope<'_> {
    fn find(&self, name: &str) -> Option<Type> {
        let local = self.local.iter().rev().find(|(known, _)| known == name).map(|(_, kind)| kind.clone());
        local.or_else(|| self.environment.find(name))
    }

    fn of(&mut self, expression: &Expression) -> Result<Type, String> {
        let at = expression.at;
        match &expression.kind {
            Kind::Literal(literal) => Ok(of_literal(literal)),
            Kind::Name(name) => self.of_name(at, name),
            Kind::Field(before, name) => self.of_field(at, before, name),
            Kind::OptionalField(before, name) => match self.of_field(at, before, name)? {
                kind @ (Type::Optional(_) | Type::Unknown) => Ok(kind),
                kind => Ok(Type::optional(kind)),
            },
            Kind::Index(target, index) => self.of_index(at, target, index),
            Kind::OptionalIndex(target, index) => match self.of_index(at, target, index)? {
                kind @ (Type::Optional(_) | Type::Unknown) => Ok(kind),
                kind => Ok(Type::optional(kind)),
            },
            Kind::Call(target, name, arguments) => self.of_call(at, target.as_deref(), name, arguments),
            Kind::List(items) => self.same(items.iter()).map(Type::list),
            Kind::Map(entries) => {
                let key = self.same(entries.iter().map(|(key, _)| key))?;
                let value = self.same(entries.iter().map(|(_, value)| value))?;
                // The key type of a map is not tracked.
                Ok(if matches!(key, Type::String | Type::Unknown) { Type::map(value) } else { Type::Unknown })
            }
            Kind::Optional(inner) => match self.of(inner)? {
                Type::Optional(of) => Ok((*of).clone()),
                kind if kind.is_open() => Ok(kind),
                kind => Err(error(inner.at, format_args!("`?` needs an optional value, found `{kind}`"))),
            },
            Kind::Object(name, values) => {
                values.iter().try_for_each(|value| self.of(value).map(drop))?;
                match name.as_str() {
                    "Object" => Ok(Type::Named("Object")),
                    "JSONPatch" => Ok(Type::Named("JSONPatch")),
                    name if name.contains('.') => Ok(Type::Unknown),
                    name => Err(error(at, format_args!("unknown type `{name}`"))),
                }
            }
            Kind::Not(inner) => self.needs(inner, Type::Bool, "!"),
            Kind::Minus(inner) => match self.of(inner)? {
                kind if kind.is_open() || matches!(kind, Type::Int | Type::Double) => Ok(kind),
                kind => Err(error(at, format_args!("`-` does not accept `{kind}`"))),
            },
            Kind::Logic(operator, conditions) => {
                for condition in conditions {
                    let kind = self.of(condition)?;
                    if operators::result(*operator, &kind, &Type::Bool).is_none() {
                        let name = operator.name();
                        return Err(error(condition.at, format_args!("`{name}` needs `bool`, found `{kind}`")));
                    }
                }
                Ok(Type::Bool)
            }
            Kind::Binary(operator, left, right) => self.of_binary(at, *operator, left, right),
            Kind::Choice(condition, yes, no) => {
                self.needs(condition, Type::Bool, "?")?;
                let (yes, no) = (self.of(yes)?, self.of(no)?);
                joined(&yes, &no).ok_or_else(|| {
                    error(at, format_args!("both results of `?:` must have the same type, found `{yes}` and `{no}`"))
                })
            }
        }
    }

    fn needs(&mut self, inner: &Expression, wanted: Type, operator: &str) -> Result<Type, String> {
        match self.of(inner)? {
            kind if kind.is_open() || kind == wanted => Ok(wanted),
            kind => Err(error(inner.at, format_args!("`{operator}` needs `{wanted}`, found `{kind}`"))),
        }
    }

    /// Returns the type of all items of a list or map. Types may differ only for `format`.
    ///
    /// Source: `homogeneousAggregateLiteralValidator`, cel-go cel/validator.go
    fn same<'x>(&mut self, items: impl Iterator<Item = &'x Expression>) -> Result<Type, String> {
        let mut first: Option<Type> = None;
        let mut is_mixed = false;
        for item in items {
            let kind = self.of(item)?;
            match &first {
                Some(wanted) if !wanted.is_equivalent(&kind) && self.formats == 0 => {
                    return Err(error(
                        item.at,
                        format_args!("all items must have the same type, found `{wanted}` and `{kind}`"),
                    ));
                }
                Some(wanted) => is_mixed |= !wanted.is_equivalent(&kind),
                None => first = Some(kind),
            }
        }
        Ok(if is_mixed { Type::Dyn } else { first.unwrap_or(Type::Unknown) })
    }

    fn of_name(&self, at: usize, name: &str) -> Result<Type, String> {
        if let Some(kind) = self.find(name) {
            return Ok(kind);
        }
        if TYPES.contains(&name) || name == "google" {
            return Ok(Type::Unknown);
        }
        let known = self.local.iter().map(|(name, _)| name.as_str()).chain(self.environment.names());
        let near = nearest(name, known).map(|near| format!("; {}", did_you_mean(near))).unwrap_or_default();
        Err(error(at, format_args!("unknown variable `{name}`{near}")))
    }

    fn of_field(&mut self, at: usize, before: &Expression, name: &str) -> Result<Type, String> {
        if before.dotted().is_some_and(|dotted| dotted.starts_with("google")) {
            return Ok(Type::Unknown);
        }
        let kind = match self.of(before)? {
            Type::Named("authorizer") if name == "requestResource" => return Ok(Type::Named("resourcecheck")),
            Type::Optional(of) => return field(at, &of, name).map(Type::optional),
            kind => kind,
        };
        field(at, &kind, name)
    }

    fn of_index(&mut self, at: usize, target: &Expression, index: &Expression) -> Result<Type, String> {
        let (target, index) = (self.of(target)?, self.of(index)?);
        match &target {
            Type::Optional(of) => item(at, of, &index).map(Type::optional),
            _ => item(at, &target, &index),
        }
    }
    fn of_binary(
        &mut self,
        at: usize,
        operator: Operator,
        left: &Expression,
        right: &Expression,
    ) -> Result<Type, String> {
        let (left, right) = (self.of(left)?, self.of(right)?);
        let result = operators::result(operator, &left, &right);
        let name = operator.name();
        result.ok_or_else(|| error(at, format_args!("`{name}` does not accept `{left}` and `{right}`")))
    }

    fn of_call(
        &mut self,
        at: usize,
        target: Option<&Expression>,
        name: &str,
        arguments: &[Expression],
    ) -> Result<Type, String> {
        if let Some(kind) = self.of_macro(at, target, name, arguments)? {
            return Ok(kind);
        }
        let Some(target) = target else {
            return self.called(at, name, &functions::alone_named(name), None, arguments);
        };
        if let Some(dotted) = target.dotted().filter(|dotted| self.find(first(dotted)).is_none()) {
            let full = format!("{dotted}.{name}");
            if full.starts_with("jsonpatch.") && !self.environment.can_mutate() {
                return unknown_function(at, &full);
            }
            if functions::is_namespace(&dotted) {
                return self.called(at, &full, &functions::alone_named(&full), None, arguments);
            }
        }
        self.formats += usize::from(name == "format");
        if let ("format", Kind::Literal(Literal::String(text)), [Expression { kind: Kind::List(items), .. }]) =
            (name, &target.kind, arguments)
        {
            let kinds = items.iter().map(|item| self.of(item)).collect::<Result<Vec<_>, _>>();
            self.formats -= 1;
            return interpolation::clauses(text, &kinds?).map(|()| Type::String).map_err(|why| error(target.at, why));
        }
        let result = self
            .of(target)
            .and_then(|kind| self.called(at, name, &functions::member_named(name), Some(&kind), arguments));
        self.formats -= usize::from(name == "format");
        result
    }

    /// Returns the type that a call gives, of the signatures that take its target and arguments.
    fn called(
        &mut self,
        at: usize,
        name: &str,
        overloads: &[&Overload],
        target: Option<&Type>,
        arguments: &[Expression],
    ) -> Result<Type, String> {
        if overloads.is_empty() {
            return unknown_function(at, name);
        }
        let of_target = |overload: &&&Overload| match (&overload.target, target) {
            (Some(pattern), Some(kind)) => pattern.accepts(kind, &mut None),
            _ => true,
        };
        let of_target: Vec<&Overload> = overloads.iter().filter(of_target).copied().collect();
        if let (true, Some(kind)) = (of_target.is_empty(), target) {
            return Err(error(at, format_args!("`{kind}` has no function `{name}`")));
        }
        let counts: Vec<usize> = of_target.iter().map(|overload| overload.arguments.len()).collect();
        if !counts.contains(&arguments.len()) {
            let wanted = counts.iter().map(usize::to_string).collect::<std::collections::BTreeSet<_>>();
            let wanted = wanted.into_iter().collect::<Vec<_>>().join(" or ");
            let noun = if wanted == "1" { "argument" } else { "arguments" };
            return Err(error(at, format_args!("`{name}` needs {wanted} {noun}, found {}", arguments.len())));
        }
        let kinds = arguments.iter().map(|argument| self.of(argument)).collect::<Result<Vec<_>, _>>()?;
        let results: Vec<Type> = of_target.iter().filter_map(|overload| result(overload, target, &kinds)).collect();
        let Some((first, others)) = results.split_first() else {
            let listed = kinds.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(" and ");
            let at = arguments.first().map_or(at, |argument| argument.at);
            return Err(error(at, format_args!("`{name}` does not accept {listed}")));
        };
        literals(name, arguments)?;
        Ok(if others.iter().all(|other| other == first) { first.clone() } else { Type::Unknown })
    }
}

fn of_literal(literal: &Literal) -> Type {
    match literal {
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Uint(_) => Type::Uint,
        Literal::Double(_) => Type::Double,
        Literal::String(_) => Type::String,
        Literal::Bytes(_) => Type::Bytes,
        Literal::Null => Type::Null,
    }
}

/// Returns the type of what is one of two.
fn joined(one: &Type, other: &Type) -> Option<Type> {
    match (one, other) {
        (Type::Unknown, _) | (_, Type::Unknown) => Some(Type::Unknown),
        (Type::Dyn, _) | (_, Type::Dyn) => Some(Type::Dyn),
        (Type::Null, other) | (other, Type::Null) if other.fits(&Type::Null) => Some(other.clone()),
        (one, other) if one.fits(other) => Some(one.clone()),
        _ => None,
    }
}

/// Returns the result type of a signature for these types, if it accepts them.
fn result(overload: &Overload, target: Option<&Type>, arguments: &[Type]) -> Option<Type> {
    let mut parameter = None;
    let mut takes = |pattern: &Pattern, kind: &Type| pattern.accepts(kind, &mut parameter);
    let fits = overload.arguments.len() == arguments.len()
        && overload.target.iter().zip(target).all(|(pattern, kind)| takes(pattern, kind))
        && overload.arguments.iter().zip(arguments).all(|(pattern, kind)| takes(pattern, kind));
    fits.then(|| overload.result.with(parameter.as_ref()))
}

/// Returns the type of a field of a value of the type.
fn field(at: usize, kind: &Type, name: &str) -> Result<Type, String> {
    match kind {
        Type::Object(fields) => fields.get(name).cloned().ok_or_else(|| {
            let near = nearest(name, fields.keys().map(String::as_str));
            let near = near.map(|near| format!("; {}", did_you_mean(near))).unwrap_or_default();
            error(at, format_args!("unknown field `{name}`{near}"))
        }),
        Type::Map(of) => Ok((**of).clone()),
        Type::Unknown | Type::Dyn | Type::Named("Object" | "JSONPatch") => Ok(kind.clone()),
        kind => Err(error(at, format_args!("`{kind}` has no field `{name}`"))),
    }
}

/// Returns the type of an item of a value of the type.
fn item(at: usize, target: &Type, index: &Type) -> Result<Type, String> {
    match target {
        Type::List(of) if index.fits(&Type::Int) => Ok((**of).clone()),
        Type::Map(of) if index.fits(&Type::String) => Ok((**of).clone()),
        Type::Unknown | Type::Dyn => Ok(target.clone()),
        _ => Err(error(at, format_args!("`{target}` cannot be indexed by `{index}`"))),
    }
}

fn first(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or_default()
}

fn unknown_function<T>(at: usize, name: &str) -> Result<T, String> {
    let near = nearest(name, functions::names()).map(|near| format!("; {}", did_you_mean(near))).unwrap_or_default();
    Err(error(at, format_args!("unknown function `{name}`{near}")))
}
