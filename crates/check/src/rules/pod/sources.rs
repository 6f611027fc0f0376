//! What volumes are: the sources that Kubernetes knows, those of old clouds too.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    CSIVolumeSource, DownwardAPIVolumeFile, HostPathVolumeSource, ImageVolumeSource, KeyToPath, NFSVolumeSource,
    Volume as PodVolume,
};

use super::super::common::{filled, list, text, within};
use super::{env, storage};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

/// What of a pod a file can show.
const FIELDS_OF_FILE: &[&str] =
    &["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

/// Everything about the one source of a volume that counts, the `first`.
pub(super) fn source(report: &mut Report<'_>, at: &Path<'_>, volume: &PodVolume, first: &str, is_pod: bool) {
    let at = at.field(first);
    match first {
        "hostPath" => volume.host_path.iter().for_each(|source| host_path(report, &at, source)),
        "secret" => volume.secret.iter().for_each(|source| {
            filled(report, &at.field("secretName"), text(&source.secret_name), "the Secret");
            file_mode(report, &at.field("defaultMode"), source.default_mode);
            key_files(report, &at.field("items"), list(&source.items));
        }),
        "configMap" => volume.config_map.iter().for_each(|source| {
            filled(report, &at.field("name"), &source.name, "the ConfigMap");
            file_mode(report, &at.field("defaultMode"), source.default_mode);
            key_files(report, &at.field("items"), list(&source.items));
        }),
        "downwardAPI" => volume.downward_api.iter().for_each(|source| {
            file_mode(report, &at.field("defaultMode"), source.default_mode);
            // An API server does not say which file.
            list(&source.items).iter().for_each(|file| downward_file(report, &at, file));
        }),
        "nfs" => volume.nfs.iter().for_each(|source| nfs(report, &at, source)),
        "csi" => volume.csi.iter().for_each(|source| csi(report, &at, source)),
        "image" => volume.image.iter().for_each(|source| image(report, &at, source, is_pod)),
        "iscsi" => volume.iscsi.iter().for_each(|source| storage::iscsi(report, &at, source, &volume.name)),
        "fc" => volume.fc.iter().for_each(|source| storage::fibre_channel(report, &at, source)),
        "azureDisk" => volume.azure_disk.iter().for_each(|source| storage::azure_disk(report, &at, source)),
        "flocker" => volume.flocker.iter().for_each(|source| storage::flocker(report, &at, source)),
        "quobyte" => volume.quobyte.iter().for_each(|source| storage::quobyte(report, &at, source)),
        "storageos" => volume.storageos.iter().for_each(|source| storage::storage_os(report, &at, source)),
        _ => source_fields(report, &at, volume, first),
    }
}

/// A path that is relative and does not climb out of where it begins.
pub(super) fn descending_path(path: &str) -> Result<(), String> {
    if path.starts_with('/') {
        return Err(format!("{path:?} is absolute: a path within the volume"));
    }
    without_backsteps(path)
}

/// A path without `..`.
pub(in super::super) fn without_backsteps(path: &str) -> Result<(), String> {
    if path.split('/').any(|step| step == "..") { Err(format!("{path:?} climbs: it has no `..`")) } else { Ok(()) }
}

/// A path for a file that Kubernetes writes, which has names that begin with `..` for itself.
pub(super) fn local_path(path: &str) -> Result<(), String> {
    descending_path(path)?;
    if path.starts_with("..") { Err(format!("{path:?} begins with `..`")) } else { Ok(()) }
}

rules!(
    /// A volume names what it is: each source has fields that have to be there.
    ///
    /// Source: `validate...VolumeSource`, pkg/apis/core/validation/validation.go
    fn source_fields(report: &mut Report<'_>, at: &Path<'_>, volume: &PodVolume, first: &str) {
        let mut need =
            |field: &str, value: &str| filled(report, &at.field(field), value, "it names what the volume is");
        match first {
            "gitRepo" => volume.git_repo.iter().for_each(|source| need("repository", &source.repository)),
            "awsElasticBlockStore" => {
                volume.aws_elastic_block_store.iter().for_each(|source| need("volumeID", &source.volume_id))
            }
            "glusterfs" => volume.glusterfs.iter().for_each(|source| {
                need("endpoints", &source.endpoints);
                need("path", &source.path);
            }),
            "persistentVolumeClaim" => {
                volume.persistent_volume_claim.iter().for_each(|source| need("claimName", &source.claim_name));
            }
            "rbd" => volume.rbd.iter().for_each(|source| {
                need("monitors", source.monitors.first().map_or("", |_| "some"));
                need("image", &source.image);
            }),
            "cinder" => volume.cinder.iter().for_each(|source| {
                need("volumeID", &source.volume_id);
                source.secret_ref.iter().for_each(|secret| need("secretRef.name", &secret.name));
            }),
            "cephfs" => {
                volume.cephfs.iter().for_each(|source| need("monitors", source.monitors.first().map_or("", |_| "some")))
            }
            "flexVolume" => volume.flex_volume.iter().for_each(|source| need("driver", &source.driver)),
            "azureFile" => volume.azure_file.iter().for_each(|source| {
                need("secretName", &source.secret_name);
                need("shareName", &source.share_name);
            }),
            "vsphereVolume" => volume.vsphere_volume.iter().for_each(|source| need("volumePath", &source.volume_path)),
            "photonPersistentDisk" => {
                volume.photon_persistent_disk.iter().for_each(|source| need("pdID", &source.pd_id))
            }
            "portworxVolume" => volume.portworx_volume.iter().for_each(|source| need("volumeID", &source.volume_id)),
            "scaleIO" => volume.scale_io.iter().for_each(|source| {
                need("gateway", &source.gateway);
                need("system", &source.system);
                need("volumeName", text(&source.volume_name));
            }),
            _ => {}
        }
        match first {
            // An API server calls the field so.
            "gcePersistentDisk" => volume.gce_persistent_disk.iter().for_each(|source| {
                let disk = at.sibling("persistentDisk");
                filled(report, &disk.field("pdName"), &source.pd_name, "the disk");
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

    /// Options of a FlexVolume leave the names of `kubernetes.io` and `k8s.io` to Kubernetes.
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
                report.error(&at.key(key), format_args!("{key:?} is a name of Kubernetes' own"));
            }
        }
    },

    /// A path of the host is there, has no `..`, and its type is one that there is.
    ///
    /// Source: `validateHostPathVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn host_path(report: &mut Report<'_>, at: &Path<'_>, source: &HostPathVolumeSource) {
        const TYPES: [&str; 8] =
            ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
        if source.path.is_empty() {
            return report.required(&at.field("path"), "the path on the host");
        }
        report.require(&at.field("path"), without_backsteps(&source.path));
        if let Some(kind) = &source.type_ {
            report.one_of(&at.field("type"), kind, &TYPES);
        }
    },

    /// A file's mode is 0 to 0777, in octal: three digits for owner, group and others.
    ///
    /// Source: `validateSecretVolumeSource` and others, pkg/apis/core/validation/validation.go
    pub(super) fn file_mode(report: &mut Report<'_>, at: &Path<'_>, mode: Option<i32>) {
        let Some(mode) = mode.filter(|mode| !(0..=0o777).contains(mode)) else { return };
        let message = format!("{mode} is no mode of a file: 0 to 511, which is 0777 in octal");
        let digits = mode.to_string();
        match i32::from_str_radix(&digits, 8).ok().filter(|octal| (0..=0o777).contains(octal)) {
            Some(octal) => report.error_with_help(at, message, format!("0{digits} in octal is {octal}")),
            None => report.error(at, message),
        }
    },

    /// A key becomes a file with a path within the volume.
    ///
    /// Source: `validateKeyToPath`, pkg/apis/core/validation/validation.go
    pub(super) fn key_files(report: &mut Report<'_>, at: &Path<'_>, items: &[KeyToPath]) {
        for (index, item) in items.iter().enumerate() {
            let at = at.index(index);
            filled(report, &at.field("key"), &item.key, "the key whose value the file has");
            filled(report, &at.field("path"), &item.path, "the file within the volume");
            report.require(&at.field("path"), local_path(&item.path));
            file_mode(report, &at.field("mode"), item.mode);
        }
    },

    /// A file about the pod shows one field or one amount.
    ///
    /// Source: `validateDownwardAPIVolumeFile`, pkg/apis/core/validation/validation.go
    pub(super) fn downward_file(report: &mut Report<'_>, at: &Path<'_>, file: &DownwardAPIVolumeFile) {
        filled(report, &at.field("path"), &file.path, "the file within the volume");
        report.require(&at.field("path"), local_path(&file.path));
        match (&file.field_ref, &file.resource_field_ref) {
            (None, None) => report.required(at, "a file shows `fieldRef` or `resourceFieldRef`"),
            (Some(field), resource) => {
                env::field_reference(report, &at.field("fieldRef"), field, FIELDS_OF_FILE);
                if resource.is_some() {
                    report.error(at, "a file shows `fieldRef` or `resourceFieldRef`, not both");
                }
            }
            (None, Some(resource)) => env::resource_reference(report, &at.field("resourceFieldRef"), resource, true),
        }
        file_mode(report, &at.field("mode"), file.mode);
    },

    /// An NFS volume has a server and an absolute path on it.
    ///
    /// Source: `validateNFSVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn nfs(report: &mut Report<'_>, at: &Path<'_>, source: &NFSVolumeSource) {
        filled(report, &at.field("server"), &source.server, "the host that exports it");
        filled(report, &at.field("path"), &source.path, "the path that it exports");
        if !source.path.starts_with('/') {
            report.error(&at.field("path"), format_args!("{:?} is not absolute", source.path));
        }
    },

    /// A CSI volume names its driver as a DNS subdomain of at most 63 characters, and a Secret for it by its name.
    ///
    /// Source: `validateCSIVolumeSource`, pkg/apis/core/validation/validation.go
    fn csi(report: &mut Report<'_>, at: &Path<'_>, source: &CSIVolumeSource) {
        driver_name(report, &at.field("driver"), &source.driver);
        match source.node_publish_secret_ref.as_ref().map(|secret| secret.name.as_str()) {
            None => {}
            Some("") => report.required(&at.field("nodePublishSecretRef.name"), "the Secret"),
            Some(name) => {
                report.require_in(&at.field("name"), &at.field("nodePublishSecretRef.name"), dns_subdomain(name))
            }
        }
    },

    /// A CSI driver is named by a DNS subdomain of at most 63 characters, upper case allowed.
    ///
    /// Source: `ValidateCSIDriverName`, pkg/apis/core/validation/validation.go
    fn driver_name(report: &mut Report<'_>, at: &Path<'_>, driver: &str) {
        if driver.is_empty() {
            report.required(at, "the driver");
        } else if driver.len() > 63 {
            report.error(at, format_args!("{} characters are too long: at most 63", driver.len()));
        } else {
            report.require(at, dns_subdomain(&driver.to_lowercase()));
        }
    },

    /// An image that is mounted is pulled as images can be, and is named where it is a pod's.
    ///
    /// Source: `validateImageVolumeSource`, pkg/apis/core/validation/validation.go
    fn image(report: &mut Report<'_>, at: &Path<'_>, source: &ImageVolumeSource, is_pod: bool) {
        if is_pod {
            filled(report, &at.field("reference"), text(&source.reference), "the image");
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
