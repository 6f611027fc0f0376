//! The autoscaler: its version, options and restart policies.

use mkmanifests_kuberay::names::env::{ENABLE_AUTOSCALER_V2, KUBERAY_GEN_AUTOSCALER_START_CMD};
use mkmanifests_kuberay::{AutoscalerOptions, RayClusterSpec};

use super::super::common::{not_negative, text};
use super::read::{self, Group};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates what concerns the autoscaler; `at` is the path of the cluster's spec.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
    autoscaler_variable(report, &at.field("headGroupSpec.template.spec.containers").index(0).field("env"), spec);
    if read::has_autoscaler(spec) && read::autoscaler_version(spec) == "v2" {
        read::each_group(spec, at, |at, group| {
            restart_policy(report, &at.field("template.spec.restartPolicy"), group);
        });
    }
    if let Some(options) = &spec.autoscaler_options {
        let at = at.field("autoscalerOptions");
        autoscaler_version(report, &at.field("version"), options);
        upscaling_mode(report, &at.field("upscalingMode"), options);
        autoscaler_idle_timeout(report, &at.field("idleTimeoutSeconds"), options);
        no_autoscaler_start_command(report, &at.field("env"), options);
    }
}

/// The area of the rules below.
const AREA: &str = "raycluster";

rules!(
    /// The head may not set `RAY_enable_autoscaler_v2` to `1` or `true` without `enableInTreeAutoscaling: true`, nor set
    /// it together with `autoscalerOptions.version`.
    ///
    /// Example: `spec: {headGroupSpec: {template: {spec: {containers: [{name: ray-head, image: "rayproject/ray:2.60.0", env: [{name: RAY_enable_autoscaler_v2, value: "1"}]}]}}}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn autoscaler_variable(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
        let Some((index, variable)) = read::head_variable(spec, ENABLE_AUTOSCALER_V2) else { return };
        let at = at.index(index);
        if !read::has_autoscaler(spec) {
            if read::is_on(variable) {
                report.error_with_help(
                    &at,
                    format_args!("`{ENABLE_AUTOSCALER_V2}` is on, but `enableInTreeAutoscaling` is not true"),
                    "set `enableInTreeAutoscaling: true` and `autoscalerOptions.version: v2`",
                );
            }
        } else if !read::autoscaler_version(spec).is_empty() {
            report.error_with_help(
                &at,
                format_args!("`{ENABLE_AUTOSCALER_V2}` and `autoscalerOptions.version` are mutually exclusive"),
                "remove the variable",
            );
        }
    },

    /// With version 2 of the autoscaler, `restartPolicy` of the head and of the workers must be `Never` or unset.
    ///
    /// Example: `spec: {enableInTreeAutoscaling: true, autoscalerOptions: {version: v2}, headGroupSpec: {template: {spec: {restartPolicy: Always}}}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn restart_policy(report: &mut Report<'_>, at: &Path<'_>, group: Group<'_>) {
        let policy = group.template.spec.as_ref().map_or("", |spec| text(&spec.restart_policy));
        if !matches!(policy, "" | "Never") {
            report.error_with_help(
                at,
                format_args!("must be `Never` or unset with version 2 of the autoscaler, found {policy:?}"),
                "remove it: the operator sets `Never`",
            );
        }
    },

    /// `autoscalerOptions.version` must be `v1` or `v2`.
    ///
    /// Example: `spec: {autoscalerOptions: {version: "2"}}`
    ///
    /// Source: `AutoscalerVersion`, ray-operator/apis/ray/v1/raycluster_types.go
    fn autoscaler_version(report: &mut Report<'_>, at: &Path<'_>, options: &AutoscalerOptions) {
        if let Some(version) = &options.version {
            report.one_of(at, version, &["v1", "v2"]);
        }
    },

    /// `autoscalerOptions.upscalingMode` must be `Default`, `Aggressive` or `Conservative`.
    ///
    /// Example: `spec: {autoscalerOptions: {upscalingMode: Fast}}`
    ///
    /// Source: `UpscalingMode`, ray-operator/apis/ray/v1/raycluster_types.go
    fn upscaling_mode(report: &mut Report<'_>, at: &Path<'_>, options: &AutoscalerOptions) {
        if let Some(mode) = &options.upscaling_mode {
            report.one_of(at, mode, &["Aggressive", "Conservative", "Default"]);
        }
    },

    /// `autoscalerOptions.idleTimeoutSeconds` must be 0 or more.
    ///
    /// Example: `spec: {autoscalerOptions: {idleTimeoutSeconds: -1}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn autoscaler_idle_timeout(report: &mut Report<'_>, at: &Path<'_>, options: &AutoscalerOptions) {
        not_negative(report, at, options.idle_timeout_seconds.unwrap_or_default());
    },

    /// `autoscalerOptions.env` may not set `KUBERAY_GEN_AUTOSCALER_START_CMD`, which the operator sets.
    ///
    /// Example: `spec: {autoscalerOptions: {env: [{name: KUBERAY_GEN_AUTOSCALER_START_CMD, value: sleep 1}]}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn no_autoscaler_start_command(report: &mut Report<'_>, at: &Path<'_>, options: &AutoscalerOptions) {
        if let Some((index, _)) = read::variable(&options.env, KUBERAY_GEN_AUTOSCALER_START_CMD) {
            report.error_with_help(
                &at.index(index),
                format_args!("the operator sets `{KUBERAY_GEN_AUTOSCALER_START_CMD}`"),
                "set `autoscalerOptions.command` and `args` to run another command",
            );
        }
    }
);
