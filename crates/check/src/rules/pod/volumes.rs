//! Volumes of a pod: their names, and a single source for each.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::Volume as PodVolume;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use super::super::claim;
use super::super::common::text;
use super::super::stateful_set::volume_claim_template_name;
use super::{Owner, projected, sources};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain};

/// The kind of a volume, as far as the rules for containers need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Volume {
    Claim,
    EmptyDir,
    Other,
}

/// A valid volume, which containers can mount.
pub(super) struct Mountable<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Volume,
}

/// Validates the volumes of a pod, and returns the valid ones.
///
/// The `volumeClaimTemplates` of a StatefulSet come first. They replace volumes of the same name in the pod template.
pub(super) fn volumes<'a>(
    report: &mut Report<'_>,
    at: &Path<'_>,
    volumes: &'a [PodVolume],
    owner: Owner<'a>,
) -> Vec<Mountable<'a>> {
    let (mut mountable, count) = claims_of_owner(report, at, owner);
    let mut names: BTreeSet<&str> = mountable.iter().map(|volume| volume.name).collect();
    let claims: BTreeSet<&str> = owner.claims.iter().filter_map(|claim| claim.metadata.name.as_deref()).collect();
    let ephemeral = volumes.iter().filter(|volume| volume.ephemeral.is_some());
    let ephemeral: BTreeSet<&str> = ephemeral.map(|volume| volume.name.as_str()).collect();
    let kept = volumes.iter().enumerate().filter(|(_, volume)| !claims.contains(volume.name.as_str()));
    for (position, (index, volume)) in kept.enumerate() {
        let at = at.index(index).reported_as(count + position);
        let before = report.len();
        let kind = one_source(report, &at, volume, owner);
        unique_name(report, &at.field("name"), &volume.name, names.contains(volume.name.as_str()));
        // Like an API server, also report mounts of an invalid volume.
        if report.len() == before {
            names.insert(volume.name.as_str());
            mountable.push(Mountable { name: &volume.name, kind });
        }
        claim_is_not_ephemeral(report, &at, volume, &ephemeral, owner);
    }
    mountable
}

/// Returns the `volumeClaimTemplates` of a StatefulSet as volumes, and their number without duplicates names.
fn claims_of_owner<'a>(report: &mut Report<'_>, at: &Path<'_>, owner: Owner<'a>) -> (Vec<Mountable<'a>>, usize) {
    let mut mountable: Vec<Mountable<'a>> = Vec::new();
    let mut names = BTreeSet::new();
    for (index, claim) in owner.claims.iter().enumerate() {
        let name = text(&claim.metadata.name);
        let templates = Path::ROOT.field("spec.volumeClaimTemplates");
        let before = report.len();
        if !names.insert(name) {
            continue;
        }
        let location = templates.index(index);
        let location = location.field("metadata.name");
        volume_claim_template_name(report, &at.index(names.len() - 1), &location, name);
        if report.len() == before {
            mountable.push(Mountable { name, kind: Volume::Claim });
        }
    }
    (mountable, names.len())
}

/// Validates the first source of a volume and reports the others, in the order of an API server.
fn one_source(report: &mut Report<'_>, at: &Path<'_>, volume: &PodVolume, owner: Owner<'_>) -> Volume {
    let mut sources = sources_of(volume).into_iter().filter(|(_, _, is_set)| *is_set);
    // A volume without a source defaults to `emptyDir`.
    let Some((first, _, _)) = sources.next() else { return Volume::EmptyDir };
    if let Some(directory) = &volume.empty_dir {
        empty_dir_size_limit(report, &at.field("emptyDir.sizeLimit"), directory.size_limit.as_ref());
    }
    sources::source(report, at, volume, first, owner.pod.is_some());
    if let Some(projected) = volume.projected.as_ref().filter(|_| first == "projected") {
        projected::projected(report, &at.field("projected"), projected);
    }
    if let Some(ephemeral) = volume.ephemeral.as_ref().filter(|_| first == "ephemeral") {
        match &ephemeral.volume_claim_template {
            Some(template) => claim::template(report, &at.field("ephemeral.volumeClaimTemplate"), template),
            None => ephemeral_claim_template(report, &at.field("ephemeral.volumeClaimTemplate")),
        }
        ephemeral_claim_name(report, &at.field("name"), &volume.name, owner);
    }
    for (other, path, _) in sources {
        single_source(report, &at.field(path), first, other);
    }
    match first {
        "persistentVolumeClaim" | "ephemeral" => Volume::Claim,
        "emptyDir" => Volume::EmptyDir,
        _ => Volume::Other,
    }
}

