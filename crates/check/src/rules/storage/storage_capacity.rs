//! CSIStorageCapacities.

use k8s_openapi::api::storage::v1::CSIStorageCapacity;

use super::super::amount::Amount;
use super::super::names::Name;
use super::super::{meta, selector};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

pub(crate) fn validate(object: &CSIStorageCapacity, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    if let Some(labels) = &object.node_topology {
        selector::label_selector(report, &Path::ROOT.field("nodeTopology"), labels);
    }
    class_and_capacity(report, object);
}

/// The area of the rules below.
const AREA: &str = "csistoragecapacity";

rules!(
    /// `storageClassName` of a CSIStorageCapacity must be a DNS subdomain; `capacity` and `maximumVolumeSize` must be
    /// 0 or more.
    ///
    /// Example: `storageClassName: My Class`
    ///
    /// Source: `ValidateCSIStorageCapacity`, pkg/apis/storage/validation/validation.go
    fn class_and_capacity(report: &mut Report<'_>, object: &CSIStorageCapacity) {
        report.require(&Path::ROOT.field("storageClassName"), dns_subdomain(&object.storage_class_name));
        for (field, quantity) in [("capacity", &object.capacity), ("maximumVolumeSize", &object.maximum_volume_size)] {
            if let Some(quantity) = quantity.as_ref().filter(|quantity| Amount::of(quantity).milli < 0) {
                report.error(&Path::ROOT.field(field), format_args!("must be 0 or more, found {:?}", quantity.0));
            }
        }
    }
);
