//! The type check: every object is read as the type that its apiVersion and kind name.

use super::kinds::{self, KNOWN};
use super::removed::{self, REMOVED};
use super::rule::Rule;
use super::rules;
use crate::problem::{Place, Problem, Subject, nearest};
use crate::tree::{Kind, Node, UNKNOWN_FIELD};

/// The rules of the type check, which are no functions of their own.
pub(super) static RULES: &[Rule] = &[
    Rule {
        id: UNKNOWN_FIELD,
        doc: &[
            " An object has no field that its type does not know.",
            " Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation>",
        ],
    },
    Rule {
        id: FIELD_TYPE,
        doc: &[
            " A field has a value of its type: text, a number within bounds, a list, a quantity, a time, base64.",
            " Source: <https://kubernetes.io/docs/reference/kubernetes-api/>",
        ],
    },
    Rule {
        id: OBJECT_IDENTITY,
        doc: &[
            " An object has an `apiVersion`, a `kind` and a name, or the beginning of one.",
            " Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/#required-fields>",
        ],
    },
    Rule {
        id: KNOWN_KIND,
        doc: &[
            " A kind of a group of Kubernetes' own is one that 1.36 has.",
            " Source: <https://kubernetes.io/docs/reference/kubernetes-api/>",
        ],
    },
    Rule {
        id: REMOVED_API,
        doc: &[
            " An API that Kubernetes has removed is not used any more.",
            " Source: <https://kubernetes.io/docs/reference/using-api/deprecation-guide/>",
        ],
    },
];

pub(super) const FIELD_TYPE: &str = "field-type";
const OBJECT_IDENTITY: &str = "object-identity";
const KNOWN_KIND: &str = "known-kind";
const REMOVED_API: &str = "removed-api";

/// Checks one object and adds all that is wrong with it.
///
/// It has to be a mapping with `apiVersion`, `kind` and `metadata.name` (or `metadata.generateName`). An object of a
/// built-in kind of Kubernetes 1.36 has no unknown field and none of a wrong type; an unknown kind or a removed
/// version of a built-in API group is an error. Of a custom resource only the metadata is checked.
///
/// ```
/// use mkmanifests::{check::types::check, tree::to_node};
/// let object = serde_json::json!({
///     "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"x": 1},
/// });
/// let mut problems = Vec::new();
/// check(&to_node(&object).unwrap(), &mut problems);
/// assert_eq!(problems[0].message, "ConfigMap `web`: `data.x`: expected a string, found the number 1");
/// ```
pub fn check(node: &Node, problems: &mut Vec<Problem>) {
    if node.as_map().is_none() {
        let message = format!("expected a Kubernetes object, found {}", node.describe());
        problems.push(Problem::error(message).at(node.place));
        return;
    }
    if let Some(items) = list_items(node) {
        return items.iter().for_each(|item| check(item, problems));
    }
    let mut found = Vec::new();
    let api_version = required(node, "apiVersion", &mut found);
    let kind = required(node, "kind", &mut found);
    check_name(node, &mut found);
    if let (Some(api_version), Some(kind)) = (api_version, kind) {
        check_type(node, api_version, kind, &mut found);
    }
    if found.is_empty() {
        return;
    }
    let title = title(node);
    found.iter_mut().for_each(|problem| name_rule(problem, OBJECT_IDENTITY));
    problems.extend(
        found.into_iter().map(|problem| Problem { message: format!("{title}: {}", problem.message), ..problem }),
    );
}

/// Gives a problem a rule if it has none yet.
pub(super) fn name_rule(problem: &mut Problem, rule: &'static str) {
    let subject = problem.subject.get_or_insert_with(|| Box::new(Subject { rule, field: String::new() }));
    if subject.rule.is_empty() {
        subject.rule = rule;
    }
}

/// The objects of a `List` of `v1`, which kubectl and Helm take apart: it is no object of its own, and has no name.
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

/// What people call an object: ``Deployment `shop/web` ``.
pub fn title(node: &Node) -> String {
    let kind = text(node.get("kind")).unwrap_or("object");
    let metadata = |key| text(node.find(["metadata", key]));
    match (metadata("namespace"), metadata("name").or(metadata("generateName"))) {
        (Some(namespace), Some(name)) => format!("{kind} `{namespace}/{name}`"),
        (None, Some(name)) => format!("{kind} `{name}`"),
        (_, None) => format!("{kind} without a name"),
    }
}

fn text(node: Option<&Node>) -> Option<&str> {
    node?.as_str().filter(|text| !text.is_empty())
}

/// A text that every object has to have.
fn required<'n>(node: &'n Node, key: &str, found: &mut Vec<Problem>) -> Option<&'n str> {
    let problem = match node.get(key) {
        Some(value) if value.as_str().is_some_and(|text| !text.is_empty()) => return value.as_str(),
        Some(value) if value.as_str().is_some() => Problem::error(format!("`{key}` is empty")).at(value.place),
        Some(value) if !value.is_null() => {
            Problem::error(format!("`{key}`: expected a string, found {}", value.describe())).at(value.place)
        }
        _ => Problem::error(format!("the required `{key}` is missing")).at(node.place),
    };
    let problem = problem.breaks(OBJECT_IDENTITY, key);
    let near = nearest(key, keys(node).filter(|near| *near != key));
    found.push(match near {
        Some(near) if node.get(key).is_none() => problem.help(format!("`{near}` should be `{key}`")),
        _ => problem,
    });
    None
}

