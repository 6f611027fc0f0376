//! Type checks: reads each object as the type of its `apiVersion` and `kind`.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::embedded;
use super::fields_since;
use super::kinds::{self, KNOWN, OF_OPERATORS};
use super::reading::{IDENTITY, KNOWN_KIND, KUBERNETES_OBJECT, SERVED_VERSION, name_rule};
use super::removed::{self, REMOVED};
use super::rules;
use super::versions::too_old_for;
use crate::kube_version::KubeVersion;
use crate::manifest::api_group;
use mkmanifests_yaml::diagnostic::{Code, Diagnostic, Location, ObjectName, did_you_mean, nearest};
use mkmanifests_yaml::tree::{Kind, Node};

/// Validates one object for Kubernetes 1.36, and appends an error to `diagnostics` for each broken rule.
///
/// The object must be a mapping with `apiVersion`, `kind` and `metadata.name` (or `metadata.generateName`); a review such as
/// SubjectAccessReview needs no name. An object of a
/// built-in kind must have no unknown fields, and pass the validation of an API server. An unknown kind or a removed version
/// of a built-in API group is an error. A kind of a known operator, such as RayCluster, is validated as the operator and its
/// CustomResourceDefinition do. For other custom resources, only the metadata is checked.
///
/// ```
/// use mkmanifests_check::types::check;
/// use mkmanifests_yaml::tree::to_node;
/// let object = serde_json::json!({
///     "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"x": 1},
/// });
/// let mut diagnostics = Vec::new();
/// check(&to_node(&object).unwrap(), &mut diagnostics);
/// assert_eq!(diagnostics[0].message(), "ConfigMap `web`: `data.x`: expected a string, found the number 1");
/// ```
pub fn check(node: &Node, diagnostics: &mut Vec<Diagnostic>) {
    check_on(node, None, diagnostics);
}

/// Validates one object for a Kubernetes version, as [`check`]. The version may serve APIs that 1.36 has removed, and not yet
/// serve those that 1.36 has. `None` is 1.36.
pub fn check_on(node: &Node, version: Option<&KubeVersion>, diagnostics: &mut Vec<Diagnostic>) {
    if node.as_map().is_none() {
        let message = format!("expected a Kubernetes object, found {}", node.describe());
        diagnostics.push(Diagnostic::error(Code::Rule(KUBERNETES_OBJECT), message).at(node.location));
        return;
    }
    if let Some(items) = list_items(node) {
        return items.iter().for_each(|item| check_on(item, version, diagnostics));
    }
    let mut found = Vec::new();
    let api_version = required(node, "apiVersion", &mut found);
    let kind = required(node, "kind", &mut found);
    if !api_version.zip(kind).is_some_and(|(api_version, kind)| is_review(api_version, kind)) {
        check_name(node, &mut found);
    }
    if let (Some(api_version), Some(kind)) = (api_version, kind) {
        check_type(node, api_version, kind, version, &mut found);
    }
    if !found.is_empty() {
        let name = object_name(node);
        diagnostics.extend(found.into_iter().map(|diagnostic| of_object(diagnostic, &name)));
    }
}

/// Sets the object of a diagnostic. Without a rule, it is about the identity of the object.
pub(super) fn of_object(mut diagnostic: Diagnostic, name: &ObjectName) -> Diagnostic {
    name_rule(&mut diagnostic, IDENTITY);
    diagnostic.of(name.clone())
}

/// Returns the items of a `v1` `List`, which kubectl and Helm split into separate objects; `None` for other objects.
pub fn list_items(node: &Node) -> Option<&[Node]> {
    if text(node.get("apiVersion")) != Some("v1") || text(node.get("kind")) != Some("List") {
        return None;
    }
    match node.get("items").map(|items| &items.kind) {
        Some(Kind::Seq(items)) => Some(items),
        None | Some(Kind::Null) => Some(&[]),
        Some(_) => None,
    }
}

/// Returns the name of an object in messages: ``Deployment `shop/web` ``.
pub fn object_name(node: &Node) -> ObjectName {
    let metadata = |key| text(node.find(["metadata", key])).map(str::to_owned);
    ObjectName {
        kind: text(node.get("kind")).unwrap_or("object").to_owned(),
        namespace: metadata("namespace"),
        name: metadata("name").or(metadata("generateName")),
    }
}

fn text(node: Option<&Node>) -> Option<&str> {
    node?.as_str().filter(|text| !text.is_empty())
}

