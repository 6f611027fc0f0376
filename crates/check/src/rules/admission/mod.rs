//! Admission webhooks and admission policies.

mod binding;
mod conditions;
mod matching;
mod mutating_policy;
mod policy;
mod webhook;
mod webhook_client;

use crate::rule::Rule;

pub(crate) use binding::{mutating as mutating_binding, validating as validating_binding};
pub(crate) use mutating_policy::validate as mutating_policy;
pub(crate) use policy::validate as validating_policy;
pub(crate) use webhook::{mutating as mutating_webhooks, validating as validating_webhooks};
pub(super) use webhook_client::{Service, client_service, client_url, review_versions};

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    let files = [
        binding::RULES,
        conditions::RULES,
        matching::RULES,
        mutating_policy::RULES,
        policy::RULES,
        webhook::RULES,
        webhook_client::RULES,
    ];
    files.into_iter().flatten()
}
