//! ControllerRevisions.

use k8s_openapi::api::apps::v1::ControllerRevision;

use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(crate) fn validate(object: &ControllerRevision, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    revision(report, object);
}

rules!(
    /// A revision has data, and a number that is not negative.
    ///
    /// Source: `ValidateControllerRevision`, pkg/apis/apps/validation/validation.go
    fn revision(report: &mut Report<'_>, object: &ControllerRevision) {
        if object.data.is_none() {
            report.required(&Path::ROOT.field("data"), "what the revision is of");
        }
        if object.revision < 0 {
            report.error(&Path::ROOT.field("revision"), format_args!("{} is negative: at least 0", object.revision));
        }
    }
);
