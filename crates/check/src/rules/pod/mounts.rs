//! Volumes in containers: mounts and block devices.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{Container, VolumeMount};

use super::super::common::{filled, list, text};
use super::volumes::Volume;
use super::{Context, sources};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::diagnostic::{did_you_mean, listed};

/// Everything about the mounts of a container.
pub(super) fn mounts(report: &mut Report<'_>, at: &Path<'_>, container: &Container, context: &Context<'_>) {
    let mounts = list(&container.volume_mounts);
    let mut paths = BTreeSet::new();
    let devices = Devices::of(container);
    for (index, mount) in mounts.iter().enumerate() {
        let location = at.index(index);
        mounted_volume(report, &location.field("name"), &mount.name, context);
        mount_path(report, &location.field("mountPath"), &mount.mount_path, !paths.insert(mount.mount_path.as_str()));
        mount_or_device(report, &location, mount, &devices);
        sub_path(report, at, &location, mount);
        propagation(report, at, &location, mount, container);
        recursive_read_only(report, at, &location, mount);
    }
}

/// The block devices of a container.
struct Devices<'a> {
    /// Of devices of one name the last one counts.
    paths_by_name: BTreeMap<&'a str, &'a str>,
    paths: BTreeSet<&'a str>,
}

impl<'a> Devices<'a> {
    fn of(container: &'a Container) -> Self {
        let devices = list(&container.volume_devices).iter();
        let paths_by_name: BTreeMap<&str, &str> =
            devices.map(|device| (device.name.as_str(), device.device_path.as_str())).collect();
        let paths = paths_by_name.values().copied().collect();
        Devices { paths_by_name, paths }
    }
}

