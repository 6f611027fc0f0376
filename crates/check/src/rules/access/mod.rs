//! Access control: roles, role bindings, access reviews and certificate signing requests.

mod binding;
mod certificate;
mod review;
mod role;

use crate::rule::Rule;

pub(crate) use binding::{cluster as cluster_role_binding, validate as role_binding};
pub(crate) use certificate::validate as certificate_request;
pub(crate) use review::{local as local_review, self_subject as self_review, subject as subject_review};
pub(crate) use role::{cluster as cluster_role, validate as role};

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    [binding::RULES, certificate::RULES, review::RULES, role::RULES].into_iter().flatten()
}
