//! Two objects of one identity.

use super::world::{Object, World};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(super) fn check(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
    if !object.name.is_empty() {
        object_once(report, world, object);
    }
}

rules!(
    /// An object is there once: of two with one group, kind, namespace and name the later one replaces the earlier.
    ///
    /// Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
    fn object_once(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
        let same = |other: &&Object<'_>| other.group == object.group;
        let first = world.all_named(object).find(same).filter(|first| first.index < object.index);
        if let Some(first) = first {
            report.error(&Path::ROOT.field("metadata.name"), "another object has the same identity");
            report.relate(Path::ROOT.field("metadata.name").location(first.node), "it is here");
        }
    }
);
