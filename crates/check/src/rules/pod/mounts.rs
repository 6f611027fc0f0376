//! Volume mounts and block devices of containers.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{Container, VolumeMount};

use super::super::common::{list, required_text, text};
use super::volumes::Volume;
use super::{Context, sources};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::diagnostic::{did_you_mean, listed};

/// Validates the volume mounts of a container.
pub(super) fn mounts(report: &mut Report<'_>, at: &Path<'_>, container: &Container, context: &Context<'_>) {
    let mounts = list(&container.volume_mounts);
    let mut paths = BTreeSet::new();
    let devices = Devices::of(container);
    for (index, mount) in mounts.iter().enumerate() {
        let location = at.index(index);
        volume_mount_name(report, &location.field("name"), &mount.name, context);
        mount_path(report, &location.field("mountPath"), &mount.mount_path, !paths.insert(mount.mount_path.as_str()));
        mount_or_device(report, &location, mount, &devices);
        sub_path(report, at, &location, mount);
        mount_propagation(report, at, &location, mount, container);
        recursive_read_only(report, at, &location, mount);
    }
}

/// The block devices of a container.
struct Devices<'a> {
    /// The last path where several devices share a name.
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

/// The area of the rules below.
const AREA: &str = "container";

rules!(
    /// `name` of a volume mount is required and must be the name of a volume of the pod.
    ///
    /// Example: `volumeMounts: [{name: cache, mountPath: /cache}]`
    ///
    /// Source: `ValidateVolumeMounts`, pkg/apis/core/validation/validation.go
    fn volume_mount_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, context: &Context<'_>) {
        required_text(report, at, name, "set the name of a volume of the pod");
        // An invalid volume is reported where it is defined.
        if name.is_empty() || context.has_volume(name) {
            return;
        }
        let help = match report.nearest(name, context.volume_names()) {
            Some(near) => did_you_mean(near),
            None if context.volume_names().next().is_none() => "the pod has no volumes".to_owned(),
            None => format!("the pod has {}", listed(context.volume_names())),
        };
        report.error_with_help(at, format_args!("the pod has no volume `{name}`"), help);
    },

    /// `mountPath` is required and must be unique within a container.
    ///
    /// Example: `volumeMounts: [{name: data, mountPath: ""}]`
    ///
    /// Source: `ValidateVolumeMounts`, pkg/apis/core/validation/validation.go
    fn mount_path(report: &mut Report<'_>, at: &Path<'_>, path: &str, is_repeated: bool) {
        required_text(report, at, path, "set the path of the volume in the container");
        if is_repeated {
            report.duplicate(at, format_args!("the path {path:?}"));
        }
    },

    /// A container must not use a volume, or a path, both in `volumeMounts` and in `volumeDevices`.
    ///
    /// Source: `ValidateVolumeMounts`, pkg/apis/core/validation/validation.go
    fn mount_or_device(report: &mut Report<'_>, at: &Path<'_>, mount: &VolumeMount, devices: &Devices<'_>) {
        if devices.paths_by_name.contains_key(mount.name.as_str()) {
            report
                .error(&at.field("name"), format_args!("volume `{}` must not also be in `volumeDevices`", mount.name));
        }
        if devices.paths.contains(mount.mount_path.as_str()) {
            report.error(
                &at.field("mountPath"),
                format_args!("path {:?} must not also be in `volumeDevices`", mount.mount_path),
            );
        }
    },

    /// `subPath` and `subPathExpr` must be relative paths without `..`, and are mutually exclusive.
    ///
    /// Example: `volumeMounts: [{name: data, mountPath: /data, subPath: ../etc}]`
    ///
    /// Source: `ValidateVolumeMounts`, pkg/apis/core/validation/validation.go
    fn sub_path(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, mount: &VolumeMount) {
        let (path, expression) = (text(&mount.sub_path), text(&mount.sub_path_expr));
        // An API server reports this without the index of the mount.
        report.require_in(&at.field("subPath"), &location.field("subPath"), sources::descending_path(path));
        if !expression.is_empty() && !path.is_empty() {
            report.error(&location.field("subPathExpr"), "`subPath` and `subPathExpr` are mutually exclusive");
        }
        report.require_in(
            &at.field("subPathExpr"),
            &location.field("subPathExpr"),
            sources::descending_path(expression),
        );
    },

    /// `mountPropagation` must be `None`, `HostToContainer` or `Bidirectional`; `Bidirectional` requires a privileged
    /// container.
    ///
    /// Example: `volumeMounts: [{name: data, mountPath: /data, mountPropagation: Bidirectional}]`
    ///
    /// Source: `validateMountPropagation`, pkg/apis/core/validation/validation.go
    fn mount_propagation(
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
            let allowed = "`None`, `HostToContainer`, `Bidirectional`";
            report.error_in(&at, &location, format_args!("must be one of {allowed}, found {mode:?}"));
        } else if mode == "Bidirectional" && !is_privileged {
            report.error_in(&at, &location, "`Bidirectional` requires `securityContext.privileged: true`");
        }
    },

    /// `recursiveReadOnly` must be `Disabled`, `IfPossible` or `Enabled`; the latter two require `readOnly: true` and
    /// no `mountPropagation` other than `None`.
    ///
    /// Example: `volumeMounts: [{name: data, mountPath: /data, recursiveReadOnly: Enabled}]`
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
                    report.error_in(&at, &location, format_args!("`{mode}` requires `readOnly: true`"));
                }
                if mount.mount_propagation.as_deref().is_some_and(|mode| mode != "None") {
                    report.error_in(&at, &location, format_args!("`{mode}` requires `mountPropagation: None`"));
                }
            }
            _ => {
                let allowed = "`Disabled`, `IfPossible`, `Enabled`";
                report.error_in(&at, &location, format_args!("must be one of {allowed}, found {mode:?}"));
            }
        }
    },

    /// Each entry of `volumeDevices` requires the `name` of a `persistentVolumeClaim` or `ephemeral` volume of the pod
    /// and a `devicePath` without `..`, both unique and not also in `volumeMounts`.
    ///
    /// Example: `volumeDevices: [{name: disk, devicePath: /dev/disk}]`
    ///
    /// Source: `ValidateVolumeDevices`, pkg/apis/core/validation/validation.go
    pub(super) fn volume_devices(report: &mut Report<'_>, at: &Path<'_>, container: &Container, context: &Context<'_>) {
        let mounts = list(&container.volume_mounts);
        let mounted: BTreeSet<&str> = mounts.iter().map(|mount| mount.name.as_str()).collect();
        let mounted_at: BTreeSet<&str> = mounts.iter().map(|mount| mount.mount_path.as_str()).collect();
        let (mut names, mut paths) = (BTreeSet::new(), BTreeSet::new());
        for (index, device) in list(&container.volume_devices).iter().enumerate() {
            let at = at.index(index);
            let (at_name, at_path) = (at.field("name"), at.field("devicePath"));
            let (name, path) = (device.name.as_str(), device.device_path.as_str());
            required_text(report, &at_name, name, "set the name of a volume of the pod");
            match context.volume(name) {
                None => report.error(&at_name, format_args!("the pod has no volume `{name}`")),
                Some(Volume::Claim) => {}
                Some(_) => report.error(
                    &at_name,
                    format_args!("volume `{name}` must be a `persistentVolumeClaim` or `ephemeral` to be a device"),
                ),
            }
            if !name.is_empty() && !names.insert(name) {
                report.duplicate(&at_name, format_args!("{name:?}"));
            }
            required_text(report, &at_path, path, "set the path of the device in the container");
            if sources::without_backsteps(path).is_err() {
                report.require(&at_path, sources::without_backsteps(path));
            } else if !paths.insert(path) {
                report.duplicate(&at_path, format_args!("{path:?}"));
            }
            if mounted.contains(name) {
                report.error(&at_name, format_args!("volume `{name}` must not also be in `volumeMounts`"));
            }
            if mounted_at.contains(path) {
                report.error(&at_path, format_args!("path {path:?} must not also be in `volumeMounts`"));
            }
        }
    }
);
