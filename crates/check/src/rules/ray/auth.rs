//! Authentication by token.

use mkmanifests_kuberay::{AuthOptions, RayClusterSpec};

use super::super::common::text;
use super::groups::too_old;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// The first versions of Ray with tokens, and with tokens that Kubernetes checks.
const TOKENS_SINCE: [u64; 3] = [2, 52, 0];
const KUBERNETES_SINCE: [u64; 3] = [2, 55, 0];

/// Validates `authOptions`; `at` is the path of the cluster's spec.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
    let Some(options) = &spec.auth_options else { return };
    let at_version = at.field("rayVersion");
    let at = at.field("authOptions");
    let uses_kubernetes = options.enable_k8s_token_auth == Some(true);
    auth_mode(report, &at.field("mode"), options);
    if text(&options.mode) == "token" {
        token_auth_version(report, &at_version, spec, uses_kubernetes);
    }
    if uses_kubernetes {
        kubernetes_auth(report, &at, options);
    }
}

/// The area of the rules below.
const AREA: &str = "raycluster";

rules!(
    /// `authOptions.mode` must be `disabled` or `token`.
    ///
    /// Example: `spec: {authOptions: {mode: password}}`
    ///
    /// Source: `AuthOptions`, ray-operator/apis/ray/v1/raycluster_types.go
    fn auth_mode(report: &mut Report<'_>, at: &Path<'_>, options: &AuthOptions) {
        if let Some(mode) = &options.mode {
            report.one_of(at, mode, &["disabled", "token"]);
        }
    },

    /// `authOptions.mode: token` needs a `rayVersion` of 2.52.0 or later, and `enableK8sTokenAuth` one of 2.55.0 or
    /// later.
    ///
    /// Example: `spec: {authOptions: {mode: token}, rayVersion: 2.9.0}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn token_auth_version(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec, uses_kubernetes: bool) {
        let tokens = too_old(spec, TOKENS_SINCE).map(|why| ("`authOptions.mode: token` needs Ray 2.52.0", why));
        let kubernetes = || {
            let why = too_old(spec, KUBERNETES_SINCE).filter(|_| uses_kubernetes)?;
            Some(("`authOptions.enableK8sTokenAuth` needs Ray 2.55.0", why))
        };
        if let Some((what, why)) = tokens.or_else(kubernetes) {
            report.error(at, format_args!("{what} or later: {why}"));
        }
    },

    /// `authOptions.enableK8sTokenAuth` needs `mode: token`. `secretName` may not be set with it.
    ///
    /// Example: `spec: {authOptions: {enableK8sTokenAuth: true}}`
    ///
    /// Source: `ValidateRayClusterSpec`, ray-operator/controllers/ray/utils/validation.go
    fn kubernetes_auth(report: &mut Report<'_>, at: &Path<'_>, options: &AuthOptions) {
        if text(&options.mode) != "token" {
            let message = "needs `authOptions.mode: token`";
            report.error_with_help(&at.field("enableK8sTokenAuth"), message, "set `mode: token`");
        } else if !text(&options.secret_name).is_empty() {
            let why = "with `enableK8sTokenAuth: true` Kubernetes checks the tokens, so there is no Secret";
            report.forbidden(&at.field("secretName"), why);
        }
    }
);
