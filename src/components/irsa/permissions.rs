//! Renders the IAM policy that a component's pods need.

use super::arn::role_arn;
use super::quota::MANAGED_POLICY;
use super::values::IrsaValues;
use crate::check::diagnostics::Diagnostics;
use crate::components::ComponentCode;
use crate::components::DocumentText;
use crate::components::autoscaler::{Scope, cluster_name, iam_policy};
use crate::diagnostic::{Diagnostic, Failure, did_you_mean, listed, nearest};
use crate::release::Release;
use crate::values::Values;

/// The components whose pods need permissions on AWS.
pub const PERMISSIONS: &[&str] = &["autoscaler"];

/// Renders the IAM policy that the pods of `component` need, as JSON, for the account and the cluster of `values`.
///
/// # Errors
///
/// Returns all errors in the values, where `clusterName` is required, and an error if `component` is none of [`PERMISSIONS`].
pub fn permissions(values: &Values, release: &Release, component: &str) -> Result<DocumentText, Failure> {
    let mut diagnostics = Vec::new();
    let text = super::read(values, release, &mut diagnostics).and_then(|typed| {
        let mut checked = Diagnostics::about(&values.root).written_in(&values.sources);
        let text = policy_of(component, &typed, &mut checked);
        diagnostics.append(&mut checked.list);
        text
    });
    DocumentText::of(&super::Irsa, text, diagnostics, values)
}

fn policy_of(component: &str, values: &IrsaValues, diagnostics: &mut Diagnostics<'_>) -> Option<String> {
    if component != "autoscaler" {
        diagnostics.list.push(unknown(component));
        return None;
    }
    let cluster = cluster(values, diagnostics)?;
    // The role is in the account of the cluster whose groups it scales.
    let role = values.role_arn();
    let arn = role_arn(&role).map_err(|reason| diagnostics.error(&["roleArn"], reason)).ok()?;
    let scope = Scope { partition: arn.partition, account: arn.account, region: None, cluster };
    let report = |error| {
        diagnostics
            .list
            .push(Diagnostic::error(ComponentCode::NotSerializable, format!("cannot render the policy: {error}")))
    };
    let text = iam_policy(&scope).map_err(report).ok()?;
    if let Some(message) = MANAGED_POLICY.exceeded(MANAGED_POLICY.size(&text)) {
        diagnostics.warning(&["clusterName"], message, None);
    }
    Some(text)
}

fn unknown(component: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        ComponentCode::UnknownPermissions,
        format!("there is no IAM policy for `{component}`; must be one of {}", listed(PERMISSIONS.iter().copied())),
    );
    match nearest(component, PERMISSIONS.iter().copied()) {
        Some(near) => diagnostic.help(did_you_mean(near)),
        None => diagnostic,
    }
}

/// Returns the cluster's name. `roleArn` makes it optional elsewhere, but the policy is limited to the cluster's node groups.
fn cluster<'v>(values: &'v IrsaValues, diagnostics: &mut Diagnostics<'_>) -> Option<&'v str> {
    let name = values.cluster_name.as_deref().unwrap_or_default();
    if name.is_empty() {
        let help = "use `--cluster NAME`";
        diagnostics.error_with_help(&["clusterName"], "required: the policy is limited to one cluster", help);
        return None;
    }
    cluster_name(name).map_err(|reason| diagnostics.error(&["clusterName"], reason)).ok()?;
    Some(name)
}
