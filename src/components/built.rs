//! Objects that a component has built, before the pipeline patches and validates them.

use std::any::Any;
use std::borrow::Cow;

use k8s_openapi::Resource;
use serde::Serialize;

use crate::check::{self, Typed};
use crate::diagnostic::{Diagnostic, FieldPath, Step};
use crate::manifest::Manifest;
use crate::pipeline::Object;
use crate::tree::{Node, SerializeError};
use crate::values::Values;

/// An object that a component has built, and its origin.
#[derive(Debug)]
pub struct Built {
    manifest: Manifest,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    /// A part of the component, with its type if that can be validated.
    Part(Option<Typed>, SetBy),
    /// An object from the values, at this path.
    Values(Vec<String>),
}

/// The values that fields of an object come from.
#[derive(Debug, Default)]
struct SetBy(Vec<(FieldPath, FieldPath)>);

impl SetBy {
    /// Sets the location of a diagnostic to that of the value that its field comes from.
    fn locate(&self, diagnostic: Diagnostic, values: &Values) -> Diagnostic {
        let steps = diagnostic.field().steps();
        let fields = self.0.iter().filter(|(field, _)| steps.starts_with(field.steps()));
        let Some((field, value)) = fields.max_by_key(|(field, _)| field.steps().len()) else { return diagnostic };
        let path: Vec<String> = value.steps().iter().chain(&steps[field.steps().len()..]).map(name).collect();
        let nodes =
            (1..=path.len()).rev().filter_map(|length| values.root.find(path[..length].iter().map(String::as_str)));
        let location = nodes.map(|node| node.location).find(|location| location.is_known());
        match location {
            Some(location) => diagnostic.at(location),
            None => diagnostic,
        }
    }
}

/// Returns a step as a key of values.
fn name(step: &Step) -> String {
    match step {
        Step::Field(name) | Step::Key(name) => name.clone(),
        Step::Index(index) => index.to_string(),
    }
}

impl Built {
    /// Builds an object of a built-in kind. It is validated as its type; reading it again for that would take ten times as long.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Manifest::of`].
    pub fn of<T: Serialize + Resource + Any + Send + Sync>(
        id: impl Into<Cow<'static, str>>,
        object: T,
    ) -> Result<Built, SerializeError> {
        let manifest = Manifest::of(id, &object)?;
        Ok(Built { manifest, origin: Origin::Part(Typed::new(object), SetBy::default()) })
    }

    /// Builds a custom resource.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Manifest::of`].
    pub fn custom<T: Serialize>(id: impl Into<Cow<'static, str>>, object: &T) -> Result<Built, SerializeError> {
        Ok(Built { manifest: Manifest::of(id, object)?, origin: Origin::Part(None, SetBy::default()) })
    }

    /// Builds an object that the values contain.
    pub fn from_values(id: impl Into<Cow<'static, str>>, node: Node, path: &[&str]) -> Built {
        let path = path.iter().map(|step| (*step).to_owned()).collect();
        Built { manifest: Manifest::new(id, node), origin: Origin::Values(path) }
    }

    /// Sets another version of the API group, in which the fields are the same.
    pub fn with_version(mut self, version: &str) -> Built {
        if let Some(map) = self.manifest.node.as_map_mut() {
            map.set("apiVersion", Node::from(version));
        }
        self
    }

    /// Sets which values the fields of the object come from: the path of a field, and that of the value. What is below the field
    /// is below the value.
    pub(super) fn set_by(mut self, fields: Vec<(FieldPath, FieldPath)>) -> Built {
        if let Origin::Part(_, set_by) = &mut self.origin {
            set_by.0 = fields;
        }
        self
    }

    /// Returns the object.
    pub(super) fn node(&self) -> &Node {
        &self.manifest.node
    }

    /// Returns the object for the pipeline.
    pub(super) fn object(&mut self) -> Object<'_> {
        let typed = match &self.origin {
            Origin::Part(typed, _) => typed.as_ref(),
            Origin::Values(_) => None,
        };
        Object { node: &mut self.manifest.node, typed, is_validated: true }
    }

    /// Adds to a diagnostic about the object, before any patch, the part of the component or the value that it is about.
    pub(super) fn explain(&self, diagnostic: Diagnostic, values: &Values) -> Diagnostic {
        match &self.origin {
            // The user did not write the API version, so the message names the part instead.
            Origin::Part(..) if diagnostic.rule() == check::SERVED_VERSION => {
                Diagnostic::error(diagnostic.code().clone(), format!("`{}`: {}", self.manifest.id, diagnostic.reason))
            }
            Origin::Part(_, set_by) => set_by.locate(diagnostic, values),
            Origin::Values(path) => {
                let node = values.root.find(path.iter().map(String::as_str));
                let location = node.map_or(diagnostic.location, |node| node.location);
                let field = FieldPath::from_steps(path.iter().map(String::as_str));
                Diagnostic::error(diagnostic.code().clone(), diagnostic.message()).in_field(field).at(location)
            }
        }
    }

    /// Returns the object with its id.
    pub(super) fn into_manifest(self) -> Manifest {
        self.manifest
    }
}
