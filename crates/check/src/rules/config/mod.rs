//! ConfigMaps, Secrets, and the small kinds around them.

mod config_map;
mod namespace;
mod pod_security;
mod secret;

use crate::rule::Rule;

pub(crate) use config_map::validate as config_map;
pub(crate) use namespace::{service_account, validate as namespace};
pub(crate) use secret::validate as secret;

/// The maximum size of all values of a ConfigMap or Secret, in bytes.
const MOST_BYTES: usize = 1 << 20;

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    [config_map::RULES, namespace::RULES, pod_security::RULES, secret::RULES].into_iter().flatten()
}
