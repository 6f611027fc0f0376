//! The governing Service of a StatefulSet.

use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_label;

rules!(
    area = "statefulset",
    /// The name of a StatefulSet's Service is a DNS label.
    ///
    /// Source: `ValidateStatefulSetSpec`, pkg/apis/apps/validation/validation.go
    pub(super) fn service_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if !name.is_empty() {
            report.require(at, dns_label(name));
        }
    }
);
