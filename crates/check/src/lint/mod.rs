//! Lint rules: what an API server accepts and a person would not, such as a Service that selects nothing. They look at
//! all objects together, and report warnings.

mod autoscaling;
mod backends;
mod budgets;
mod built_in;
mod claims;
mod containers;
mod generated;
mod identity;
mod index;
mod ingresses;
mod irsa;
mod operators;
mod pod_references;
mod pods;
mod ray;
mod ray_jobs;
mod roles;
mod services;
mod versions;
mod workloads;

use self::index::{Index, Object, is_cluster_scoped};
use super::EXTERNAL;
use super::annotation::{annotation, in_annotation};
use super::external::External;
use super::options::Options;
use super::path::Path;
use super::reading::EXTERNAL_ANNOTATION;
use super::report::Report;
use super::rule::Rule;
use super::types::{object_name, of_object};
use mkmanifests_yaml::diagnostic::{Code, Diagnostic, Severity, did_you_mean};
use mkmanifests_yaml::tree::Node;

/// Returns all lint rules, in the order of the files.
pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        autoscaling::RULES,
        backends::RULES,
        budgets::RULES,
        claims::RULES,
        containers::RULES,
        identity::RULES,
        ingresses::RULES,
        irsa::RULES,
        pod_references::RULES,
        ray::RULES,
        ray_jobs::RULES,
        roles::RULES,
        services::RULES,
        versions::RULES,
        workloads::RULES,
    ];
    files.into_iter().flatten()
}

/// Lints objects together. Returns each warning with the index of its object.
pub(super) fn check(objects: &[Node], options: &Options) -> Vec<(usize, Diagnostic)> {
    let mut diagnostics = Vec::new();
    let own: Vec<External> =
        objects.iter().enumerate().map(|(at, object)| external(at, object, &mut diagnostics)).collect();
    let index = Index::new(objects, own, options);
    for (at, object) in index.objects.iter().enumerate() {
        let mut report = Report::about(object.node, false);
        one(&mut report, &index, object);
        let found = report.into_diagnostics();
        if !found.is_empty() {
            let name = object_name(object.node);
            let warning = |diagnostic| Diagnostic { severity: Severity::Warning, ..of_object(diagnostic, &name) };
            diagnostics.extend(found.into_iter().map(|diagnostic| (at, warning(diagnostic))));
        }
    }
    diagnostics
}

fn one(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    identity::check(report, index, object);
    versions::check(report, object);
    services::check(report, index, object);
    backends::check(report, index, object);
    budgets::check(report, index, object);
    workloads::check(report, index, object);
    autoscaling::check(report, index, object);
    pod_references::check(report, index, object);
    ray_jobs::check(report, index, object);
    ingresses::check(report, index, object);
    claims::check(report, index, object);
    roles::check(report, index, object);
    irsa::check(report, index, object);
    containers::check(report, index, object);
    ray::check(report, object);
}

/// Reports that a referenced object does not exist, with the most similar name.
fn not_found(report: &mut Report<'_>, index: &Index<'_>, at: &Path<'_>, kind: &str, namespace: &str, name: &str) {
    let message = match is_cluster_scoped(kind) {
        true => format!("{kind} `{name}` not found"),
        false => format!("{kind} `{name}` not found in namespace `{namespace}`"),
    };
    let help = match index.nearest(name, kind, namespace) {
        Some(near) => did_you_mean(near),
        None => {
            format!(
                "if it is created elsewhere, annotate this object with `{EXTERNAL}: {kind}/{name}`, or use `--external {kind}/{name}` of `mkmanifests check`"
            )
        }
    };
    report.error_with_help(at, message, help);
}

/// Reports that the selector of an object matches no pods.
fn selects_nothing(report: &mut Report<'_>, object: &Object<'_>) {
    let message = format!("matches no pods in namespace `{}`", object.namespace);
    let help = format!(
        "compare it with the labels of the pods; if the pods are created elsewhere, annotate this object with `{EXTERNAL}: Pod/*`, or use `--external 'Pod/*'` of `mkmanifests check`"
    );
    report.error_with_help(&Path::ROOT.field("spec.selector"), message, help);
}

/// Returns the external objects that the annotation of an object declares.
fn external(at: usize, object: &Node, diagnostics: &mut Vec<(usize, Diagnostic)>) -> External {
    let mut external = External::default();
    if let Some(entry) = annotation(object, EXTERNAL) {
        for message in external.add_all(entry.value.as_str().unwrap_or_default()) {
            let diagnostic = in_annotation(
                Diagnostic::error(Code::Rule(EXTERNAL_ANNOTATION), message),
                EXTERNAL_ANNOTATION,
                EXTERNAL,
                entry,
            );
            diagnostics.push((at, of_object(diagnostic, &object_name(object))));
        }
    }
    external
}
