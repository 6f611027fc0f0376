//! Reads a JSON document with the errors of Go's `json.Decoder`, and numbers of any size.

use super::json::Json;
use super::number::Number;
use mkmanifests_go::json::{self, Build};

/// Reads a whole document.
///
/// # Errors
/// The message of Go.
pub(super) fn read(text: &[u8]) -> Result<Json, String> {
    if text.iter().all(|byte| b" \t\r\n".contains(byte)) {
        return Err("EOF".to_owned());
    }
    match json::read(text, &mut Documents)? {
        (value, []) => Ok(value),
        _ => Err("invalid character after top-level value".to_owned()),
    }
}

struct Documents;

impl Build for Documents {
    type Value = Json;
    const END: &'static str = "unexpected EOF";
    /// Go takes ten times as much.
    const MAX_DEPTH: usize = 1_000;

    fn null(&mut self) -> Json {
        Json::Null
    }

    fn bool(&mut self, value: bool) -> Json {
        Json::Bool(value)
    }

    fn text(&mut self, text: String) -> Json {
        Json::Text(text)
    }

    fn number(&mut self, text: &str) -> Json {
        Json::Number(Number::from_text(text))
    }

    fn list(&mut self, items: Vec<Json>) -> Json {
        Json::List(items)
    }

    fn map(&mut self, entries: Vec<(String, Json)>) -> Json {
        Json::Map(entries.into_iter().collect())
    }
}
