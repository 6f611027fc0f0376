//! Sources of volumes, including those of deprecated storage systems.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    CSIVolumeSource, DownwardAPIVolumeFile, HostPathVolumeSource, ImageVolumeSource, KeyToPath, NFSVolumeSource,
    Volume as PodVolume,
};

use super::super::common::{list, required_text, text, within};
use super::{env, storage};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

/// The pod fields that a file of a downward API volume can contain.
const FIELDS_OF_FILE: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/// Validates the `first` source of a volume, which is the one that an API server checks.
pub(super) fn source(report: &mut Report<'_>, at: &Path<'_>, volume: &PodVolume, first: &str, is_pod: bool) {
    let at = at.field(first);
    match first {
        "hostPath" => volume.host_path.iter().for_each(|source| host_path(report, &at, source)),
        "secret" => volume.secret.iter().for_each(|source| {
            required_text(report, &at.field("secretName"), text(&source.secret_name), "set the name of the Secret");
            file_mode(report, &at.field("defaultMode"), source.default_mode);
            items(report, &at.field("items"), list(&source.items));
        }),
        "configMap" => volume.config_map.iter().for_each(|source| {
            required_text(report, &at.field("name"), &source.name, "set the name of the ConfigMap");
            file_mode(report, &at.field("defaultMode"), source.default_mode);
            items(report, &at.field("items"), list(&source.items));
        }),
        "downwardAPI" => volume.downward_api.iter().for_each(|source| {
            file_mode(report, &at.field("defaultMode"), source.default_mode);
            // An API server reports this without the index of the file.
            list(&source.items).iter().for_each(|file| downward_api_item(report, &at, file));
        }),
        "nfs" => volume.nfs.iter().for_each(|source| nfs(report, &at, source)),
        "csi" => volume.csi.iter().for_each(|source| csi(report, &at, source)),
        "image" => volume.image.iter().for_each(|source| image(report, &at, source, is_pod)),
        "iscsi" => volume.iscsi.iter().for_each(|source| storage::iscsi(report, &at, source, &volume.name)),
        "fc" => volume.fc.iter().for_each(|source| storage::fibre_channel(report, &at, source)),
        "azureDisk" => volume.azure_disk.iter().for_each(|source| storage::azure_disk(report, &at, source)),
        "flocker" => volume.flocker.iter().for_each(|source| storage::flocker(report, &at, source)),
        "quobyte" => volume.quobyte.iter().for_each(|source| storage::quobyte(report, &at, source)),
        "storageos" => volume.storageos.iter().for_each(|source| storage::storageos(report, &at, source)),
        _ => required_source_fields(report, &at, volume, first),
    }
}

/// Validates a relative path without `..`.
pub(super) fn descending_path(path: &str) -> Result<(), String> {
    if path.starts_with('/') {
        return Err(format!("{path:?} must be a relative path"));
    }
    without_backsteps(path)
}

/// Validates a path without `..`.
pub(in super::super) fn without_backsteps(path: &str) -> Result<(), String> {
    if path.split('/').any(|step| step == "..") { Err(format!("{path:?} must not contain `..`")) } else { Ok(()) }
}

/// Validates the path of a file that the kubelet writes. It keeps names that start with `..` for itself.
pub(super) fn local_path(path: &str) -> Result<(), String> {
    descending_path(path)?;
    if path.starts_with("..") { Err(format!("{path:?} must not start with `..`")) } else { Ok(()) }
}

/// The area of the rules below.
const AREA: &str = "volume";

