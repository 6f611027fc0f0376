//! The objects that a component builds, before the pipeline has patched and validated them.

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

/// An object that a component has built, and where it is from.
#[derive(Debug)]
pub struct Built {
    manifest: Manifest,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    /// A part of the component; if it is of a kind of Kubernetes, with its type.
    Part(Option<Typed>),
    /// An object of the user's own, at this path of the values.
    Values(Vec<String>),
}

impl Built {
    /// An object of a kind of Kubernetes, which is validated by its type: reading it again for that would take ten times as
    /// long.
    ///
    /// # Errors
    ///
    /// Those of [`Manifest::of`].
    pub fn of<T: Serialize + Resource + Any + Send + Sync>(
        id: impl Into<Cow<'static, str>>,
        object: T,
    ) -> Result<Built, SerializeError> {
        let manifest = Manifest::of(id, &object)?;
        Ok(Built { manifest, origin: Origin::Part(Typed::new(object)) })
    }

    /// A custom resource.
    ///
    /// # Errors
    ///
    /// Those of [`Manifest::of`].
    pub fn custom<T: Serialize>(id: impl Into<Cow<'static, str>>, object: &T) -> Result<Built, SerializeError> {
        Ok(Built { manifest: Manifest::of(id, object)?, origin: Origin::Part(None) })
    }

    /// An object that stands in the values.
    pub fn from_values(id: impl Into<Cow<'static, str>>, node: Node, path: &[&str]) -> Built {
        let path = path.iter().map(|step| (*step).to_owned()).collect();
        Built { manifest: Manifest::new(id, node), origin: Origin::Values(path) }
    }

    /// The same object under another version of its API group: its fields are the same.
    pub fn with_version(mut self, version: &str) -> Built {
        if let Some(map) = self.manifest.node.as_map_mut() {
            map.set("apiVersion", Node::from(version));
        }
        self
    }

    /// What the pipeline takes.
    pub(super) fn object(&mut self) -> Object<'_> {
        let typed = match &self.origin {
            Origin::Part(typed) => typed.as_ref(),
            Origin::Values(_) => None,
        };
        Object { node: &mut self.manifest.node, typed, is_validated: true }
    }

    /// Says which part of the component, or which of the values, is wrong: of an object as it was built.
    pub(super) fn explain(&self, diagnostic: Diagnostic, values: &Values) -> Diagnostic {
        match &self.origin {
            // Nobody wrote the API version down, so that the part is named instead.
            Origin::Part(_) if diagnostic.rule() == check::VERSION_IS_SERVED => {
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

    /// The object, with its id.
    pub(super) fn into_manifest(self) -> Manifest {
        self.manifest
    }
}
