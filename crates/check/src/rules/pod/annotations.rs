//! Annotations that Kubernetes interprets on pods.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{AppArmorProfile, PodSpec, SeccompProfile, Toleration};

use super::super::common::text;
use super::{each_container, scheduling, sources};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

type Annotations = BTreeMap<String, String>;

const MIRROR: &str = "kubernetes.io/config.mirror";
const TOLERATIONS: &str = "scheduler.alpha.kubernetes.io/tolerations";
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";
const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// Validates the annotations of a Pod or of a pod template.
pub(super) fn of_pod(report: &mut Report<'_>, at: &Path<'_>, annotations: Option<&Annotations>, spec: &PodSpec) {
    let Some(annotations) = annotations else { return };
    mirror_node_name(report, at, annotations, spec);
    tolerations_annotation(report, at, annotations);
    deletion_cost(report, at, annotations);
    seccomp_annotation(report, at, annotations);
    app_armor_annotation(report, at, annotations, spec);
}

/// Validates that seccomp and AppArmor annotations agree with the fields of the security contexts.
pub(super) fn match_fields(report: &mut Report<'_>, at: &Path<'_>, annotations: &Annotations, spec: &PodSpec) {
    if annotations.keys().any(|key| key.starts_with("seccomp.") || key.starts_with("container.")) {
        seccomp_annotation_matches_field(report, at, annotations, spec);
        if spec.os.as_ref().is_none_or(|os| os.name != "windows") {
            app_armor_annotation_matches_field(report, at, annotations, spec);
        }
    }
}

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// A Pod with the annotation `kubernetes.io/config.mirror` must set `nodeName`.
    ///
    /// Example: `metadata: {annotations: {kubernetes.io/config.mirror: "1"}}`
    ///
    /// Source: `ValidatePodSpecificAnnotations`, pkg/apis/core/validation/validation.go
    fn mirror_node_name(report: &mut Report<'_>, at: &Path<'_>, annotations: &Annotations, spec: &PodSpec) {
        if annotations.contains_key(MIRROR) && text(&spec.node_name).is_empty() {
            report.error(&at.key(MIRROR), "a mirror pod requires `spec.nodeName`");
        }
    },

    /// The annotation `scheduler.alpha.kubernetes.io/tolerations` must be a JSON list of tolerations.
    ///
    /// Example: `metadata: {annotations: {scheduler.alpha.kubernetes.io/tolerations: none}}`
    ///
    /// Source: `ValidateTolerationsInPodAnnotations`, pkg/apis/core/validation/validation.go
    fn tolerations_annotation(report: &mut Report<'_>, at: &Path<'_>, annotations: &Annotations) {
        let Some(written) = annotations.get(TOLERATIONS).filter(|written| !written.is_empty()) else { return };
        match serde_json::from_str::<Vec<Toleration>>(written) {
            Ok(tolerations) => scheduling::tolerations(report, &at.field(TOLERATIONS), &tolerations),
            Err(error) => report.error_in(
                at,
                &at.key(TOLERATIONS),
                format_args!("`{TOLERATIONS}` is not a JSON list of tolerations: {error}"),
            ),
        }
    },

    /// The annotation `controller.kubernetes.io/pod-deletion-cost` must be a 32-bit integer without `+` or leading
    /// zeros.
    ///
    /// Example: `metadata: {annotations: {controller.kubernetes.io/pod-deletion-cost: high}}`
    ///
    /// Source: `GetDeletionCostFromPodAnnotations`, pkg/apis/core/helper/helpers.go
    fn deletion_cost(report: &mut Report<'_>, at: &Path<'_>, annotations: &Annotations) {
        let Some(written) = annotations.get(DELETION_COST) else { return };
        let has_form = match written.as_bytes() {
            [b'0'] | [b'-', ..] => true,
            [first, ..] => (b'1'..=b'9').contains(first),
            [] => false,
        };
        if !has_form || written.parse::<i32>().is_err() {
            report.error(
                &at.key(DELETION_COST),
                format_args!("{written:?} is not a 32-bit integer without `+` or leading zeros"),
            );
        }
    },

    /// A seccomp annotation must be `runtime/default`, `docker/default`, `unconfined` or `localhost/` followed by a
    /// path below the profile directory.
    ///
    /// Example: `metadata: {annotations: {seccomp.security.alpha.kubernetes.io/pod: default}}`
    ///
    /// Source: `ValidateSeccompPodAnnotations`, pkg/apis/core/validation/validation.go
    fn seccomp_annotation(report: &mut Report<'_>, at: &Path<'_>, annotations: &Annotations) {
        let named = |key: &str| key == SECCOMP_POD || key.starts_with(SECCOMP_CONTAINER);
        for (key, profile) in annotations.iter().filter(|(key, _)| named(key)) {
            match profile.strip_prefix("localhost/") {
                Some(path) => report.require(&at.field(key), sources::descending_path(path)),
                None => report.one_of(&at.field(key), profile, &["runtime/default", "docker/default", "unconfined"]),
            }
        }
    },

    /// An AppArmor annotation must name a container of the pod, and its value must be `runtime/default`, `unconfined`
    /// or `localhost/` followed by a profile name.
    ///
    /// Example: `metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/app: default}}`
    ///
    /// Source: `ValidateAppArmorPodAnnotations`, pkg/apis/core/validation/validation.go
    fn app_armor_annotation(report: &mut Report<'_>, at: &Path<'_>, annotations: &Annotations, spec: &PodSpec) {
        for (key, profile) in annotations {
            let Some(container) = key.strip_prefix(APP_ARMOR) else { continue };
            let mut exists = false;
            each_container(spec, at, |_, each| exists |= each.name == container);
            if !exists {
                report.error(&at.key(key), format_args!("the pod has no container `{container}`"));
            }
            let is_known = matches!(profile.as_str(), "" | "runtime/default" | "unconfined");
            if !is_known && !profile.starts_with("localhost/") {
                report.not_supported(&at.key(key), profile, &["runtime/default", "unconfined", "localhost/..."]);
            }
        }
    },

    /// A seccomp annotation must agree with `securityContext.seccompProfile` where both are set.
    ///
    /// Source: `validateSeccompAnnotationsAndFields`, pkg/apis/core/validation/validation.go
    fn seccomp_annotation_matches_field(
        report: &mut Report<'_>,
        at: &Path<'_>,
        annotations: &Annotations,
        spec: &PodSpec,
    ) {
        let field = "securityContext.seccompProfile";
        let profile = spec.security_context.as_ref().and_then(|security| security.seccomp_profile.as_ref());
        if let (Some(profile), Some(written)) = (profile, annotations.get(SECCOMP_POD)) {
            same_seccomp(report, &at.field(field), written, profile);
        }
        each_container(spec, at, |at, container| {
            let profile = container.security_context.as_ref().and_then(|security| security.seccomp_profile.as_ref());
            let written = annotations.get(&format!("{SECCOMP_CONTAINER}{}", container.name));
            if let (Some(profile), Some(written)) = (profile, written) {
                same_seccomp(report, &at.field(field), written, profile);
            }
        });
    },

    /// An AppArmor annotation must agree with `securityContext.appArmorProfile` where both are set.
    ///
    /// Source: `validateAppArmorAnnotationsAndFieldsMatchOnCreate`, pkg/apis/core/validation/validation.go
    fn app_armor_annotation_matches_field(
        report: &mut Report<'_>,
        at: &Path<'_>,
        annotations: &Annotations,
        spec: &PodSpec,
    ) {
        let of_pod = spec.security_context.as_ref().and_then(|security| security.app_armor_profile.as_ref());
        each_container(spec, at, |at, container| {
            let own = container.security_context.as_ref().and_then(|security| security.app_armor_profile.as_ref());
            let written = annotations.get(&format!("{APP_ARMOR}{}", container.name));
            if let (Some(profile), Some(written)) = (own.or(of_pod), written) {
                same_app_armor(report, &at.field("securityContext.appArmorProfile"), written, profile);
            }
        });
    }
);

