//! The volume sources of a PersistentVolume, including in-tree drivers.

use k8s_openapi::api::core::v1::{
    CSIPersistentVolumeSource, ISCSIPersistentVolumeSource, LocalVolumeSource, PersistentVolumeSpec, SecretReference,
    StorageOSPersistentVolumeSource,
};

use super::super::common::{required_text, text, within};
use super::super::pod::sources;
use super::super::pod::storage as disks;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain};

const REQUIRED_BY_SOURCE: &str = "the volume source requires this field";

/// Returns all sources in the order in which an API server checks them: name, and whether it is set.
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

/// Validates that a volume has one source, and the fields of that source.
pub(super) fn one_source(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec, volume: &str) {
    let mut first = None;
    for (name, _) in sources(spec).into_iter().filter(|(_, is_there)| *is_there) {
        match first {
            // An API server accepts a FlexVolume beside another source.
            Some(first) if name != "flexVolume" => single_source(report, at, name, first),
            _ => {
                first = Some(name);
                fields_of(report, at, spec, name, volume);
            }
        }
    }
    if first.is_none() {
        required_source(report, at);
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
            required_text(report, &at.field("driver"), &source.driver, REQUIRED_BY_SOURCE);
            sources::flex_options(report, &at.field("options"), source.options.as_ref());
        }),
        "gcePersistentDisk" => spec.gce_persistent_disk.iter().for_each(|source| {
            // The name of the field in an API server's messages.
            let at = spec_at.field("persistentDisk");
            required_text(report, &at.field("pdName"), &source.pd_name, REQUIRED_BY_SOURCE);
            within(report, &at.field("partition"), source.partition.unwrap_or_default(), 0, 255);
        }),
        "awsElasticBlockStore" => spec.aws_elastic_block_store.iter().for_each(|source| {
            required_text(report, &at.field("volumeID"), &source.volume_id, REQUIRED_BY_SOURCE);
            within(report, &at.field("partition"), source.partition.unwrap_or_default(), 0, 255);
        }),
        "iscsi" => spec.iscsi.iter().for_each(|source| iscsi(report, &at, source, volume)),
        "local" => spec.local.iter().for_each(|source| {
            local(report, spec_at, source, spec.node_affinity.is_some());
        }),
        "csi" => spec.csi.iter().for_each(|source| csi(report, &at, source)),
        "storageos" => spec.storageos.iter().for_each(|source| storageos(report, &at, source)),
        _ => source_fields(report, &at, spec, name),
    }
}

/// The area of the rules below.
const AREA: &str = "persistentvolume";

