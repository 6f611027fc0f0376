//! Objects that other objects make once they are applied: a Secret that an operator fetches, the claims of a StatefulSet.

use super::world::Object;

/// Kinds of operators that make a Secret: group, kind, the paths of its name from the most special on.
const SECRETS: &[(&str, &str, &[&str])] = &[
    ("bitnami.com", "SealedSecret", &["spec.template.metadata.name", "metadata.name"]),
    ("cert-manager.io", "Certificate", &["spec.secretName"]),
    ("external-secrets.io", "ExternalSecret", &["spec.target.name", "metadata.name"]),
    ("secrets.hashicorp.com", "VaultDynamicSecret", &["spec.destination.name"]),
    ("secrets.hashicorp.com", "VaultPKISecret", &["spec.destination.name"]),
    ("secrets.hashicorp.com", "VaultStaticSecret", &["spec.destination.name"]),
];

/// The kind and name of what an object makes.
pub(super) fn by<'n>(object: &Object<'n>) -> Option<(&'static str, &'n str)> {
    let (_, _, paths) = SECRETS.iter().find(|(group, kind, _)| *group == object.group && *kind == object.kind)?;
    let name = paths.iter().map(|path| object.text(path)).find(|name| !name.is_empty())?;
    Some(("Secret", name))
}

/// What the claims that a StatefulSet makes are called, without their number: `TEMPLATE-NAME`.
pub(super) fn claims<'a>(object: &'a Object<'_>) -> impl Iterator<Item = String> + use<'a> {
    let templates = object.items("spec.volumeClaimTemplates").iter();
    let names = templates.filter_map(|template| template.find(["metadata", "name"])?.as_str());
    names.map(|template| format!("{template}-{}", object.name))
}
