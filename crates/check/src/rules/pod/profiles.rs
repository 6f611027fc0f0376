//! Profiles of seccomp and AppArmor.

use k8s_openapi::api::core::v1::{AppArmorProfile, SeccompProfile};

use super::sources::descending_path;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const TYPES: [&str; 3] = ["Localhost", "RuntimeDefault", "Unconfined"];

rules!(
    /// A seccomp profile is `RuntimeDefault`, `Unconfined` or `Localhost`, which alone has a path below the profile folder.
    ///
    /// Source: `validateSeccompProfileField`, pkg/apis/core/validation/validation.go
    pub(super) fn seccomp(report: &mut Report<'_>, at: &Path<'_>, profile: Option<&SeccompProfile>) {
        let Some(profile) = profile else { return };
        let at_path = at.field("localhostProfile");
        kind(report, &at.field("type"), &profile.type_);
        match (&profile.localhost_profile, profile.type_ == "Localhost") {
            (None, true) => report.required(&at_path, "the profile on the node"),
            (Some(path), true) => report.require(&at_path, descending_path(path)),
            (Some(_), false) => report.error(&at_path, "only `type: Localhost` has it"),
            (None, false) => {}
        }
    },

    /// An AppArmor profile is `RuntimeDefault`, `Unconfined` or `Localhost`, which alone has a name of at most 4095
    /// characters without blanks around it.
    ///
    /// Source: `ValidateAppArmorProfileField`, pkg/apis/core/validation/validation.go
    pub(super) fn app_armor(report: &mut Report<'_>, at: &Path<'_>, profile: Option<&AppArmorProfile>) {
        let Some(profile) = profile else { return };
        let at_name = at.field("localhostProfile");
        kind(report, &at.field("type"), &profile.type_);
        match (profile.localhost_profile.as_deref(), profile.type_.as_str()) {
            (None | Some(""), "Localhost") => report.required(&at_name, "the profile on the node"),
            (Some(name), "Localhost") if name.trim() != name => {
                report.error(&at_name, format_args!("{name:?} has blanks around it"));
            }
            (Some(name), "Localhost") if name.len() > 4095 => {
                report.error(&at_name, format_args!("{} characters are too long: at most 4095", name.len()));
            }
            (Some(_), "RuntimeDefault" | "Unconfined") => report.error(&at_name, "only `type: Localhost` has it"),
            _ => {}
        }
    }
);

fn kind(report: &mut Report<'_>, at: &Path<'_>, kind: &str) {
    if kind.is_empty() {
        report.required(at, "`RuntimeDefault`, `Localhost` or `Unconfined`");
    } else {
        report.one_of(at, kind, &TYPES);
    }
}