fn same_seccomp(report: &mut Report<'_>, at: &Path<'_>, written: &str, profile: &SeccompProfile) {
    let allowed: &[&str] = match profile.type_.as_str() {
        "Unconfined" => &["unconfined"],
        "RuntimeDefault" => &["runtime/default", "docker/default"],
        "Localhost" => return same_path(report, at, written, profile.localhost_profile.as_deref()),
        _ => return,
    };
    if !allowed.contains(&written) {
        report.forbidden(&at.field("type"), format_args!("it differs from the annotation {written:?}"));
    }
}

fn same_app_armor(report: &mut Report<'_>, at: &Path<'_>, written: &str, profile: &AppArmorProfile) {
    let allowed = match profile.type_.as_str() {
        "Unconfined" => "unconfined",
        "RuntimeDefault" => "runtime/default",
        "Localhost" => return same_path(report, at, written, profile.localhost_profile.as_deref()),
        _ => return,
    };
    if written != allowed {
        report.forbidden(&at.field("type"), format_args!("it differs from the annotation {written:?}"));
    }
}

fn same_path(report: &mut Report<'_>, at: &Path<'_>, written: &str, profile: Option<&str>) {
    match written.strip_prefix("localhost/") {
        None => report.forbidden(&at.field("type"), format_args!("it differs from the annotation {written:?}")),
        path if path == profile => {}
        _ => {
            report.forbidden(&at.field("localhostProfile"), format_args!("it differs from the annotation {written:?}"))
        }
    }
}
