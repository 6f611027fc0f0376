//! The types of expressions, and what does not fit.

use super::ast::{Expression, Kind, Literal, Operator};
use super::environment::{Environment, TYPES};
use super::functions::{self, Function};
use super::lexer::error;
use super::operators;
use super::types::Type;
use crate::gotmpl::sprig::regex;
use crate::problem::nearest;

/// Names that a macro defines, over those of the environment.
struct Scope<'e> {
    environment: &'e Environment,
    local: Vec<(String, Type)>,
}

/// The type of an expression.
pub(super) fn type_of(expression: &Expression, environment: &Environment) -> Result<Type, String> {
    Scope { environment, local: Vec::new() }.of(expression)
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
            Kind::OptionalField(before) => self.of(before).map(|_| Type::Unknown),
            Kind::Index(target, index) => self.of_index(at, target, index),
            Kind::OptionalIndex(target, index) => {
                self.of(target)?;
                self.of(index).map(|_| Type::Unknown)
            }
            Kind::Call(target, name, arguments) => self.of_call(at, target.as_deref(), name, arguments),
            Kind::List(items) => self.same(items.iter()).map(Type::list),
            Kind::Map(entries) => {
                let key = self.same(entries.iter().map(|(key, _)| key))?;
                let value = self.same(entries.iter().map(|(_, value)| value))?;
                // A map from other things than texts is not told apart.
                Ok(if matches!(key, Type::String | Type::Unknown) { Type::map(value) } else { Type::Unknown })
            }
            Kind::Object(values) => {
                values.iter().try_for_each(|value| self.of(value).map(drop))?;
                Ok(Type::Unknown)
            }
            Kind::Not(inner) => self.needs(inner, Type::Bool, "!"),
            Kind::Minus(inner) => match self.of(inner)? {
                kind if kind.is_open() || matches!(kind, Type::Int | Type::Double) => Ok(kind),
                kind => Err(error(at, format_args!("`-` takes no `{kind}`"))),
            },
            Kind::Logic(operator, conditions) => {
                for condition in conditions {
                    let kind = self.of(condition)?;
                    if operators::result(*operator, &kind, &Type::Bool).is_none() {
                        let name = operator.name();
                        return Err(error(condition.at, format_args!("`{name}` takes `bool`, not `{kind}`")));
                    }
                }
                Ok(Type::Bool)
            }
            Kind::Binary(operator, left, right) => self.of_binary(at, *operator, left, right),
            Kind::Choice(condition, yes, no) => {
                self.needs(condition, Type::Bool, "?")?;
                let (yes, no) = (self.of(yes)?, self.of(no)?);
                joined(&yes, &no)
                    .ok_or_else(|| error(at, format_args!("`?` gives `{yes}` or `{no}`: one type at best")))
            }
        }
    }

    fn needs(&mut self, inner: &Expression, wanted: Type, operator: &str) -> Result<Type, String> {
        match self.of(inner)? {
            kind if kind.is_open() || kind == wanted => Ok(wanted),
            kind => Err(error(inner.at, format_args!("`{operator}` takes `{wanted}`, not `{kind}`"))),
        }
    }

    /// The one type of all, if they have one.
    fn same<'x>(&mut self, items: impl Iterator<Item = &'x Expression>) -> Result<Type, String> {
        let mut all: Option<Type> = None;
        for item in items {
            let kind = self.of(item)?;
            all = Some(match all {
                None => kind,
                Some(before) => joined(&before, &kind)
                    .ok_or_else(|| error(item.at, format_args!("`{kind}` stands beside `{before}`")))?,
            });
        }
        Ok(all.unwrap_or(Type::Unknown))
    }

    fn of_name(&self, at: usize, name: &str) -> Result<Type, String> {
        if let Some(kind) = self.find(name) {
            return Ok(kind);
        }
        if TYPES.contains(&name) || name == "google" {
            return Ok(Type::Unknown);
        }
        let known = self.local.iter().map(|(name, _)| name.as_str()).chain(self.environment.names());
        let near = nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        Err(error(at, format_args!("there is no `{name}` here{near}")))
    }

    fn of_field(&mut self, at: usize, before: &Expression, name: &str) -> Result<Type, String> {
        if before.dotted().is_some_and(|dotted| dotted.starts_with("google")) {
            return Ok(Type::Unknown);
        }
        match self.of(before)? {
            Type::Object(fields) => match fields.get(name) {
                Some(kind) => Ok(kind.clone()),
                None => {
                    let near = nearest(name, fields.keys().map(String::as_str));
                    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                    Err(error(at, format_args!("there is no field `{name}`{near}")))
                }
            },
            Type::Map(of) => Ok((*of).clone()),
            Type::Unknown => Ok(Type::Unknown),
            Type::Dyn => Ok(Type::Dyn),
            kind => Err(error(at, format_args!("a `{kind}` has no field `{name}`"))),
        }
    }

    fn of_index(&mut self, at: usize, target: &Expression, index: &Expression) -> Result<Type, String> {
        let (target, index) = (self.of(target)?, self.of(index)?);
        match &target {
            Type::List(of) if index.fits(&Type::Int) => Ok((**of).clone()),
            Type::Map(of) if index.fits(&Type::String) => Ok((**of).clone()),
            Type::Unknown | Type::Dyn => Ok(target),
            _ => Err(error(at, format_args!("a `{target}` has no index of `{index}`"))),
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
        result.ok_or_else(|| error(at, format_args!("`{name}` does not take `{left}` and `{right}`")))
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
            return match functions::alone_named(name) {
                Some(function) => self.called(at, function, None, arguments),
                None => unknown_function(at, name),
            };
        };
        if let Some(dotted) = target.dotted().filter(|dotted| self.find(first(dotted)).is_none()) {
            let full = format!("{dotted}.{name}");
            if full.starts_with("jsonpatch.") && !self.environment.can_mutate() {
                return unknown_function(at, &full);
            }
            if let Some(function) = functions::alone_named(&full) {
                return self.called(at, function, None, arguments);
            }
            if functions::is_namespace(&dotted) {
                return unknown_function(at, &full);
            }
        }
        let kind = self.of(target)?;
        match functions::member_named(name) {
            Some(function) => self.called(at, function, Some(kind), arguments),
            None => unknown_function(at, name),
        }
    }

    fn called(
        &mut self,
        at: usize,
        function: &Function,
        target: Option<Type>,
        arguments: &[Expression],
    ) -> Result<Type, String> {
        let name = function.name;
        if let Some(kind) = &target
            && !takes(function.of, kind)
        {
            return Err(error(at, format_args!("`{name}` is no function of a `{kind}`")));
        }
        if !(function.least..=function.arguments.len()).contains(&arguments.len()) {
            let (least, most) = (function.least, function.arguments.len());
            let wanted = if least == most { format!("{least}") } else { format!("{least} to {most}") };
            return Err(error(at, format_args!("`{name}` takes {wanted} arguments, not {}", arguments.len())));
        }
        for (argument, wanted) in arguments.iter().zip(function.arguments) {
            let kind = self.of(argument)?;
            if !takes(wanted, &kind) {
                return Err(error(argument.at, format_args!("`{name}` takes no `{kind}` here")));
            }
        }
        literals(function, arguments)?;
        Ok(function.result(target.as_ref()))
    }

    /// A macro, which is no function: its arguments are names and expressions over them.
    fn of_macro(
        &mut self,
        at: usize,
        target: Option<&Expression>,
        name: &str,
        arguments: &[Expression],
    ) -> Result<Option<Type>, String> {
        let Some(target) = target else {
            return match (name, arguments) {
                ("has", [argument]) => match &argument.kind {
                    Kind::Field(..) | Kind::OptionalField(_) => self.of(argument).map(|_| Some(Type::Bool)),
                    _ => Err(error(at, "`has` takes a field, as in `has(self.name)`")),
                },
                _ => Ok(None),
            };
        };
        let result = match (name, arguments.len()) {
            ("all" | "exists" | "exists_one" | "existsOne", 2 | 3) => Type::Bool,
            ("filter", 2) => self.of(target)?,
            ("map", 2 | 3) | ("sortBy", 2) | ("optMap" | "optFlatMap", 2) => Type::Unknown,
            ("transformList" | "transformMap" | "transformMapEntry", 3 | 4) => Type::Unknown,
            _ => return Ok(None),
        };
        let whole = self.of(target)?;
        let has_two = matches!((name, arguments.len()), ("all" | "exists" | "exists_one" | "existsOne", 3))
            || name.starts_with("transform");
        let (names, bodies) = arguments.split_at(if has_two { 2 } else { 1 });
        let kinds = match name {
            "optMap" | "optFlatMap" => vec![Type::Unknown],
            _ => items(at, name, &whole, has_two)?,
        };
        let depth = self.local.len();
        for (argument, kind) in names.iter().zip(kinds) {
            let Kind::Name(name) = &argument.kind else { return Err(error(argument.at, "a name has to stand here")) };
            self.local.push((name.clone(), kind));
        }
        let found = self.bodies(name, bodies, result);
        self.local.truncate(depth);
        found.map(Some)
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
        Ok(if matches!(name, "map" | "transformList") { Type::list(last) } else { result })
    }
}

