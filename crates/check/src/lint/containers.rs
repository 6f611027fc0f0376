//! Lint rules of containers: images and resource requests.

use super::index::{Index, Object};
use super::pods::Pods;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::tree::Node;

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    for pods in index.pods_of(object) {
        pods.containers(report, &mut |report, at, container, is_init| {
            image_tag(report, &at.field("image"), container);
            if !is_init {
                resource_requests(report, at, container, pods);
            }
        });
    }
}

/// Returns `latest` or an empty tag, which name another image over time; `None` for a version or a digest.
fn moving_tag(image: &str) -> Option<&str> {
    if image.is_empty() || image.contains('@') {
        return None;
    }
    let last = image.rsplit('/').next().unwrap_or_default();
    match last.split_once(':') {
        None => Some(""),
        Some((_, tag)) if tag == "latest" => Some(tag),
        Some(_) => None,
    }
}

/// Returns whether a container or pod spec requests a resource. The default of a request is the limit.
fn has_request(node: &Node, resource: &str) -> bool {
    let of = |kind| node.find(["resources", kind, resource]).is_some();
    of("requests") || of("limits")
}

/// The area of the rules below.
const AREA: &str = "container";

rules!(
    /// `image` must have a tag other than `latest`, or a digest. An image without a tag is `latest`, and what `latest`
    /// names changes over time.
    ///
    /// Source: https://kubernetes.io/docs/concepts/containers/images/#image-names
    fn image_tag(report: &mut Report<'_>, at: &Path<'_>, container: &Node) {
        let Some(image) = container.get("image").and_then(Node::as_str) else { return };
        match moving_tag(image) {
            Some("") => report.error_with_help(
                at,
                format_args!("{image:?} has no tag: the default is `latest`, which changes over time"),
                "add the tag of a version, or a digest",
            ),
            Some(_) => report.error_with_help(
                at,
                format_args!("the image {image:?} changes over time"),
                "use the tag of a version, or a digest",
            ),
            None => {}
        }
    },

    /// A container must request `cpu` and `memory` (a limit counts as a request). Otherwise it is scheduled on full nodes
    /// and evicted first. Init containers are exempt.
    ///
    /// Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    fn resource_requests(report: &mut Report<'_>, at: &Path<'_>, container: &Node, pods: &Pods<'_>) {
        let missing = ["cpu", "memory"]
            .into_iter()
            .filter(|resource| !has_request(container, resource) && !has_request(pods.spec, resource));
        let missing: Vec<String> = missing.map(|resource| format!("`{resource}`")).collect();
        if !missing.is_empty() {
            let name = container.get("name").and_then(Node::as_str).unwrap_or_default();
            report.error(
                &at.field("resources.requests"),
                format_args!("container `{name}` has no request for {}", missing.join(" and ")),
            );
        }
    }
);

#[cfg(test)]
mod tests {
    use super::moving_tag;

    #[test]
    fn tags_are_distinguished_from_ports() {
        for (image, tag) in [
            ("web", Some("")),
            ("registry.example.com:5000/web", Some("")),
            ("web:latest", Some("latest")),
            ("web:1", None),
            ("registry.example.com:5000/web:1", None),
            ("web@sha256:00", None),
            ("", None),
        ] {
            assert_eq!(moving_tag(image), tag, "{image}");
        }
    }
}