rules!(
    /// The fields that identify the source of a volume are required, such as `persistentVolumeClaim.claimName`.
    /// `partition` of a disk must be between 0 and 255, and `gitRepo.directory` a relative path without `..`.
    ///
    /// Example: `persistentVolumeClaim: {claimName: ""}, emptyDir: null`
    ///
    /// Source: `validate...VolumeSource`, pkg/apis/core/validation/validation.go
    fn required_source_fields(report: &mut Report<'_>, at: &Path<'_>, volume: &PodVolume, first: &str) {
        let mut require = |field: &str, value: &str| {
            required_text(report, &at.field(field), value, "it identifies the source of the volume")
        };
        match first {
            "gitRepo" => volume.git_repo.iter().for_each(|source| require("repository", &source.repository)),
            "awsElasticBlockStore" => {
                volume.aws_elastic_block_store.iter().for_each(|source| require("volumeID", &source.volume_id))
            }
            "glusterfs" => volume.glusterfs.iter().for_each(|source| {
                require("endpoints", &source.endpoints);
                require("path", &source.path);
            }),
            "persistentVolumeClaim" => {
                volume.persistent_volume_claim.iter().for_each(|source| require("claimName", &source.claim_name));
            }
            "rbd" => volume.rbd.iter().for_each(|source| {
                require("monitors", source.monitors.first().map_or("", |_| "some"));
                require("image", &source.image);
            }),
            "cinder" => volume.cinder.iter().for_each(|source| {
                require("volumeID", &source.volume_id);
                source.secret_ref.iter().for_each(|secret| require("secretRef.name", &secret.name));
            }),
            "cephfs" => volume
                .cephfs
                .iter()
                .for_each(|source| require("monitors", source.monitors.first().map_or("", |_| "some"))),
            "flexVolume" => volume.flex_volume.iter().for_each(|source| require("driver", &source.driver)),
            "azureFile" => volume.azure_file.iter().for_each(|source| {
                require("secretName", &source.secret_name);
                require("shareName", &source.share_name);
            }),
            "vsphereVolume" => {
                volume.vsphere_volume.iter().for_each(|source| require("volumePath", &source.volume_path))
            }
            "photonPersistentDisk" => {
                volume.photon_persistent_disk.iter().for_each(|source| require("pdID", &source.pd_id))
            }
            "portworxVolume" => volume.portworx_volume.iter().for_each(|source| require("volumeID", &source.volume_id)),
            "scaleIO" => volume.scale_io.iter().for_each(|source| {
                require("gateway", &source.gateway);
                require("system", &source.system);
                require("volumeName", text(&source.volume_name));
            }),
            _ => {}
        }
        match first {
            // An API server reports the field by this name.
            "gcePersistentDisk" => volume.gce_persistent_disk.iter().for_each(|source| {
                let disk = at.sibling("persistentDisk");
                required_text(report, &disk.field("pdName"), &source.pd_name, "set the name of the disk");
                within(report, &disk.field("partition"), source.partition.unwrap_or_default(), 0, 255);
            }),
            "awsElasticBlockStore" => volume.aws_elastic_block_store.iter().for_each(|source| {
                within(report, &at.field("partition"), source.partition.unwrap_or_default(), 0, 255);
            }),
            "gitRepo" => volume.git_repo.iter().for_each(|source| {
                report.require(&at.field("directory"), descending_path(text(&source.directory)));
            }),
            "flexVolume" => volume
                .flex_volume
                .iter()
                .for_each(|source| flex_options(report, &at.field("options"), source.options.as_ref())),
            _ => {}
        }
    },

    /// `options` of a FlexVolume must not use keys in the reserved domains `kubernetes.io` and `k8s.io`.
    ///
    /// Example: `flexVolume: {driver: example.com/nfs, options: {kubernetes.io/a: b}}, emptyDir: null`
    ///
    /// Source: `validateFlexVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn flex_options(
        report: &mut Report<'_>,
        at: &Path<'_>,
        options: Option<&BTreeMap<String, String>>,
    ) {
        for key in options.into_iter().flatten().map(|(key, _)| key) {
            let domain = format!(".{}", key.split('/').next().unwrap_or_default().to_lowercase());
            if domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io") {
                report.error(
                    &at.key(key),
                    format_args!("{key:?} is reserved: `kubernetes.io` and `k8s.io` belong to Kubernetes"),
                );
            }
        }
    },

    /// `hostPath.path` is required and must not contain `..`; `type` must be empty, `DirectoryOrCreate`, `Directory`,
    /// `FileOrCreate`, `File`, `Socket`, `CharDevice` or `BlockDevice`.
    ///
    /// Example: `hostPath: {path: /a/../b}, emptyDir: null`
    ///
    /// Source: `validateHostPathVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn host_path(report: &mut Report<'_>, at: &Path<'_>, source: &HostPathVolumeSource) {
        const TYPES: [&str; 8] =
            ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
        if source.path.is_empty() {
            return report.required(&at.field("path"), "set the path on the host");
        }
        report.require(&at.field("path"), without_backsteps(&source.path));
        if let Some(kind) = &source.type_ {
            report.one_of(&at.field("type"), kind, &TYPES);
        }
    },

    /// `mode` and `defaultMode` of files must be between 0 and 511, which is 0777 in octal.
    ///
    /// Example: `secret: {secretName: db, defaultMode: 1000}, emptyDir: null`
    ///
    /// Source: `validateSecretVolumeSource` and others, pkg/apis/core/validation/validation.go
    pub(super) fn file_mode(report: &mut Report<'_>, at: &Path<'_>, mode: Option<i32>) {
        let Some(mode) = mode.filter(|mode| !(0..=0o777).contains(mode)) else { return };
        let message = format!("must be between 0 and 511 (octal 0777), found {mode}");
        let digits = mode.to_string();
        match i32::from_str_radix(&digits, 8).ok().filter(|octal| (0..=0o777).contains(octal)) {
            Some(octal) => report.error_with_help(at, message, format!("octal 0{digits} is {octal}; write `{octal}`")),
            None => report.error(at, message),
        }
    },

    /// `items` of a ConfigMap or Secret volume require a `key` and a `path`, which must be relative and without `..`.
    ///
    /// Example: `configMap: {name: app, items: [{key: a, path: ../a}]}, emptyDir: null`
    ///
    /// Source: `validateKeyToPath`, pkg/apis/core/validation/validation.go
    pub(super) fn items(report: &mut Report<'_>, at: &Path<'_>, items: &[KeyToPath]) {
        for (index, item) in items.iter().enumerate() {
            let at = at.index(index);
            required_text(report, &at.field("key"), &item.key, "set the key to write to the file");
            required_text(report, &at.field("path"), &item.path, "set the path of the file within the volume");
            report.require(&at.field("path"), local_path(&item.path));
            file_mode(report, &at.field("mode"), item.mode);
        }
    },

    /// Each file of a downward API volume requires a relative `path` without `..` and exactly one of `fieldRef` and
    /// `resourceFieldRef`.
    ///
    /// Example: `downwardAPI: {items: [{path: labels}]}, emptyDir: null`
    ///
    /// Source: `validateDownwardAPIVolumeFile`, pkg/apis/core/validation/validation.go
    pub(super) fn downward_api_item(report: &mut Report<'_>, at: &Path<'_>, file: &DownwardAPIVolumeFile) {
        required_text(report, &at.field("path"), &file.path, "set the path of the file within the volume");
        report.require(&at.field("path"), local_path(&file.path));
        match (&file.field_ref, &file.resource_field_ref) {
            (None, None) => report.required(at, "set one of `fieldRef` and `resourceFieldRef`"),
            (Some(field), resource) => {
                env::field_ref(report, &at.field("fieldRef"), field, FIELDS_OF_FILE);
                if resource.is_some() {
                    report.error(at, "`fieldRef` and `resourceFieldRef` are mutually exclusive");
                }
            }
            (None, Some(resource)) => env::resource_field_ref(report, &at.field("resourceFieldRef"), resource, true),
        }
        file_mode(report, &at.field("mode"), file.mode);
    },

    /// `nfs` requires a `server` and an absolute `path`.
    ///
    /// Example: `nfs: {server: nfs.example.com, path: exports}, emptyDir: null`
    ///
    /// Source: `validateNFSVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn nfs(report: &mut Report<'_>, at: &Path<'_>, source: &NFSVolumeSource) {
        required_text(report, &at.field("server"), &source.server, "set the host name of the NFS server");
        required_text(report, &at.field("path"), &source.path, "set the exported path");
        if !source.path.starts_with('/') {
            report.error(&at.field("path"), format_args!("must be an absolute path, found {:?}", source.path));
        }
    },

    /// `csi` requires a `driver`; `nodePublishSecretRef` requires a `name` that is a DNS subdomain.
    ///
    /// Example: `csi: {driver: csi.example.com, nodePublishSecretRef: {name: ""}}, emptyDir: null`
    ///
    /// Source: `validateCSIVolumeSource`, pkg/apis/core/validation/validation.go
    fn csi(report: &mut Report<'_>, at: &Path<'_>, source: &CSIVolumeSource) {
        csi_driver_name(report, &at.field("driver"), &source.driver);
        match source.node_publish_secret_ref.as_ref().map(|secret| secret.name.as_str()) {
            None => {}
            Some("") => report.required(&at.field("nodePublishSecretRef.name"), "set the name of the Secret"),
            Some(name) => {
                report.require_in(&at.field("name"), &at.field("nodePublishSecretRef.name"), dns_subdomain(name))
            }
        }
    },

    /// `csi.driver` is required and must be a DNS subdomain of at most 63 characters, in which uppercase letters are
    /// allowed.
    ///
    /// Example: `csi: {driver: csi_example}, emptyDir: null`
    ///
    /// Source: `ValidateCSIDriverName`, pkg/apis/core/validation/validation.go
    fn csi_driver_name(report: &mut Report<'_>, at: &Path<'_>, driver: &str) {
        if driver.is_empty() {
            report.required(at, "set the name of the CSI driver");
        } else if driver.len() > 63 {
            report.error(at, format_args!("must be at most 63 characters, found {}", driver.len()));
        } else {
            report.require(at, dns_subdomain(&driver.to_lowercase()));
        }
    },

    /// `image.reference` is required in a Pod; `image.pullPolicy` must be `Always`, `IfNotPresent` or `Never`.
    ///
    /// Example: `image: {reference: ""}, emptyDir: null`
    ///
    /// Source: `validateImageVolumeSource`, pkg/apis/core/validation/validation.go
    fn image(report: &mut Report<'_>, at: &Path<'_>, source: &ImageVolumeSource, is_pod: bool) {
        if is_pod {
            required_text(report, &at.field("reference"), text(&source.reference), "set the image to mount");
        }
        if !text(&source.pull_policy).is_empty() {
            report.one_of(&at.field("pullPolicy"), text(&source.pull_policy), &["Always", "IfNotPresent", "Never"]);
        }
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_within_the_volume() {
        for good in ["", "a", "a/b", "a..b", "..."] {
            assert!(descending_path(good).is_ok(), "{good}");
        }
        for bad in ["/a", "..", "a/../b", "../a"] {
            assert!(descending_path(bad).is_err(), "{bad}");
        }
        assert!(local_path("..data").is_err());
    }
}
