//! The pipeline between all sources and all sinks: applies the patches, then validates each patched object for the cluster's
//! Kubernetes version.

use crate::kube_version::KubeVersion;
use crate::parallel;
use crate::patch::{Applied, Patches};
use crate::validate::validate;
use crate::{Definitions, Typed, served};
use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::Node;

/// A rendered object, before patches.
#[derive(Debug)]
pub struct Object<'a> {
    /// The object; patches change it.
    pub node: &'a mut Node,
    /// The same object as a Rust type, if it was built in Rust. It is validated without reading the node, unless a patch
    /// changes it.
    pub typed: Option<&'a Typed>,
    /// Whether it is validated. If not, it is still patched, and still defines custom resources: the files in `crds/` of a
    /// chart.
    pub is_validated: bool,
}

impl<'a> Object<'a> {
    /// Creates a validated object without a Rust type.
    pub fn untyped(node: &'a mut Node) -> Self {
        Object { node, typed: None, is_validated: true }
    }
}

/// What [`finish`] does with the objects.
#[derive(Debug, Clone, Copy)]
pub struct Steps<'a> {
    /// The patches to apply.
    pub patches: &'a Patches,
    /// Whether the objects are validated.
    pub validate: bool,
    /// The Kubernetes version of the cluster. Without one, API versions must be served by the newest known version; those of
    /// objects that were built in Rust are not checked.
    pub version: Option<&'a KubeVersion>,
    /// Whether to validate on all processors. Starting the threads pays off only if they run already.
    pub parallel: bool,
}

/// The result of [`finish`].
#[derive(Debug, Default)]
pub struct Outcome {
    /// Errors of the patches. If there are any, no object was validated.
    pub patch_errors: Vec<Diagnostic>,
    /// The errors of each object, in the order of the objects; empty if none was validated.
    pub errors: Vec<Vec<Diagnostic>>,
    /// Whether a patch has changed each object, in the order of the objects.
    pub changed: Vec<bool>,
}

impl Outcome {
    /// Returns whether there are no errors.
    pub fn is_clean(&self) -> bool {
        self.patch_errors.is_empty() && self.errors.iter().all(Vec::is_empty)
    }

    /// Returns all errors: of the patches, then of the objects in their order.
    pub fn into_diagnostics(self) -> impl Iterator<Item = Diagnostic> {
        self.patch_errors.into_iter().chain(self.errors.into_iter().flatten())
    }
}

/// Applies the patches to the objects, then validates each patched object as an API server would when it is created.
///
/// Validates custom resources against the CustomResourceDefinitions among the objects.
///
/// ```
/// use mkmanifests_check::patch::Patches;
/// use mkmanifests_check::pipeline::{Object, Steps, finish};
/// use mkmanifests_yaml::tree::to_node;
/// let pod = serde_json::json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {}});
/// let mut node = to_node(&pod).unwrap();
/// let steps = Steps { patches: &Patches::default(), validate: true, version: None, parallel: false };
/// let outcome = finish(&mut [Object::untyped(&mut node)], &steps);
/// assert_eq!(outcome.errors[0][0].field(), "spec.containers");
/// ```
pub fn finish(objects: &mut [Object<'_>], steps: &Steps<'_>) -> Outcome {
    let Applied { diagnostics: patch_errors, changed } =
        steps.patches.apply(objects.iter_mut().map(|object| &mut *object.node));
    if !patch_errors.is_empty() || !steps.validate {
        return Outcome { patch_errors, changed, errors: Vec::new() };
    }
    // If a kind is defined twice, the definition among the validated objects counts.
    let (own, apart): (Vec<&Object<'_>>, Vec<&Object<'_>>) = objects.iter().partition(|object| object.is_validated);
    let definitions = Definitions::of(apart.into_iter().chain(own).map(|object| &*object.node));
    let objects: Vec<Unchecked<'_>> = objects
        .iter()
        .zip(&changed)
        .map(|(Object { node, typed, is_validated }, changed)| Unchecked {
            node,
            typed: typed.filter(|_| !changed && !definitions.defines(node)),
            is_validated: *is_validated,
        })
        .collect();
    let work = |object: &Unchecked<'_>| object.validate(&definitions, steps.version);
    let errors = if steps.parallel {
        parallel::map(&objects, work)
    } else if objects.iter().all(|object| object.typed.is_some()) {
        objects.iter().map(work).collect()
    } else {
        on_deep_stack(|| objects.iter().map(work).collect())
    };
    Outcome { patch_errors, errors, changed }
}

/// A patched object.
struct Unchecked<'a> {
    node: &'a Node,
    /// The Rust type, if no patch has changed the object.
    typed: Option<&'a Typed>,
    is_validated: bool,
}

