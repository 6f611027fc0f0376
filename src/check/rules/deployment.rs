//! Deployments.

use k8s_openapi::api::apps::v1::Deployment;

use super::meta;
use super::names::Name;
use crate::check::path::Path;
use crate::check::report::Report;
use crate::check::rule::rules;

pub(in crate::check) fn validate(object: &Deployment, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    if let Some(spec) = &object.spec {
        replicas_not_negative(report, &Path::ROOT.field("spec.replicas"), spec.replicas.unwrap_or(1));
    }
}

rules! {
    /// A count of replicas is not negative.
    ///
    /// Source: `ValidateDeploymentSpec`, pkg/apis/apps/validation
    fn replicas_not_negative(report: &mut Report<'_>, at: &Path<'_>, replicas: i32) {
        if replicas < 0 {
            report.error(at, format_args!("{replicas} is negative"));
        }
    }
}
