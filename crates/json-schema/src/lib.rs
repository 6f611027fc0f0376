//! JSON Schema as Helm validates it: the verdicts, and the words, of the library `santhosh-tekuri/jsonschema` 6.
//!
//! ```text
//! text --read--> Json --roots--> resources and anchors --compile--> Arena --validate--> Error, a tree
//! ```
//!
//! Own code, since no crate says what Helm says. `boon` 0.6, by the same author, words nearly all of its errors
//! otherwise, nests them otherwise, goes on after a format, computes with `f64` (0.3 is no multiple of 0.1), reads
//! patterns of ECMAScript, and cannot validate a part of a schema against another draft than the rest. Keyword by
//! keyword the order of [`validate`] is the library's, as the order of its errors is that of its messages. Where the
//! library goes over a Go map, in no order, it is the order of the keys here.

mod compile;
mod compile_error;
mod documents;
mod draft;
mod error;
mod format;
mod json;
mod location;
mod metaschemas;
mod number;
mod read;
mod roots;
mod schema;
mod shelf;
mod validate;

pub use compile_error::CompileError;
pub use documents::SchemaFiles;
pub use error::{Error, Kind};
pub use json::Json;
pub use number::Number;

use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_yaml::tree::Node;

/// Validates values against the text of a schema. `files` has the documents that the schema refers to.
///
/// # Errors
/// What Helm prints below the name of the chart.
pub fn validate(schema: &[u8], values: &Node, files: &SchemaFiles) -> Result<(), String> {
    on_deep_stack(|| {
        let validator = Validator::compile(schema, files).map_err(|error| error.to_string())?;
        validator.validate(&Json::from(values)).map_err(|error| report(&error))
    })
}

/// A report without the line of the library that Helm leaves out.
pub fn report(error: &Error<'_>) -> String {
    match &error.kind {
        Kind::Schema { url } if url.strip_suffix('#') == Some(roots::MAIN) && !error.causes.is_empty() => error.below(),
        _ => error.to_string(),
    }
}

/// A compiled schema.
#[derive(Debug)]
pub struct Validator(schema::Arena);

impl Validator {
    /// Compiles the text of a `values.schema.json`. What it refers to is in `files`. Runs best on a deep stack
    /// ([`on_deep_stack`]).
    ///
    /// # Errors
    /// What is wrong with the schema.
    pub fn compile(text: &[u8], files: &SchemaFiles) -> Result<Validator, CompileError> {
        let document = read::read(text).map_err(CompileError::Syntax)?;
        compile::compile(roots::MAIN, Some(document), files, false).map(Validator)
    }

    /// Validates a value.
    ///
    /// # Errors
    /// All that the schema refuses, below an error of the kind [`Kind::Schema`].
    pub fn validate(&self, value: &Json) -> Result<(), Box<Error<'_>>> {
        validate::validate(&self.0, value)
    }
}

/// The example of the README runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
