//! Objects that a component has built, before the pipeline patches and validates them.

use std::any::Any;
use std::borrow::Cow;

use k8s_openapi::Resource;
use serde::Serialize;

use crate::check::{self, Typed};
use crate::diagnostic::{Diagnostic, FieldPath};
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
    /// A part of the component, with its type if the kind is built into Kubernetes.
    Part(Option<Typed>),
    /// An object from the values, at this path.
    Values(Vec<String>),
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
        Ok(Built { manifest, origin: Origin::Part(Typed::new(object)) })
    }

    /// Builds a custom resource.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Manifest::of`].
    pub fn custom<T: Serialize>(id: impl Into<Cow<'static, str>>, object: &T) -> Result<Built, SerializeError> {
        Ok(Built { manifest: Manifest::of(id, object)?, origin: Origin::Part(None) })
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

    /// Returns the object for the pipeline.
    pub(super) fn object(&mut self) -> Object<'_> {
        let typed = match &self.origin {
            Origin::Part(typed) => typed.as_ref(),
            Origin::Values(_) => None,
        };
        Object { node: &mut self.manifest.node, typed, is_validated: true }
    }

    /// Adds to a diagnostic about the object, before any patch, the part of the component or the value that it is about.
    pub(super) fn explain(&self, diagnostic: Diagnostic, values: &Values) -> Diagnostic {
        match &self.origin {
            // The user did not write the API version, so the message names the part instead.
            Origin::Part(_) if diagnostic.rule() == check::SERVED_VERSION => {
                Diagnostic::error(diagnostic.code().clone(), format!("`{}`: {}", self.manifest.id, diagnostic.reason))
            }
            Origin::Part(_) => diagnostic,
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
