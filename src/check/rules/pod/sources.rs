//! What volumes are: the sources that Kubernetes knows, those of old clouds too.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    AzureDiskVolumeSource, CSIVolumeSource, DownwardAPIVolumeFile, FCVolumeSource, FlockerVolumeSource,
    HostPathVolumeSource, ISCSIVolumeSource, ImageVolumeSource, KeyToPath, NFSVolumeSource, QuobyteVolumeSource,
    StorageOSVolumeSource, Volume as PodVolume,
};

use super::super::common::{filled, list, text, within};
use super::env;
use crate::check::path::Path;
use crate::check::report::Report;
use crate::check::rule::rules;
use crate::check::syntax::{dns_label, dns_subdomain};

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
        "iscsi" => volume.iscsi.iter().for_each(|source| iscsi(report, &at, source, &volume.name)),
        "fc" => volume.fc.iter().for_each(|source| fibre_channel(report, &at, source)),
        "azureDisk" => volume.azure_disk.iter().for_each(|source| azure_disk(report, &at, source)),
        "flocker" => volume.flocker.iter().for_each(|source| flocker(report, &at, source)),
        "quobyte" => volume.quobyte.iter().for_each(|source| quobyte(report, &at, source)),
        "storageos" => volume.storageos.iter().for_each(|source| storage_os(report, &at, source)),
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