/// What a macro goes over: the items of a list, the keys of a map; of two names the index or key comes first.
fn items(at: usize, name: &str, whole: &Type, has_two: bool) -> Result<Vec<Type>, String> {
    Ok(match whole {
        Type::List(of) if has_two => vec![Type::Int, (**of).clone()],
        Type::List(of) => vec![(**of).clone()],
        Type::Map(of) => vec![Type::String, (**of).clone()],
        Type::Unknown => vec![Type::Unknown, Type::Unknown],
        Type::Dyn => vec![Type::Dyn, Type::Dyn],
        kind => return Err(error(at, format_args!("`{name}` goes over lists and maps, not over a `{kind}`"))),
    })
}

fn of_literal(literal: &Literal) -> Type {
    match literal {
        Literal::Bool => Type::Bool,
        Literal::Int => Type::Int,
        Literal::Uint => Type::Uint,
        Literal::Double => Type::Double,
        Literal::String(_) => Type::String,
        Literal::Bytes => Type::Bytes,
        Literal::Null => Type::Null,
    }
}

/// The type of what is one of two.
fn joined(one: &Type, other: &Type) -> Option<Type> {
    match (one, other) {
        (Type::Unknown, _) | (_, Type::Unknown) => Some(Type::Unknown),
        (Type::Dyn, _) | (_, Type::Dyn) => Some(Type::Dyn),
        (Type::Null, other) | (other, Type::Null) if other.fits(&Type::Null) => Some(other.clone()),
        (one, other) if one.fits(other) => Some(one.clone()),
        _ => None,
    }
}

/// Whether one of the letters stands for the type; none do for a type that is not told apart here.
fn takes(letters: &str, kind: &Type) -> bool {
    let letter = kind.letter();
    if letters.is_empty() {
        // Of quantities, addresses and such: none of the plain types.
        return !"Biudsbnlm".contains(letter);
    }
    letter == '*' || letters.contains('*') || letters.contains(letter) || (letter == 'o' && letters.contains('m'))
}

fn first(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or_default()
}

fn unknown_function<T>(at: usize, name: &str) -> Result<T, String> {
    let near = nearest(name, functions::names()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(error(at, format_args!("there is no function `{name}`{near}")))
}

/// A pattern that is written down has to be one.
fn literals(function: &Function, arguments: &[Expression]) -> Result<(), String> {
    let pattern = match (function.name, arguments) {
        ("matches", [.., pattern]) | ("find" | "findAll", [pattern, ..]) => pattern,
        _ => return Ok(()),
    };
    let Kind::Literal(Literal::String(text)) = &pattern.kind else { return Ok(()) };
    regex::check(text).map_err(|why| error(pattern.at, why))
}
