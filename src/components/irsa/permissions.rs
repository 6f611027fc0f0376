//! What the role of a component's pods may do: the IAM policy beside the trust policy.

use super::arn::role_arn;
use super::quota::MANAGED_POLICY;
use super::values::IrsaValues;
use crate::check::findings::Findings;
use crate::components::ComponentCode;
use crate::components::DocumentText;
use crate::components::autoscaler::{Scope, cluster_name, iam_policy};
use crate::diagnostic::{Diagnostic, Failure, did_you_mean, nearest};
use crate::release::Release;
use crate::values::Values;

/// The components that need permissions of their own on AWS.
pub const PERMISSIONS: &[&str] = &["autoscaler"];

/// The IAM policy, JSON, with what the pods of `component` need in the account and the cluster of `values`.
///
/// # Errors
///
/// Everything that is wrong with the values, which have to name the cluster here; a component that is none of
/// [`PERMISSIONS`].
pub fn permissions(values: &Values, release: &Release, component: &str) -> Result<DocumentText, Failure> {
    let mut diagnostics = Vec::new();
    let text = super::read(values, release, &mut diagnostics).and_then(|typed| {
        let mut findings = Findings::about(&values.root);
        let text = policy_of(component, &typed, &mut findings);
        diagnostics.append(&mut findings.diagnostics);
        text
    });
    DocumentText::of(text, diagnostics, values)
}

fn policy_of(component: &str, values: &IrsaValues, findings: &mut Findings<'_>) -> Option<String> {
    if component != "autoscaler" {
        findings.diagnostics.push(unknown(component));
        return None;
    }
    let cluster = cluster(values, findings)?;
    // The role is in the account of the cluster whose groups it scales.
    let role = values.role_arn();
    let arn = role_arn(&role).map_err(|reason| findings.error(&["roleArn"], reason)).ok()?;
    let scope = Scope { partition: arn.partition, account: arn.account, region: None, cluster };
    let refused = |error| {
        findings
            .diagnostics
            .push(Diagnostic::error(ComponentCode::NotSerializable, format!("the policy could not be made: {error}")))
    };
    let text = iam_policy(&scope).map_err(refused).ok()?;
    if let Some(message) = MANAGED_POLICY.exceeded(MANAGED_POLICY.size(&text)) {
        findings.warning(&["clusterName"], message, None);
    }
    Some(text)
}

fn unknown(component: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        ComponentCode::UnknownPermissions,
        format!("no IAM policy is known for `{component}`, but for {}", PERMISSIONS.join(", ")),
    );
    match nearest(component, PERMISSIONS.iter().copied()) {
        Some(near) => diagnostic.help(did_you_mean(near)),
        None => diagnostic,
    }
}

/// A role whose ARN is given needs no cluster, but the policy is about the cluster's own groups.
fn cluster<'v>(values: &'v IrsaValues, findings: &mut Findings<'_>) -> Option<&'v str> {
    let name = values.cluster_name.as_deref().unwrap_or_default();
    if name.is_empty() {
        let help = "name it with `--cluster NAME`";
        findings.error_with_help(&["clusterName"], "the policy is limited to a cluster, which has no name", help);
        return None;
    }
    cluster_name(name).map_err(|reason| findings.error(&["clusterName"], reason)).ok()?;
    Some(name)
}