/// Returns a required string of an object.
fn required<'n>(node: &'n Node, key: &str, found: &mut Vec<Diagnostic>) -> Option<&'n str> {
    let diagnostic = match node.get(key) {
        Some(value) if value.as_str().is_some_and(|text| !text.is_empty()) => return value.as_str(),
        Some(value) if value.as_str().is_some() => {
            Diagnostic::error(Code::Rule(IDENTITY), format!("`{key}` must not be empty"))
                .at(value.location)
                .names_field(key)
        }
        Some(value) if !value.is_null() => {
            let reason = format!("expected a string, found {}", value.describe());
            Diagnostic::error(Code::Rule(IDENTITY), reason).at(value.location).in_field(key)
        }
        _ => Diagnostic::error(Code::Rule(IDENTITY), format!("required field `{key}` is missing"))
            .at(node.location)
            .names_field(key),
    };
    let near = nearest(key, keys(node).filter(|near| *near != key));
    found.push(match near {
        Some(near) if node.get(key).is_none() => diagnostic.help(format!("rename `{near}` to `{key}`")),
        _ => diagnostic,
    });
    None
}

fn keys(node: &Node) -> impl Iterator<Item = &str> {
    node.as_map().into_iter().flat_map(|map| map.entries()).map(|entry| entry.key.as_ref())
}

/// Returns whether a kind is a review, which an API server answers instead of storing it. It needs no name; the metadata of an
/// access review must even be empty.
fn is_review(api_version: &str, kind: &str) -> bool {
    const ACCESS: [&str; 4] =
        ["LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"];
    match api_group(api_version) {
        "authorization.k8s.io" => ACCESS.contains(&kind),
        "authentication.k8s.io" => matches!(kind, "SelfSubjectReview" | "TokenReview"),
        _ => false,
    }
}

fn check_name(node: &Node, found: &mut Vec<Diagnostic>) {
    let Some(metadata) = node.get("metadata").filter(|metadata| !metadata.is_null()) else {
        found.push(
            Diagnostic::error(Code::Rule(IDENTITY), "required field `metadata` is missing")
                .at(node.location)
                .names_field("metadata.name"),
        );
        return;
    };
    let named = |key| metadata.get(key).is_some_and(|name| name.as_str() != Some("") && !name.is_null());
    if metadata.as_map().is_some() && !named("name") && !named("generateName") {
        let (what, location) = match metadata.get("name") {
            Some(name) if !name.is_null() => ("`metadata.name` must not be empty", name.location),
            _ => ("required field `metadata.name` is missing", metadata.location),
        };
        found.push(Diagnostic::error(Code::Rule(IDENTITY), what).at(location).names_field("metadata.name"));
    }
}

fn check_type(node: &Node, api_version: &str, kind: &str, version: Option<&KubeVersion>, found: &mut Vec<Diagnostic>) {
    let location = |key| location_of(node, key);
    check_served(node, api_version, kind, version, found);
    if let Some(known) = kinds::find(api_version, kind) {
        (known.read)(node, found);
        return;
    }
    if let Some(known) = kinds::find_of_operator(api_version, kind) {
        embedded::check(node, found);
        (known.read)(node, found);
        return;
    }
    let removed = removed::find(api_version, kind);
    let is_served = removed.is_none_or(|removed| version.is_some_and(|version| removed.is_served_by(version)));
    if !is_served {
        // The error about the version is enough.
    } else if let Some(diagnostic) = malformed(api_version).or_else(|| misspelt_group(api_version, kind)) {
        found.push(diagnostic.at(location("apiVersion")));
    } else if removed.is_none() && is_built_in(api_group(api_version)) {
        found.push(unknown_kind(api_version, kind).at(location("kind")));
    }
    // Kinds that were built in may have other rules for names than custom resources.
    kinds::read(node, found, if removed.is_some() { rules::any } else { rules::custom });
}

/// Reports the API version and the fields of an object that a Kubernetes version does not serve: removed, or added later.
/// [`check_on`] includes this.
pub fn served(node: &Node, version: &KubeVersion, diagnostics: &mut Vec<Diagnostic>) {
    let (Some(api_version), Some(kind)) = (text(node.get("apiVersion")), text(node.get("kind"))) else { return };
    let mut found = Vec::new();
    check_served(node, api_version, kind, Some(version), &mut found);
    if !found.is_empty() {
        let name = object_name(node);
        diagnostics.extend(found.into_iter().map(|diagnostic| of_object(diagnostic, &name)));
    }
}

