//! Seccomp and AppArmor profiles.

use k8s_openapi::api::core::v1::{AppArmorProfile, SeccompProfile};

use super::sources::descending_path;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

const TYPES: [&str; 3] = ["Localhost", "RuntimeDefault", "Unconfined"];

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// `seccompProfile.type` is required and must be `RuntimeDefault`, `Unconfined` or `Localhost`. `Localhost`
    /// requires `localhostProfile`, a path below the profile directory; the other types forbid it.
    ///
    /// Example: `spec: {securityContext: {seccompProfile: {type: Localhost}}}`
    ///
    /// Source: `validateSeccompProfileField`, pkg/apis/core/validation/validation.go
    pub(super) fn seccomp_profile(report: &mut Report<'_>, at: &Path<'_>, profile: Option<&SeccompProfile>) {
        let Some(profile) = profile else { return };
        let at_path = at.field("localhostProfile");
        profile_type(report, &at.field("type"), &profile.type_);
        match (&profile.localhost_profile, profile.type_ == "Localhost") {
            (None, true) => report.required(&at_path, "`type: Localhost` requires the name of a profile on the node"),
            (Some(path), true) => report.require(&at_path, descending_path(path)),
            (Some(_), false) => report.error(&at_path, "may only be set with `type: Localhost`"),
            (None, false) => {}
        }
    },

    /// `appArmorProfile.type` is required and must be `RuntimeDefault`, `Unconfined` or `Localhost`. `Localhost`
    /// requires `localhostProfile`, at most 4095 characters without leading or trailing whitespace; the other types
    /// forbid it.
    ///
    /// Example: `spec: {securityContext: {appArmorProfile: {type: Localhost}}}`
    ///
    /// Source: `ValidateAppArmorProfileField`, pkg/apis/core/validation/validation.go
    pub(super) fn app_armor_profile(report: &mut Report<'_>, at: &Path<'_>, profile: Option<&AppArmorProfile>) {
        let Some(profile) = profile else { return };
        let at_name = at.field("localhostProfile");
        profile_type(report, &at.field("type"), &profile.type_);
        match (profile.localhost_profile.as_deref(), profile.type_.as_str()) {
            (None | Some(""), "Localhost") => {
                report.required(&at_name, "`type: Localhost` requires the name of a profile on the node")
            }
            (Some(name), "Localhost") if name.trim() != name => {
                report.error(&at_name, format_args!("{name:?} must not have leading or trailing whitespace"));
            }
            (Some(name), "Localhost") if name.len() > 4095 => {
                report.error(&at_name, format_args!("must be at most 4095 characters, found {}", name.len()));
            }
            (Some(_), "RuntimeDefault" | "Unconfined") => {
                report.error(&at_name, "may only be set with `type: Localhost`")
            }
            _ => {}
        }
    }
);

fn profile_type(report: &mut Report<'_>, at: &Path<'_>, kind: &str) {
    if kind.is_empty() {
        report.required(at, "set `RuntimeDefault`, `Localhost` or `Unconfined`");
    } else {
        report.one_of(at, kind, &TYPES);
    }
}
