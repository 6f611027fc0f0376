//! Lint rule of ServiceAccounts with an IAM role (EKS, IRSA).

use super::index::{Index, Object};
use crate::arn::{Arn, is_account};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::tree::Node;

/// <https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html>
const ROLE: &str = "eks.amazonaws.com/role-arn";

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    if (object.group, object.kind) != ("", "ServiceAccount") {
        return;
    }
    let annotations = object.at("metadata.annotations").and_then(Node::as_map);
    let keys = || annotations.into_iter().flat_map(|map| map.entries()).map(|entry| entry.key.as_ref());
    let role = annotations.and_then(|map| map.get(ROLE));
    if let Some(other) = keys().find(|key| key.starts_with("eks.amazonaws.com/")) {
        iam_role_arn(report, index, object, role, other);
    }
}

/// `arn:aws:iam::111122223333:role/path/name`.
fn is_role(arn: &str) -> bool {
    Arn::parse(arn).is_some_and(|arn| {
        let name = arn.resource.strip_prefix("role/").unwrap_or_default();
        arn.is_iam() && arn.partition.starts_with("aws") && is_account(arn.account) && !name.is_empty()
    })
}

/// Explains what is wrong with a role ARN, where that is obvious; otherwise returns the expected form.
fn hint(arn: &str) -> &'static str {
    match () {
        () if arn.contains(char::is_whitespace) => "remove the white space",
        () if arn.contains(":user/") || arn.contains(":policy/") || arn.contains(":instance-profile/") => {
            "this names another IAM resource; expected `role/NAME`"
        }
        () if arn.contains(['<', '$', '{']) => "replace the placeholder",
        () => "expected a value such as `arn:aws:iam::111122223333:role/name`",
    }
}

/// The area of the rules below.
const AREA: &str = "serviceaccount";

rules!(
    /// A ServiceAccount with annotations of EKS must set `eks.amazonaws.com/role-arn` to the ARN of an IAM role. Otherwise
    /// its pods get no AWS credentials, and fail only when they use them.
    ///
    /// Source: https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
    fn iam_role_arn(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, role: Option<&Node>, other: &str) {
        let annotations = Path::ROOT.field("metadata.annotations");
        match role.and_then(Node::as_str).unwrap_or_default() {
            "" => {
                let at = annotations.key(if role.is_some() { ROLE } else { other });
                report.error_with_help(
                    &at,
                    "the ServiceAccount has no IAM role",
                    format!("set the annotation `{ROLE}`"),
                );
            }
            arn if !is_role(arn) => {
                report.error_with_help(
                    &annotations.key(ROLE),
                    format_args!("{arn:?} is not the ARN of an IAM role"),
                    hint(arn),
                );
            }
            _ => return,
        }
        let users = index.pods.iter().filter(|pods| {
            pods.namespace == object.namespace
                && pods.spec.get("serviceAccountName").and_then(Node::as_str) == Some(object.name)
        });
        for pods in users.take(3) {
            if let Some(user) = index.objects.get(pods.object) {
                let location = pods.place.visit(|spec| spec.field("serviceAccountName").location(user.node));
                report.relate(location, "used by these pods");
            }
        }
    }
);

#[cfg(test)]
mod tests {
    use super::is_role;

    #[test]
    fn arns_of_roles_have_six_parts() {
        for good in ["arn:aws:iam::111122223333:role/x", "arn:aws-cn:iam::111122223333:role/path/x"] {
            assert!(is_role(good), "{good}");
        }
        for bad in [
            "x",
            "arn:aws:iam::1111:role/x",
            "arn:aws:iam::111122223333:role/",
            "arn:aws:iam::111122223333:user/x",
            "arn:aws:sts::111122223333:role/x",
        ] {
            assert!(!is_role(bad), "{bad}");
        }
    }
}