rules! {
    /// A volume names what it is: each source has fields that have to be there.
    ///
    /// Source: `validate...VolumeSource`, pkg/apis/core/validation/validation.go
    fn source_fields(report: &mut Report<'_>, at: &Path<'_>, volume: &PodVolume, first: &str) {
        let mut need = |field: &str, value: &str| filled(report, &at.field(field), value, "it names what the volume is");
        match first {
            "gitRepo" => volume.git_repo.iter().for_each(|source| need("repository", &source.repository)),
            "awsElasticBlockStore" => volume.aws_elastic_block_store.iter().for_each(|source| need("volumeID", &source.volume_id)),
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
            "cephfs" => volume.cephfs.iter().for_each(|source| need("monitors", source.monitors.first().map_or("", |_| "some"))),
            "flexVolume" => volume.flex_volume.iter().for_each(|source| need("driver", &source.driver)),
            "azureFile" => volume.azure_file.iter().for_each(|source| {
                need("secretName", &source.secret_name);
                need("shareName", &source.share_name);
            }),
            "vsphereVolume" => volume.vsphere_volume.iter().for_each(|source| need("volumePath", &source.volume_path)),
            "photonPersistentDisk" => volume.photon_persistent_disk.iter().for_each(|source| need("pdID", &source.pd_id)),
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
            "flexVolume" => volume.flex_volume.iter().for_each(|source| flex_options(report, &at.field("options"), source.options.as_ref())),
            _ => {}
        }
    }

    /// Options of a FlexVolume leave the names of `kubernetes.io` and `k8s.io` to Kubernetes.
    ///
    /// Source: `validateFlexVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn flex_options(report: &mut Report<'_>, at: &Path<'_>, options: Option<&BTreeMap<String, String>>) {
        for key in options.into_iter().flatten().map(|(key, _)| key) {
            let domain = format!(".{}", key.split('/').next().unwrap_or_default().to_lowercase());
            if domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io") {
                report.error(&at.key(key), format_args!("{key:?} is a name of Kubernetes' own"));
            }
        }
    }

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
    }

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
    }

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
    }

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
    }

    /// An NFS volume has a server and an absolute path on it.
    ///
    /// Source: `validateNFSVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn nfs(report: &mut Report<'_>, at: &Path<'_>, source: &NFSVolumeSource) {
        filled(report, &at.field("server"), &source.server, "the host that exports it");
        filled(report, &at.field("path"), &source.path, "the path that it exports");
        if !source.path.starts_with('/') {
            report.error(&at.field("path"), format_args!("{:?} is not absolute", source.path));
        }
    }

    /// A CSI volume names its driver as a DNS subdomain of at most 63 characters, and a Secret for it by its name.
    ///
    /// Source: `validateCSIVolumeSource`, pkg/apis/core/validation/validation.go
    fn csi(report: &mut Report<'_>, at: &Path<'_>, source: &CSIVolumeSource) {
        driver_name(report, &at.field("driver"), &source.driver);
        match source.node_publish_secret_ref.as_ref().map(|secret| secret.name.as_str()) {
            None => {}
            Some("") => report.required(&at.field("nodePublishSecretRef.name"), "the Secret"),
            Some(name) => report.require_in(&at.field("name"), &at.field("nodePublishSecretRef.name"), dns_subdomain(name)),
        }
    }

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
    }

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

    /// An iSCSI volume has a portal, a qualified name (`iqn.`, `eui.`, `naa.`), a number of 0 to 255, and a Secret where it
    /// authenticates.
    ///
    /// Source: `validateISCSIVolumeSource`, pkg/apis/core/validation/validation.go
    fn iscsi(report: &mut Report<'_>, at: &Path<'_>, source: &ISCSIVolumeSource, volume: &str) {
        filled(report, &at.field("targetPortal"), &source.target_portal, "the host and port");
        filled(report, &at.field("iqn"), &source.iqn, "the name of the target");
        if !source.iqn.is_empty() {
            report.require(&at.field("iqn"), qualified_name(&source.iqn));
        }
        within(report, &at.field("lun"), source.lun, 0, 255);
        let authenticates = source.chap_auth_discovery == Some(true) || source.chap_auth_session == Some(true);
        if authenticates && source.secret_ref.is_none() {
            report.required(&at.field("secretRef"), "it authenticates");
        }
        if let Some(initiator) = &source.initiator_name {
            report.require_in(&at.field("initiatorname"), &at.field("initiatorName"), qualified_name(initiator));
            if volume.len() + 1 + source.target_portal.len() > 64 {
                report.error(&at.sibling("name"), "with `targetPortal` it is longer than 64 characters");
            }
        }
    }

    /// A fibre channel volume is known by `targetWWNs` and a number of 0 to 255, or by `wwids`.
    ///
    /// Source: `validateFCVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn fibre_channel(report: &mut Report<'_>, at: &Path<'_>, source: &FCVolumeSource) {
        let (targets, ids) = (list(&source.target_wwns), list(&source.wwids));
        if targets.is_empty() && ids.is_empty() {
            report.required(&at.field("targetWWNs"), "`targetWWNs` or `wwids`");
        }
        if !targets.is_empty() && !ids.is_empty() {
            report.error(&at.field("targetWWNs"), "`targetWWNs` and `wwids` exclude one another");
        }
        match source.lun {
            None if !targets.is_empty() => report.required(&at.field("lun"), "`targetWWNs` need it"),
            Some(lun) if !targets.is_empty() => within(report, &at.field("lun"), lun, 0, 255),
            _ => {}
        }
    }

    /// An Azure disk has a name, a caching mode and a kind that there are, and a URI of that kind.
    ///
    /// Source: `validateAzureDisk`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn azure_disk(report: &mut Report<'_>, at: &Path<'_>, source: &AzureDiskVolumeSource) {
        filled(report, &at.field("diskName"), &source.disk_name, "the disk");
        filled(report, &at.field("diskURI"), &source.disk_uri, "where the disk is");
        if let Some(mode) = &source.caching_mode {
            report.one_of(&at.field("cachingMode"), mode, &["None", "ReadOnly", "ReadWrite"]);
        }
        let kind = source.kind.as_deref().unwrap_or("Shared");
        report.one_of(&at.field("kind"), kind, &["Dedicated", "Managed", "Shared"]);
        let start = if kind == "Managed" { "/subscriptions/" } else { "https://" };
        if !source.disk_uri.starts_with(start) {
            report.error(&at.field("diskURI"), format_args!("a disk of kind `{kind}` begins with `{start}`"));
        }
    }

    /// A Flocker volume is known by its name, without `/`, or by its UUID.
    ///
    /// Source: `validateFlockerVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn flocker(report: &mut Report<'_>, at: &Path<'_>, source: &FlockerVolumeSource) {
        let (name, uuid) = (text(&source.dataset_name), text(&source.dataset_uuid));
        if name.is_empty() && uuid.is_empty() {
            report.required(at, "`datasetName` or `datasetUUID`");
        }
        if !name.is_empty() && !uuid.is_empty() {
            report.error(at, "`datasetName` and `datasetUUID` exclude one another");
        }
        if name.contains('/') {
            report.error(&at.field("datasetName"), format_args!("{name:?} has a `/`"));
        }
    }

    /// A Quobyte volume has a registry of hosts with ports, a tenant of at most 64 characters and a name.
    ///
    /// Source: `validateQuobyteVolumeSource`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn quobyte(report: &mut Report<'_>, at: &Path<'_>, source: &QuobyteVolumeSource) {
        if source.registry.is_empty() {
            report.required(&at.field("registry"), "`host:port` pairs with commas between them");
        } else if text(&source.tenant).len() > 64 {
            report.error(&at.field("tenant"), "it is longer than 64 characters");
        } else if !source.registry.split(',').all(is_host_and_port) {
            report.error(&at.field("registry"), format_args!("{:?}: `host:port` pairs, commas between them", source.registry));
        }
        filled(report, &at.field("volume"), &source.volume, "the name of the volume");
    }

    /// A StorageOS volume has names that are DNS labels.
    ///
    /// Source: `validateStorageOSVolumeSource`, pkg/apis/core/validation/validation.go
    fn storage_os(report: &mut Report<'_>, at: &Path<'_>, source: &StorageOSVolumeSource) {
        let (name, namespace) = (text(&source.volume_name), text(&source.volume_namespace));
        if name.is_empty() {
            report.required(&at.field("volumeName"), "the name of the volume");
        } else {
            report.require(&at.field("volumeName"), dns_label(name));
        }
        if !namespace.is_empty() {
            report.require(&at.field("volumeNamespace"), dns_label(namespace));
        }
        if let Some(secret) = &source.secret_ref {
            filled(report, &at.field("secretRef.name"), &secret.name, "the Secret");
        }
    }
}

