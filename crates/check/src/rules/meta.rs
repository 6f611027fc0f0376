//! The metadata of every object: its name, namespace, labels, annotations, owners, finalizers, managed fields.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{annotation_key, dns_label, label_key, label_value};

/// What Kubernetes' own kinds are held to; `name` is the rule for names of the kind.
pub(super) fn object(report: &mut Report<'_>, metadata: &ObjectMeta, name: Name) {
    let at = Path::ROOT.field("metadata");
    named(report, &at, metadata, name);
    common(report, &at, metadata);
    finalizers_qualified(report, &at.field("finalizers"), metadata.finalizers.as_deref().unwrap_or_default());
}

/// What kinds without a namespace are held to: an API server throws away a namespace before it looks.
pub(super) fn cluster(report: &mut Report<'_>, metadata: &ObjectMeta, name: Name) {
    let at = Path::ROOT.field("metadata");
    named(report, &at, metadata, name);
    beside_names(report, &at, metadata);
    finalizers_qualified(report, &at.field("finalizers"), metadata.finalizers.as_deref().unwrap_or_default());
}

/// What kinds of which an API server does not count generations are held to, beside [`object`] or [`cluster`].
pub(super) fn ungenerated(report: &mut Report<'_>, metadata: &ObjectMeta) {
    generation_not_negative(report, &Path::ROOT.field("metadata.generation"), metadata);
}

/// What the metadata of kinds without a rule for names is held to: the name can be part of a path.
pub(super) fn any(report: &mut Report<'_>, metadata: &ObjectMeta) {
    inside(report, &Path::ROOT.field("metadata"), metadata);
}

/// What the metadata of a resource inside of another one is held to.
pub(crate) fn inside(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
    named(report, at, metadata, Name::Segment);
    common(report, at, metadata);
}

/// What custom resources are held to: their finalizers may lack a domain.
pub(super) fn custom(report: &mut Report<'_>, metadata: &ObjectMeta) {
    let at = Path::ROOT.field("metadata");
    named(report, &at, metadata, Name::Subdomain);
    common(report, &at, metadata);
}

/// What the metadata of any object is held to, whatever its kind makes of names. Managed fields that are wrong an API server
/// drops before it looks.
pub(crate) fn common(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
    namespace_name(report, &at.field("namespace"), metadata.namespace.as_deref().unwrap_or_default());
    beside_names(report, at, metadata);
}

fn beside_names(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
    labels(report, &at.field("labels"), metadata.labels.as_ref());
    annotations(report, &at.field("annotations"), metadata.annotations.as_ref());
    owner_references(report, &at.field("ownerReferences"), metadata.owner_references.as_deref().unwrap_or_default());
    finalizer_names(report, &at.field("finalizers"), metadata.finalizers.as_deref().unwrap_or_default());
}

/// The name that an object will have: five letters and digits are added to the beginning of one, of which 58 characters are
/// kept.
pub(super) fn name_to_be(metadata: &ObjectMeta) -> Cow<'_, str> {
    match (is_present(metadata.name.as_ref()), is_present(metadata.generate_name.as_ref())) {
        (Some(name), _) => Cow::Borrowed(name),
        (None, Some(prefix)) => {
            let kept: String = prefix.chars().take(58).collect();
            Cow::Owned(kept + "xxxxx")
        }
        (None, None) => Cow::Borrowed(""),
    }
}

/// A map with nothing in it is as good as none.
pub(super) fn entries(map: Option<&BTreeMap<String, String>>) -> impl Iterator<Item = (&str, &str)> {
    map.into_iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()))
}

