//! Readiness gates, scheduling gates and tolerations.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{PodReadinessGate, PodSchedulingGate, Toleration};

use super::super::common::text;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{label_key, label_value, qualified_name};

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// `conditionType` of a readiness gate must be a qualified name, like a label key.
    ///
    /// Example: `spec: {readinessGates: [{conditionType: target ready}]}`
    ///
    /// Source: `validateReadinessGates`, pkg/apis/core/validation/validation.go
    pub(super) fn readiness_gates(report: &mut Report<'_>, at: &Path<'_>, gates: &[PodReadinessGate]) {
        for (index, gate) in gates.iter().enumerate() {
            report.require(&at.index(index).field("conditionType"), qualified_name(&gate.condition_type));
        }
    },

    /// `name` of a scheduling gate must be a qualified name, like a label key, and unique within the pod.
    ///
    /// Example: `spec: {schedulingGates: [{name: wait here}]}`
    ///
    /// Source: `validateSchedulingGates`, pkg/apis/core/validation/validation.go
    pub(super) fn scheduling_gates(report: &mut Report<'_>, at: &Path<'_>, gates: &[PodSchedulingGate]) {
        let mut names = BTreeSet::new();
        for (index, gate) in gates.iter().enumerate() {
            report.require(&at.index(index), qualified_name(&gate.name));
            if !names.insert(gate.name.as_str()) {
                report.duplicate(&at.index(index), format_args!("the scheduling gate {:?}", gate.name));
            }
        }
    },

    /// A toleration without `key` must have `operator: Exists`. `operator` must be `Equal` or `Exists`; `Exists` takes
    /// no `value`. `effect` must be `NoSchedule`, `PreferNoSchedule` or `NoExecute`; `tolerationSeconds` requires
    /// `NoExecute`.
    ///
    /// Example: `spec: {tolerations: [{key: dedicated, operator: Exists, value: web}]}`
    ///
    /// Source: `ValidateTolerations`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn tolerations(report: &mut Report<'_>, at: &Path<'_>, tolerations: &[Toleration]) {
        for (index, toleration) in tolerations.iter().enumerate() {
            let at = at.index(index);
            let (at_operator, at_effect) = (at.field("operator"), at.field("effect"));
            let (key, effect) = (text(&toleration.key), text(&toleration.effect));
            let (operator, value) = (text(&toleration.operator), text(&toleration.value));
            if !key.is_empty() {
                report.require(&at.field("key"), label_key(key));
            } else if operator != "Exists" {
                report.error_with_help(
                    &at_operator,
                    format_args!("must be `Exists` when `key` is empty, found {operator:?}"),
                    "set `key`, or `operator: Exists` to tolerate all taints",
                );
            }
            if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
                report.error(
                    &at_effect,
                    format_args!("must be `NoExecute` when `tolerationSeconds` is set, found {effect:?}"),
                );
            }
            match operator {
                "" | "Equal" => report.require_in(&at_operator, &at.field("value"), label_value(value)),
                "Exists" if value.is_empty() => {}
                "Exists" => report.error_in(
                    &at_operator,
                    &at.field("value"),
                    "`value` must be empty when `operator` is `Exists`",
                ),
                _ => report.not_supported(&at_operator, operator, &["Equal", "Exists"]),
            }
            if !effect.is_empty() {
                report.one_of(&at_effect, effect, &EFFECTS);
            }
        }
    }
);
