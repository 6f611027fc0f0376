//! What no API server tells: objects held beside one another. Everything here is a warning.

mod autoscaling;
mod containers;
mod identity;
mod irsa;
mod made;
mod names;
mod pods;
mod references;
mod roles;
mod selectors;
mod services;
mod world;

use self::world::{Object, World};
use super::annotation::{annotation, in_annotation};
use super::external::External;
use super::options::Options;
use super::reading::EXTERNAL_IS_NAMED;
use super::report::Report;
use super::rule::Rule;
use super::types::{object_name, of_object};
use mkmanifests_yaml::diagnostic::{Code, Diagnostic, Severity};
use mkmanifests_yaml::tree::Node;

/// Every rule, file by file.
pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        autoscaling::RULES,
        containers::RULES,
        identity::RULES,
        irsa::RULES,
        references::RULES,
        roles::RULES,
        selectors::RULES,
        services::RULES,
    ];
    files.into_iter().flatten()
}

/// What is wrong with objects beside one another, each finding with the index of its object.
pub(super) fn check(objects: &[Node], options: &Options) -> Vec<(usize, Diagnostic)> {
    let mut diagnostics = Vec::new();
    let own: Vec<External> =
        objects.iter().enumerate().map(|(at, object)| external(at, object, &mut diagnostics)).collect();
    let world = World::new(objects, own, options);
    for (at, object) in world.objects.iter().enumerate() {
        let mut report = Report::about(object.node, false);
        one(&mut report, &world, object);
        let found = report.into_diagnostics();
        if !found.is_empty() {
            let name = object_name(object.node);
            let warning = |diagnostic| Diagnostic { severity: Severity::Warning, ..of_object(diagnostic, &name) };
            diagnostics.extend(found.into_iter().map(|diagnostic| (at, warning(diagnostic))));
        }
    }
    diagnostics
}

fn one(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
    identity::check(report, world, object);
    services::check(report, world, object);
    selectors::check(report, world, object);
    autoscaling::check(report, world, object);
    references::check(report, world, object);
    roles::check(report, world, object);
    irsa::check(report, world, object);
    containers::check(report, world, object);
}

/// The objects that one says are made elsewhere.
fn external(at: usize, object: &Node, diagnostics: &mut Vec<(usize, Diagnostic)>) -> External {
    let mut external = External::default();
    if let Some(entry) = annotation(object, super::EXTERNAL) {
        for message in external.add_all(entry.value.as_str().unwrap_or_default()) {
            let diagnostic = in_annotation(
                Diagnostic::error(Code::Rule(EXTERNAL_IS_NAMED), message),
                EXTERNAL_IS_NAMED,
                super::EXTERNAL,
                entry,
            );
            diagnostics.push((at, of_object(diagnostic, &object_name(object))));
        }
    }
    external
}
