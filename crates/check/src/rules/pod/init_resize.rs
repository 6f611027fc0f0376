//! Which init containers can be resized.

use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

rules!(
    area = "pod",
    /// An init container has a resize policy only if it is a sidecar (`restartPolicy: Always`).
    ///
    /// Source: `validateInitContainers`, pkg/apis/core/validation/validation.go
    pub(super) fn resize_policy_restartable(report: &mut Report<'_>, at: &Path<'_>) {
        report.error_with_help(
            at,
            "an init container that ends cannot be resized",
            "remove it, or set `restartPolicy: Always` to make the container a sidecar",
        );
    }
);
