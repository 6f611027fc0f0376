//! The cluster that `lookup` sees: objects that a suite gives, as the fake client of Kubernetes' Go library keeps them.
//!
//! The fake client guesses the resource of an object from its kind, and crashes on numbers without a decimal point, since
//! its objects never come from YAML. The crash is an error of `lookup`.

use std::collections::BTreeMap;
use std::sync::Arc;

use mkmanifests_chart::Lookup;
use mkmanifests_go::quote::quote;
use mkmanifests_gotmpl::value::MAX_NESTING;
use mkmanifests_gotmpl::{Map, Value};

use crate::path;
use crate::suite::{FakeKind, KubernetesProvider};

/// Group, version and plural name of a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Resource {
    group: String,
    version: String,
    plural: String,
}

impl Resource {
    /// Returns the resource that the client guesses for a kind.
    fn guess(api_version: &str, kind: &str) -> Resource {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let singular = kind.to_lowercase();
        let plural = match singular.chars().last() {
            None => String::new(),
            _ if singular.ends_with("endpoints") => singular,
            Some('s') => format!("{singular}es"),
            Some('y') => format!("{}ies", &singular[..singular.len() - 1]),
            Some(_) => format!("{singular}s"),
        };
        Resource { group: group.to_owned(), version: version.to_owned(), plural }
    }

    fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.clone() } else { format!("{}/{}", self.group, self.version) }
    }

    /// Returns Go's text: `apps/v1, Resource=deployments`.
    fn text(&self) -> String {
        format!("{}/{}, Resource={}", self.group, self.version, self.plural)
    }
}

/// The objects by resource, namespace and name.
#[derive(Default)]
struct Tracker {
    objects: BTreeMap<Resource, BTreeMap<(String, String), Map>>,
    /// The kinds of lists that the client knows.
    lists: BTreeMap<Resource, String>,
}

/// Returns the function `lookup` of a job; `None` if it has no objects.
pub(super) fn lookup(provider: &KubernetesProvider) -> Option<Lookup> {
    if provider.objects.is_empty() {
        return None;
    }
    let tracker = Tracker::of(&provider.objects);
    let scheme = provider.scheme.clone();
    Some(Arc::new(move |api_version: &str, kind: &str, namespace: &str, name: &str| {
        let known = scheme.get(&path::join(&[api_version, kind])).cloned().unwrap_or_default();
        if let Some(error) = &known.error {
            return Err(error.clone());
        }
        let tracker = tracker.as_ref().map_err(String::clone)?;
        tracker.find(&known, namespace, name)
    }))
}

impl Tracker {
    /// # Errors
    /// Go's text of the crash.
    fn of(objects: &[Value]) -> Result<Tracker, String> {
        let mut tracker = Tracker::default();
        for object in objects {
            tracker.register(&object.as_map().unwrap_or_default());
        }
        objects.iter().try_for_each(|object| tracker.add(&object.as_map().unwrap_or_default(), MAX_NESTING))?;
        Ok(tracker)
    }

    fn register(&mut self, object: &Map) {
        let (api_version, kind) = (text(object, "apiVersion"), text(object, "kind"));
        self.lists.insert(Resource::guess(&api_version, &kind), format!("{kind}List"));
    }

    fn add(&mut self, object: &Map, depth: usize) -> Result<(), String> {
        let depth = depth.checked_sub(1).ok_or("too deep")?;
        if let Some(Value::List(items)) = object.get("items") {
            return items.iter().try_for_each(|item| self.add(&item.as_map().unwrap_or_default(), depth));
        }
        let resource = Resource::guess(&text(object, "apiVersion"), &text(object, "kind"));
        let metadata = object.get("metadata").and_then(|metadata| metadata.as_map()).unwrap_or_default();
        let name = text(&metadata, "name");
        let copy = copy(&Value::Map(object.clone()), MAX_NESTING)?.as_map().unwrap_or_default();
        let of_resource = self.objects.entry(resource.clone()).or_default();
        if of_resource.insert((text(&metadata, "namespace"), name.clone()), copy).is_some() {
            let Resource { group, plural, .. } = resource;
            let dot = if group.is_empty() { "" } else { "." };
            return Err(format!("{plural}{dot}{group} {} already exists", quote(name.as_bytes())));
        }
        Ok(())
    }

