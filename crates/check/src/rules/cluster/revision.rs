//! ControllerRevisions.

use k8s_openapi::api::apps::v1::ControllerRevision;

use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(crate) fn validate(object: &ControllerRevision, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    data_and_revision(report, object);
}

/// The area of the rules below.
const AREA: &str = "controllerrevision";

rules!(
    /// `data` is required, and `revision` must be 0 or more.
    ///
    /// Example: `revision: -1`
    ///
    /// Source: `ValidateControllerRevision`, pkg/apis/apps/validation/validation.go
    fn data_and_revision(report: &mut Report<'_>, object: &ControllerRevision) {
        if object.data.is_none() {
            report.required(&Path::ROOT.field("data"), "the serialized state of the revision");
        }
        if object.revision < 0 {
            report.error(&Path::ROOT.field("revision"), format_args!("must be 0 or more, found {}", object.revision));
        }
    }
);
