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
        duration_and_transitions(report, &Path::ROOT.field("spec"), spec);
    }
}

/// The area of the rules below.
const AREA: &str = "lease";

rules!(
    /// `leaseDurationSeconds` must be at least 1, and `leaseTransitions` 0 or more.
    ///
    /// Example: `spec: {leaseDurationSeconds: 0}`
    ///
    /// Source: `ValidateLeaseSpec`, pkg/apis/coordination/validation/validation.go
    fn duration_and_transitions(report: &mut Report<'_>, at: &Path<'_>, spec: &LeaseSpec) {
        if let Some(seconds) = spec.lease_duration_seconds.filter(|seconds| *seconds < 1) {
            report.error(&at.field("leaseDurationSeconds"), format_args!("must be at least 1, found {seconds}"));
        }
        if let Some(times) = spec.lease_transitions.filter(|times| *times < 0) {
            report.error(&at.field("leaseTransitions"), format_args!("must be 0 or more, found {times}"));
        }
    }
);
