//! Objects that are built in Rust, whose types are right by themselves.

use std::any::Any;
use std::fmt;

use k8s_openapi::Resource;

use super::kinds;
use super::report::Report;
use super::types::object_name;
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::Node;

/// An object of a kind of Kubernetes as its type, kept beside the tree that was made of it. Its types are right by
/// themselves: to validate it takes a tenth of the time that [`object`](super::object) takes.
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
    /// Keeps an object; `None` if there are no rules for its kind.
    pub fn new<T: Resource + Any + Send + Sync>(object: T) -> Option<Typed> {
        let validate = kinds::find(T::API_VERSION, T::KIND)?.validate;
        Some(Typed { object: Box::new(object), validate })
    }

    /// Adds all that the object breaks of the rules of its kind; `node` is the same object as a tree.
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
