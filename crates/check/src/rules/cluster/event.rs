//! Events of both API groups, `v1` and `events.k8s.io/v1`.

use k8s_openapi::api::core::v1::Event;
use k8s_openapi::api::events::v1::Event as NewEvent;

use super::super::common::{required_text, text};
use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

/// The fields of an Event that are required with `eventTime`, in either API group.
struct Reported<'e> {
    reporter_field: &'static str,
    reporter: &'e str,
    instance: &'e str,
    action: &'e str,
    reason: &'e str,
    message: &'e str,
}

pub(crate) fn validate(object: &Event, report: &mut Report<'_>) {
    meta::any(report, &object.metadata);
    let own = text(&object.metadata.namespace);
    let involved = text(&object.involved_object.namespace);
    namespace(report, own, involved, object.event_time.is_some());
    if object.event_time.is_some() {
        let reported = Reported {
            reporter_field: "reportingComponent",
            reporter: text(&object.reporting_component),
            instance: text(&object.reporting_instance),
            action: text(&object.action),
            reason: text(&object.reason),
            message: text(&object.message),
        };
        required_fields(report, &reported);
    }
}

pub(crate) fn events(object: &NewEvent, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let own = text(&object.metadata.namespace);
    let involved = object.regarding.as_ref().map_or("", |regarding| text(&regarding.namespace));
    namespace(report, own, involved, object.event_time.is_some());
    if object.event_time.is_some() {
        let reported = Reported {
            reporter_field: "reportingController",
            reporter: text(&object.reporting_controller),
            instance: text(&object.reporting_instance),
            action: text(&object.action),
            reason: text(&object.reason),
            message: text(&object.note),
        };
        required_fields(report, &reported);
    }
    new_event(report, object);
}

/// The area of the rules below.
const AREA: &str = "event";

rules!(
    /// An Event must be in the namespace of its object. For an object without a namespace, it must be in `default`;
    /// with `eventTime`, `kube-system` is allowed, too.
    ///
    /// Example: `involvedObject: {namespace: other}`
    ///
    /// Source: `legacyValidateEvent`, pkg/apis/core/validation/events.go
    fn namespace(report: &mut Report<'_>, namespace: &str, involved: &str, has_time: bool) {
        let at = Path::ROOT.field("involvedObject.namespace");
        let is_right = match involved {
            "" if has_time => matches!(namespace, "" | "default" | "kube-system"),
            "" => matches!(namespace, "" | "default"),
            // The namespace of an event that names none is not known here.
            _ => has_time || namespace.is_empty() || namespace == involved,
        };
        if !is_right {
            report.error(&at, format_args!("{involved:?} must be the namespace of the Event, {namespace:?}"));
        }
    },

    /// An Event with `eventTime` must have a reporting controller that is a qualified name, and `reportingInstance`,
    /// `action` and `reason` of at most 128 bytes; its message may have at most 1024 bytes.
    ///
    /// Example: `eventTime: '2026-01-01T00:00:00.000000Z', reportingComponent: example.com/a, reason: A`
    ///
    /// Source: `legacyValidateEvent`, pkg/apis/core/validation/events.go
    fn required_fields(report: &mut Report<'_>, reported: &Reported<'_>) {
        let at = Path::ROOT.field(reported.reporter_field);
        if reported.reporter.is_empty() {
            report.required(&at, "the name of the reporting controller, such as `example.com/controller`");
        }
        report.require(&at, label_key(reported.reporter));
        for (field, value) in
            [("reportingInstance", reported.instance), ("action", reported.action), ("reason", reported.reason)]
        {
            required_text(report, &Path::ROOT.field(field), value, "`eventTime` is set");
            if value.len() > 128 {
                report.error(
                    &Path::ROOT.field(field),
                    format_args!("must have at most 128 bytes, found {}", value.len()),
                );
            }
        }
        if reported.message.len() > 1024 {
            report.error(
                &Path::ROOT.field("message"),
                format_args!("must have at most 1024 bytes, found {}", reported.message.len()),
            );
        }
    },

    /// An Event of `events.k8s.io/v1` must have `eventTime` and the `type` `Normal` or `Warning`; `series.count` must
    /// be at least 2, and the deprecated fields may not be set.
    ///
    /// Source: `ValidateEventCreate`, pkg/apis/core/validation/events.go
    fn new_event(report: &mut Report<'_>, event: &NewEvent) {
        if event.event_time.is_none() {
            report.required(&Path::ROOT.field("eventTime"), "the time of the Event");
        }
        if !matches!(text(&event.type_), "Normal" | "Warning") {
            report.not_supported(&Path::ROOT.field("type"), text(&event.type_), &["Normal", "Warning"]);
        }
        let source = event.deprecated_source.as_ref();
        let has_source = source.is_some_and(|it| !text(&it.component).is_empty() || !text(&it.host).is_empty());
        let old = [
            ("firstTimestamp", event.deprecated_first_timestamp.is_some()),
            ("lastTimestamp", event.deprecated_last_timestamp.is_some()),
            ("count", event.deprecated_count.is_some_and(|count| count != 0)),
            ("source", has_source),
        ];
        for (field, _) in old.into_iter().filter(|(_, is_set)| *is_set) {
            report.error(&Path::ROOT.field(field), "may not be set in `events.k8s.io/v1`: the field is deprecated");
        }
        if let Some(series) = event.series.as_ref().filter(|series| series.count < 2) {
            report.error(&Path::ROOT.field("series.count"), format_args!("must be at least 2, found {}", series.count));
        }
    }
);
