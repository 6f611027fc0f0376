//! Checks literal arguments of functions, as a compiler does.

use super::ast::{Expression, Kind, Literal};
use super::lexer::error;
use crate::syntax::go_duration;
use mkmanifests_go::regexp;

/// Texts that are written down have to be patterns, durations and times.
///
/// Source: `ValidateRegexLiterals`, `ValidateDurationLiterals`, `ValidateTimestampLiterals`, cel-go cel/validator.go
pub(super) fn literals(name: &str, arguments: &[Expression]) -> Result<(), String> {
    let literal = match (name, arguments) {
        ("matches", [.., literal]) => literal,
        ("find" | "findAll" | "duration" | "timestamp", [literal, ..]) => literal,
        _ => return Ok(()),
    };
    let Kind::Literal(Literal::String(text)) = &literal.kind else { return Ok(()) };
    let refuse = |what: &str| Err(error(literal.at, format_args!("{text:?} is not a {what}")));
    match name {
        "duration" if go_duration(text).is_none() => refuse("duration, as in `1h30m`"),
        "timestamp" if text.parse::<jiff::Timestamp>().is_err() => refuse("time, as in `2024-01-31T23:59:00Z`"),
        "duration" | "timestamp" => Ok(()),
        _ => regexp::check(text).map_err(|why| error(literal.at, why)),
    }
}
