//! `autoscaler`: the cluster autoscaler, equal to its Helm chart object by object.

mod flags;
mod policy;
mod renamed;

pub use self::policy::{Scope, cluster_name, iam_policy};
