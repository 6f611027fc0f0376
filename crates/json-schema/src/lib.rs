//! JSON Schema as Helm validates it: with the verdicts and the messages of the library `santhosh-tekuri/jsonschema` 6.
//!
//! ```text
//! text --read--> Json --roots--> resources and anchors --compile--> Arena --validate--> Error, a tree
//! ```
//!
//! Own code, since no crate has the messages of Helm. `boon` 0.6, by the same author, has other messages and another
//! nesting for nearly all errors, continues after an invalid format, computes with `f64` (0.3 is not a multiple of
//! 0.1), uses the patterns of ECMAScript, and cannot validate a part of a schema against another draft. [`validate`]
//! checks the keywords in the order of the library, which is the order of its messages. Where the library iterates over
//! a Go map, in no order, this crate uses the order of the keys.

mod compile;
mod compile_error;
mod documents;
mod draft;
mod error;
mod format;
mod help;
mod json;
mod location;
mod metaschemas;
mod number;
mod older;
mod read;
mod roots;
mod schema;
mod shelf;
mod validate;

pub use compile_error::CompileError;
pub use documents::SchemaFiles;
pub use error::{Error, Kind};
pub use help::Context;
pub use json::Json;
pub use number::Number;

use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_yaml::tree::Node;

/// Validates values against a schema, the text of a `values.schema.json`. `files` has the documents that the schema
/// refers to.
///
/// # Errors
///
/// The report that Helm prints below the name of the chart, one line per error.
pub fn validate(schema: &[u8], values: &Node, files: &SchemaFiles) -> Result<(), String> {
    on_deep_stack(|| {
        let validator = Validator::compile(schema, files).map_err(|error| error.to_string())?;
        validator.validate(&Json::from(values)).map_err(|error| report(&error))
    })
}

/// Returns the report of an error as Helm prints it: one line per error, without the first line of the library.
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
    /// Compiles a schema, the text of a `values.schema.json`. `files` has the documents that it refers to. Call it on a
    /// deep stack ([`on_deep_stack`]) for schemas that users provide.
    ///
    /// # Errors
    ///
    /// The first error of the schema, with the message of Helm.
    pub fn compile(text: &[u8], files: &SchemaFiles) -> Result<Validator, CompileError> {
        let document = read::read(text).map_err(CompileError::Syntax)?;
        compile::compile(roots::MAIN, Some(document), files, false).map(Validator)
    }

    /// Compiles a schema for Helm before 3.18.5, whose library knows drafts 4, 6 and 7 only and takes every other schema
    /// for draft 7. What it refuses is the same as far as those drafts are; its messages differ.
    ///
    /// # Errors
    ///
    /// The first error of the schema.
    pub fn compile_older(text: &[u8], files: &SchemaFiles) -> Result<Validator, CompileError> {
        let document = older::document(read::read(text).map_err(CompileError::Syntax)?);
        compile::compile(roots::MAIN, Some(document), files, false).map(Validator)
    }

    /// Validates a value.
    ///
    /// # Errors
    ///
    /// An error of the kind [`Kind::Schema`], whose causes are all errors of the value.
    pub fn validate(&self, value: &Json) -> Result<(), Box<Error<'_>>> {
        validate::validate(&self.0, value)
    }
}

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
