//! CEL expressions in conditions, policies and schemas: checks whether an API server would compile one, and evaluates it.
//!
//! The language is <https://github.com/google/cel-spec/blob/master/doc/langdef.md>; what Kubernetes adds to it,
//! <https://kubernetes.io/docs/reference/using-api/cel/>. Names, fields, functions and types are checked as far as they
//! are known; unknown ones are accepted. Costs are estimated for the rules of CustomResourceDefinitions.
//!
//! Own code, since the crate `cel` only evaluates: it has no type checks, no cost estimates, no Kubernetes libraries, and not
//! the messages of cel-go.

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

/// Checks an expression, and returns its type, which must be one of `results` unless that is empty.
///
/// # Errors
///
/// The first error that the compiler of an API server reports, with the character, counted from 1.
pub(super) fn check(text: &str, environment: &Environment, results: &[Type]) -> Result<Type, String> {
    let expression = parser::parse(text)?;
    let found = with_stack(&expression, || typing::type_of(&expression, environment))?;
    if results.is_empty() || found == Type::Unknown || results.iter().any(|wanted| wanted.is_equivalent(&found)) {
        return Ok(found);
    }
    let wanted: Vec<String> = results.iter().map(|kind| format!("`{kind}`")).collect();
    Err(format!("must evaluate to {}, found `{found}`", wanted.join(" or ")))
}

/// Evaluates an expression with variables.
///
/// # Errors
///
/// [`Stop::Error`] if the evaluation fails in an API server, too; [`Stop::Unsupported`] if that is not known.
pub(super) fn evaluate(text: &str, variables: Vec<(String, Value)>) -> Result<Value, Stop> {
    let expression = parser::parse(text).map_err(|_| Stop::Unsupported)?;
    with_stack(&expression, || evaluate::Evaluation::with(variables).of(&expression))
}

/// The stack that one level of an expression needs, in bytes, in debug builds.
const STACK_OF_LEVEL: usize = 16 << 10;

/// Runs a recursion over all levels of an expression, on another stack if the current one is too small.
fn with_stack<T>(expression: &Expression, work: impl FnOnce() -> T) -> T {
    let needed = (1 + expression.levels(parser::MOST_LEVELS)) * STACK_OF_LEVEL;
    stacker::maybe_grow(needed, 2 * needed, work)
}

/// Returns whether an expression mentions a name. False if it cannot be parsed.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    parser::parse(text).is_ok_and(|expression| expression.mentions(name))
}

#[cfg(test)]
mod tests;
