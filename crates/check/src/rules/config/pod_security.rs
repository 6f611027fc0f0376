//! The labels of a Namespace that Pod Security Admission reads.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::super::meta;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const LEVELS: [&str; 3] = ["privileged", "baseline", "restricted"];
const PREFIX: &str = "pod-security.kubernetes.io/";

/// Validates the labels of Pod Security Admission among those of a Namespace.
pub(super) fn labels(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
    for (key, value) in meta::entries(metadata.labels.as_ref()) {
        match key.strip_prefix(PREFIX) {
            Some("enforce" | "audit" | "warn") => pod_security_level(report, &at.key(key), value),
            Some("enforce-version" | "audit-version" | "warn-version") => {
                pod_security_version(report, &at.key(key), value);
            }
            _ => {}
        }
    }
}

/// Returns whether `version` is `latest`, or `v1.` and a number without leading zeros.
fn is_version(version: &str) -> bool {
    let is_minor = |minor: &str| {
        !minor.is_empty()
            && minor.bytes().all(|byte| byte.is_ascii_digit())
            && (minor == "0" || !minor.starts_with('0'))
            && minor.parse::<i32>().is_ok()
    };
    version == "latest" || version.strip_prefix("v1.").is_some_and(is_minor)
}

/// The area of the rules below.
const AREA: &str = "namespace";

rules!(
    /// The labels `pod-security.kubernetes.io/enforce`, `audit` and `warn` must be `privileged`, `baseline` or
    /// `restricted`.
    ///
    /// Example: `metadata: {labels: {pod-security.kubernetes.io/enforce: strict}}`
    ///
    /// Source: `ParseLevel`, pod-security-admission api/helpers.go
    fn pod_security_level(report: &mut Report<'_>, at: &Path<'_>, level: &str) {
        report.one_of(at, level, &LEVELS);
    },

    /// The labels `pod-security.kubernetes.io/enforce-version`, `audit-version` and `warn-version` must be `latest` or
    /// a minor version such as `v1.36`.
    ///
    /// Example: `metadata: {labels: {pod-security.kubernetes.io/enforce-version: '1.36'}}`
    ///
    /// Source: `ParseVersion`, pod-security-admission api/helpers.go
    fn pod_security_version(report: &mut Report<'_>, at: &Path<'_>, version: &str) {
        if !is_version(version) {
            report.error(at, format_args!("{version:?} must be `latest` or a minor version such as `v1.36`"));
        }
    }
);
