//! Objects that controllers create: the Secret of an operator, the PersistentVolumeClaims of a StatefulSet.

use super::index::Object;

/// Kinds whose operator creates a Secret: group, kind, and the fields with its name, the most specific first.
const SECRETS: &[(&str, &str, &[&str])] = &[
    ("bitnami.com", "SealedSecret", &["spec.template.metadata.name", "metadata.name"]),
    ("cert-manager.io", "Certificate", &["spec.secretName"]),
    ("external-secrets.io", "ExternalSecret", &["spec.target.name", "metadata.name"]),
    ("secrets.hashicorp.com", "VaultDynamicSecret", &["spec.destination.name"]),
    ("secrets.hashicorp.com", "VaultPKISecret", &["spec.destination.name"]),
    ("secrets.hashicorp.com", "VaultStaticSecret", &["spec.destination.name"]),
];

/// Returns the kind and name of the object that the controller of `object` creates.
pub(super) fn by<'n>(object: &Object<'n>) -> Option<(&'static str, &'n str)> {
    let (_, _, paths) = SECRETS.iter().find(|(group, kind, _)| *group == object.group && *kind == object.kind)?;
    let name = paths.iter().map(|path| object.text(path)).find(|name| !name.is_empty())?;
    Some(("Secret", name))
}

/// Returns the names of the PersistentVolumeClaims that a StatefulSet creates, without the ordinal: `TEMPLATE-NAME`.
pub(super) fn claims<'a>(object: &'a Object<'_>) -> impl Iterator<Item = String> + use<'a> {
    let templates = object.items("spec.volumeClaimTemplates").iter();
    let names = templates.filter_map(|template| template.find(["metadata", "name"])?.as_str());
    names.map(|template| format!("{template}-{}", object.name))
}
