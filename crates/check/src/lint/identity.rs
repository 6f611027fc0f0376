//! Lint rule of objects with the same identity.

use super::index::{Index, Object};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    if !object.name.is_empty() {
        unique_name(report, index, object);
    }
}

/// The area of the rules below.
const AREA: &str = "object";

rules!(
    /// No two objects may have the same API group, kind, namespace and name. The later one replaces the earlier one.
    ///
    /// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
    fn unique_name(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
        let same = |other: &&Object<'_>| other.group == object.group;
        let first = index.all_named(object).find(same).filter(|first| first.index < object.index);
        if let Some(first) = first {
            let message = format!("duplicate object: {} already exists and would be replaced", object.title());
            report.error(&Path::ROOT.field("metadata.name"), message);
            report.relate(Path::ROOT.field("metadata.name").location(first.node), "the first one");
        }
    }
);
