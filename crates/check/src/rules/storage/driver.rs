//! CSIDrivers, and the CSINodes that say where they run.

use k8s_openapi::api::storage::v1::{CSIDriver, CSIDriverSpec, CSINode, CSINodeDriver, TokenRequest};

use super::super::common::{filled, list, repeated, text};
use super::super::meta;
use super::super::names::Name;
use super::sources::{csi_driver_name, driver_of_csi};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

pub(crate) fn validate(object: &CSIDriver, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let name = text(&object.metadata.name);
    if !name.is_empty() {
        // An API server leaves `metadata` out here.
        csi_driver_name(report, &Path::ROOT.field("name"), &Path::ROOT.field("metadata.name"), name);
    }
    let at = Path::ROOT.field("spec");
    driver_choices(report, &at, &object.spec);
    token_requests(report, &at, &object.spec);
}

pub(crate) fn node(object: &CSINode, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Subdomain);
    let at = Path::ROOT.field("spec.drivers");
    let drivers = &object.spec.drivers;
    let repeated = repeated(drivers.iter().map(|driver| &driver.name));
    for (index, driver) in drivers.iter().enumerate() {
        let at = at.index(index);
        if repeated[index] {
            node_drivers_differ(report, &at.field("name"), &driver.name);
        }
        driver_of_csi(report, &at.field("name"), &at.field("name"), &driver.name);
        driver_on_node(report, &at, driver);
    }
}

rules!(
    /// What a driver does is said in choices that there are.
    ///
    /// Source: `validateCSIDriverSpec`, pkg/apis/storage/validation/validation.go
    fn driver_choices(report: &mut Report<'_>, at: &Path<'_>, spec: &CSIDriverSpec) {
        if let Some(policy) = &spec.fs_group_policy {
            report.one_of(&at.field("fsGroupPolicy"), policy, &["File", "None", "ReadWriteOnceWithFSType"]);
        }
        for mode in list(&spec.volume_lifecycle_modes) {
            report.one_of(&at.field("volumeLifecycleModes"), mode, &["Ephemeral", "Persistent"]);
        }
        if let Some(seconds) = spec.node_allocatable_update_period_seconds.filter(|seconds| *seconds < 10) {
            let at = at.field("nodeAllocatableUpdatePeriodSeconds");
            report.error(&at, format_args!("{seconds} is too often: at least 10 seconds"));
        }
    },

    /// Tokens are for different audiences, last 10 minutes at least, and can be in secrets only if there are some.
    ///
    /// Source: `validateTokenRequests`, `validateServiceAccountTokenInSecrets`,
    /// pkg/apis/storage/validation/validation.go
    fn token_requests(report: &mut Report<'_>, at: &Path<'_>, spec: &CSIDriverSpec) {
        let tokens = list(&spec.token_requests);
        if spec.service_account_token_in_secrets.is_some() && tokens.is_empty() {
            report.error(&at.field("serviceAccountTokenInSecrets"), "there are no `tokenRequests`");
        }
        let at = at.field("tokenRequests");
        let repeated = repeated(tokens.iter().map(|token| &token.audience));
        for (index, token) in tokens.iter().enumerate() {
            let at = at.index(index);
            if repeated[index] {
                report.duplicate(&at.field("audience"), format_args!("the audience {:?}", token.audience));
            }
            token_lasts(report, &at.field("expirationSeconds"), token);
        }
    },

    /// A driver is on a node once.
    ///
    /// Source: `validateCSINodeDrivers`, pkg/apis/storage/validation/validation.go
    fn node_drivers_differ(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        report.duplicate(at, format_args!("the driver {name:?}"));
    },

    /// A driver knows the node by a name of at most 192 bytes, and by keys of labels that differ.
    ///
    /// Source: `validateCSINodeDriver`, pkg/apis/storage/validation/validation.go
    fn driver_on_node(report: &mut Report<'_>, at: &Path<'_>, driver: &CSINodeDriver) {
        filled(report, &at.field("nodeID"), &driver.node_id, "what the driver calls the node");
        if driver.node_id.len() > 192 {
            report.error(&at.field("nodeID"), format_args!("{} bytes are too long: at most 192", driver.node_id.len()));
        }
        if let Some(count) = driver.allocatable.as_ref().and_then(|most| most.count).filter(|count| *count < 0) {
            report.error(&at.field("allocatable.count"), format_args!("{count} is negative"));
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

fn token_lasts(report: &mut Report<'_>, at: &Path<'_>, token: &TokenRequest) {
    match token.expiration_seconds {
        Some(seconds) if seconds < 600 => {
            report.error(at, format_args!("{seconds} is too short: at least 600 seconds"))
        }
        Some(seconds) if seconds > 1 << 32 => {
            report.error(at, format_args!("{seconds} is too long: at most 2^32 seconds"))
        }
        _ => {}
    }
}