fn keys(node: &Node) -> impl Iterator<Item = &str> {
    node.as_map().into_iter().flat_map(|map| map.entries()).map(|entry| entry.key.as_ref())
}

fn check_name(node: &Node, found: &mut Vec<Problem>) {
    let Some(metadata) = node.get("metadata").filter(|metadata| !metadata.is_null()) else {
        found.push(Problem::error("the required `metadata` is missing").at(node.place).breaks("", "metadata.name"));
        return;
    };
    let named = |key| metadata.get(key).is_some_and(|name| name.as_str() != Some("") && !name.is_null());
    if metadata.as_map().is_some() && !named("name") && !named("generateName") {
        let (what, place) = match metadata.get("name") {
            Some(name) if !name.is_null() => ("`metadata.name` is empty", name.place),
            _ => ("the required `metadata.name` is missing", metadata.place),
        };
        found.push(Problem::error(what).at(place).breaks("", "metadata.name"));
    }
}

fn check_type(node: &Node, api_version: &str, kind: &str, found: &mut Vec<Problem>) {
    if let Some(known) = kinds::find(api_version, kind) {
        (known.read)(node, found);
        return;
    }
    let place = |key| node.get(key).map_or(Place::UNKNOWN, |value| value.place);
    if let Some(problem) =
        malformed(api_version).or_else(|| removed_api(api_version, kind)).or_else(|| misspelt_group(api_version, kind))
    {
        found.push(problem.at(place("apiVersion")));
    } else if is_built_in(group(api_version)) {
        found.push(unknown_kind(api_version, kind).at(place("kind")));
    }
    kinds::read(node, found, rules::custom);
}

/// More than a group and a version.
fn malformed(api_version: &str) -> Option<Problem> {
    let problem = || {
        Problem::error(format!("`apiVersion`: expected `group/version` or `v1`, found {api_version:?}"))
            .breaks(KNOWN_KIND, "apiVersion")
    };
    (api_version.matches('/').count() > 1).then(problem)
}

fn removed_api(api_version: &str, kind: &str) -> Option<Problem> {
    let removed = removed::find(api_version, kind)?;
    let problem = Problem::error(format!("`{api_version}` {kind} was removed in Kubernetes {}", removed.since));
    let problem = problem.breaks(REMOVED_API, "apiVersion");
    Some(match removed.instead {
        Some(instead) => problem.help(format!("use `apiVersion: {instead}`")),
        None => problem.help("nothing replaces it; Pod Security Admission does its work with labels of the namespace"),
    })
}

/// The part before the slash; empty for the core group (`v1`).
fn group(api_version: &str) -> &str {
    api_version.rsplit_once('/').map_or("", |(group, _)| group)
}

/// Not every `*.k8s.io` is built in: `gateway.networking.k8s.io` and `snapshot.storage.k8s.io` are custom resources.
fn is_built_in(wanted: &str) -> bool {
    built_in_versions().any(|api_version| group(api_version) == wanted)
}

fn built_in_versions() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|known| known.api_version).chain(REMOVED.iter().map(|removed| removed.api_version))
}

/// A built-in kind in a group that is one or two letters off (`app/v1` Deployment).
fn misspelt_group(api_version: &str, kind: &str) -> Option<Problem> {
    let wrong = group(api_version);
    if wrong.is_empty() || is_built_in(wrong) {
        return None;
    }
    let wrong = wrong.to_lowercase();
    let close = |known: &&kinds::Known| {
        let right = group(known.api_version);
        let is_near = if right.is_empty() { wrong == "core" } else { strsim::damerau_levenshtein(right, &wrong) <= 2 };
        known.kind == kind && is_near
    };
    let right = KNOWN.iter().find(close)?;
    let problem =
        Problem::error(format!("unknown API group `{}`", group(api_version))).breaks(KNOWN_KIND, "apiVersion");
    Some(problem.help(format!("did you mean `apiVersion: {}`?", right.api_version)))
}

fn unknown_kind(api_version: &str, kind: &str) -> Problem {
    let problem = Problem::error(format!("Kubernetes 1.36 has no kind `{kind}` in `{api_version}`"));
    let problem = problem.breaks(KNOWN_KIND, "kind");
    let elsewhere: Vec<&str> = KNOWN.iter().filter(|known| known.kind == kind).map(|known| known.api_version).collect();
    if !elsewhere.is_empty() {
        let versions = elsewhere.iter().map(|version| format!("`{version}`")).collect::<Vec<_>>().join(" or ");
        return problem.help(format!("`{kind}` is in {versions}"));
    }
    let near = |version: Option<&str>| {
        let kinds = KNOWN.iter().filter(|known| version.is_none_or(|version| version == known.api_version));
        nearest(kind, kinds.map(|known| known.kind))
    };
    match near(Some(api_version)).or_else(|| near(None)) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}

#[cfg(test)]
mod tests;