fn check_served(
    node: &Node,
    api_version: &str,
    kind: &str,
    version: Option<&KubeVersion>,
    found: &mut Vec<Diagnostic>,
) {
    let not_served = |diagnostic: Diagnostic| diagnostic.at(location_of(node, "apiVersion")).names_field("apiVersion");
    if kinds::find(api_version, kind).is_some() {
        let Some(version) = version else { return };
        found.extend(too_old_for(version, api_version, kind).map(not_served));
        return fields_since::check(node, api_version, kind, version, found);
    }
    let removed = removed::find(api_version, kind);
    let removed = removed.filter(|removed| version.is_none_or(|version| !removed.is_served_by(version)));
    found.extend(removed.map(|removed| not_served(removed_api(removed, kind))));
}

fn location_of(node: &Node, key: &str) -> Location {
    node.get(key).map_or(Location::UNKNOWN, |value| value.location)
}

/// Reports an `apiVersion` with more than a group and a version.
fn malformed(api_version: &str) -> Option<Diagnostic> {
    let diagnostic = || {
        Diagnostic::error(Code::Rule(KNOWN_KIND), format!("expected `group/version` or `v1`, found {api_version:?}"))
            .in_field("apiVersion")
    };
    (api_version.matches('/').count() > 1).then(diagnostic)
}

fn removed_api(removed: &removed::Removed, kind: &str) -> Diagnostic {
    let message = format!("{kind} of `{}` was removed in Kubernetes 1.{}", removed.api_version, removed.since);
    let diagnostic = Diagnostic::error(Code::Rule(SERVED_VERSION), message);
    match removed.instead {
        Some(instead) => diagnostic.help(format!("use `apiVersion: {instead}`")),
        None => diagnostic.help(
            "there is no replacement API; use Pod Security Admission, which is configured by labels of the Namespace",
        ),
    }
}

/// Returns whether an API group is built in. Some of `*.k8s.io` are not: `gateway.networking.k8s.io` has custom resources.
fn is_built_in(group: &str) -> bool {
    static GROUPS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        let versions = KNOWN.iter().map(|known| known.api_version);
        versions.chain(REMOVED.iter().map(|removed| removed.api_version)).map(api_group).collect()
    });
    GROUPS.contains(group)
}

/// Reports a known kind in a group with a typo of one or two letters (`app/v1` Deployment).
fn misspelt_group(api_version: &str, kind: &str) -> Option<Diagnostic> {
    let wrong = api_group(api_version);
    if wrong.is_empty() || is_built_in(wrong) || OF_OPERATORS.iter().any(|known| api_group(known.api_version) == wrong)
    {
        return None;
    }
    let wrong = wrong.to_lowercase();
    let is_near = |known: &&kinds::Known| match api_group(known.api_version) {
        "" => wrong == "core",
        right => strsim::damerau_levenshtein(right, &wrong) <= 2,
    };
    let right = KNOWN.iter().chain(OF_OPERATORS).filter(|known| known.kind == kind).find(is_near)?;
    let diagnostic =
        Diagnostic::error(Code::Rule(KNOWN_KIND), format!("unknown API group `{}`", api_group(api_version)))
            .names_field("apiVersion");
    Some(diagnostic.help(did_you_mean(format_args!("apiVersion: {}", right.api_version))))
}

fn unknown_kind(api_version: &str, kind: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::Rule(KNOWN_KIND),
        format!("unknown kind `{kind}` in `{api_version}` (Kubernetes 1.36)"),
    );
    let diagnostic = diagnostic.names_field("kind");
    let elsewhere: Vec<&str> = KNOWN.iter().filter(|known| known.kind == kind).map(|known| known.api_version).collect();
    if !elsewhere.is_empty() {
        let versions = elsewhere.iter().map(|version| format!("`{version}`")).collect::<Vec<_>>().join(" or ");
        return diagnostic.help(format!("use the `apiVersion` {versions}"));
    }
    let near = |version: Option<&str>| {
        let kinds = KNOWN.iter().filter(|known| version.is_none_or(|version| version == known.api_version));
        nearest(kind, kinds.map(|known| known.kind))
    };
    match near(Some(api_version)).or_else(|| near(None)) {
        Some(near) => diagnostic.help(did_you_mean(near)),
        None => diagnostic,
    }
}

#[cfg(test)]
mod tests;
