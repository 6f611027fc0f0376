//! Projected volumes, which combine several sources.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{KeyToPath, ProjectedVolumeSource, ServiceAccountTokenProjection, VolumeProjection};

use super::super::common::{list, required_text};
use super::sources::{downward_api_item, file_mode, items, local_path};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates a projected volume.
pub(super) fn projected(report: &mut Report<'_>, at: &Path<'_>, volume: &ProjectedVolumeSource) {
    file_mode(report, &at.field("defaultMode"), volume.default_mode);
    let mut paths = BTreeSet::new();
    for (index, source) in list(&volume.sources).iter().enumerate() {
        projected_source(report, at, &at.field("sources").index(index), source, &mut paths);
    }
}

/// The area of the rules below.
const AREA: &str = "volume";

rules!(
    /// Each entry of `projected.sources` may have only one source, and no two sources may write the same file path.
    ///
    /// Example: `projected: {sources: [{secret: {name: a}, configMap: {name: b}}]}, emptyDir: null`
    ///
    /// Source: `validateProjectionSources`, pkg/apis/core/validation/validation.go
    fn projected_source(
        report: &mut Report<'_>,
        volume: &Path<'_>,
        at: &Path<'_>,
        source: &VolumeProjection,
        paths: &mut BTreeSet<String>,
    ) {
        // An API server drops sources whose feature 1.36 leaves off (`clusterTrustBundle`, `podCertificate`).
        let mut count = 0;
        let secret = source.secret.as_ref().map(|source| (&source.name, list(&source.items)));
        let config_map = source.config_map.as_ref().map(|source| (&source.name, list(&source.items)));
        for (field, object) in [("secret", secret), ("configMap", config_map)] {
            if let Some((name, items)) = object {
                count += 1;
                object_items(report, &at.field(field), name, items);
                let written = items.iter().map(|item| item.path.as_str()).filter(|path| !path.is_empty());
                written.for_each(|path| unique_path(report, volume, at, path, paths));
            }
        }
        if let Some(downward) = &source.downward_api {
            count += 1;
            for file in list(&downward.items) {
                downward_api_item(report, &at.field("downwardAPI"), file);
                if !file.path.is_empty() {
                    unique_path(report, volume, at, &file.path, paths);
                }
            }
        }
        if let Some(token) = &source.service_account_token {
            count += 1;
            service_account_token(report, volume, &at.field("serviceAccountToken"), token);
        }
        if count > 1 {
            report.error(at, format_args!("may have only one source, found {count}: use one entry for each"));
        }
    },

    /// `serviceAccountToken` requires a relative `path` without `..`; `expirationSeconds` must be between 600 and
    /// 4294967296.
    ///
    /// Example: `projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 60}}]}, emptyDir: null`
    ///
    /// Source: `validateProjectionSources`, pkg/apis/core/validation/validation.go
    fn service_account_token(
        report: &mut Report<'_>,
        volume: &Path<'_>,
        at: &Path<'_>,
        token: &ServiceAccountTokenProjection,
    ) {
        let seconds = token.expiration_seconds.unwrap_or(3600);
        if !(600..=1 << 32).contains(&seconds) {
            let message = format_args!("must be between 600 (10 minutes) and {}, found {seconds}", 1_i64 << 32);
            report.error(&at.field("expirationSeconds"), message);
        }
        // An API server reports this without the index of the source.
        let (field, location) = (volume.field("path"), at.field("path"));
        if token.path.is_empty() {
            report.required(&field, "set the path of the token file within the volume");
        } else {
            report.require_in(&field, &location, local_path(&token.path));
        }
    }
);

fn object_items(report: &mut Report<'_>, at: &Path<'_>, name: &str, list: &[KeyToPath]) {
    required_text(report, &at.field("name"), name, "set the name of the object to read");
    items(report, &at.field("items"), list);
}

fn unique_path(report: &mut Report<'_>, volume: &Path<'_>, at: &Path<'_>, path: &str, paths: &mut BTreeSet<String>) {
    if !paths.insert(path.to_owned()) {
        report.error_in(volume, at, format_args!("more than one source writes the file {path:?}"));
    }
}