fn is_present(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

rules!(
    /// The name of an object follows the rule of its kind; so does the beginning of a generated one, which may end with
    /// `-`.
    ///
    /// Source: `ValidateObjectMetaAccessor`, apimachinery pkg/api/validation/objectmeta.go
    fn named(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta, name: Name) {
        if let Some(prefix) = is_present(metadata.generate_name.as_ref()) {
            report.require(&at.field("generateName"), name.prefix(prefix));
        }
        if let Some(text) = is_present(metadata.name.as_ref()) {
            report.require(&at.field("name"), name.check(text));
        }
    },

    /// The namespace of an object is a DNS label.
    ///
    /// Source: `validateObjectMetaAccessorWithOptsCommon`, apimachinery pkg/api/validation/objectmeta.go
    fn namespace_name(report: &mut Report<'_>, at: &Path<'_>, namespace: &str) {
        if !namespace.is_empty() {
            report.require(at, dns_label(namespace));
        }
    },

    /// A generation is not negative. Of kinds that have one (workloads, custom resources) an API server sets it itself.
    ///
    /// Source: `validateObjectMetaAccessorWithOptsCommon`, apimachinery pkg/api/validation/objectmeta.go
    pub(super) fn generation_not_negative(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
        if let Some(generation) = metadata.generation.filter(|generation| *generation < 0) {
            report.error(at, format_args!("{generation} is negative: at least 0"));
        }
    },

    /// Labels have keys with an optional DNS subdomain before a `/`, and values of at most 63 letters, digits, `-`, `_`
    /// and `.`.
    ///
    /// Source: `ValidateLabels`, apimachinery pkg/apis/meta/v1/validation/validation.go
    pub(super) fn labels(report: &mut Report<'_>, at: &Path<'_>, labels: Option<&BTreeMap<String, String>>) {
        for (key, value) in entries(labels) {
            let location = at.key(key);
            report.require_in(at, &location, label_key(key));
            report.require_in(at, &location, label_value(value).map_err(|why| format!("the value of `{key}`: {why}")));
        }
    },

    /// Annotations have keys as labels have, upper case allowed before the `/`, and 256 KiB of room in all.
    ///
    /// Source: `ValidateAnnotations`, apimachinery pkg/api/validation/objectmeta.go
    pub(super) fn annotations(report: &mut Report<'_>, at: &Path<'_>, annotations: Option<&BTreeMap<String, String>>) {
        const LIMIT: usize = 256 << 10;
        let mut size = 0;
        for (key, value) in entries(annotations) {
            size += key.len() + value.len();
            let location = at.key(key);
            report.require_in(at, &location, annotation_key(key));
        }
        if size > LIMIT {
            report.error(at, format_args!("keys and values have {size} bytes together: at most {LIMIT}"));
        }
    },

    /// An owner has an apiVersion, a kind, a name and a uid, is no Event, and at most one owner is the controller.
    ///
    /// Source: `ValidateOwnerReferences`, apimachinery pkg/api/validation/objectmeta.go
    fn owner_references(report: &mut Report<'_>, at: &Path<'_>, owners: &[OwnerReference]) {
        for (index, owner) in owners.iter().enumerate() {
            owner_reference(report, at, &at.index(index), owner);
        }
        if owners.iter().filter(|owner| owner.controller == Some(true)).count() > 1 {
            report.error(at, "more than one owner has `controller: true`");
        }
    },

    /// Finalizers are named as labels are, and `orphan` and `foregroundDeletion` exclude one another.
    ///
    /// Source: `ValidateFinalizers`, apimachinery pkg/api/validation/objectmeta.go
    fn finalizer_names(report: &mut Report<'_>, at: &Path<'_>, finalizers: &[String]) {
        for (index, finalizer) in finalizers.iter().enumerate() {
            report.require_in(at, &at.index(index), label_key(finalizer));
        }
        let has = |name: &str| finalizers.iter().any(|finalizer| finalizer == name);
        if has("orphan") && has("foregroundDeletion") {
            report.error(at, "`orphan` and `foregroundDeletion` exclude one another");
        }
    },

    /// A finalizer without a `/` is one of Kubernetes' own.
    ///
    /// Source: `validateKubeFinalizerName`, pkg/apis/core/validation/validation.go
    fn finalizers_qualified(report: &mut Report<'_>, at: &Path<'_>, finalizers: &[String]) {
        const OWN: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];
        for (index, finalizer) in finalizers.iter().enumerate() {
            if !finalizer.contains('/') && !OWN.contains(&finalizer.as_str()) {
                let rule =
                    "a name with a domain (`example.com/cleanup`), or `kubernetes`, `orphan`, `foregroundDeletion`";
                report.error(&at.index(index), format_args!("{finalizer:?} is no finalizer: {rule}"));
            }
        }
    }
);

/// An API server does not say which of the owners it is about.
fn owner_reference(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, owner: &OwnerReference) {
    let version = owner.api_version.as_str();
    if matches!(version, "" | "/") || version.matches('/').count() > 1 || version.ends_with('/') {
        let message = format_args!("{version:?} has no version: `group/version` or `version`");
        report.error_in(&at.field("apiVersion"), location, message);
    }
    for (field, value) in [("kind", &owner.kind), ("name", &owner.name), ("uid", &owner.uid)] {
        if value.is_empty() {
            report.error_in(&at.field(field), location, "it is empty, and an owner is known by it");
        }
    }
    if version == "v1" && owner.kind == "Event" {
        report.error_in(at, location, "an Event cannot own");
    }
}
