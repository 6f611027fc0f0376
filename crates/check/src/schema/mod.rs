//! Validates custom resources against the schema of their CustomResourceDefinition, if that is among the manifests.
//!
//! In the order of an API server: unknown fields, then defaults, then values, then validation rules in CEL
//! (`x-kubernetes-validations`).

mod cel_rules;
mod defaults;
pub(super) mod format;
mod rules;
mod walk;

pub(super) use cel_rules::run as run_rules;
pub(super) use walk::resources;

use std::collections::HashMap;

use super::path::Path;
use super::report::Report;
use super::rule::Rule;
use super::types::{object_name, of_object};
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::{Kind, Node};

/// The id of the rule for values that do not have the type of their schema.
pub(super) const FIELD_TYPE: &str = "customresource/field-type";

/// Returns the rules of custom resources.
pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    [rules::RULES, cel_rules::RULES].into_iter().flatten()
}

/// The CustomResourceDefinitions among manifests, by API group and kind. [`Definitions::check`] validates an object
/// against them.
#[derive(Debug, Default)]
pub struct Definitions<'n> {
    /// By API group and kind.
    kinds: HashMap<(&'n str, &'n str), Definition<'n>>,
}

/// One version of a kind.
#[derive(Debug)]
struct Version<'n> {
    name: &'n str,
    schema: Option<&'n Node>,
    /// Whether `status` is a subresource: an API server drops it when an object is created.
    has_status: bool,
}

/// The served versions of one kind, each with its schema, and the names of the others.
#[derive(Debug, Default)]
struct Definition<'n> {
    versions: Vec<Version<'n>>,
    unserved: Vec<&'n str>,
}

impl<'n> Definitions<'n> {
    /// Collects the CustomResourceDefinitions (`apiextensions.k8s.io/v1`) among `objects`. If two define the same group and
    /// kind, the last one counts.
    pub fn of(objects: impl IntoIterator<Item = &'n Node>) -> Self {
        let mut definitions = Definitions::default();
        for object in objects {
            if let Some((group, kind, definition)) = definition(object) {
                definitions.kinds.insert((group, kind), definition);
            }
        }
        definitions
    }

    /// Returns whether there are no definitions.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Returns whether one of the definitions has a schema for the version of an object.
    pub fn defines(&self, object: &Node) -> bool {
        self.version_of(object).is_some_and(|(_, version)| version.is_some_and(|version| version.schema.is_some()))
    }

    /// Validates a custom resource as an API server does when it is created, and appends one error per broken rule to
    /// `diagnostics`. Ignores objects that none of the definitions defines.
    pub fn check(&self, object: &Node, diagnostics: &mut Vec<Diagnostic>) {
        let Some((definition, version)) = self.version_of(object) else { return };
        let mut report = Report::about(object, false);
        match version {
            Some(Version { schema: Some(schema), has_status, .. }) => {
                validate(&mut report, object, schema, *has_status)
            }
            Some(_) => {}
            None => {
                let version = text(object, "apiVersion").rsplit_once('/').map_or("", |(_, version)| version);
                rules::served_version(&mut report, &Path::ROOT.field("apiVersion"), version, definition);
            }
        }
        let found = report.into_diagnostics();
        if !found.is_empty() {
            let name = object_name(object);
            diagnostics.extend(found.into_iter().map(|diagnostic| of_object(diagnostic, &name)));
        }
    }

    /// Returns the definition of an object, and of its version if that is served.
    fn version_of<'a>(&'a self, object: &'a Node) -> Option<(&'a Definition<'a>, Option<&'a Version<'a>>)> {
        if self.is_empty() {
            return None;
        }
        let (group, version) = text(object, "apiVersion").rsplit_once('/')?;
        let definition = self.kinds.get(&(group, text(object, "kind")))?;
        Some((definition, definition.versions.iter().find(|known| known.name == version)))
    }
}

fn text<'o>(object: &'o Node, key: &str) -> &'o str {
    object.get(key).and_then(Node::as_str).unwrap_or_default()
}

/// Validates an object as an API server does when it is created.
fn validate(report: &mut Report<'_>, object: &Node, schema: &Node, has_status: bool) {
    walk::fields(report, object, schema);
    let mut object = object.clone();
    if has_status && let Kind::Map(map) = &mut object.kind {
        map.remove("status");
    }
    defaults::apply(&mut object, schema);
    walk::values(report, &object, schema);
    if report.is_empty() {
        cel_rules::root(report, &object, schema);
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
        if version.get("served").is_some_and(|served| served.kind == mkmanifests_yaml::tree::Kind::Bool(false)) {
            definition.unserved.push(name);
        } else {
            let schema = version.find(["schema", "openAPIV3Schema"]);
            let has_status = version.find(["subresources", "status"]).is_some_and(|status| !status.is_null());
            definition.versions.push(Version { name, schema, has_status });
        }
    }
    Some((text(&["spec", "group"])?, text(&["spec", "names", "kind"])?, definition))
}
