//! What a PersistentVolume is: the sources that Kubernetes knows, those of old clouds too.

use k8s_openapi::api::core::v1::{
    CSIPersistentVolumeSource, ISCSIPersistentVolumeSource, LocalVolumeSource, PersistentVolumeSpec, SecretReference,
    StorageOSPersistentVolumeSource,
};

use super::super::common::{filled, text, within};
use super::super::pod::sources;
use super::super::pod::storage as disks;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain};

const WHAT: &str = "it says what the volume is";

/// Every source, in the order in which an API server looks for them, whether it is there, and its name when it is the
/// second one.
fn sources(spec: &PersistentVolumeSpec) -> [(&'static str, bool); 22] {
    [
        ("hostPath", spec.host_path.is_some()),
        ("gcePersistentDisk", spec.gce_persistent_disk.is_some()),
        ("awsElasticBlockStore", spec.aws_elastic_block_store.is_some()),
        ("glusterfs", spec.glusterfs.is_some()),
        ("flocker", spec.flocker.is_some()),
        ("nfs", spec.nfs.is_some()),
        ("rbd", spec.rbd.is_some()),
        ("quobyte", spec.quobyte.is_some()),
        ("cephfs", spec.cephfs.is_some()),
        ("iscsi", spec.iscsi.is_some()),
        ("cinder", spec.cinder.is_some()),
        ("fc", spec.fc.is_some()),
        ("flexVolume", spec.flex_volume.is_some()),
        ("azureFile", spec.azure_file.is_some()),
        ("vsphereVolume", spec.vsphere_volume.is_some()),
        ("photonPersistentDisk", spec.photon_persistent_disk.is_some()),
        ("portworxVolume", spec.portworx_volume.is_some()),
        ("azureDisk", spec.azure_disk.is_some()),
        ("scaleIO", spec.scale_io.is_some()),
        ("local", spec.local.is_some()),
        ("storageos", spec.storageos.is_some()),
        ("csi", spec.csi.is_some()),
    ]
}

/// The one source of a volume, and what it needs.
pub(super) fn one_source(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec, volume: &str) {
    let mut first = None;
    for (name, _) in sources(spec).into_iter().filter(|(_, is_there)| *is_there) {
        match first {
            // A FlexVolume is never too much for an API server.
            Some(first) if name != "flexVolume" => volume_is_one_thing(report, at, name, first),
            _ => {
                first = Some(name);
                fields_of(report, at, spec, name, volume);
            }
        }
    }
    if first.is_none() {
        volume_is_something(report, at);
    }
}

fn fields_of(report: &mut Report<'_>, spec_at: &Path<'_>, spec: &PersistentVolumeSpec, name: &str, volume: &str) {
    let at = spec_at.field(name);
    match name {
        "hostPath" => spec.host_path.iter().for_each(|source| sources::host_path(report, &at, source)),
        "nfs" => spec.nfs.iter().for_each(|source| sources::nfs(report, &at, source)),
        "fc" => spec.fc.iter().for_each(|source| disks::fibre_channel(report, &at, source)),
        "azureDisk" => spec.azure_disk.iter().for_each(|source| disks::azure_disk(report, &at, source)),
        "flocker" => spec.flocker.iter().for_each(|source| disks::flocker(report, &at, source)),
        "quobyte" => spec.quobyte.iter().for_each(|source| disks::quobyte(report, &at, source)),
        "flexVolume" => spec.flex_volume.iter().for_each(|source| {
            filled(report, &at.field("driver"), &source.driver, WHAT);
            sources::flex_options(report, &at.field("options"), source.options.as_ref());
        }),
        "gcePersistentDisk" => spec.gce_persistent_disk.iter().for_each(|source| {
            // An API server calls the field so.
            let at = spec_at.field("persistentDisk");
            filled(report, &at.field("pdName"), &source.pd_name, WHAT);
            within(report, &at.field("partition"), source.partition.unwrap_or_default(), 0, 255);
        }),
        "awsElasticBlockStore" => spec.aws_elastic_block_store.iter().for_each(|source| {
            filled(report, &at.field("volumeID"), &source.volume_id, WHAT);
            within(report, &at.field("partition"), source.partition.unwrap_or_default(), 0, 255);
        }),
        "iscsi" => spec.iscsi.iter().for_each(|source| volume_of_iscsi(report, &at, source, volume)),
        "local" => spec.local.iter().for_each(|source| {
            local_volume(report, spec_at, source, spec.node_affinity.is_some());
        }),
        "csi" => spec.csi.iter().for_each(|source| volume_of_csi(report, &at, source)),
        "storageos" => spec.storageos.iter().for_each(|source| volume_of_storage_os(report, &at, source)),
        _ => volume_fields(report, &at, spec, name),
    }
}

rules!(
    /// A PersistentVolume is something.
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn volume_is_something(report: &mut Report<'_>, at: &Path<'_>) {
        report.required(at, "what the volume is: `csi`, `nfs`, `hostPath` or such");
    },

    /// A PersistentVolume is one thing.
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn volume_is_one_thing(report: &mut Report<'_>, at: &Path<'_>, name: &str, first: &str) {
        let field = if name == "cephfs" { "cephFS" } else { name };
        report.forbidden(&at.field(field), format_args!("the volume is `{first}` already"));
    },

    /// A PersistentVolume says what an old driver needs to know.
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn volume_fields(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec, name: &str) {
        let some = |items: &[String]| if items.is_empty() { "" } else { "some" };
        let mut need = |field: &str, value: &str| filled(report, &at.field(field), value, WHAT);
        match name {
            "glusterfs" => spec.glusterfs.iter().for_each(|source| {
                need("endpoints", &source.endpoints);
                need("path", &source.path);
            }),
            "rbd" => spec.rbd.iter().for_each(|source| {
                need("monitors", some(&source.monitors));
                need("image", &source.image);
            }),
            "cephfs" => spec.cephfs.iter().for_each(|source| need("monitors", some(&source.monitors))),
            "cinder" => spec.cinder.iter().for_each(|source| {
                need("volumeID", &source.volume_id);
                source.secret_ref.iter().for_each(|secret| {
                    need("secretRef.name", text(&secret.name));
                    need("secretRef.namespace", text(&secret.namespace));
                });
            }),
            "azureFile" => spec.azure_file.iter().for_each(|source| {
                need("secretName", &source.secret_name);
                need("shareName", &source.share_name);
                source.secret_namespace.iter().for_each(|namespace| need("secretNamespace", namespace));
            }),
            "vsphereVolume" => spec.vsphere_volume.iter().for_each(|source| need("volumePath", &source.volume_path)),
            "photonPersistentDisk" => spec.photon_persistent_disk.iter().for_each(|source| need("pdID", &source.pd_id)),
            "portworxVolume" => spec.portworx_volume.iter().for_each(|source| need("volumeID", &source.volume_id)),
            "scaleIO" => spec.scale_io.iter().for_each(|source| {
                need("gateway", &source.gateway);
                need("system", &source.system);
                need("volumeName", text(&source.volume_name));
            }),
            _ => {}
        }
    },

    /// A disk of a node has a path without `..`, and says which nodes have it.
    ///
    /// Source: `validateLocalVolumeSource`, pkg/apis/core/validation/validation.go
    fn local_volume(report: &mut Report<'_>, at: &Path<'_>, source: &LocalVolumeSource, has_affinity: bool) {
        let at_path = at.field("local.path");
        if source.path.is_empty() {
            report.required(&at_path, "the path on the node");
        } else {
            report.require(&at_path, sources::without_backsteps(&source.path));
        }
        if !has_affinity {
            report.required(&at.field("nodeAffinity"), "the nodes that have the disk");
        }
    },

    /// A volume of CSI has a driver and a handle, and names Secrets with their namespaces.
    ///
    /// Source: `validateCSIPersistentVolumeSource`, pkg/apis/core/validation/validation.go
    fn volume_of_csi(report: &mut Report<'_>, at: &Path<'_>, source: &CSIPersistentVolumeSource) {
        driver_of_csi(report, &at.field("driver"), &at.field("driver"), &source.driver);
        filled(report, &at.field("volumeHandle"), &source.volume_handle, "what the driver calls the volume");
        for (field, secret) in [
            ("controllerPublishSecretRef", &source.controller_publish_secret_ref),
            ("controllerExpandSecretRef", &source.controller_expand_secret_ref),
            ("nodePublishSecretRef", &source.node_publish_secret_ref),
            ("nodeExpandSecretRef", &source.node_expand_secret_ref),
        ] {
            secret.iter().for_each(|secret| secret_reference(report, &at.field(field), secret));
        }
    },

    /// A driver of CSI is named by a DNS subdomain of at most 63 characters, upper case allowed.
    ///
    /// Source: `ValidateCSIDriverName`, pkg/apis/core/validation/validation.go
    pub(super) fn driver_of_csi(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, driver: &str) {
        if driver.is_empty() {
            return report.required(at, "the driver");
        }
        if driver.len() > 63 {
            report.error_in(at, location, format_args!("{} characters are too long: at most 63", driver.len()));
        }
        csi_driver_name(report, at, location, driver);
    },

    /// The name of a CSI driver is a DNS subdomain, upper case allowed. The CSIDriver itself may have a longer name than
    /// volumes can refer to.
    ///
    /// Source: `ValidateCSIDriverName`, pkg/apis/core/validation/validation.go
    pub(super) fn csi_driver_name(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, driver: &str) {
        report.require_in(at, location, dns_subdomain(&driver.to_lowercase()));
    },

    /// A Secret for a volume has a name and a namespace.
    ///
    /// Source: `validatePVSecretReference`, pkg/apis/core/validation/validation.go
    fn secret_reference(report: &mut Report<'_>, at: &Path<'_>, secret: &SecretReference) {
        match text(&secret.name) {
            "" => report.required(&at.field("name"), "the Secret"),
            name => report.require(&at.field("name"), dns_subdomain(name)),
        }
        match text(&secret.namespace) {
            "" => report.required(&at.field("namespace"), "the namespace of the Secret"),
            namespace => report.require(&at.field("namespace"), dns_label(namespace)),
        }
    },

    /// A StorageOS volume has names that are DNS labels, and a Secret with its namespace.
    ///
    /// Source: `validateStorageOSPersistentVolumeSource`, pkg/apis/core/validation/validation.go
    fn volume_of_storage_os(report: &mut Report<'_>, at: &Path<'_>, source: &StorageOSPersistentVolumeSource) {
        let (name, namespace) = (text(&source.volume_name), text(&source.volume_namespace));
        if name.is_empty() {
            report.required(&at.field("volumeName"), WHAT);
        } else {
            report.require(&at.field("volumeName"), dns_label(name));
        }
        if !namespace.is_empty() {
            report.require(&at.field("volumeNamespace"), dns_label(namespace));
        }
        if let Some(secret) = &source.secret_ref {
            filled(report, &at.field("secretRef.name"), text(&secret.name), "the Secret");
            filled(report, &at.field("secretRef.namespace"), text(&secret.namespace), "the namespace of the Secret");
        }
    },

    /// An iSCSI volume has a portal, qualified names (`iqn.`, `eui.`, `naa.`), a number of 0 to 255, and a Secret where
    /// it authenticates.
    ///
    /// Source: `validateISCSIPersistentVolumeSource`, pkg/apis/core/validation/validation.go
    fn volume_of_iscsi(report: &mut Report<'_>, at: &Path<'_>, source: &ISCSIPersistentVolumeSource, volume: &str) {
        filled(report, &at.field("targetPortal"), &source.target_portal, "the host and port");
        filled(report, &at.field("iqn"), &source.iqn, "the name of the target");
        if !source.iqn.is_empty() {
            report.require(&at.field("iqn"), disks::qualified_name(&source.iqn));
        }
        within(report, &at.field("lun"), source.lun, 0, 255);
        let authenticates = source.chap_auth_discovery == Some(true) || source.chap_auth_session == Some(true);
        if authenticates && source.secret_ref.is_none() {
            report.required(&at.field("secretRef"), "it authenticates");
        }
        if let Some(secret) = &source.secret_ref {
            filled(report, &at.field("secretRef.name"), text(&secret.name), "the Secret");
        }
        if let Some(initiator) = &source.initiator_name {
            report.require_in(&at.field("initiatorname"), &at.field("initiatorName"), disks::qualified_name(initiator));
        }
        if source.initiator_name.is_some() && volume.len() + 1 + source.target_portal.len() > 64 {
            report.error_in(
                &at.field("targetportal"),
                &at.field("targetPortal"),
                "with the name of the volume it is longer than 64 characters",
            );
        }
    }
);
