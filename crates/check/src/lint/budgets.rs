//! Lint rules of PodDisruptionBudgets.

use super::index::{Index, Object};
use crate::manifest::Selector;
use crate::report::Report;
use crate::rule::rules;

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    if (object.group, object.kind) == ("policy", "PodDisruptionBudget") {
        selects_pods(report, index, object);
    }
}

/// The area of the rules below.
const AREA: &str = "poddisruptionbudget";

rules!(
    /// The selector of a PodDisruptionBudget must match the labels of at least one pod among the rendered objects.
    /// Otherwise it protects nothing.
    ///
    /// Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    fn selects_pods(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
        let Some(node) = object.at("spec.selector").filter(|node| !node.is_null()) else { return };
        let none = index.selected(object.namespace, &Selector::of_node(node)).next().is_none();
        if none
            && index.compared_all()
            && !index.is_external(object, "Pod", object.namespace, "*")
            && node.as_map().is_some()
        {
            super::selects_nothing(report, object);
        }
    }
);