rules!(
    /// A PersistentVolume must have a volume source, such as `csi`, `nfs` or `hostPath`.
    ///
    /// Example: `spec: {csi: null}`
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn required_source(report: &mut Report<'_>, at: &Path<'_>) {
        report.required(at, "set a volume source, such as `csi`, `nfs` or `hostPath`");
    },

    /// A PersistentVolume may have only one volume source.
    ///
    /// Example: `spec: {nfs: {server: a, path: /}}`
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn single_source(report: &mut Report<'_>, at: &Path<'_>, name: &str, first: &str) {
        let field = if name == "cephfs" { "cephFS" } else { name };
        report.forbidden(&at.field(field), format_args!("the volume source `{first}` is set, and only one is allowed"));
    },

    /// Volume sources of in-tree drivers must set their required fields: `glusterfs` `endpoints` and `path`, `rbd`
    /// `monitors` and `image`, `cephfs` `monitors`, `cinder` `volumeID`, `azureFile` `secretName` and `shareName`,
    /// `vsphereVolume` `volumePath`, `photonPersistentDisk` `pdID`, `portworxVolume` `volumeID`, `scaleIO` `gateway`,
    /// `system` and `volumeName`.
    ///
    /// Example: `spec: {csi: null, portworxVolume: {volumeID: ''}}`
    ///
    /// Source: `ValidatePersistentVolumeSpec`, pkg/apis/core/validation/validation.go
    fn source_fields(report: &mut Report<'_>, at: &Path<'_>, spec: &PersistentVolumeSpec, name: &str) {
        let some = |items: &[String]| if items.is_empty() { "" } else { "some" };
        let mut need = |field: &str, value: &str| required_text(report, &at.field(field), value, REQUIRED_BY_SOURCE);
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

    /// `local.path` is required and may not contain `..`; `nodeAffinity` is required.
    ///
    /// Example: `spec: {csi: null, local: {path: /data}}`
    ///
    /// Source: `validateLocalVolumeSource`, pkg/apis/core/validation/validation.go
    fn local(report: &mut Report<'_>, at: &Path<'_>, source: &LocalVolumeSource, has_affinity: bool) {
        let at_path = at.field("local.path");
        if source.path.is_empty() {
            report.required(&at_path, "the path on the node, such as `/mnt/disk`");
        } else {
            report.require(&at_path, sources::without_backsteps(&source.path));
        }
        if !has_affinity {
            report.required(&at.field("nodeAffinity"), "select the nodes that have the disk");
        }
    },

    /// `csi` must have a `driver` and a `volumeHandle`; each Secret reference must have a `name` and a `namespace`.
    ///
    /// Example: `spec: {csi: {volumeHandle: ''}}`
    ///
    /// Source: `validateCSIPersistentVolumeSource`, pkg/apis/core/validation/validation.go
    fn csi(report: &mut Report<'_>, at: &Path<'_>, source: &CSIPersistentVolumeSource) {
        csi_driver_name_length(report, &at.field("driver"), &at.field("driver"), &source.driver);
        required_text(
            report,
            &at.field("volumeHandle"),
            &source.volume_handle,
            "the ID of the volume in the storage system",
        );
        for (field, secret) in [
            ("controllerPublishSecretRef", &source.controller_publish_secret_ref),
            ("controllerExpandSecretRef", &source.controller_expand_secret_ref),
            ("nodePublishSecretRef", &source.node_publish_secret_ref),
            ("nodeExpandSecretRef", &source.node_expand_secret_ref),
        ] {
            secret.iter().for_each(|secret| secret_reference(report, &at.field(field), secret));
        }
    },

    /// The name of a CSI driver is required and must be at most 63 characters.
    ///
    /// Example: `spec: {csi: {driver: ''}}`
    ///
    /// Source: `ValidateCSIDriverName`, pkg/apis/core/validation/validation.go
    pub(super) fn csi_driver_name_length(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, driver: &str) {
        if driver.is_empty() {
            return report.required(at, "the name of the CSI driver");
        }
        if driver.len() > 63 {
            report.error_in(at, location, format_args!("must have at most 63 characters, found {}", driver.len()));
        }
        csi_driver_name(report, at, location, driver);
    },

    /// The name of a CSI driver must be a DNS subdomain; upper case is allowed. The name of a CSIDriver may be longer
    /// than the 63 characters that a volume can refer to.
    ///
    /// Example: `spec: {csi: {driver: my driver}}`
    ///
    /// Source: `ValidateCSIDriverName`, pkg/apis/core/validation/validation.go
    pub(super) fn csi_driver_name(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, driver: &str) {
        report.require_in(at, location, dns_subdomain(&driver.to_lowercase()));
    },

    /// A Secret reference must have a `name` that is a DNS subdomain, and a `namespace` that is a DNS label.
    ///
    /// Example: `spec: {csi: {nodePublishSecretRef: {name: a}}}`
    ///
    /// Source: `validatePVSecretReference`, pkg/apis/core/validation/validation.go
    fn secret_reference(report: &mut Report<'_>, at: &Path<'_>, secret: &SecretReference) {
        match text(&secret.name) {
            "" => report.required(&at.field("name"), "the name of the Secret"),
            name => report.require(&at.field("name"), dns_subdomain(name)),
        }
        match text(&secret.namespace) {
            "" => report.required(&at.field("namespace"), "the namespace of the Secret"),
            namespace => report.require(&at.field("namespace"), dns_label(namespace)),
        }
    },

    /// `storageos` must have a `volumeName`, which like `volumeNamespace` is a DNS label; `secretRef` must have a
    /// `name` and a `namespace`.
    ///
    /// Example: `spec: {csi: null, storageos: {volumeName: a_b}}`
    ///
    /// Source: `validateStorageOSPersistentVolumeSource`, pkg/apis/core/validation/validation.go
    fn storageos(report: &mut Report<'_>, at: &Path<'_>, source: &StorageOSPersistentVolumeSource) {
        let (name, namespace) = (text(&source.volume_name), text(&source.volume_namespace));
        if name.is_empty() {
            report.required(&at.field("volumeName"), REQUIRED_BY_SOURCE);
        } else {
            report.require(&at.field("volumeName"), dns_label(name));
        }
        if !namespace.is_empty() {
            report.require(&at.field("volumeNamespace"), dns_label(namespace));
        }
        if let Some(secret) = &source.secret_ref {
            required_text(report, &at.field("secretRef.name"), text(&secret.name), "the name of the Secret");
            required_text(
                report,
                &at.field("secretRef.namespace"),
                text(&secret.namespace),
                "the namespace of the Secret",
            );
        }
    },

    /// `iscsi` must have a `targetPortal`, an `iqn` that starts with `iqn.`, `eui.` or `naa.`, and a `lun` between 0
    /// and 255; `secretRef` is required with `chapAuthDiscovery` or `chapAuthSession`.
    ///
    /// Example: `spec: {csi: null, iscsi: {targetPortal: a, iqn: disk, lun: 0}}`
    ///
    /// Source: `validateISCSIPersistentVolumeSource`, pkg/apis/core/validation/validation.go
    fn iscsi(report: &mut Report<'_>, at: &Path<'_>, source: &ISCSIPersistentVolumeSource, volume: &str) {
        required_text(report, &at.field("targetPortal"), &source.target_portal, "the host and port of the target");
        required_text(report, &at.field("iqn"), &source.iqn, "the qualified name of the target");
        if !source.iqn.is_empty() {
            report.require(&at.field("iqn"), disks::qualified_name(&source.iqn));
        }
        within(report, &at.field("lun"), source.lun, 0, 255);
        let authenticates = source.chap_auth_discovery == Some(true) || source.chap_auth_session == Some(true);
        if authenticates && source.secret_ref.is_none() {
            report.required(&at.field("secretRef"), "`chapAuthDiscovery` or `chapAuthSession` is `true`");
        }
        if let Some(secret) = &source.secret_ref {
            required_text(report, &at.field("secretRef.name"), text(&secret.name), "the name of the Secret");
        }
        if let Some(initiator) = &source.initiator_name {
            report.require_in(&at.field("initiatorname"), &at.field("initiatorName"), disks::qualified_name(initiator));
        }
        if source.initiator_name.is_some() && volume.len() + 1 + source.target_portal.len() > 64 {
            report.error_in(
                &at.field("targetportal"),
                &at.field("targetPortal"),
                "must have at most 64 characters together with the name of the volume and a colon",
            );
        }
    }
);