/// A name of iSCSI: <https://datatracker.ietf.org/doc/html/rfc3720#section-3.2.6>.
fn qualified_name(name: &str) -> Result<(), String> {
    let alphanumeric =
        |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let skipped = |text: &str| text.chars().next().map(|first| first.len_utf8());
    let is_right = match name.get(..3) {
        Some("iqn") => is_iqn(name),
        // Any character stands between.
        Some(start @ ("eui" | "naa")) => {
            let rest = &name[3..];
            let length = if start == "eui" { 16 } else { 32 };
            skipped(rest).is_some_and(|skip| alphanumeric(&rest[skip..], length))
        }
        _ => return Err(format!("{name:?} does not begin with `iqn`, `eui` or `naa`")),
    };
    if is_right {
        Ok(())
    } else {
        Err(format!("{name:?} has not the form of its kind, as in `iqn.2001-04.com.example:disk`"))
    }
}

/// `iqn.yyyy-mm.domain:name`, found anywhere up to the end.
fn is_iqn(name: &str) -> bool {
    name.match_indices("iqn.").any(|(at, start)| {
        let rest = &name[at + start.len()..];
        let Some((date, rest)) = rest.split_at_checked(8).filter(|(date, _)| date.is_ascii()) else { return false };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_date = digits(&date[..4]) && date[4..5] == *"-" && digits(&date[5..7]) && date.ends_with('.');
        let Some((domain, tail)) = rest.split_once(':') else { return false };
        is_date
            && !domain.is_empty()
            && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
            && !tail.is_empty()
            && !tail.contains(|c: char| "^,;*&$|".contains(c) || c.is_ascii_whitespace())
    })
}

fn is_host_and_port(pair: &str) -> bool {
    match pair.rsplit_once(':') {
        Some((host, _)) if host.starts_with('[') => host.ends_with(']'),
        Some((host, _)) => !host.contains(':'),
        None => false,
    }
}

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

    #[test]
    fn iscsi_names() {
        for good in ["iqn.2001-04.com.example:disk", "eui.0123456789abcdef", "naa.62004567BA64678D0123456789ABCDEF"] {
            assert!(qualified_name(good).is_ok(), "{good}");
        }
        for bad in [
            "iqn.2001.com:x",
            "iqn.2001-04.com.example",
            "eui.1",
            "com.example",
            "iqn.2001-04.com.example:a b",
            "iqn",
            "iqn.20€1-04",
        ] {
            assert!(qualified_name(bad).is_err(), "{bad}");
        }
    }
}
