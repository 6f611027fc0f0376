//! Reads a JSON document into plain values. Numbers are `float64`; if a key occurs twice, the last value wins.

use crate::value::{Entries, MAX_NESTING, Map, MapType, Str, Value};
use mkmanifests_go::json::{self as reader, Build, END, invalid_character};

/// A document without syntax errors.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) value: Value,
    /// Go's error for the first number that is too large for `float64`; the number is 0 in the value.
    pub(super) fault: Option<String>,
}

/// Reads a whole document.
///
/// # Errors
/// Go's text of the first syntax error.
pub(super) fn read(text: &[u8]) -> Result<Document, String> {
    let mut values = Values::default();
    match reader::read(text, &mut values)? {
        (value, []) => Ok(Document { value, fault: values.fault }),
        (_, rest) => Err(invalid_character(rest, "after top-level value")),
    }
}

#[derive(Default)]
struct Values {
    /// The keys and indexes that lead to the current value.
    path: Vec<String>,
    fault: Option<String>,
}

impl Build for Values {
    type Value = Value;
    const END: &'static str = END;
    const MAX_DEPTH: usize = MAX_NESTING;

    fn null(&mut self) -> Value {
        Value::Nil
    }

    fn bool(&mut self, value: bool) -> Value {
        Value::Bool(value)
    }

    fn text(&mut self, text: String) -> Value {
        Value::from(text)
    }

    fn number(&mut self, text: &str) -> Value {
        let number: f64 = text.parse().unwrap_or_default();
        if number.is_finite() {
            return Value::Float(number);
        }
        let path = self.path.join(".");
        // Go splits the path at every dot, also those within keys.
        let place = match path.rsplit('.').next() {
            _ if path.is_empty() => "Go value".to_owned(),
            Some(last) if is_index(last) => format!(".{path}"),
            _ => format!("Go struct field .{path}"),
        };
        self.fault.get_or_insert_with(|| format!("json: cannot unmarshal number {text} into {place} of type float64"));
        Value::Float(0.0)
    }

    fn list(&mut self, items: Vec<Value>) -> Value {
        Value::list(items)
    }

    fn map(&mut self, found: Vec<(String, Value)>) -> Value {
        let mut entries = Entries::new();
        for (key, value) in found {
            entries.insert(Str::from(key), value);
        }
        Value::Map(Map::typed(entries, MapType::ANY))
    }

    fn enter_key(&mut self, key: &str) {
        self.path.push(key.replace('~', "~0").replace('/', "~1"));
    }

    fn enter_item(&mut self, index: usize) {
        self.path.push(index.to_string());
    }

    fn leave(&mut self) {
        self.path.pop();
    }
}

/// Go also treats a key of digits as an index.
fn is_index(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit())
}