    /// Returns an object, or the list of objects if `name` is empty. An object that does not exist is an empty map.
    fn find(&self, kind: &FakeKind, namespace: &str, name: &str) -> Result<Value, String> {
        let FakeKind { group, version, resource, is_namespaced, .. } = kind;
        let resource = Resource { group: group.clone(), version: version.clone(), plural: resource.clone() };
        let namespace = if *is_namespaced { namespace } else { "" };
        if name.is_empty() {
            return self.list(&resource, namespace);
        }
        let found = self.objects.get(&resource).and_then(|of| of.get(&(namespace.to_owned(), name.to_owned())));
        found.map_or(Ok(Map::new().into()), |object| copy(&Value::Map(object.clone()), MAX_NESTING))
    }

    fn list(&self, resource: &Resource, namespace: &str) -> Result<Value, String> {
        let Some(kind) = self.lists.get(resource) else {
            let known: Vec<String> =
                self.lists.iter().map(|(resource, kind)| format!("{}:{kind}", resource.text())).collect();
            return Err(format!(
                "coding error: you must register resource to list kind for every resource you're going to LIST when \
                 creating the client.  See NewSimpleDynamicClientWithCustomListKinds or register the list into the \
                 scheme: {} out of map[{}]",
                resource.text(),
                known.join(" ")
            ));
        };
        let in_namespace = |key: &&(String, String)| namespace.is_empty() || key.0 == namespace;
        let of_resource = self.objects.get(resource).into_iter().flatten();
        let items = of_resource.filter(|(key, _)| in_namespace(key));
        let items = items.map(|(_, object)| copy(&Value::Map(object.clone()), MAX_NESTING));
        let metadata = Value::map([("resourceVersion", Value::from("")), ("continue", "".into())]);
        Ok(Value::map([
            ("apiVersion", Value::from(resource.api_version())),
            ("kind", kind.as_str().into()),
            ("metadata", metadata),
            ("items", Value::list(items.collect::<Result<Vec<_>, _>>()?)),
        ]))
    }
}

fn text(map: &Map, key: &str) -> String {
    map.get(key).and_then(|value| value.as_str().map(ToString::to_string)).unwrap_or_default()
}

/// Copies a value as Kubernetes' Go library copies JSON.
///
/// # Errors
/// Go's text about a value of a type that JSON does not have there, such as `int`.
fn copy(value: &Value, depth: usize) -> Result<Value, String> {
    let depth = depth.checked_sub(1).ok_or("cannot deep copy a value that is nested so deep")?;
    match value {
        Value::Nil | Value::Bool(_) | Value::Float(_) | Value::Str(_) => Ok(value.clone()),
        Value::Map(map) => {
            let entries = map.snapshot();
            let copied = entries.iter().map(|(key, value)| Ok((key.clone(), copy(value, depth)?)));
            Ok(Value::Map(copied.collect::<Result<Map, String>>()?))
        }
        Value::List(list) => {
            Ok(Value::list(list.iter().map(|item| copy(item, depth)).collect::<Result<Vec<_>, String>>()?))
        }
        other => Err(format!("cannot deep copy {}", other.type_name())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_guessed_from_kinds() {
        for (kind, plural) in [
            ("Pod", "pods"),
            ("Ingress", "ingresses"),
            ("NetworkPolicy", "networkpolicies"),
            ("Endpoints", "endpoints"),
            ("", ""),
        ] {
            assert_eq!(Resource::guess("apps/v1", kind).plural, plural);
        }
        assert_eq!(Resource::guess("v1", "Pod").text(), "/v1, Resource=pods");
        assert_eq!(Resource::guess("apps/v1", "Deployment").api_version(), "apps/v1");
    }
}
