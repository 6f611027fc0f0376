//! What lets a pod run: gates and tolerations.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{PodReadinessGate, PodSchedulingGate, Toleration};

use super::super::common::text;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{label_key, label_value};

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

rules!(
    /// A condition that a pod waits for is named as labels are.
    ///
    /// Source: `validateReadinessGates`, pkg/apis/core/validation/validation.go
    pub(super) fn readiness_gates(report: &mut Report<'_>, at: &Path<'_>, gates: &[PodReadinessGate]) {
        for (index, gate) in gates.iter().enumerate() {
            report.require(&at.index(index).field("conditionType"), label_key(&gate.condition_type));
        }
    },

    /// What holds a pod back from being scheduled is named as labels are, each once.
    ///
    /// Source: `validateSchedulingGates`, pkg/apis/core/validation/validation.go
    pub(super) fn scheduling_gates(report: &mut Report<'_>, at: &Path<'_>, gates: &[PodSchedulingGate]) {
        let mut names = BTreeSet::new();
        for (index, gate) in gates.iter().enumerate() {
            report.require(&at.index(index), label_key(&gate.name));
            if !names.insert(gate.name.as_str()) {
                report.duplicate(&at.index(index), format_args!("the gate {:?}", gate.name));
            }
        }
    },

    /// A toleration has a key or tolerates all, a value just where it compares with one, and ends after a time only where
    /// the taint drives pods away.
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
                report.error(
                    &at_operator,
                    format_args!("{operator:?} needs a `key`; without one it is `Exists`, and tolerates all"),
                );
            }
            if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
                report.error(&at_effect, format_args!("{effect:?} has no `tolerationSeconds`: only `NoExecute` has"));
            }
            match operator {
                "" | "Equal" => report.require_in(&at_operator, &at.field("value"), label_value(value)),
                "Exists" if value.is_empty() => {}
                "Exists" => report.error_in(&at_operator, &at.field("value"), "`Exists` compares with no value"),
                _ => report.not_supported(&at_operator, operator, &["Equal", "Exists"]),
            }
            if !effect.is_empty() {
                report.one_of(&at_effect, effect, &EFFECTS);
            }
        }
    }
);
