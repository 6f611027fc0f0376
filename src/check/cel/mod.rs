//! Expressions of CEL, in which conditions, policies and schemas are written: whether an API server would compile one.
//!
//! The language is <https://github.com/google/cel-spec/blob/master/doc/langdef.md>; what Kubernetes adds to it,
//! <https://kubernetes.io/docs/reference/using-api/cel/>. Names, fields, functions and types are checked as far as they
//! are known; what is not known is taken to be right. Costs are not counted.

mod ast;
mod environment;
mod functions;
mod lexer;
mod operators;
mod parser;
mod types;
mod typing;

pub(super) use environment::{Environment, is_identifier};
pub(super) use types::{Type, field_name};

/// The type that an expression gives, which is one of `results` if there are some.
///
/// # Errors
///
/// What an API server's compiler would refuse, with the character that it is about, from 1.
pub(super) fn check(text: &str, environment: &Environment, results: &[Type]) -> Result<Type, String> {
    let expression = parser::parse(text)?;
    let found = typing::type_of(&expression, environment)?;
    if results.is_empty() || found == Type::Unknown || results.contains(&found) {
        return Ok(found);
    }
    let wanted: Vec<String> = results.iter().map(|kind| format!("`{kind}`")).collect();
    Err(format!("the expression gives `{found}`, not {}", wanted.join(" or ")))
}

/// Whether an expression says a name, as far as it can be parsed.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    parser::parse(text).is_ok_and(|expression| expression.mentions(name))
}

#[cfg(test)]
mod tests;
