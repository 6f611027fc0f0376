//! The metadata of every object: its name, namespace, labels, annotations, owners, finalizers, managed fields.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::names::Name;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{annotation_key, dns_label, label_key, label_value, qualified_name};

/// Validates the metadata of a namespaced built-in kind; `rule` is the rule for its name.
pub(super) fn object(report: &mut Report<'_>, metadata: &ObjectMeta, rule: Name) {
    let at = Path::ROOT.field("metadata");
    name(report, &at, metadata, rule);
    common(report, &at, metadata);
    qualified_finalizers(report, &at.field("finalizers"), metadata.finalizers.as_deref().unwrap_or_default());
}

/// Validates the metadata of a cluster-scoped kind. An API server drops its namespace before validation.
pub(super) fn cluster(report: &mut Report<'_>, metadata: &ObjectMeta, rule: Name) {
    let at = Path::ROOT.field("metadata");
    name(report, &at, metadata, rule);
    except_names(report, &at, metadata);
    qualified_finalizers(report, &at.field("finalizers"), metadata.finalizers.as_deref().unwrap_or_default());
}

/// Validates the generation, for kinds whose generation an API server does not set itself.
pub(super) fn ungenerated(report: &mut Report<'_>, metadata: &ObjectMeta) {
    generation(report, &Path::ROOT.field("metadata.generation"), metadata);
}

/// Validates the metadata of a kind whose names only have to be valid path segments.
pub(super) fn any(report: &mut Report<'_>, metadata: &ObjectMeta) {
    inside(report, &Path::ROOT.field("metadata"), metadata);
}

/// Validates the metadata of a resource that is embedded in another one.
pub(crate) fn inside(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
    name(report, at, metadata, Name::Segment);
    common(report, at, metadata);
}

/// Validates the metadata of a custom resource, whose finalizers need no domain.
pub(super) fn custom(report: &mut Report<'_>, metadata: &ObjectMeta) {
    let at = Path::ROOT.field("metadata");
    name(report, &at, metadata, Name::Subdomain);
    common(report, &at, metadata);
}

/// Validates the metadata of any object, except its name. An API server drops invalid managed fields before validation.
pub(crate) fn common(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
    namespace(report, &at.field("namespace"), metadata.namespace.as_deref().unwrap_or_default());
    except_names(report, at, metadata);
}

fn except_names(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
    labels(report, &at.field("labels"), metadata.labels.as_ref());
    annotations(report, &at.field("annotations"), metadata.annotations.as_ref());
    owner_references(report, &at.field("ownerReferences"), metadata.owner_references.as_deref().unwrap_or_default());
    finalizers(report, &at.field("finalizers"), metadata.finalizers.as_deref().unwrap_or_default());
}

/// Returns the name that an object will have. For `generateName`, an API server keeps 58 characters and appends 5.
pub(super) fn expected_name(metadata: &ObjectMeta) -> Cow<'_, str> {
    match (non_empty(metadata.name.as_ref()), non_empty(metadata.generate_name.as_ref())) {
        (Some(name), _) => Cow::Borrowed(name),
        (None, Some(prefix)) => {
            let kept: String = prefix.chars().take(58).collect();
            Cow::Owned(kept + "xxxxx")
        }
        (None, None) => Cow::Borrowed(""),
    }
}

/// Returns the entries of a map that may be missing.
pub(super) fn entries(map: Option<&BTreeMap<String, String>>) -> impl Iterator<Item = (&str, &str)> {
    map.into_iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()))
}

/// Validates the keys and values of labels, on behalf of the rule that calls it.
pub(super) fn label_entries(report: &mut Report<'_>, at: &Path<'_>, labels: Option<&BTreeMap<String, String>>) {
    for (key, value) in entries(labels) {
        let location = at.key(key);
        report.require_in(at, &location, label_key(key));
        report.require_in(at, &location, label_value(value).map_err(|why| format!("the value of `{key}`: {why}")));
    }
}

