//! Objects that are built in Rust, so that the compiler has checked their types.

use std::any::Any;
use std::fmt;

use k8s_openapi::Resource;

use super::kinds;
use super::report::Report;
use super::types::object_name;
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::Node;

/// An object as a Rust type, with the node that was converted from it. Validating it takes a tenth of the
/// time of [`object`](super::object), since the compiler has checked the types.
///
/// ```
/// use k8s_openapi::api::core::v1::Pod;
/// use mkmanifests_check::Typed;
/// use mkmanifests_yaml::tree::to_node;
/// let mut pod = Pod::default();
/// pod.metadata.name = Some("web".to_owned());
/// let node = to_node(&pod).unwrap();
/// let mut diagnostics = Vec::new();
/// Typed::new(pod).unwrap().check(&node, &mut diagnostics);
/// assert_eq!(diagnostics[0].field(), "spec.containers");
/// ```
pub struct Typed {
    object: Box<dyn Any + Send + Sync>,
    validate: fn(&dyn Any, &mut Report<'_>),
}

impl Typed {
    /// Creates a typed object; `None` if the kind is neither one of Kubernetes 1.36 nor one of a known operator.
    pub fn new<T: Resource + Any + Send + Sync>(object: T) -> Option<Typed> {
        let kind = kinds::find(T::API_VERSION, T::KIND).or_else(|| kinds::find_of_operator(T::API_VERSION, T::KIND));
        let validate = kind?.validate;
        Some(Typed { object: Box::new(object), validate })
    }

    /// Validates the object by the rules of its kind, and appends the errors to `diagnostics`. `node` is the same object as a
    /// tree, for the locations.
    pub fn check(&self, node: &Node, diagnostics: &mut Vec<Diagnostic>) {
        let mut report = Report::about(node, false);
        (self.validate)(&*self.object, &mut report);
        if !report.is_empty() {
            let name = object_name(node);
            let found = report.into_diagnostics().into_iter();
            diagnostics.extend(found.map(|diagnostic| diagnostic.of(name.clone())));
        }
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Typed").finish_non_exhaustive()
    }
}
