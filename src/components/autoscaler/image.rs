//! Renders the image: with the tag of the values, or that of the release for the cluster's Kubernetes version.

use super::context::Context;
use super::text;
use super::tpl::APP_VERSION;
use super::values::Scalar;
use crate::kube_version::KubeVersion;

/// The tag that selects the release for the cluster's Kubernetes version.
const AUTO: &str = "auto";

/// The oldest supported minor version. The autoscaler is released along with Kubernetes, whose scheduler it simulates.
/// <https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler#releases>
const OLDEST: u64 = 24;

/// Returns the image with its tag.
pub(super) fn image(context: &Context<'_>) -> String {
    let image = &context.values.image;
    let tag = if is_auto(&image.tag) {
        context.accept(&["image", "tag"], tag(context.release.kube_version.as_ref())).unwrap_or_default()
    } else {
        image.tag.print().into_owned()
    };
    let whole = format!("{}:{tag}", image.repository.print());
    context.accept(&["image"], text::quoted(&whole)).unwrap_or_default()
}

/// Returns whether the image, by its tag, is the version whose flags are known.
pub(super) fn is_known(context: &Context<'_>) -> bool {
    let tag = &context.values.image.tag;
    let version = if is_auto(tag) { self::tag(context.release.kube_version.as_ref()).ok() } else { None };
    let version = version.unwrap_or_else(|| tag.print().into_owned());
    let minor = |version: &str| KubeVersion::parse_known(version).map(|version| version.minor()).ok();
    minor(&version).is_some_and(|tag| Some(tag) == minor(APP_VERSION))
}

fn is_auto(tag: &Scalar) -> bool {
    matches!(tag, Scalar::Text(tag) if tag == AUTO)
}

/// Returns the first patch release of the cluster's minor version, which always exists.
fn tag(kube_version: Option<&KubeVersion>) -> Result<String, String> {
    let Some(version) = kube_version else {
        return Ok(format!("v{APP_VERSION}"));
    };
    if version.is_before(OLDEST) {
        return Err(format!(
            "`auto` requires Kubernetes 1.{OLDEST} or later, found {version}; set a tag such as `v1.{OLDEST}.0`"
        ));
    }
    Ok(format!("v{version}.0"))
}

#[cfg(test)]
mod tests {
    use super::{KubeVersion, tag};

    #[test]
    fn the_tag_follows_the_cluster() {
        assert_eq!(tag(None), Ok("v1.35.0".to_owned()));
        let tag_of = |version| tag(KubeVersion::parse_known(version).ok().as_ref());
        assert_eq!(tag_of("v1.33.4-eks-aeac579"), Ok("v1.33.0".to_owned()));
        assert!(tag_of("1.8").is_err());
    }
}
