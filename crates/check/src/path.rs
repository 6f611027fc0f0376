//! Field paths for rules: they cost nothing until an error is reported.

use std::fmt;

use mkmanifests_yaml::diagnostic::{self, FieldPath, Location};
use mkmanifests_yaml::tree::{Kind, Node};

/// One step of a [`Path`].
#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    /// The name of a field, or several separated by dots.
    Field(&'a str),
    /// The index of a list item, from 0, and the index that an API server reports.
    Index(usize, usize),
    /// The key of a map entry: a label, an annotation.
    Key(&'a str),
    /// A field that an API server reports under another name, and where it was written.
    Moved(&'a str, &'a Path<'a>),
}

/// The path of a field in an object: a linked list of steps on the stack, without allocations.
///
/// Prints as in an API server: `spec.containers[0].ports[1].name`, `metadata.labels[app]`.
#[derive(Debug, Clone, Copy)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

impl<'a> Path<'a> {
    /// The path of the object itself.
    pub const ROOT: Path<'static> = Path { parent: None, step: Step::Field("") };

    /// Appends a field; `name` may be several fields separated by dots (`spec.template`).
    pub fn field<'b>(&'b self, name: &'b str) -> Path<'b> {
        Path { parent: Some(self), step: Step::Field(name) }
    }

    /// Returns the path of another field of the same parent.
    pub fn sibling<'b>(&'b self, name: &'b str) -> Path<'b> {
        Path { parent: self.parent, step: Step::Field(name) }
    }

    /// Appends the index of a list item, from 0.
    pub fn index<'b>(&'b self, index: usize) -> Path<'b> {
        Path { parent: Some(self), step: Step::Index(index, index) }
    }

    /// Sets the index that an API server reports, where it has added items to the list.
    pub fn reported_as(self, index: usize) -> Self {
        match self.step {
            Step::Index(own, _) => Path { step: Step::Index(own, index), ..self },
            _ => self,
        }
    }

    /// Appends the key of a map entry, such as a label.
    pub fn key<'b>(&'b self, key: &'b str) -> Path<'b> {
        Path { parent: Some(self), step: Step::Key(key) }
    }

    /// Creates the path of a field that an API server reports as `name` and that was written at `written`.
    pub fn moved<'b>(name: &'b str, written: &'b Path<'b>) -> Path<'b> {
        Path { parent: None, step: Step::Moved(name, written) }
    }

    /// Converts to a [`FieldPath`], as an API server reports it.
    pub fn field_path(&self) -> FieldPath {
        let mut path = FieldPath::default();
        for step in self.steps() {
            match step {
                Step::Field(names) => {
                    let names = names.split('.').filter(|name| !name.is_empty());
                    names.for_each(|name| path.push(diagnostic::Step::Field(name.to_owned())));
                }
                Step::Moved(name, _) => {
                    FieldPath::parse(name).steps().iter().for_each(|step| path.push(step.clone()));
                }
                Step::Index(_, index) => path.push(diagnostic::Step::Index(index)),
                Step::Key(key) => path.push(diagnostic::Step::Key(key.to_owned())),
            }
        }
        path
    }

    fn steps(&self) -> Vec<Step<'a>> {
        let mut steps = Vec::new();
        let mut path = Some(self);
        while let Some(here) = path {
            steps.push(here.step);
            path = here.parent;
        }
        steps.reverse();
        steps
    }

    /// Returns the location of the field in `root`, or of the closest parent with a location.
    pub(super) fn location(&self, root: &Node) -> Location {
        let mut location = root.location;
        let mut node = Some(root);
        let mut go = |next: Option<(&'_ Node, Location)>| location = next.map_or(location, |(_, next)| next);
        for step in self.steps() {
            match step {
                Step::Field(names) => {
                    for name in names.split('.').filter(|name| !name.is_empty()) {
                        node = node.and_then(|node| node.get(name));
                        go(node.filter(|node| node.location.is_known()).map(|node| (node, node.location)));
                    }
                }
                Step::Index(index, _) => {
                    node = node.and_then(Node::as_seq).and_then(|items| items.get(index));
                    go(node.filter(|node| node.location.is_known()).map(|node| (node, node.location)));
                }
                Step::Key(key) => {
                    let entry = node.and_then(|node| node.as_map()?.entry(key));
                    node = entry.map(|entry| &entry.value);
                    go(entry.filter(|entry| entry.location.is_known()).map(|entry| (&entry.value, entry.location)));
                }
                Step::Moved(_, written) => {
                    node = written.find(root);
                    go(Some((root, written.location(root))));
                }
            }
        }
        location
    }

    /// Returns the value of the field in `root`.
    pub(super) fn find<'n>(&self, root: &'n Node) -> Option<&'n Node> {
        self.steps().into_iter().try_fold(root, |node, step| match (step, &node.kind) {
            (Step::Field(names), _) => {
                names.split('.').filter(|name| !name.is_empty()).try_fold(node, |node, name| node.get(name))
            }
            (Step::Index(index, _), Kind::Seq(items)) => items.get(index),
            (Step::Key(key), Kind::Map(map)) => map.get(key),
            (Step::Moved(_, written), _) => written.find(root),
            _ => None,
        })
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.field_path().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mkmanifests_yaml::diagnostic::Sources;
    use mkmanifests_yaml::tree::read::{Duplicates, documents};

    #[test]
    fn paths_print_as_an_api_server_prints_them() {
        let spec = Path::ROOT.field("spec.template.spec");
        let containers = spec.field("containers");
        assert_eq!(containers.index(0).field("name").to_string(), "spec.template.spec.containers[0].name");
        assert_eq!(Path::ROOT.field("metadata").field("labels").key("a.b/c").to_string(), "metadata.labels[a.b/c]");
        assert_eq!(Path::ROOT.to_string(), "");
    }

    #[test]
    fn the_location_is_that_of_the_closest_parent() {
        let mut sources = Sources::default();
        let text = "a:\n  b:\n  - c: 1\n";
        let nodes = documents(&mut sources, "x", text.as_bytes(), Duplicates::Refused).unwrap();
        let at = |path: &Path<'_>| (path.location(&nodes[0]).line, path.location(&nodes[0]).column);
        assert_eq!(at(&Path::ROOT.field("a.b").index(0).field("c")), (3, 8));
        assert_eq!(at(&Path::ROOT.field("a").field("b").index(0).field("d")), at(&Path::ROOT.field("a.b").index(0)));
        assert_eq!(at(&Path::ROOT.field("a").key("b")), (2, 3));
    }
}
