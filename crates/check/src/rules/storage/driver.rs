//! CSIDrivers.

use k8s_openapi::api::storage::v1::{CSIDriver, CSIDriverSpec, TokenRequest};

use super::super::common::{duplicates, list, text};
use super::super::meta;
use super::super::names::Name;
use super::sources::csi_driver_name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(crate) fn validate(object: &CSIDriver, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let name = text(&object.metadata.name);
    if !name.is_empty() {
        // An API server leaves `metadata` out here.
        csi_driver_name(report, &Path::ROOT.field("name"), &Path::ROOT.field("metadata.name"), name);
    }
    let at = Path::ROOT.field("spec");
    valid_fields(report, &at, &object.spec);
    token_requests(report, &at, &object.spec);
}

/// The area of the rules below.
const AREA: &str = "csidriver";

rules!(
    /// `fsGroupPolicy` must be `File`, `None` or `ReadWriteOnceWithFSType`, `volumeLifecycleModes` `Persistent` or
    /// `Ephemeral`, and `nodeAllocatableUpdatePeriodSeconds` at least 10.
    ///
    /// Example: `spec: {fsGroupPolicy: Always}`
    ///
    /// Source: `validateCSIDriverSpec`, pkg/apis/storage/validation/validation.go
    fn valid_fields(report: &mut Report<'_>, at: &Path<'_>, spec: &CSIDriverSpec) {
        if let Some(policy) = &spec.fs_group_policy {
            report.one_of(&at.field("fsGroupPolicy"), policy, &["File", "None", "ReadWriteOnceWithFSType"]);
        }
        for mode in list(&spec.volume_lifecycle_modes) {
            report.one_of(&at.field("volumeLifecycleModes"), mode, &["Ephemeral", "Persistent"]);
        }
        if let Some(seconds) = spec.node_allocatable_update_period_seconds.filter(|seconds| *seconds < 10) {
            let at = at.field("nodeAllocatableUpdatePeriodSeconds");
            report.error(&at, format_args!("must be at least 10 seconds, found {seconds}"));
        }
    },

    /// `tokenRequests` must have unique audiences, and `expirationSeconds` between 600 and 2^32;
    /// `serviceAccountTokenInSecrets` may not be set without `tokenRequests`.
    ///
    /// Example: `spec: {tokenRequests: [{audience: a, expirationSeconds: 60}]}`
    ///
    /// Source: `validateTokenRequests`, `validateServiceAccountTokenInSecrets`,
    /// pkg/apis/storage/validation/validation.go
    fn token_requests(report: &mut Report<'_>, at: &Path<'_>, spec: &CSIDriverSpec) {
        let tokens = list(&spec.token_requests);
        if spec.service_account_token_in_secrets.is_some() && tokens.is_empty() {
            report.error(&at.field("serviceAccountTokenInSecrets"), "may not be set without `tokenRequests`");
        }
        let at = at.field("tokenRequests");
        let duplicates = duplicates(tokens.iter().map(|token| &token.audience));
        for (index, token) in tokens.iter().enumerate() {
            let at = at.index(index);
            if duplicates[index] {
                report.duplicate(&at.field("audience"), format_args!("the audience {:?}", token.audience));
            }
            token_expiration(report, &at.field("expirationSeconds"), token);
        }
    }
);

fn token_expiration(report: &mut Report<'_>, at: &Path<'_>, token: &TokenRequest) {
    match token.expiration_seconds {
        Some(seconds) if seconds < 600 => {
            report.error(at, format_args!("must be at least 600 seconds, found {seconds}"))
        }
        Some(seconds) if seconds > 1 << 32 => {
            report.error(at, format_args!("must be at most 2^32 seconds, found {seconds}"))
        }
        _ => {}
    }
}
