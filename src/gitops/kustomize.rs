//! Writes `kustomization.yaml`, so that `kubectl apply -k`, Argo CD and Flux can apply a folder.

/// <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/resource/>. `resources` are names of files that
/// need no quotes. `comment` is the first line, unless it is empty.
pub(super) fn text(resources: &[String], comment: &str) -> Vec<u8> {
    let mut text = if comment.is_empty() { String::new() } else { format!("# {comment}\n") };
    text.push_str("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n");
    for resource in resources {
        text.push_str("- ");
        text.push_str(resource);
        text.push('\n');
    }
    text.into_bytes()
}
