//! The volumes of a pod: their names, and that each is one thing.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::Volume as PodVolume;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use super::super::claim;
use super::super::common::text;
use super::{Owner, projected, sources};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain};

/// What a volume is, as far as containers have to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Volume {
    Claim,
    EmptyDir,
    Other,
}

/// A volume that containers can mount.
pub(super) struct Mountable<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Volume,
}

/// Everything about the volumes of a pod; gives those that are right.
///
/// The claims of a StatefulSet are volumes too, and come first; one of the template's with the same name gives way.
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
    for (told, (index, volume)) in kept.enumerate() {
        let at = at.index(index).told_as(count + told);
        let before = report.len();
        let kind = one_source(report, &at, volume, owner);
        volume_name(report, &at.field("name"), &volume.name, names.contains(volume.name.as_str()));
        // A volume that is wrong cannot be mounted either: an API server says so too.
        if report.len() == before {
            names.insert(volume.name.as_str());
            mountable.push(Mountable { name: &volume.name, kind });
        }
        claims_are_not_made(report, &at, volume, &ephemeral, owner);
    }
    mountable
}

/// The claims of a StatefulSet as volumes, and how many an API server counts: of two with one name it takes one.
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
        claim_template(report, &at.index(names.len() - 1), &templates.index(index).field("metadata.name"), name);
        if report.len() == before {
            mountable.push(Mountable { name, kind: Volume::Claim });
        }
    }
    (mountable, names.len())
}

/// Checks the first source that is there and tells the others, in the order of an API server.
fn one_source(report: &mut Report<'_>, at: &Path<'_>, volume: &PodVolume, owner: Owner<'_>) -> Volume {
    let mut there = named(volume).into_iter().filter(|(_, _, is_there)| *is_there);
    // Without a source a volume is an `emptyDir`.
    let Some((first, _, _)) = there.next() else { return Volume::EmptyDir };
    if let Some(directory) = &volume.empty_dir {
        empty_dir_size(report, &at.field("emptyDir.sizeLimit"), directory.size_limit.as_ref());
    }
    sources::source(report, at, volume, first, owner.pod.is_some());
    if let Some(projected) = volume.projected.as_ref().filter(|_| first == "projected") {
        projected::projected(report, &at.field("projected"), projected);
    }
    if let Some(ephemeral) = volume.ephemeral.as_ref().filter(|_| first == "ephemeral") {
        match &ephemeral.volume_claim_template {
            Some(template) => claim::template(report, &at.field("ephemeral.volumeClaimTemplate"), template),
            None => claim_to_make(report, &at.field("ephemeral.volumeClaimTemplate")),
        }
        ephemeral_name(report, &at.field("name"), &volume.name, owner);
    }
    for (other, path, _) in there {
        second_source(report, &at.field(path), first, other);
    }
    match first {
        "persistentVolumeClaim" | "ephemeral" => Volume::Claim,
        "emptyDir" => Volume::EmptyDir,
        _ => Volume::Other,
    }
}

/// The sources of a volume in the order of an API server, each with what it calls the field and whether it is there.
fn named(volume: &PodVolume) -> [(&'static str, &'static str, bool); 30] {
    let plain = |name: &'static str, is_there: bool| (name, name, is_there);
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

rules!(
    /// A volume is one thing.
    ///
    /// Source: `validateVolumeSource`, pkg/apis/core/validation/validation.go
    fn second_source(report: &mut Report<'_>, at: &Path<'_>, first: &str, other: &str) {
        report.forbidden(at, format_args!("the volume is `{first}` already, and cannot be `{other}` too"));
    },

    /// The volumes of a pod are named by DNS labels, of which no two are the same.
    ///
    /// Source: `ValidateVolumes`, pkg/apis/core/validation/validation.go
    fn volume_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, is_repeated: bool) {
        if name.is_empty() {
            report.required(at, "containers mount a volume by name");
        } else {
            report.require(at, dns_label(name));
        }
        if is_repeated {
            report.duplicate(at, format_args!("the volume {name:?}"));
        }
    },

    /// An `emptyDir` has no negative size.
    ///
    /// Source: `validateVolumeSource`, pkg/apis/core/validation/validation.go
    fn empty_dir_size(report: &mut Report<'_>, at: &Path<'_>, size: Option<&Quantity>) {
        if let Some(size) = size.filter(|size| Amount::of(size).milli < 0) {
            report.error(at, format_args!("{:?} is negative", size.0));
        }
    },

    /// An ephemeral volume says what claim is made for it.
    ///
    /// Source: `validateEphemeralVolumeSource`, pkg/apis/core/validation/validation.go
    fn claim_to_make(report: &mut Report<'_>, at: &Path<'_>) {
        report.required(at, "the claim that is made for the pod");
    },

    /// The claim of an ephemeral volume is named after pod and volume, and that has to be a name.
    ///
    /// Source: `validateVolumeSource`, pkg/apis/core/validation/validation.go
    fn ephemeral_name(report: &mut Report<'_>, at: &Path<'_>, volume: &str, owner: Owner<'_>) {
        if let Some(pod) = owner.pod.map(|pod| text(&pod.name)).filter(|pod| !pod.is_empty() && !volume.is_empty()) {
            let claim = format!("{pod}-{volume}");
            report.require(at, dns_subdomain(&claim).map_err(|why| format!("the name of the claim: {why}")));
        }
    },

    /// The claims of a StatefulSet are named as volumes are, since they are volumes of its pods.
    ///
    /// Source: `updateStorage`, pkg/controller/statefulset/stateful_set_utils.go
    fn claim_template(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, name: &str) {
        let at_name = at.field("name");
        if name.is_empty() {
            report.error_in(&at.field("persistentVolumeClaim.claimName"), location, "the claim template has no name");
            report.error_in(&at_name, location, "the claim template has no name");
        } else {
            report.require_in(&at_name, location, dns_label(name));
        }
    },

    /// A volume does not use a claim that is made for another volume of the pod.
    ///
    /// Source: `ValidateVolumes`, pkg/apis/core/validation/validation.go
    fn claims_are_not_made(
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
            report.error(&at, format_args!("the claim `{name}` is made for an ephemeral volume of the pod"));
        }
    }
);
