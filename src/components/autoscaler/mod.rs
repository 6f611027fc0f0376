//! `autoscaler`: the cluster autoscaler, equal to its Helm chart object by object.

#[allow(dead_code, reason = "the component is not there yet")]
mod flags;
mod policy;
#[allow(dead_code, reason = "the component is not there yet")]
mod renamed;

pub use self::policy::{Scope, cluster_name, iam_policy};
