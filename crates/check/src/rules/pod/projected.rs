//! Volumes that are put together from several sources.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{KeyToPath, ProjectedVolumeSource, ServiceAccountTokenProjection, VolumeProjection};

use super::super::common::{filled, list};
use super::sources::{downward_file, file_mode, key_files, local_path};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Everything about a projected volume.
pub(super) fn projected(report: &mut Report<'_>, at: &Path<'_>, volume: &ProjectedVolumeSource) {
    file_mode(report, &at.field("defaultMode"), volume.default_mode);
    let mut paths = BTreeSet::new();
    for (index, source) in list(&volume.sources).iter().enumerate() {
        one_projection(report, at, &at.field("sources").index(index), source, &mut paths);
    }
}

rules!(
    /// Each part of a projected volume comes from one source, and no two of them write one file.
    ///
    /// What needs a feature that 1.36 does not turn on by itself (`clusterTrustBundle`, `podCertificate`) an API server
    /// drops before it looks.
    ///
    /// Source: `validateProjectionSources`, pkg/apis/core/validation/validation.go
    fn one_projection(
        report: &mut Report<'_>,
        volume: &Path<'_>,
        at: &Path<'_>,
        source: &VolumeProjection,
        paths: &mut BTreeSet<String>,
    ) {
        let mut count = 0;
        let secret = source.secret.as_ref().map(|source| (&source.name, list(&source.items)));
        let config_map = source.config_map.as_ref().map(|source| (&source.name, list(&source.items)));
        for (field, object) in [("secret", secret), ("configMap", config_map)] {
            if let Some((name, items)) = object {
                count += 1;
                keys_of(report, &at.field(field), name, items);
                let written = items.iter().map(|item| item.path.as_str()).filter(|path| !path.is_empty());
                written.for_each(|path| paths_differ(report, volume, at, path, paths));
            }
        }
        if let Some(downward) = &source.downward_api {
            count += 1;
            for file in list(&downward.items) {
                downward_file(report, &at.field("downwardAPI"), file);
                if !file.path.is_empty() {
                    paths_differ(report, volume, at, &file.path, paths);
                }
            }
        }
        if let Some(token) = &source.service_account_token {
            count += 1;
            service_account_token(report, volume, &at.field("serviceAccountToken"), token);
        }
        if count > 1 {
            report.forbidden(at, format_args!("{count} sources are in one part: each needs a part of its own"));
        }
    },

    /// A token of a service account lives 10 minutes to 2^32 seconds and has a file within the volume.
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
            let message = format_args!("{seconds} seconds are out of bounds: 600 (10 minutes) to {}", 1_i64 << 32);
            report.error(&at.field("expirationSeconds"), message);
        }
        // An API server does not say which part.
        let (field, location) = (volume.field("path"), at.field("path"));
        if token.path.is_empty() {
            report.required(&field, "the file of the token");
        } else {
            report.require_in(&field, &location, local_path(&token.path));
        }
    }
);

fn keys_of(report: &mut Report<'_>, at: &Path<'_>, name: &str, items: &[KeyToPath]) {
    filled(report, &at.field("name"), name, "the object whose keys become files");
    key_files(report, &at.field("items"), items);
}

fn paths_differ(report: &mut Report<'_>, volume: &Path<'_>, at: &Path<'_>, path: &str, paths: &mut BTreeSet<String>) {
    if !paths.insert(path.to_owned()) {
        report.error_in(volume, at, format_args!("two sources write the file {path:?}"));
    }
}
