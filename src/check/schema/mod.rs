//! Custom resources, held to the OpenAPI schema of their CustomResourceDefinition where that is among the manifests.
//!
//! As an API server does it: fields that the schema does not have, then defaults, then the values. Rules in CEL
//! (`x-kubernetes-validations`) are not run, and of the formats only those of [`format`] are looked at.

mod format;
mod rules;
mod walk;

use std::collections::HashMap;

pub(super) use self::rules::RULES;
use super::path::Path;
use super::report::Report;
use super::types::{title, titled};
use crate::problem::Problem;
use crate::tree::Node;

/// The CustomResourceDefinitions among manifests, to hold custom resources to.
#[derive(Debug, Default)]
pub struct Definitions<'n> {
    /// By group and kind.
    kinds: HashMap<(&'n str, &'n str), Definition<'n>>,
}

/// The versions of one kind, each with its schema.
#[derive(Debug, Default)]
struct Definition<'n> {
    versions: Vec<(&'n str, Option<&'n Node>)>,
    unserved: Vec<&'n str>,
}

impl<'n> Definitions<'n> {
    /// Those of `apiextensions.k8s.io/v1`.
    pub fn of(objects: impl IntoIterator<Item = &'n Node>) -> Self {
        let mut definitions = Definitions::default();
        for object in objects {
            if let Some((group, kind, definition)) = definition(object) {
                definitions.kinds.insert((group, kind), definition);
            }
        }
        definitions
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// What is wrong with a custom resource that one of them defines.
    pub fn check(&self, object: &Node, problems: &mut Vec<Problem>) {
        let text = |key| object.get(key).and_then(Node::as_str).unwrap_or_default();
        let Some((group, version)) = text("apiVersion").rsplit_once('/') else { return };
        let Some(definition) = self.kinds.get(&(group, text("kind"))) else { return };
        let mut report = Report::about(object, false);
        match definition.versions.iter().find(|(name, _)| *name == version) {
            Some((_, Some(schema))) => walk::root(&mut report, object, schema),
            Some((_, None)) => {}
            None => rules::custom_version_is_served(&mut report, &Path::ROOT.field("apiVersion"), version, definition),
        }
        let found = report.into_problems();
        if !found.is_empty() {
            let title = title(object);
            problems.extend(found.into_iter().map(|problem| titled(problem, &title)));
        }
    }
}

fn definition(object: &Node) -> Option<(&str, &str, Definition<'_>)> {
    let text = |path: &[&str]| object.find(path.iter().copied()).and_then(Node::as_str);
    if text(&["kind"])? != "CustomResourceDefinition" || text(&["apiVersion"])? != "apiextensions.k8s.io/v1" {
        return None;
    }
    let mut definition = Definition::default();
    for version in object.find(["spec", "versions"])?.as_seq()? {
        let Some(name) = version.get("name").and_then(Node::as_str) else { continue };
        if version.get("served").is_some_and(|served| served.kind == crate::tree::Kind::Bool(false)) {
            definition.unserved.push(name);
        } else {
            definition.versions.push((name, version.find(["schema", "openAPIV3Schema"])));
        }
    }
    Some((text(&["spec", "group"])?, text(&["spec", "names", "kind"])?, definition))
}
