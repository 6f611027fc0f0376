//! Expressions of CEL, in which conditions, policies and schemas are written: whether an API server would compile one.
//!
//! The language is <https://github.com/google/cel-spec/blob/master/doc/langdef.md>; what Kubernetes adds to it,
//! <https://kubernetes.io/docs/reference/using-api/cel/>. Names, fields, functions and types are checked as far as they
//! are known; what is not known is taken to be right. Costs are estimated for the rules of CustomResourceDefinitions.
//!
//! Own code, since the crate `cel` only evaluates: it checks no types, estimates no costs, and has neither Kubernetes'
//! libraries nor cel-go's words for what is wrong.

mod ast;
mod builtins;
mod cost;
mod environment;
mod evaluate;
mod functions;
mod lexer;
mod literals;
mod macros;
mod operators;
mod parser;
mod types;
mod typing;
mod value;

use ast::Expression;
pub(super) use cost::{Shape, ShapeKind, most as most_cost};
pub(super) use environment::{Environment, is_identifier};
pub(super) use types::{Type, field_name};
pub(super) use value::{Stop, Value};

/// The type that an expression gives, which is one of `results` if there are some.
///
/// # Errors
///
/// What an API server's compiler would refuse, with the character that it is about, from 1.
pub(super) fn check(text: &str, environment: &Environment, results: &[Type]) -> Result<Type, String> {
    let expression = parser::parse(text)?;
    let found = with_stack(&expression, || typing::type_of(&expression, environment))?;
    if results.is_empty() || found == Type::Unknown || results.iter().any(|wanted| wanted.is_equivalent(&found)) {
        return Ok(found);
    }
    let wanted: Vec<String> = results.iter().map(|kind| format!("`{kind}`")).collect();
    Err(format!("the expression gives `{found}`, not {}", wanted.join(" or ")))
}

/// Computes an expression with these variables.
///
/// # Errors
///
/// [`Stop::Error`] if the server has no value either, [`Stop::Unsupported`] if that cannot be said here.
pub(super) fn evaluate(text: &str, variables: Vec<(String, Value)>) -> Result<Value, Stop> {
    let expression = parser::parse(text).map_err(|_| Stop::Unsupported)?;
    with_stack(&expression, || evaluate::Evaluation::with(variables).of(&expression))
}

/// What one level of an expression needs of the stack, in builds that are not optimized.
const STACK_OF_LEVEL: usize = 16 << 10;

/// Does what goes through all levels of an expression, on another stack if this one has not enough left.
fn with_stack<T>(expression: &Expression, work: impl FnOnce() -> T) -> T {
    let needed = (1 + expression.levels(parser::MOST_LEVELS)) * STACK_OF_LEVEL;
    stacker::maybe_grow(needed, 2 * needed, work)
}

/// Whether an expression says a name, as far as it can be parsed.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    parser::parse(text).is_ok_and(|expression| expression.mentions(name))
}

#[cfg(test)]
mod tests;
