//! Leases.

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};

use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(crate) fn validate(object: &Lease, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    if let Some(spec) = &object.spec {
        lease_times(report, &Path::ROOT.field("spec"), spec);
    }
}

rules!(
    /// A lease lasts for a second at least, and its holder has changed no less than never.
    ///
    /// Source: `ValidateLeaseSpec`, pkg/apis/coordination/validation/validation.go
    fn lease_times(report: &mut Report<'_>, at: &Path<'_>, spec: &LeaseSpec) {
        if let Some(seconds) = spec.lease_duration_seconds.filter(|seconds| *seconds < 1) {
            report.error(&at.field("leaseDurationSeconds"), format_args!("{seconds} is too short: at least 1 second"));
        }
        if let Some(times) = spec.lease_transitions.filter(|times| *times < 0) {
            report.error(&at.field("leaseTransitions"), format_args!("{times} is negative: at least 0"));
        }
    }
);
