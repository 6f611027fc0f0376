//! Checks all objects together by all rules.

use super::lint;
use super::object_diagnostic::{ObjectDiagnostic, Skipped};
use super::options::Options;
use super::ray_gates;
use super::schema::Definitions;
use super::skip::Skips;
use super::types::{object_name, of_object};
use super::validate::validate;
use mkmanifests_yaml::diagnostic::{Diagnostic, Severity};
use mkmanifests_yaml::tree::Node;

/// Checks objects by all rules: validates each by its kind and its CustomResourceDefinition, checks the feature gates that Ray
/// objects need, then lints all together. Returns all diagnostics, including skipped ones: errors of validation in the order of
/// the objects, then lint warnings.
///
/// ```
/// use mkmanifests_check::{Options, all};
/// let service = serde_json::json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
///     "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}});
/// let diagnostics = all(&[mkmanifests_yaml::tree::to_node(&service).unwrap()], &Options::default());
/// assert_eq!(diagnostics[0].diagnostic.rule(), "service/selects-pods");
/// assert!(diagnostics[0].diagnostic.is_warning());
/// ```
pub fn all(objects: &[Node], options: &Options) -> Vec<ObjectDiagnostic> {
    let definitions = Definitions::of(objects);
    let mut diagnostics = Vec::new();
    let mut annotated = Vec::with_capacity(objects.len());
    for (index, object) in objects.iter().enumerate() {
        let mut own = Vec::new();
        validate(object, options.kube_version.as_ref(), &definitions, &mut own);
        let mut of_annotations = Vec::new();
        annotated.push(Skips::of(object, &mut of_annotations));
        if !of_annotations.is_empty() {
            let name = object_name(object);
            own.extend(of_annotations.into_iter().map(|diagnostic| of_object(diagnostic, &name)));
        }
        diagnostics.extend(own.into_iter().map(|diagnostic| about(index, diagnostic)));
    }
    diagnostics
        .extend(ray_gates::all(objects, options).into_iter().map(|(index, diagnostic)| about(index, diagnostic)));
    if options.lint {
        diagnostics
            .extend(lint::check(objects, options).into_iter().map(|(index, diagnostic)| about(index, diagnostic)));
    }
    for found in &mut diagnostics {
        found.skipped = skipped(found, &annotated, &options.skips);
        if options.strict {
            found.diagnostic.severity = Severity::Error;
        }
    }
    diagnostics
}

/// Validates the custom resources among objects against the CustomResourceDefinitions among them. [`all`] does this, too.
pub fn custom_resources<'n>(objects: impl Iterator<Item = &'n Node> + Clone) -> Vec<Diagnostic> {
    let definitions = Definitions::of(objects.clone());
    let mut diagnostics = Vec::new();
    if !definitions.is_empty() {
        objects.for_each(|object| definitions.check(object, &mut diagnostics));
    }
    diagnostics
}

fn about(index: usize, diagnostic: Diagnostic) -> ObjectDiagnostic {
    ObjectDiagnostic { object: Some(index), diagnostic, skipped: None }
}

fn skipped(found: &ObjectDiagnostic, annotated: &[Skips], skips: &Skips) -> Option<Skipped> {
    let rule = found.diagnostic.rule();
    let by_annotation = found.object.and_then(|index| annotated.get(index)).and_then(|skips| skips.reason(rule));
    let (reason, by_object) =
        by_annotation.map(|reason| (reason, true)).or(skips.reason(rule).map(|reason| (reason, false)))?;
    Some(Skipped { reason: reason.to_owned(), by_object })
}
