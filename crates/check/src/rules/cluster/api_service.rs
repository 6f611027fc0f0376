//! APIServices.

use k8s_openapi::kube_aggregator::pkg::apis::apiregistration::v1::{APIService, APIServiceSpec};

use super::super::common::{required_text, text};
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
    name(report, text(&object.metadata.name), spec);
    let at = Path::ROOT.field("spec");
    group_and_version(report, &at, spec);
    valid_service(report, &at, spec);
}

/// The area of the rules below.
const AREA: &str = "apiservice";

rules!(
    /// The name of an APIService must be `version.group`.
    ///
    /// Example: `metadata: {name: v1.other.example.com}`
    ///
    /// Source: `ValidateAPIService`, kube-aggregator pkg/apis/apiregistration/validation/validation.go
    fn name(report: &mut Report<'_>, name: &str, spec: &APIServiceSpec) {
        let (version, group) = (text(&spec.version), text(&spec.group));
        if !name.is_empty() && name.strip_prefix(version).and_then(|rest| rest.strip_prefix('.')) != Some(group) {
            report.error(
                &Path::ROOT.field("metadata.name"),
                format_args!("{name:?} must be `{version}.{group}`: `version`, a dot and `group`"),
            );
        }
    },

    /// `group` is required unless `version` is `v1`, and must be a DNS subdomain; `version` must be a DNS label that
    /// starts with a letter; `groupPriorityMinimum` must be between 1 and 20000, and `versionPriority` between 1 and
    /// 1000.
    ///
    /// Example: `spec: {versionPriority: 0}`
    ///
    /// Source: `ValidateAPIService`, kube-aggregator pkg/apis/apiregistration/validation/validation.go
    fn group_and_version(report: &mut Report<'_>, at: &Path<'_>, spec: &APIServiceSpec) {
        match text(&spec.group) {
            "" if text(&spec.version) == "v1" => {}
            "" => report.required(&at.field("group"), "`version` is not `v1`"),
            group => report.require(&at.field("group"), dns_subdomain(group)),
        }
        report.require(&at.field("version"), dns_1035_label(text(&spec.version)));
        let priorities = [
            ("groupPriorityMinimum", spec.group_priority_minimum, 20000),
            ("versionPriority", spec.version_priority, 1000),
        ];
        for (field, priority, most) in priorities {
            if !(1..=most).contains(&priority) {
                report.error(&at.field(field), format_args!("must be between 1 and {most}, found {priority}"));
            }
        }
    },

    /// `service` must have a `name`, a `namespace` and a valid `port`; `caBundle` and `insecureSkipTLSVerify` are
    /// mutually exclusive, and may only be set with a `service`.
    ///
    /// Example: `spec: {caBundle: YQ==, insecureSkipTLSVerify: true}`
    ///
    /// Source: `ValidateAPIService`, kube-aggregator pkg/apis/apiregistration/validation/validation.go
    fn valid_service(report: &mut Report<'_>, at: &Path<'_>, spec: &APIServiceSpec) {
        let has_bundle = spec.ca_bundle.as_ref().is_some_and(|bundle| !bundle.0.is_empty());
        let skips = spec.insecure_skip_tls_verify == Some(true);
        let at_skips = at.field("insecureSkipTLSVerify");
        let Some(service) = &spec.service else {
            if has_bundle {
                report.error(&at.field("caBundle"), "may not be set without `service`");
            }
            if skips {
                report.error(&at_skips, "may not be `true` without `service`");
            }
            return;
        };
        let at_service = at.field("service");
        required_text(report, &at_service.field("namespace"), text(&service.namespace), "the namespace of the Service");
        required_text(report, &at_service.field("name"), text(&service.name), "the name of the Service");
        report.require(&at_service.field("port"), port(service.port.unwrap_or(443).into()));
        if skips && has_bundle {
            report.error(&at_skips, "may not be `true` when `caBundle` is set");
        }
    }
);
