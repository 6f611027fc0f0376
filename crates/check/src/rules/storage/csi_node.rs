//! CSINodes: the CSI drivers of a node.

use k8s_openapi::api::storage::v1::{CSINode, CSINodeDriver};

use super::super::common::{duplicates, list, required_text};
use super::super::meta;
use super::super::names::Name;
use super::sources::csi_driver_name_length;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

pub(crate) fn validate(object: &CSINode, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec.drivers");
    let drivers = &object.spec.drivers;
    let duplicates = duplicates(drivers.iter().map(|driver| &driver.name));
    for (index, driver) in drivers.iter().enumerate() {
        let at = at.index(index);
        if duplicates[index] {
            unique_drivers(report, &at.field("name"), &driver.name);
        }
        csi_driver_name_length(report, &at.field("name"), &at.field("name"), &driver.name);
        valid_driver(report, &at, driver);
    }
}

/// The area of the rules below.
const AREA: &str = "csinode";

rules!(
    /// `drivers` of a CSINode must have unique names.
    ///
    /// Example: `spec: {drivers: [{name: a, nodeID: a}, {name: a, nodeID: b}]}`
    ///
    /// Source: `validateCSINodeDrivers`, pkg/apis/storage/validation/validation.go
    fn unique_drivers(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        report.duplicate(at, format_args!("the driver {name:?}"));
    },

    /// A driver of a CSINode must have a `nodeID` of at most 192 bytes, unique `topologyKeys` that are label keys, and
    /// an `allocatable.count` of 0 or more.
    ///
    /// Example: `spec: {drivers: [{name: a, nodeID: ''}]}`
    ///
    /// Source: `validateCSINodeDriver`, pkg/apis/storage/validation/validation.go
    fn valid_driver(report: &mut Report<'_>, at: &Path<'_>, driver: &CSINodeDriver) {
        required_text(report, &at.field("nodeID"), &driver.node_id, "the name of the node in the storage system");
        if driver.node_id.len() > 192 {
            report.error(
                &at.field("nodeID"),
                format_args!("must have at most 192 bytes, found {}", driver.node_id.len()),
            );
        }
        if let Some(count) = driver.allocatable.as_ref().and_then(|most| most.count).filter(|count| *count < 0) {
            report.error(&at.field("allocatable.count"), format_args!("must be 0 or more, found {count}"));
        }
        let keys = list(&driver.topology_keys);
        let at_keys = at.field("topologyKeys");
        for (index, key) in keys.iter().enumerate() {
            if keys[..index].contains(key) {
                report.duplicate(at, format_args!("the key {key:?}"));
            }
            report.require_in(&at_keys, &at_keys.index(index), label_key(key));
        }
    }
);
