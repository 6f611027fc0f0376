//! Go's package `regexp`: its syntax, results and errors, on top of the `regex` crate.

mod class;
mod pattern;
mod replace;
mod subject;
mod syntax;

pub use self::pattern::Pattern;
pub use self::replace::{replace_all, replace_all_literal};
pub use self::subject::Subject;

/// Checks the syntax of a pattern.
///
/// # Errors
/// Go's error text.
pub fn check(pattern: &str) -> Result<(), String> {
    let wrong =
        |fault: syntax::SyntaxError| format!("{pattern:?} is not a regular expression: {}: `{}`", fault.what, fault.at);
    syntax::translate(pattern).map(drop).map_err(wrong)
}

/// Returns whether a pattern matches anywhere in a text. An invalid pattern matches every text.
pub fn is_found(pattern: &str, text: &str) -> bool {
    Pattern::compile(pattern.as_bytes())
        .map_or(true, |pattern| pattern.find_at(&Subject::new(text.as_bytes()), 0).is_some())
}

/// Returns the texts that a pattern matches: at most `most` of them, or all if it is negative.
///
/// # Errors
/// Go's error text for an invalid pattern.
pub fn find_all_of(pattern: &str, text: &str, most: i64) -> Result<Vec<String>, String> {
    let pattern = Pattern::compile(pattern.as_bytes())?;
    let found = pattern.find_all(&Subject::new(text.as_bytes()), most);
    Ok(found.into_iter().filter_map(|(from, to)| text.get(from..to).map(str::to_owned)).collect())
}
