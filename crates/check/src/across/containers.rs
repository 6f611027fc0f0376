//! Containers: their images and what they ask for.

use super::pods::Pods;
use super::world::{Object, World};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::tree::Node;

pub(super) fn check(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
    let Some(pods) = world.pods_of(object) else { return };
    pods.containers(report, &mut |report, at, container, is_init| {
        image_has_tag(report, &at.field("image"), container);
        if !is_init {
            container_has_requests(report, at, container, pods);
        }
    });
}

/// The tag of an image, if it has one; nothing for images with a digest.
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

/// Whether something asks for a resource; a limit is a request where there is none.
fn asks(holder: &Node, resource: &str) -> bool {
    let of = |kind| holder.find(["resources", kind, resource]).is_some();
    of("requests") || of("limits")
}

rules!(
    /// An image has a tag that stays, or a digest: `latest`, or no tag, is another image tomorrow.
    ///
    /// Source: https://kubernetes.io/docs/concepts/containers/images/#image-names
    fn image_has_tag(report: &mut Report<'_>, at: &Path<'_>, container: &Node) {
        let Some(image) = container.get("image").and_then(Node::as_str) else { return };
        match moving_tag(image) {
            Some("") => report.error(at, format_args!("{image:?} has no tag: it is `latest`, another image tomorrow")),
            Some(_) => report.error(at, format_args!("{image:?} is another image tomorrow: name a version")),
            None => {}
        }
    },

    /// A container asks for CPU and memory: without that it is placed on full nodes, and evicted first.
    ///
    /// Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    fn container_has_requests(report: &mut Report<'_>, at: &Path<'_>, container: &Node, pods: &Pods<'_>) {
        let missing =
            ["cpu", "memory"].into_iter().filter(|resource| !asks(container, resource) && !asks(pods.spec, resource));
        let missing: Vec<String> = missing.map(|resource| format!("`{resource}`")).collect();
        if !missing.is_empty() {
            let name = container.get("name").and_then(Node::as_str).unwrap_or_default();
            report.error(
                &at.field("resources.requests"),
                format_args!("container `{name}` asks for no {}", missing.join(" and ")),
            );
        }
    }
);

#[cfg(test)]
mod tests {
    use super::moving_tag;

    #[test]
    fn tags_are_told_from_ports() {
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
