//! The version of Ray in an image.

/// The repositories of Ray's own images. The tags of other images have versions of their own.
const REPOSITORIES: [&str; 3] = ["ray", "ray-llm", "ray-ml"];

/// Returns the version of Ray from the tag of one of Ray's own images: `2.60.0` of `rayproject/ray:2.60.0-py311-gpu`.
pub(in crate::components) fn version_of_image(image: &str) -> Option<&str> {
    let name = image.split_once('@').map_or(image, |(name, _)| name);
    let (repository, tag) = name.rsplit_once(':')?;
    let repository = repository.rsplit_once('/').map_or(repository, |(_, last)| last);
    let version = tag.split_once('-').map_or(tag, |(version, _)| version);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_version = version.split('.').count() == 3 && version.split('.').all(is_number);
    (REPOSITORIES.contains(&repository) && is_version).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::version_of_image;

    #[test]
    fn versions_are_those_of_rays_own_images() {
        for (image, version) in [
            ("rayproject/ray:2.60.0", Some("2.60.0")),
            ("rayproject/ray:2.60.0-py311-gpu", Some("2.60.0")),
            ("registry.example.com:5000/team/ray-ml:2.9.3-gpu", Some("2.9.3")),
            ("ray:2.60.0@sha256:0123", Some("2.60.0")),
            ("rayproject/ray@sha256:0123", None),
            ("rayproject/ray:latest", None),
            ("rayproject/ray:nightly-py311", None),
            ("rayproject/ray:2.60", None),
            ("rayproject/ray:2.60.0rc1", None),
            ("registry.example.com:5000/ray", None),
            ("registry.example.com/train:1.4.2", None),
            ("ray", None),
        ] {
            assert_eq!(version_of_image(image), version, "{image}");
        }
    }
}
