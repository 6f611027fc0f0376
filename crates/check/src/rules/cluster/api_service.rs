//! APIServices.

use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1::{APIService, APIServiceSpec};

use super::super::common::{filled, text};
use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_1035_label, dns_subdomain, port};

pub(crate) fn validate(object: &APIService, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Segment);
    let empty = APIServiceSpec::default();
    let spec = object.spec.as_ref().unwrap_or(&empty);
    named_by_version(report, text(&object.metadata.name), spec);
    let at = Path::ROOT.field("spec");
    served_version(report, &at, spec);
    served_by(report, &at, spec);
}

rules!(
    /// An APIService is called `version.group`.
    ///
    /// Source: `ValidateAPIService`, kube-aggregator pkg/apis/apiregistration/validation/validation.go
    fn named_by_version(report: &mut Report<'_>, name: &str, spec: &APIServiceSpec) {
        let (version, group) = (text(&spec.version), text(&spec.group));
        if !name.is_empty() && name.strip_prefix(version).and_then(|rest| rest.strip_prefix('.')) != Some(group) {
            report.error(&Path::ROOT.field("metadata.name"), format_args!("{name:?} is not `{version}.{group}`"));
        }
    },

    /// A version has a name, a group unless it is `v1`, and priorities above 0.
    ///
    /// Source: `ValidateAPIService`, kube-aggregator pkg/apis/apiregistration/validation/validation.go
    fn served_version(report: &mut Report<'_>, at: &Path<'_>, spec: &APIServiceSpec) {
        match text(&spec.group) {
            "" if text(&spec.version) == "v1" => {}
            "" => report.required(&at.field("group"), "only `v1` has none"),
            group => report.require(&at.field("group"), dns_subdomain(group)),
        }
        report.require(&at.field("version"), dns_1035_label(text(&spec.version)));
        let priorities = [
            ("groupPriorityMinimum", spec.group_priority_minimum, 20000),
            ("versionPriority", spec.version_priority, 1000),
        ];
        for (field, priority, most) in priorities {
            if !(1..=most).contains(&priority) {
                report.error(&at.field(field), format_args!("{priority} is out of bounds: 1 to {most}"));
            }
        }
    },

    /// A server of an API is a port of a Service, and only one with a Service has certificates.
    ///
    /// Source: `ValidateAPIService`, kube-aggregator pkg/apis/apiregistration/validation/validation.go
    fn served_by(report: &mut Report<'_>, at: &Path<'_>, spec: &APIServiceSpec) {
        let has_bundle = spec.ca_bundle.as_ref().is_some_and(|bundle| !bundle.0.is_empty());
        let skips = spec.insecure_skip_tls_verify == Some(true);
        let at_skips = at.field("insecureSkipTLSVerify");
        let Some(service) = &spec.service else {
            if has_bundle {
                report.error(&at.field("caBundle"), "what the server itself serves has none");
            }
            if skips {
                report.error(&at_skips, "what the server itself serves is not reached by TLS");
            }
            return;
        };
        let at_service = at.field("service");
        filled(report, &at_service.field("namespace"), text(&service.namespace), "the namespace of the Service");
        filled(report, &at_service.field("name"), text(&service.name), "the Service");
        report.require(&at_service.field("port"), port(service.port.unwrap_or(443).into()));
        if skips && has_bundle {
            report.error(&at_skips, "`caBundle` is there to verify with");
        }
    }
);
