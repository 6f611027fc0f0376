//! What runs a cluster: classes of priority and runtime, leases, events, flows of requests, nodes, API servers.

mod api_service;
mod event;
mod flow_schema;
mod lease;
mod node;
mod priority;
mod priority_level;
mod revision;
mod runtime_class;

use crate::check::rule::Rule;

pub(in crate::check) use api_service::validate as api_service;
pub(in crate::check) use event::{events as event_of_events, validate as event};
pub(in crate::check) use flow_schema::validate as flow_schema;
pub(in crate::check) use lease::validate as lease;
pub(in crate::check) use node::validate as node;
pub(in crate::check) use priority::validate as priority_class;
pub(in crate::check) use priority_level::validate as priority_level;
pub(in crate::check) use revision::validate as controller_revision;
pub(in crate::check) use runtime_class::validate as runtime_class;

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
