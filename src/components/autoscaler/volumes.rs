//! Renders the volumes of the pods and their mounts.

use k8s_openapi::api::core::v1::{HostPathVolumeSource, SecretVolumeSource, Volume, VolumeMount};

use super::context::Context;

/// The volume with the kubeconfig of Cluster API's workload cluster.
const KUBECONFIG: &str = "cluster-api-kubeconfig";

/// Renders the mounts: files of a Magnum node, Secrets, a kubeconfig, and those of the values.
pub(super) fn mounts(context: &Context<'_>) -> Option<Vec<VolumeMount>> {
    let values = context.values;
    let mut list: Vec<VolumeMount> = host_files(context)
        .into_iter()
        .map(|(name, path)| VolumeMount { read_only: Some(true), ..mount(name, path) })
        .collect();
    for (key, volume) in &values.extra_volume_secrets {
        let path = &["extraVolumeSecrets", key.as_str()];
        let name = context.accept(path, super::text::plain(key)).flatten().unwrap_or_default();
        if !volume.mount_path.is_truthy() {
            context.diagnostics.borrow_mut().error(path, "required field `mountPath` is missing");
        }
        let mount_path = context.text(&[path[0], key, "mountPath"], &volume.mount_path);
        list.push(VolumeMount { read_only: Some(true), ..mount(&name, mount_path) });
    }
    if values.cluster_api_kubeconfig_secret.is_truthy() {
        let path = values.cluster_api_workload_kubeconfig_path.as_deref().unwrap_or_default();
        let folder = super::text::plain(path.strip_suffix("/value").unwrap_or(path));
        let folder = context.accept(&["clusterAPIWorkloadKubeconfigPath"], folder).flatten();
        list.push(mount(KUBECONFIG, folder.unwrap_or_default()));
    }
    list.extend(values.extra_volume_mounts.iter().cloned());
    Some(list).filter(|list| !list.is_empty())
}

/// Renders the volumes.
pub(super) fn volumes(context: &Context<'_>) -> Option<Vec<Volume>> {
    let values = context.values;
    let mut list: Vec<Volume> = host_files(context).into_iter().map(host_volume).collect();
    for (key, volume) in &values.extra_volume_secrets {
        let secret_name = if volume.name.is_truthy() {
            context.plain(&["extraVolumeSecrets", key, "name"], &volume.name)
        } else {
            Some(context.full_name())
        };
        let items = Some(volume.items.clone()).filter(|items| !items.is_empty());
        let name = super::text::plain(key).ok().flatten().unwrap_or_default();
        list.push(secret_volume(&name, SecretVolumeSource { items, ..secret(secret_name) }));
    }
    list.extend(values.extra_volumes.iter().cloned());
    if values.cluster_api_kubeconfig_secret.is_truthy() {
        let name = context.plain(&["clusterAPIKubeconfigSecret"], &values.cluster_api_kubeconfig_secret);
        list.push(secret_volume(KUBECONFIG, secret(name)));
    }
    Some(list).filter(|list| !list.is_empty())
}

/// Returns the files of the node that the provider Magnum reads.
fn host_files(context: &Context<'_>) -> Vec<(&'static str, String)> {
    if context.provider() != "magnum" {
        return Vec::new();
    }
    let values = context.values;
    let mut files = vec![("cloudconfig", context.text(&["cloudConfigPath"], &values.cloud_config_path))];
    if values.magnum_ca_bundle_path.is_truthy() {
        files.push(("ca-bundle", context.text(&["magnumCABundlePath"], &values.magnum_ca_bundle_path)));
    }
    files
}

fn mount(name: &str, mount_path: String) -> VolumeMount {
    VolumeMount { name: name.to_owned(), mount_path, ..VolumeMount::default() }
}

fn host_volume((name, path): (&'static str, String)) -> Volume {
    let host_path = Some(HostPathVolumeSource { path, type_: None });
    Volume { name: name.to_owned(), host_path, ..Volume::default() }
}

fn secret(secret_name: Option<String>) -> SecretVolumeSource {
    SecretVolumeSource { secret_name, ..SecretVolumeSource::default() }
}

fn secret_volume(name: &str, source: SecretVolumeSource) -> Volume {
    Volume { name: name.to_owned(), secret: Some(source), ..Volume::default() }
}
