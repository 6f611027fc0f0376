//! Reads JSON for its syntax alone.

use mkmanifests_go::json::{self, Build};

/// Returns the length of the first JSON value of a text, with the spaces around it.
///
/// # Errors
/// The text of Go's `json.Decoder`.
pub(super) fn first_value(text: &[u8]) -> Result<usize, String> {
    json::read(text, &mut Syntax).map(|((), rest)| text.len() - rest.len())
}

/// Returns whether a text is one JSON value, as Go's `json.Valid` does.
pub(super) fn is_json(text: &[u8]) -> bool {
    first_value(text).is_ok_and(|length| length == text.len())
}

/// Builds nothing.
struct Syntax;

impl Build for Syntax {
    type Value = ();
    const END: &'static str = "unexpected EOF";
    const MAX_DEPTH: usize = 10_000;

    fn null(&mut self) {}
    fn bool(&mut self, _: bool) {}
    fn text(&mut self, _: String) {}
    fn number(&mut self, _: &str) {}
    fn list(&mut self, _: Vec<()>) {}
    fn map(&mut self, _: Vec<(String, ())>) {}
}