/// Returns the sources of a volume in the order of an API server: the field, the name in its messages, and whether it
/// is set.
fn sources_of(volume: &PodVolume) -> [(&'static str, &'static str, bool); 30] {
    let plain = |name: &'static str, is_set: bool| (name, name, is_set);
    [
        plain("emptyDir", volume.empty_dir.is_some()),
        plain("hostPath", volume.host_path.is_some()),
        plain("gitRepo", volume.git_repo.is_some()),
        plain("gcePersistentDisk", volume.gce_persistent_disk.is_some()),
        plain("awsElasticBlockStore", volume.aws_elastic_block_store.is_some()),
        plain("secret", volume.secret.is_some()),
        plain("nfs", volume.nfs.is_some()),
        plain("iscsi", volume.iscsi.is_some()),
        plain("glusterfs", volume.glusterfs.is_some()),
        plain("flocker", volume.flocker.is_some()),
        plain("persistentVolumeClaim", volume.persistent_volume_claim.is_some()),
        plain("rbd", volume.rbd.is_some()),
        plain("cinder", volume.cinder.is_some()),
        ("cephfs", "cephFS", volume.cephfs.is_some()),
        plain("quobyte", volume.quobyte.is_some()),
        ("downwardAPI", "downwarAPI", volume.downward_api.is_some()),
        plain("fc", volume.fc.is_some()),
        plain("flexVolume", volume.flex_volume.is_some()),
        plain("configMap", volume.config_map.is_some()),
        plain("azureFile", volume.azure_file.is_some()),
        plain("vsphereVolume", volume.vsphere_volume.is_some()),
        plain("photonPersistentDisk", volume.photon_persistent_disk.is_some()),
        plain("portworxVolume", volume.portworx_volume.is_some()),
        plain("azureDisk", volume.azure_disk.is_some()),
        plain("storageos", volume.storageos.is_some()),
        plain("projected", volume.projected.is_some()),
        plain("scaleIO", volume.scale_io.is_some()),
        plain("csi", volume.csi.is_some()),
        plain("ephemeral", volume.ephemeral.is_some()),
        plain("image", volume.image.is_some()),
    ]
}

/// The area of the rules below.
const AREA: &str = "volume";

rules!(
    /// A volume may have only one source, such as `emptyDir`, `configMap` or `persistentVolumeClaim`.
    ///
    /// Example: `configMap: {name: app}`
    ///
    /// Source: `validateVolumeSource`, pkg/apis/core/validation/validation.go
    fn single_source(report: &mut Report<'_>, at: &Path<'_>, first: &str, other: &str) {
        report.forbidden(at, format_args!("`{first}` and `{other}` are mutually exclusive"));
    },

    /// `name` of a volume is required, and must be a DNS label that is unique within the pod.
    ///
    /// Example: `name: Data_1`
    ///
    /// Source: `ValidateVolumes`, pkg/apis/core/validation/validation.go
    fn unique_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, is_repeated: bool) {
        if name.is_empty() {
            report.required(at, "a volume needs a name");
        } else {
            report.require(at, dns_label(name));
        }
        if is_repeated {
            report.duplicate(at, format_args!("the volume name {name:?}"));
        }
    },

    /// `emptyDir.sizeLimit` must be 0 or more.
    ///
    /// Example: `emptyDir: {sizeLimit: -1Gi}`
    ///
    /// Source: `validateVolumeSource`, pkg/apis/core/validation/validation.go
    fn empty_dir_size_limit(report: &mut Report<'_>, at: &Path<'_>, size: Option<&Quantity>) {
        if let Some(size) = size.filter(|size| Amount::of(size).milli < 0) {
            report.error(at, format_args!("must be 0 or more, found {:?}", size.0));
        }
    },

    /// `ephemeral.volumeClaimTemplate` is required.
    ///
    /// Example: `ephemeral: {}, emptyDir: null`
    ///
    /// Source: `validateEphemeralVolumeSource`, pkg/apis/core/validation/validation.go
    fn ephemeral_claim_template(report: &mut Report<'_>, at: &Path<'_>) {
        report.required(at, "set the template of the claim to create");
    },

    /// The name of the claim of an ephemeral volume, `<pod>-<volume>`, must be a DNS subdomain.
    ///
    /// Source: `validateVolumeSource`, pkg/apis/core/validation/validation.go
    fn ephemeral_claim_name(report: &mut Report<'_>, at: &Path<'_>, volume: &str, owner: Owner<'_>) {
        if let Some(pod) = owner.pod.map(|pod| text(&pod.name)).filter(|pod| !pod.is_empty() && !volume.is_empty()) {
            let claim = format!("{pod}-{volume}");
            report.require(
                at,
                dns_subdomain(&claim).map_err(|why| format!("the claim is named `<pod>-<volume>`: {why}")),
            );
        }
    },

    /// `persistentVolumeClaim.claimName` must not be the claim that is created for an `ephemeral` volume of the same
    /// pod.
    ///
    /// Source: `ValidateVolumes`, pkg/apis/core/validation/validation.go
    fn claim_is_not_ephemeral(
        report: &mut Report<'_>,
        at: &Path<'_>,
        volume: &PodVolume,
        ephemeral: &BTreeSet<&str>,
        owner: Owner<'_>,
    ) {
        let Some(claim) = &volume.persistent_volume_claim else { return };
        let Some(pod) = owner.pod.map(|pod| text(&pod.name)).filter(|pod| !pod.is_empty()) else { return };
        let name = claim.claim_name.as_str();
        let of_pod = name.strip_prefix(pod).and_then(|rest| rest.strip_prefix('-'));
        if of_pod.is_some_and(|volume| ephemeral.contains(volume)) {
            let at = at.field("persistentVolumeClaim.claimName");
            report.error(&at, format_args!("claim `{name}` is created for an `ephemeral` volume of this pod"));
        }
    }
);
