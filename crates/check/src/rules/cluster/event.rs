//! Events, of both groups.

use k8s_openapi::api::core::v1::Event;
use k8s_openapi::api::events::v1::Event as NewEvent;

use super::super::common::{filled, text};
use super::super::meta;
use super::super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

/// What an event with a time says, which is asked for more.
struct Told<'e> {
    reporter_field: &'static str,
    reporter: &'e str,
    instance: &'e str,
    action: &'e str,
    reason: &'e str,
    message: &'e str,
}

pub(crate) fn validate(object: &Event, report: &mut Report<'_>) {
    meta::any(report, &object.metadata);
    let namespace = text(&object.metadata.namespace);
    let involved = text(&object.involved_object.namespace);
    event_is_beside_its_object(report, namespace, involved, object.event_time.is_some());
    if object.event_time.is_some() {
        let told = Told {
            reporter_field: "reportingComponent",
            reporter: text(&object.reporting_component),
            instance: text(&object.reporting_instance),
            action: text(&object.action),
            reason: text(&object.reason),
            message: text(&object.message),
        };
        event_is_complete(report, &told);
    }
}

pub(crate) fn events(object: &NewEvent, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    let namespace = text(&object.metadata.namespace);
    let involved = object.regarding.as_ref().map_or("", |regarding| text(&regarding.namespace));
    event_is_beside_its_object(report, namespace, involved, object.event_time.is_some());
    if object.event_time.is_some() {
        let told = Told {
            reporter_field: "reportingController",
            reporter: text(&object.reporting_controller),
            instance: text(&object.reporting_instance),
            action: text(&object.action),
            reason: text(&object.reason),
            message: text(&object.note),
        };
        event_is_complete(report, &told);
    }
    new_event(report, object);
}

rules!(
    /// An event is in the namespace of its object; of an object without one, in `default`.
    ///
    /// Source: `legacyValidateEvent`, pkg/apis/core/validation/events.go
    fn event_is_beside_its_object(report: &mut Report<'_>, namespace: &str, involved: &str, has_time: bool) {
        let at = Path::ROOT.field("involvedObject.namespace");
        let is_right = match involved {
            "" if has_time => matches!(namespace, "" | "default" | "kube-system"),
            "" => matches!(namespace, "" | "default"),
            // The namespace of an event that names none is not known here.
            _ => has_time || namespace.is_empty() || namespace == involved,
        };
        if !is_right {
            report.error(&at, format_args!("{involved:?} is not the namespace of the event, {namespace:?}"));
        }
    },

    /// An event with a time says who did what and why.
    ///
    /// Source: `legacyValidateEvent`, pkg/apis/core/validation/events.go
    fn event_is_complete(report: &mut Report<'_>, told: &Told<'_>) {
        let at = Path::ROOT.field(told.reporter_field);
        if told.reporter.is_empty() {
            report.required(&at, "who tells it");
        }
        report.require(&at, label_key(told.reporter));
        for (field, value) in [("reportingInstance", told.instance), ("action", told.action), ("reason", told.reason)] {
            filled(report, &Path::ROOT.field(field), value, "an event with `eventTime` has it");
            if value.len() > 128 {
                report.error(&Path::ROOT.field(field), format_args!("{} bytes are too long: at most 128", value.len()));
            }
        }
        if told.message.len() > 1024 {
            report.error(
                &Path::ROOT.field("message"),
                format_args!("{} bytes are too long: at most 1024", told.message.len()),
            );
        }
    },

    /// An event of `events.k8s.io` has a time and a type, and nothing of what older events had.
    ///
    /// Source: `ValidateEventCreate`, pkg/apis/core/validation/events.go
    fn new_event(report: &mut Report<'_>, event: &NewEvent) {
        if event.event_time.is_none() {
            report.required(&Path::ROOT.field("eventTime"), "when it was");
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
            report.error(&Path::ROOT.field(field), "only older events have it");
        }
        if let Some(series) = event.series.as_ref().filter(|series| series.count < 2) {
            report.error(&Path::ROOT.field("series.count"), format_args!("{} is no series: at least 2", series.count));
        }
    }
);
