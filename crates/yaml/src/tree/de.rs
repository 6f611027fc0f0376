//! From a [`Node`] to typed values, with every misfit said at its location.
//!
//! serde stops at the first error. Here an error names the node that does not fit; the node is then left out
//! and the whole is read again, until nothing more is found. Unknown keys need no second pass: a struct tells its
//! fields, so they are seen beside the rest.

pub mod access;
mod deserializer;
mod error;
mod path;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use serde::de::DeserializeOwned;

use self::deserializer::Deserializer;
use self::error::Error;
use self::path::{Paths, address, at_same_path, node_at};
use super::{Node, Written};
use crate::diagnostic::{Diagnostic, Sources};

/// What a `null` in a list or a map is; and with it, whether values are read (for people) or an object (as an API
/// server reads it).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// An error: in values, nobody means it.
    Refused,
    /// The zero value of its type, as an API server reads it; and as there, a string of digits is no integer.
    Skipped,
}

/// The name of a newtype that is text, and takes numbers and booleans that come back as they were written: `tag: 12`, but not
/// `tag: 1.30`.
pub const TEXT: &str = "mkmanifests::Text";

/// The most diagnostics told of one tree; after that the reader has enough to do.
const MOST: usize = 100;

/// Makes a typed value of a node and adds all that does not fit to `diagnostics`.
///
/// What does not fit is left out of the value, so that rules can look at the rest and tell what else is wrong; the
/// value must not be used otherwise if any diagnostic was added. There is none where too little is left of it.
///
/// Beyond what serde does by itself: unknown keys of structs are refused, an integer may be a string of digits
/// (`workerReplicaCount: "4"`), a quantity may be a number, `null` for a field is the same as leaving it out.
pub fn from_node<T: DeserializeOwned>(node: &Node, nulls: Nulls, diagnostics: &mut Vec<Diagnostic>) -> Option<T> {
    read(node, None, Context::new(node, nulls), diagnostics)
}

/// Reads an object as an API server does: [`from_node`] with [`Nulls::Skipped`].
///
/// `schema_fields` gives the fields of an OpenAPI schema. k8s-openapi reads "a schema or a boolean" and "a schema or a list" as
/// maps of any keys, so that serde cannot tell them.
pub fn from_object<T: DeserializeOwned>(
    node: &Node,
    schema_fields: fn() -> &'static [&'static str],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    let schema_fields = Some(schema_fields);
    read(node, None, Context { schema_fields, ..Context::new(node, Nulls::Skipped) }, diagnostics)
}

/// Reads values that people wrote: `defaults` replace what does not fit, so that a required value of the wrong type does not
/// hide what is wrong with the others; `beside` are keys that the caller has taken out, which messages offer too; `sources`
/// tell how numbers were written.
pub fn from_values<T: DeserializeOwned>(
    node: &Node,
    defaults: Option<&Node>,
    beside: &[&str],
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    let written = Some(Written::new(sources));
    read(node, defaults, Context { beside, written, ..Context::new(node, Nulls::Refused) }, diagnostics)
}

fn read<'a, T: DeserializeOwned>(
    node: &'a Node,
    defaults: Option<&'a Node>,
    mut context: Context<'a>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<T> {
    for _ in 0..MOST {
        let result = T::deserialize(Deserializer { node, context: &context });
        let found = context.found.take();
        let error = match result {
            Ok(value) => {
                diagnostics.extend(found);
                return Some(value);
            }
            Err(error) => error,
        };
        let misfit = error.node;
        if !context.explains(&error) {
            let mut diagnostic = error.into_diagnostic(node);
            if let Some(written) = &context.written {
                diagnostic.subject.field = written.path_as_written(node, diagnostic.field());
            }
            diagnostics.push(diagnostic);
        }
        // The root cannot be left out, and what was left out already cannot be again.
        let instead = misfit.and_then(|misfit| at_same_path(node, misfit, defaults?));
        if misfit.is_none_or(|misfit| misfit == address(node) || context.skip.insert(misfit, instead).is_some()) {
            diagnostics.extend(found);
            return None;
        }
    }
    None
}

struct Context<'a> {
    root: &'a Node,
    /// Keys that the caller knows beside those of the root's type.
    beside: &'a [&'a str],
    nulls: Nulls,
    /// The fields of an OpenAPI schema, if there are any in the tree.
    schema_fields: Option<fn() -> &'static [&'static str]>,
    /// How numbers were written, where that is known.
    written: Option<Written<'a>>,
    /// Nodes that did not fit in an earlier pass, by address (the tree does not move meanwhile), and what to read instead.
    skip: HashMap<usize, Option<&'a Node>>,
    found: RefCell<Vec<Diagnostic>>,
    paths: OnceCell<Paths>,
}

impl<'a> Context<'a> {
    fn new(root: &'a Node, nulls: Nulls) -> Self {
        Context {
            root,
            beside: &[],
            nulls,
            schema_fields: None,
            written: None,
            skip: HashMap::new(),
            found: RefCell::default(),
            paths: OnceCell::new(),
        }
    }

    /// Whether a required field is missing only because its value did not fit, which has been told.
    fn explains(&self, error: &Error) -> bool {
        let Some(field) = error.missing else { return false };
        let Some(parent) = error.node.and_then(|node| node_at(self.root, node)) else { return false };
        parent.get(field).is_some_and(|value| self.skip.contains_key(&address(value)))
    }
}
