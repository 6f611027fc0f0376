//! Deserializes typed values from a [`Node`], and reports all errors with their locations.
//!
//! serde stops at the first error. Here, an error names the node that does not match. That node is skipped and the tree
//! is read again, until there are no more errors. Unknown keys need no second pass, since a struct names its fields.

pub mod access;
mod deserializer;
mod error;
mod found;
mod parts;
mod path;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use serde::de::DeserializeOwned;

use self::deserializer::Deserializer;
use self::error::Error;
pub(super) use self::error::QUOTE;
use self::found::Found;
pub use self::parts::{PartReader, Parts};
use self::path::{Paths, address, at_same_path, node_at, path_to};
use super::{Node, Written};
use crate::diagnostic::{Diagnostic, Sources};

/// How a `null` in a list or map is handled: as in values, which people write, or as in an object, which an API server
/// reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// An error, as in values.
    Refused,
    /// The zero value of its type, as in an object. A string of digits is not an integer there either.
    Skipped,
}

/// The serde name of a newtype for text that also accepts numbers and booleans whose text YAML does not change: `tag:
/// 12`, but not `tag: 1.30`.
pub const TEXT: &str = "mkmanifests::Text";

/// At most this many diagnostics are reported per tree.
const MOST: usize = 100;

/// Deserializes a typed value from a node, and appends an error for each part that does not match to `diagnostics`
/// ([`ValueCode`](crate::diagnostic::ValueCode)).
///
/// The value then lacks these parts, so that rules can check the rest. Do not use it for anything else if diagnostics
/// were added. Returns `None` if a required part is missing.
///
/// Differs from plain serde: unknown keys of structs are errors, an integer may be a string of digits
/// (`workerReplicaCount: "4"`), a quantity may be a number, and `null` for a field is the same as an absent field.
pub fn from_node<T: DeserializeOwned>(node: &Node, nulls: Nulls, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
    read(node, None, Context::new(node, nulls), &[], diagnostics)
}

/// Deserializes a Kubernetes object as an API server does: [`from_node`] with [`Nulls::Skipped`].
///
/// `schema_fields` returns the fields of an OpenAPI schema (`JSONSchemaProps`). k8s-openapi reads "a schema or a
/// boolean" and "a schema or a list" as maps with any keys, so serde does not know them.
pub fn from_object<T: DeserializeOwned>(
    node: &Node,
    schema_fields: fn() -> &'static [&'static str],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    let schema_fields = Some(schema_fields);
    read(node, None, Context { schema_fields, ..Context::new(node, Nulls::Skipped) }, &[], diagnostics)
}

/// Deserializes values that people wrote: [`from_node`] with [`Nulls::Refused`].
///
/// `defaults` replace parts that do not match, so that a required value of the wrong type does not hide other errors.
/// `beside` are keys that the caller handles itself, which messages suggest, too. `sources` have the text of numbers,
/// so that a string such as `1.30` is not read as 1.3.
pub fn from_values<T: DeserializeOwned>(
    node: &Node,
    defaults: Option<&Node>,
    beside: &[&str],
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    read(node, defaults, Context::of_values(node, sources), beside, diagnostics)
}

fn read<'a, T: DeserializeOwned>(
    node: &'a Node,
    defaults: Option<&'a Node>,
    context: Context<'a>,
    beside: &[&str],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    let nulls = context.nulls;
    let mut found = Vec::new();
    let value = read_all(node, defaults, context, &mut found);
    diagnostics.extend(found.into_iter().map(|found| found.into_diagnostic(nulls, beside)));
    value
}

/// Deserializes a value: reads the tree again without a node that does not match, until there are no more errors.
fn read_all<'a, T: DeserializeOwned>(
    node: &'a Node,
    defaults: Option<&'a Node>,
    mut context: Context<'a>,
    all: &mut Vec<Found>,
) -> Option<T> {
    for _ in 0..MOST {
        let result = T::deserialize(Deserializer { node, context: &context });
        let found = context.found.take();
        let error = match result {
            Ok(value) => {
                all.extend(found);
                return Some(value);
            }
            Err(error) => error,
        };
        let node_with_error = error.node;
        let missing = error.missing;
        if !context.explains(&error) {
            let mut diagnostic = context.with_quote_help(error.into_diagnostic(node));
            if let Some(written) = &context.written {
                diagnostic.subject.field = written.path_as_written(node, diagnostic.field());
                if let Some(field) = missing.filter(|_| diagnostic.field().is_empty()) {
                    diagnostic = diagnostic.names_field(field);
                }
            }
            all.push(Found::Diagnostic(diagnostic));
        }
        let lacking = node_with_error.filter(|_| missing.is_some()).and_then(|wrong| path_to(node, wrong));
        let is_within = |found: &Found| lacking.as_ref().is_some_and(|path| found.is_unknown_below(path));
        // The next pass skips a node that lacks a field, and its unknown keys with it.
        let (within, found): (Vec<Found>, Vec<Found>) = found.into_iter().partition(is_within);
        all.extend(within);
        // The root cannot be skipped, and a node cannot be skipped twice.
        let instead = node_with_error.and_then(|wrong| at_same_path(node, wrong, defaults?));
        if node_with_error.is_none_or(|wrong| wrong == address(node) || context.skip.insert(wrong, instead).is_some()) {
            all.extend(found);
            return None;
        }
    }
    None
}

struct Context<'a> {
    root: &'a Node,
    nulls: Nulls,
    /// The fields of an OpenAPI schema, if there are any in the tree.
    schema_fields: Option<fn() -> &'static [&'static str]>,
    /// The text of numbers, if known.
    written: Option<Written<'a>>,
    /// Nodes that did not match in an earlier pass, by address (the tree does not move), and the node to read instead.
    skip: HashMap<usize, Option<&'a Node>>,
    found: RefCell<Vec<Found>>,
    paths: OnceCell<Paths>,
}

impl<'a> Context<'a> {
    fn new(root: &'a Node, nulls: Nulls) -> Self {
        Context {
            root,
            nulls,
            schema_fields: None,
            written: None,
            skip: HashMap::new(),
            found: RefCell::default(),
            paths: OnceCell::new(),
        }
    }

    /// Creates the context of values that people wrote in `sources`.
    fn of_values(root: &'a Node, sources: &'a Sources) -> Self {
        Context { written: Some(Written::new(sources)), ..Context::new(root, Nulls::Refused) }
    }

    /// Replaces the advice to quote a value where quotes do not help.
    fn with_quote_help(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        if let Some(written) = &self.written {
            let location = diagnostic.location;
            let is_advice = |line: &&mut String| *line == QUOTE || line.starts_with("quote it: ");
            for line in diagnostic.help.iter_mut().filter(is_advice) {
                let text = line.strip_prefix("quote it: ").map(|text| text.trim_matches('"').to_owned());
                *line = written.quote_help(location, text.as_deref());
            }
        }
        diagnostic
    }

    /// Returns whether a required field is missing only because its value was skipped, which is reported already.
    fn explains(&self, error: &Error) -> bool {
        let Some(field) = error.missing else { return false };
        let Some(parent) = error.node.and_then(|node| node_at(self.root, node)) else { return false };
        parent.get(field).is_some_and(|value| self.skip.contains_key(&address(value)))
    }
}
