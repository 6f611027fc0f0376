//! Volumes, claims to them, and what makes and attaches them.

mod class;
mod driver;
mod others;
mod sources;
mod volume;

use k8s_openapi::api::core::v1::PersistentVolumeClaim;

use super::claim;
use super::meta;
use super::names::Name;
use crate::check::path::Path;
use crate::check::report::Report;
use crate::check::rule::Rule;

pub(in crate::check) use class::{attributes, attributes_beta, validate as storage_class};
pub(in crate::check) use driver::{node as csi_node, validate as csi_driver};
pub(in crate::check) use others::{attachment as volume_attachment, capacity as csi_storage_capacity};
pub(in crate::check) use volume::validate as persistent_volume;

pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    [class::RULES, driver::RULES, others::RULES, sources::RULES, volume::RULES].into_iter().flatten()
}

pub(in crate::check) fn persistent_volume_claim(object: &PersistentVolumeClaim, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let empty = Default::default();
    claim::spec(report, &Path::ROOT.field("spec"), object.spec.as_ref().unwrap_or(&empty));
}
