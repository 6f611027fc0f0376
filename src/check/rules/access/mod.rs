//! Who may do what: roles, their bindings, and requests for certificates.

mod binding;
mod certificate;
mod role;

use crate::check::rule::Rule;

pub(in crate::check) use binding::{cluster as cluster_role_binding, validate as role_binding};
pub(in crate::check) use certificate::validate as certificate_request;
pub(in crate::check) use role::{cluster as cluster_role, validate as role};

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    [binding::RULES, certificate::RULES, role::RULES].into_iter().flatten()
}