impl Unchecked<'_> {
    fn validate(&self, definitions: &Definitions<'_>, version: Option<&KubeVersion>) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if !self.is_validated {
            return found;
        }
        let Some(typed) = self.typed else {
            validate(self.node, version, definitions, &mut found);
            return found;
        };
        typed.check(self.node, &mut found);
        if let Some(version) = version {
            served(self.node, version, &mut found);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::ConfigMap;
    use serde_json::{Value, json};

    use super::*;
    use mkmanifests_yaml::diagnostic::Sources;
    use mkmanifests_yaml::tree::to_node;

    fn run(objects: &mut [Object<'_>], patch: &str, version: Option<&str>) -> Outcome {
        let read = |text: &str| Patches::read(&mut Sources::default(), "patch.yaml", text.as_bytes()).expect("a patch");
        let patches = if patch.is_empty() { Patches::default() } else { read(patch) };
        let version = version.map(|version| KubeVersion::parse_known(version).expect("a version"));
        let steps = Steps { patches: &patches, validate: true, version: version.as_ref(), parallel: false };
        finish(objects, &steps)
    }

    fn node(object: &Value) -> Node {
        to_node(object).expect("a node")
    }

    fn rules(outcome: &Outcome) -> Vec<String> {
        let found = outcome.errors.iter().flatten();
        found.map(|diagnostic| format!("{} {}", diagnostic.rule(), diagnostic.field())).collect()
    }

    /// Returns a typed ConfigMap whose node has an unknown field, which is reported only if the node is read.
    fn typed() -> (Node, Option<Typed>) {
        let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "dta": {}});
        let mut typed = ConfigMap::default();
        typed.metadata.name = Some("web".to_owned());
        (node(&object), Typed::new(typed))
    }

    #[test]
    fn an_object_is_read_again_only_if_a_patch_changed_it() {
        let (mut node, typed) = typed();
        let mut objects = [Object { node: &mut node, typed: typed.as_ref(), is_validated: true }];
        let outcome = run(&mut objects, "", None);
        assert!(outcome.is_clean() && outcome.changed == [false]);
        let same = "{target: {name: web}, patch: {kind: ConfigMap}}";
        assert!(run(&mut objects, same, None).is_clean());
        let outcome = run(&mut objects, "{target: {name: web}, patch: {immutable: true}}", None);
        assert_eq!((rules(&outcome), outcome.changed), (vec!["object/known-field dta".to_owned()], vec![true]));
    }

    #[test]
    fn an_object_is_validated_as_patched() {
        let mut node =
            node(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"x": 1}}));
        let mut objects = [Object::untyped(&mut node)];
        assert_eq!(rules(&run(&mut objects, "", None)), ["object/field-type data.x"]);
        assert!(run(&mut objects, "{target: {name: web}, patch: {data: {x: '1'}}}", None).is_clean());
    }

    #[test]
    fn nothing_is_validated_if_a_patch_cannot_be_applied() {
        let mut node = node(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": 1}));
        let outcome = run(&mut [Object::untyped(&mut node)], "{target: {name: wbe}, patch: {data: {}}}", None);
        assert_eq!((outcome.patch_errors.len(), outcome.errors.len()), (1, 0));
    }

    #[test]
    fn what_the_cluster_does_not_serve_is_found_with_and_without_a_type() {
        let budget = json!({"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "web"}});
        let typed = Typed::new(k8s_openapi::api::policy::v1::PodDisruptionBudget::default());
        for typed in [typed.as_ref(), None] {
            let mut node = node(&budget);
            let mut objects = [Object { node: &mut node, typed, is_validated: true }];
            assert_eq!(rules(&run(&mut objects, "", Some("1.20"))), ["object/served-version apiVersion"]);
        }
    }
}
