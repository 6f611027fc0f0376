//! The IAM policy that the autoscaler needs on AWS.
//!
//! The actions are those that its AWS provider calls and that the guide of the provider lists:
//! <https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-1.35.0/cluster-autoscaler/cloudprovider/aws/README.md>.
//! Which of them can be limited to a resource, and the forms of ARNs:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html>, and the pages on
//! EC2 and EKS.

use std::collections::BTreeMap;

use crate::arn::Arn;
use serde::Serialize;

/// What the policy is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The partition of AWS: `aws`, `aws-cn`, ...
    pub partition: &'a str,
    /// The account that the node groups are in: 12 digits.
    pub account: &'a str,
    /// The region of the node groups; any region if it is none.
    pub region: Option<&'a str>,
    /// The cluster, as the tags of its node groups name it.
    pub cluster: &'a str,
}

/// The keys of an IAM policy, in the order that AWS's own documents have them:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: &'static str,
    effect: &'static str,
    action: &'static [&'static str],
    resource: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Condition>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Condition {
    string_equals: BTreeMap<String, &'static str>,
}

/// Read access. IAM cannot limit these actions to a resource.
const DESCRIBE: &[&str] = &[
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeAutoScalingInstances",
    "autoscaling:DescribeLaunchConfigurations",
    "autoscaling:DescribeScalingActivities",
    // Only versions before 1.25 need it.
    "autoscaling:DescribeTags",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:GetInstanceTypesFromInstanceRequirements",
];

/// The labels and taints of managed node groups that have no node yet.
const DESCRIBE_NODE_GROUPS: &[&str] = &["eks:DescribeNodegroup"];

/// Adding and removing nodes.
const SCALE: &[&str] = &["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"];

/// Renders the policy as JSON with a line break at the end.
///
/// It allows read access, and changes only to Auto Scaling groups with both tags of the cluster. EKS adds these tags to the groups
/// of managed node groups:
/// <https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html>.
///
/// # Errors
///
/// Returns the errors of `serde_json`; no scope causes one.
pub fn iam_policy(scope: &Scope<'_>) -> Result<String, serde_json::Error> {
    let statement = vec![describe(), describe_node_groups(scope), scale(scope)];
    let mut text = serde_json::to_string_pretty(&Policy { version: "2012-10-17", statement })?;
    text.push('\n');
    Ok(text)
}

fn describe() -> Statement {
    allow("Describe", DESCRIBE, "*".to_owned())
}

fn describe_node_groups(scope: &Scope<'_>) -> Statement {
    let resource = scope.arn("eks", &format!("nodegroup/{}/*", scope.cluster));
    allow("DescribeNodeGroups", DESCRIBE_NODE_GROUPS, resource)
}

fn scale(scope: &Scope<'_>) -> Statement {
    let tag = |key: &str| format!("aws:ResourceTag/k8s.io/cluster-autoscaler/{key}");
    let string_equals = BTreeMap::from([(tag("enabled"), "true"), (tag(scope.cluster), "owned")]);
    let resource = scope.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*");
    Statement { condition: Some(Condition { string_equals }), ..allow("ScaleNodeGroups", SCALE, resource) }
}

fn allow(sid: &'static str, action: &'static [&'static str], resource: String) -> Statement {
    Statement { sid, effect: "Allow", action, resource, condition: None }
}

impl Scope<'_> {
    fn arn(&self, service: &str, resource: &str) -> String {
        let (partition, region, account) = (self.partition, self.region.unwrap_or("*"), self.account);
        Arn { partition, service, region, account, resource }.to_string()
    }
}

/// Checks that the name of a cluster can be used in ARNs and tags: letters, digits, `-`, `_`, and `.`, which kOps allows and EKS
/// does not.
///
/// # Errors
///
/// Returns the rule for names: <https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html>.
pub fn cluster_name(name: &str) -> Result<(), String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let start = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if start && name.len() <= 100 && name.bytes().all(inner) {
        Ok(())
    } else {
        Err(format!(
            "{name:?} is not a valid cluster name: must have 1 to 100 letters, digits or `-_.`, and start with a letter or digit"
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const FOO: Scope<'_> = Scope { partition: "aws", account: "111122223333", region: None, cluster: "foo" };

    fn statements(scope: &Scope<'_>) -> Vec<Value> {
        let policy: Value = serde_json::from_str(&iam_policy(scope).unwrap()).unwrap();
        policy["Statement"].as_array().unwrap().clone()
    }

    #[test]
    fn what_changes_anything_is_limited_to_the_tags_of_the_cluster() {
        for statement in statements(&FOO) {
            let changes = statement["Action"].to_string().contains("autoscaling:SetDesiredCapacity");
            let tags = &statement["Condition"]["StringEquals"];
            assert_eq!(tags.is_null(), !changes);
            if changes {
                assert_eq!(tags["aws:ResourceTag/k8s.io/cluster-autoscaler/enabled"], "true");
                assert_eq!(tags["aws:ResourceTag/k8s.io/cluster-autoscaler/foo"], "owned");
            }
        }
    }

    #[test]
    fn only_reading_is_allowed_everywhere() {
        let everywhere = statements(&FOO).into_iter().filter(|statement| statement["Resource"] == "*");
        let actions: Vec<String> = everywhere
            .flat_map(|statement| statement["Action"].as_array().unwrap().clone())
            .filter_map(|action| Some(action.as_str()?.to_owned()))
            .collect();
        assert!(!actions.is_empty());
        assert!(actions.iter().all(|action| action.contains(":Describe") || action.contains(":Get")), "{actions:?}");
    }

    #[test]
    fn arns_have_the_partition_and_the_region() {
        let text = iam_policy(&Scope { partition: "aws-cn", region: Some("cn-north-1"), ..FOO }).unwrap();
        assert!(text.contains("\"arn:aws-cn:eks:cn-north-1:111122223333:nodegroup/foo/*\""), "{text}");
        assert!(!text.contains("arn:aws:"));
    }

    #[test]
    fn a_name_cannot_widen_the_policy() {
        assert!(["foo", "foo_bar-1", "foo.example.com"].into_iter().all(|name| cluster_name(name).is_ok()));
        let long = "a".repeat(101);
        assert!(
            ["", "*", "fo?", "foo/bar", "${aws:username}", "-foo", &long].into_iter().all(|n| cluster_name(n).is_err())
        );
    }
}