fn non_empty(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

/// The area of the rules below.
const AREA: &str = "object";

rules!(
    /// `metadata.name` must be valid for its kind: mostly a DNS subdomain, a DNS label for some kinds, and a path
    /// segment for RBAC. `generateName` must be valid as the start of a name and may end with `-`.
    ///
    /// Example: `metadata: {name: App_Config}`
    ///
    /// Source: `ValidateObjectMetaAccessor`, apimachinery pkg/api/validation/objectmeta.go
    fn name(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta, rule: Name) {
        if let Some(prefix) = non_empty(metadata.generate_name.as_ref()) {
            report.require(&at.field("generateName"), rule.prefix(prefix));
        }
        if let Some(text) = non_empty(metadata.name.as_ref()) {
            report.require(&at.field("name"), rule.check(text));
        }
    },

    /// `metadata.namespace` must be a DNS label.
    ///
    /// Example: `metadata: {namespace: my.namespace}`
    ///
    /// Source: `validateObjectMetaAccessorWithOptsCommon`, apimachinery pkg/api/validation/objectmeta.go
    fn namespace(report: &mut Report<'_>, at: &Path<'_>, namespace: &str) {
        if !namespace.is_empty() {
            report.require(at, dns_label(namespace));
        }
    },

    /// `metadata.generation` must be 0 or more. Not checked for workloads and custom resources, since an API server
    /// sets their generation.
    ///
    /// Example: `metadata: {generation: -1}`
    ///
    /// Source: `validateObjectMetaAccessorWithOptsCommon`, apimachinery pkg/api/validation/objectmeta.go
    fn generation(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
        if let Some(generation) = metadata.generation.filter(|generation| *generation < 0) {
            report.error(at, format_args!("must be 0 or more, found {generation}"));
        }
    },

    /// Keys of `labels` must be a name, with an optional DNS subdomain and `/` before it. Values must be empty or a
    /// name. A name has at most 63 letters, digits, `-`, `_` and `.`, and starts and ends with a letter or digit.
    ///
    /// Example: `metadata: {labels: {app: web server}}`
    ///
    /// Source: `ValidateLabels`, apimachinery pkg/apis/meta/v1/validation/validation.go
    pub(super) fn labels(report: &mut Report<'_>, at: &Path<'_>, labels: Option<&BTreeMap<String, String>>) {
        label_entries(report, at, labels);
    },

    /// Keys of `annotations` must be like label keys, except that the part before `/` may have uppercase letters. Keys
    /// and values may have at most 262144 bytes in total.
    ///
    /// Example: `metadata: {annotations: {build number: "7"}}`
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
            report.error(at, format_args!("may have at most {LIMIT} bytes in keys and values, found {size}"));
        }
    },

    /// The metadata of a claim template may only set `labels` and `annotations`.
    ///
    /// Source: `ValidateTemplateObjectMeta`, pkg/apis/core/validation/validation.go
    pub(super) fn template_metadata(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta) {
        for (field, is_set) in [
            ("name", non_empty(metadata.name.as_ref()).is_some()),
            ("generateName", non_empty(metadata.generate_name.as_ref()).is_some()),
            ("namespace", non_empty(metadata.namespace.as_ref()).is_some()),
            ("selfLink", non_empty(metadata.self_link.as_ref()).is_some()),
            ("uID", non_empty(metadata.uid.as_ref()).is_some()),
            ("resourceVersion", non_empty(metadata.resource_version.as_ref()).is_some()),
            ("generation", metadata.generation.is_some_and(|generation| generation != 0)),
            ("creationTimestamp", metadata.creation_timestamp.is_some()),
            ("deletionTimestamp", metadata.deletion_timestamp.is_some()),
            ("deletionGracePeriodSeconds", metadata.deletion_grace_period_seconds.is_some()),
            ("ownerReferences", metadata.owner_references.is_some()),
            ("finalizers", metadata.finalizers.is_some()),
            ("managedFields", metadata.managed_fields.is_some()),
        ] {
            if is_set {
                report.forbidden(&at.field(field), "a claim template can only set `labels` and `annotations`");
            }
        }
    },

    /// Each of `ownerReferences` requires `apiVersion`, `kind`, `name` and `uid`, and may not refer to an Event. At
    /// most one may have `controller: true`.
    ///
    /// Example: `metadata: {ownerReferences: [{apiVersion: v1, kind: Pod, name: web, uid: ""}]}`
    ///
    /// Source: `ValidateOwnerReferences`, apimachinery pkg/api/validation/objectmeta.go
    fn owner_references(report: &mut Report<'_>, at: &Path<'_>, owners: &[OwnerReference]) {
        for (index, owner) in owners.iter().enumerate() {
            owner_reference(report, at, &at.index(index), owner);
        }
        if owners.iter().filter(|owner| owner.controller == Some(true)).count() > 1 {
            report.error(at, "at most one owner may have `controller: true`");
        }
    },

    /// `finalizers` must be qualified names, like label keys; `orphan` and `foregroundDeletion` are mutually exclusive.
    ///
    /// Example: `metadata: {finalizers: ["example.com/clean up"]}`
    ///
    /// Source: `ValidateFinalizers`, apimachinery pkg/api/validation/objectmeta.go
    fn finalizers(report: &mut Report<'_>, at: &Path<'_>, finalizers: &[String]) {
        for (index, finalizer) in finalizers.iter().enumerate() {
            report.require_in(at, &at.index(index), qualified_name(finalizer));
        }
        let has = |name: &str| finalizers.iter().any(|finalizer| finalizer == name);
        if has("orphan") && has("foregroundDeletion") {
            report.error(at, "`orphan` and `foregroundDeletion` are mutually exclusive");
        }
    },

    /// A finalizer without a domain must be `kubernetes`, `orphan` or `foregroundDeletion`.
    ///
    /// Example: `metadata: {finalizers: [cleanup]}`
    ///
    /// Source: `validateKubeFinalizerName`, pkg/apis/core/validation/validation.go
    fn qualified_finalizers(report: &mut Report<'_>, at: &Path<'_>, finalizers: &[String]) {
        const OWN: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];
        for (index, finalizer) in finalizers.iter().enumerate() {
            if !finalizer.contains('/') && !OWN.contains(&finalizer.as_str()) {
                let rule = "`kubernetes`, `orphan`, `foregroundDeletion`, or have a domain as in `example.com/cleanup`";
                report.error(&at.index(index), format_args!("{finalizer:?} must be {rule}"));
            }
        }
    }
);

/// Validates one owner. An API server reports it without its index.
fn owner_reference(report: &mut Report<'_>, at: &Path<'_>, location: &Path<'_>, owner: &OwnerReference) {
    let version = owner.api_version.as_str();
    if matches!(version, "" | "/") || version.matches('/').count() > 1 || version.ends_with('/') {
        let message = format_args!("must be `group/version` or `version`, found {version:?}");
        report.error_in(&at.field("apiVersion"), location, message);
    }
    for (field, value) in [("kind", &owner.kind), ("name", &owner.name), ("uid", &owner.uid)] {
        if value.is_empty() {
            report.error_in(&at.field(field), location, "required in an owner reference");
        }
    }
    if version == "v1" && owner.kind == "Event" {
        report.error_in(at, location, "an Event cannot be an owner");
    }
}
