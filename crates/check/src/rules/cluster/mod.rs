//! Cluster kinds: Node, PriorityClass, RuntimeClass, Lease, Event, FlowSchema, APIService and ControllerRevision.

mod api_service;
mod event;
mod flow_schema;
mod lease;
mod node;
mod priority;
mod priority_level;
mod revision;
mod runtime_class;

use crate::rule::Rule;

pub(crate) use api_service::validate as api_service;
pub(crate) use event::{events as event_of_events, validate as event};
pub(crate) use flow_schema::validate as flow_schema;
pub(crate) use lease::validate as lease;
pub(crate) use node::validate as node;
pub(crate) use priority::validate as priority_class;
pub(crate) use priority_level::validate as priority_level;
pub(crate) use revision::validate as controller_revision;
pub(crate) use runtime_class::validate as runtime_class;

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        api_service::RULES,
        event::RULES,
        flow_schema::RULES,
        lease::RULES,
        node::RULES,
        priority::RULES,
        priority_level::RULES,
        revision::RULES,
        runtime_class::RULES,
    ];
    files.into_iter().flatten()
}