rules!(
    /// A container mounts volumes that its pod has.
    ///
    /// Source: `ValidateVolumeMounts`, pkg/apis/core/validation/validation.go
    fn mounted_volume(report: &mut Report<'_>, at: &Path<'_>, name: &str, context: &Context<'_>) {
        filled(report, at, name, "the volume of the pod");
        // A volume that is wrong itself is told there.
        if name.is_empty() || context.has_volume(name) {
            return;
        }
        let help = match report.nearest(name, context.volume_names()) {
            Some(near) => did_you_mean(near),
            None if context.volume_names().next().is_none() => "the pod has no volumes".to_owned(),
            None => format!("it has {}", listed(context.volume_names())),
        };
        report.error_with_help(at, format_args!("the pod has no volume `{name}`"), help);
    },

    /// A mount has a path of its own.
    ///
    /// Source: `ValidateVolumeMounts`, pkg/apis/core/validation/validation.go
    fn mount_path(report: &mut Report<'_>, at: &Path<'_>, path: &str, is_repeated: bool) {
        filled(report, at, path, "where the container sees the volume");
        if is_repeated {
            report.duplicate(at, format_args!("the path {path:?}"));
        }
    },

    /// A volume is either mounted or a block device, and so is a path.
    ///
    /// Source: `ValidateVolumeMounts`, pkg/apis/core/validation/validation.go
    fn mount_or_device(report: &mut Report<'_>, at: &Path<'_>, mount: &VolumeMount, devices: &Devices<'_>) {
        if devices.paths_by_name.contains_key(mount.name.as_str()) {
            report.error(&at.field("name"), format_args!("`{}` is in `volumeDevices` too", mount.name));
        }
        if devices.paths.contains(mount.mount_path.as_str()) {
            report.error(&at.field("mountPath"), format_args!("{:?} is in `volumeDevices` too", mount.mount_path));
        }
    },

    /// A path within a volume is relative, does not climb out of it, and is written or computed, not both.
    ///
    /// Source: `ValidateVolumeMounts`, pkg/apis/core/validation/validation.go
    fn sub_path(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, mount: &VolumeMount) {
        let (path, expression) = (text(&mount.sub_path), text(&mount.sub_path_expr));
        // Here an API server does not say which mount.
        report.require_in(&at.field("subPath"), &location.field("subPath"), sources::descending_path(path));
        if !expression.is_empty() && !path.is_empty() {
            report.error(&location.field("subPathExpr"), "`subPath` is there already");
        }
        report.require_in(
            &at.field("subPathExpr"),
            &location.field("subPathExpr"),
            sources::descending_path(expression),
        );
    },

    /// Mounts go from a container to the host only if it is privileged.
    ///
    /// Source: `validateMountPropagation`, pkg/apis/core/validation/validation.go
    fn propagation(
        report: &mut Report<'_>,
        at: &Path<'_>,
        location: &Path<'_>,
        mount: &VolumeMount,
        container: &Container,
    ) {
        let Some(mode) = &mount.mount_propagation else { return };
        let at = at.field("mountPropagation");
        let location = location.field("mountPropagation");
        let is_privileged =
            container.security_context.as_ref().is_some_and(|security| security.privileged == Some(true));
        if !["Bidirectional", "HostToContainer", "None"].contains(&mode.as_str()) {
            let rule = "`None`, `HostToContainer`, `Bidirectional`";
            report.error_in(&at, &location, format_args!("{mode:?} is not supported: one of {rule}"));
        } else if mode == "Bidirectional" && !is_privileged {
            report.error_in(&at, &location, "`Bidirectional` needs `securityContext.privileged: true`");
        }
    },

    /// A mount that is read-only all the way down is read-only, and propagates nothing.
    ///
    /// Source: `validateMountRecursiveReadOnly`, pkg/apis/core/validation/validation.go
    fn recursive_read_only(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, mount: &VolumeMount) {
        let Some(mode) = &mount.recursive_read_only else { return };
        let at = at.field("recursiveReadOnly");
        let location = location.field("recursiveReadOnly");
        match mode.as_str() {
            "Disabled" => {}
            "Enabled" | "IfPossible" => {
                if mount.read_only != Some(true) {
                    report.error_in(&at, &location, "it needs `readOnly: true`");
                }
                if mount.mount_propagation.as_deref().is_some_and(|mode| mode != "None") {
                    report.error_in(&at, &location, "it needs `mountPropagation: None`");
                }
            }
            _ => {
                let rule = "`Disabled`, `IfPossible`, `Enabled`";
                report.error_in(&at, &location, format_args!("{mode:?} is not supported: one of {rule}"));
            }
        }
    },

    /// A block device is a claim of the pod, has a path of its own that does not climb, and is not mounted too.
    ///
    /// Source: `ValidateVolumeDevices`, pkg/apis/core/validation/validation.go
    pub(super) fn devices(report: &mut Report<'_>, at: &Path<'_>, container: &Container, context: &Context<'_>) {
        let mounts = list(&container.volume_mounts);
        let mounted: BTreeSet<&str> = mounts.iter().map(|mount| mount.name.as_str()).collect();
        let mounted_at: BTreeSet<&str> = mounts.iter().map(|mount| mount.mount_path.as_str()).collect();
        let (mut names, mut paths) = (BTreeSet::new(), BTreeSet::new());
        for (index, device) in list(&container.volume_devices).iter().enumerate() {
            let at = at.index(index);
            let (at_name, at_path) = (at.field("name"), at.field("devicePath"));
            let (name, path) = (device.name.as_str(), device.device_path.as_str());
            filled(report, &at_name, name, "the volume of the pod");
            match context.volume(name) {
                None => report.error(&at_name, format_args!("the pod has no volume `{name}`")),
                Some(Volume::Claim) => {}
                Some(_) => report.error(&at_name, format_args!("`{name}` is no claim, and only claims are devices")),
            }
            if !name.is_empty() && !names.insert(name) {
                report.duplicate(&at_name, format_args!("{name:?}"));
            }
            filled(report, &at_path, path, "where the container sees the device");
            if sources::without_backsteps(path).is_err() {
                report.require(&at_path, sources::without_backsteps(path));
            } else if !paths.insert(path) {
                report.duplicate(&at_path, format_args!("{path:?}"));
            }
            if mounted.contains(name) {
                report.error(&at_name, format_args!("`{name}` is in `volumeMounts` too"));
            }
            if mounted_at.contains(path) {
                report.error(&at_path, format_args!("{path:?} is in `volumeMounts` too"));
            }
        }
    }
);
