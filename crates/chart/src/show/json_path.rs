//! JSONPath templates as `kubectl` and `helm show values --jsonpath` have them: text with actions such as
//! `{.image.tag}` and `{range .ports[*]}{.name} {end}`.
//!
//! Own code, because the language is that of `k8s.io/client-go/util/jsonpath` alone: its quotes, slices, filters, missing
//! keys and texts of errors are those of no crate and of no standard. The paths of unit tests are another language.

mod compare;
mod eval;
mod parse;

use std::fmt;

use eval::Evaluator;
use mkmanifests_gotmpl::Value;

/// The error of a template, in the words of client-go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPathError(String);

impl JsonPathError {
    fn new(message: impl fmt::Display) -> JsonPathError {
        JsonPathError(message.to_string())
    }
}

impl fmt::Display for JsonPathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for JsonPathError {}

/// A template.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonPath(Vec<Step>);

impl JsonPath {
    /// Reads a template.
    ///
    /// # Errors
    /// A syntax error in the words of client-go.
    pub fn parse(template: &str) -> Result<JsonPath, JsonPathError> {
        parse::template(template).map(JsonPath)
    }

    /// Returns what the template prints of a value. Mappings are in the order of their keys; in Go the order is random.
    ///
    /// # Errors
    /// A key that does not exist, an index out of bounds and others, in the words of client-go.
    pub fn print(&self, value: &Value) -> Result<Vec<u8>, JsonPathError> {
        Evaluator::new(&self.0).print(value)
    }
}

/// A step of a path: from values to other values.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    /// The steps of an action, in braces or in an operand.
    Action(Vec<Step>),
    /// A text, outside of actions or in quotes.
    Text(Vec<u8>),
    Int(i64),
    Float(f64),
    Bool(bool),
    /// `range` or `end`, or a word that is an error.
    Word(String),
    /// The value of a key.
    Field(String),
    /// All values of a mapping, or items of a list.
    Wildcard,
    /// A value and all below it, if there are any.
    Recursive,
    /// Items of a list.
    Slice(Slice),
    /// The items of a list that match.
    Filter {
        left: Vec<Step>,
        operator: Option<String>,
        right: Vec<Step>,
    },
    /// The values of several actions.
    Union(Vec<Vec<Step>>),
}

/// The numbers of `[start:end:step]`; those that are left out are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Slice {
    start: Option<i64>,
    end: Option<i64>,
    step: Option<i64>,
    /// Whether only one index is written, so that the end comes from the start.
    is_index: bool,
}
