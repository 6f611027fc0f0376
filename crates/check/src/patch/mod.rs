//! Patches on objects, so that nobody needs a fork: JSON patches (RFC 6902) and merge patches (RFC 7386), each with the
//! objects that it is for.

mod code;
mod inline;
mod json;
mod merge;
mod pointer;
mod target;

use std::collections::HashMap;

pub use self::code::PatchCode;
use self::json::Operation;
pub use self::merge::merge;
use self::target::{Target, unknown_keys};
use crate::manifest::api_group;
use crate::types::object_name;
use mkmanifests_yaml::diagnostic::{Diagnostic, FieldPath, Location, Sources, ValueCode};
use mkmanifests_yaml::tree::read::{Duplicates, documents};
use mkmanifests_yaml::tree::{Kind, Node};

/// Patches, in the order in which they are applied.
///
/// Each is a mapping of `target` (any of `group`, `version`, `kind`, `name`, `namespace`, `labelSelector`,
/// `annotationSelector`; `name` and `namespace` may be regular expressions for the whole of it) and `patch`: a list of
/// operations, a mapping to merge, or either as text. A patch to merge that has `kind` and `metadata.name` needs no target.
///
/// ```
/// use mkmanifests_check::patch::Patches;
/// use mkmanifests_yaml::diagnostic::Sources;
/// use mkmanifests_yaml::tree::to_node;
/// let mut sources = Sources::default();
/// let text = b"target: {kind: Deployment, name: web}\npatch: [{op: replace, path: /spec/replicas, value: 3}]\n";
/// let patches = Patches::read(&mut sources, "patch.yaml", text).unwrap();
/// let object = serde_json::json!({"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"replicas": 1}});
/// let mut objects = vec![to_node(&object).unwrap()];
/// let applied = patches.apply(&mut objects);
/// assert!(applied.diagnostics.is_empty() && applied.changed[0]);
/// assert_eq!(objects[0].find(["spec", "replicas"]).unwrap().describe(), "the number 3");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Patches(Vec<Patch>);

/// What came of applying patches.
#[derive(Debug, Clone, Default)]
pub struct Applied {
    /// What is wrong with the patches, or cannot be done to the objects.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether the object is another one than before, for each of them.
    pub changed: Vec<bool>,
}

#[derive(Debug, Clone)]
struct Patch {
    target: Target,
    change: Change,
}

#[derive(Debug, Clone)]
enum Change {
    Operations(Vec<Operation>),
    Merge(Node),
}

impl Patches {
    /// Reads a file: one patch, a list of them, or a stream of either. The text is added to `sources` as `name`.
    ///
    /// # Errors
    ///
    /// All that is wrong with the file.
    pub fn read(sources: &mut Sources, name: &str, bytes: &[u8]) -> Result<Patches, Vec<Diagnostic>> {
        let nodes = documents(sources, name, bytes, Duplicates::Refused)?;
        if nodes.is_empty() {
            return Err(vec![Diagnostic::error(PatchCode::Empty, format!("`{name}` has no patch")).names_file(name)]);
        }
        let (mut patches, mut diagnostics) = (Patches::default(), Vec::new());
        for node in &nodes {
            patches.add(node, sources, &mut diagnostics);
        }
        if diagnostics.is_empty() { Ok(patches) } else { Err(diagnostics) }
    }

    /// Reads a value that was read already: a patch, or a list of them; null is none. `sources` are the texts that its
    /// locations are in.
    ///
    /// # Errors
    ///
    /// All that is wrong with it.
    pub fn from_node(node: &Node, sources: &Sources) -> Result<Patches, Vec<Diagnostic>> {
        let (mut patches, mut diagnostics) = (Patches::default(), Vec::new());
        if !node.is_null() {
            patches.add(node, sources, &mut diagnostics);
        }
        if diagnostics.is_empty() { Ok(patches) } else { Err(diagnostics) }
    }

    /// Adds patches to be applied after these.
    pub fn extend(&mut self, later: Patches) {
        self.0.extend(later.0);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Applies all of them, each to the objects that it is for. What cannot be applied to an object leaves it as it was.
    ///
    /// A patch that is for no object is an error, as is one that makes two objects one by a name.
    pub fn apply<'n>(&self, objects: impl IntoIterator<Item = &'n mut Node>) -> Applied {
        let mut objects: Vec<&mut Node> = objects.into_iter().collect();
        let mut applied = Applied { diagnostics: Vec::new(), changed: vec![false; objects.len()] };
        if self.is_empty() {
            return applied;
        }
        let before: Vec<Option<Identity>> = objects.iter().map(|object| identity(object)).collect();
        for patch in &self.0 {
            patch.apply(&mut objects, &mut applied);
        }
        doubled(&before, &objects, &mut applied.diagnostics);
        applied
    }

    fn add(&mut self, node: &Node, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
        match &node.kind {
            Kind::Seq(items) => items.iter().for_each(|item| self.add(item, sources, diagnostics)),
            Kind::Map(_) => self.0.extend(Patch::read(node, sources, diagnostics)),
            _ => {
                let message = format!("expected a patch with `target` and `patch`, found {}", node.describe());
                diagnostics.push(Diagnostic::error(node.wrong_type("a patch"), message).at(node.location));
            }
        }
    }
}

impl Patch {
    fn read(node: &Node, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<Patch> {
        let map = node.as_map()?;
        unknown_keys(map, &["target", "patch"], &FieldPath::ROOT, diagnostics);
        let target = map.get("target").filter(|target| !target.is_null());
        let read = target.and_then(|target| Target::read(target, diagnostics));
        let Some(patch) = map.get("patch") else {
            diagnostics.push(
                Diagnostic::error(ValueCode::MissingField, "a patch needs `patch`: operations, or what to merge")
                    .names_field("patch")
                    .at(node.location),
            );
            return None;
        };
        let change = Change::read(patch, sources, diagnostics)?;
        let itself = || match &change {
            Change::Merge(patch) => Target::of_patch(patch),
            Change::Operations(_) => None,
        };
        if target.is_none() && itself().is_none() {
            let diagnostic =
                Diagnostic::error(ValueCode::MissingField, "a patch needs a `target`: the objects that it is for")
                    .names_field("target")
                    .at(node.location);
            diagnostics.push(diagnostic.help("`target: {kind: Deployment, name: web}`"));
        }
        Some(Patch { target: if target.is_some() { read } else { itself() }?, change })
    }

    fn apply(&self, objects: &mut [&mut Node], applied: &mut Applied) {
        let Applied { diagnostics, changed } = applied;
        let mut found = false;
        let targets = objects.iter_mut().zip(changed).filter(|(object, _)| self.target.matches(object));
        for (object, changed) in targets {
            found = true;
            let mut patched = object.clone();
            match self.change.apply(&mut patched) {
                Ok(()) => {
                    *changed |= patched != **object;
                    **object = patched;
                }
                Err(diagnostic) => diagnostics.push(diagnostic.of(object_name(object))),
            }
        }
        if !found {
            diagnostics.push(self.target.matches_nothing(objects.iter().map(|object| &**object)));
        }
    }
}

impl Change {
    fn read(node: &Node, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<Change> {
        match &node.kind {
            Kind::Str(text) => match inline::read(node, text, sources) {
                Ok(inner) if inner.as_str().is_none() => Change::read(&inner, sources, diagnostics),
                Ok(_) => {
                    let diagnostic = Diagnostic::error(
                        node.wrong_type("operations or a mapping"),
                        "expected operations or a mapping, found a text",
                    )
                    .in_field("patch")
                    .at(node.location);
                    diagnostics.push(diagnostic.help("the text of a block (`patch: |`) is read as YAML"));
                    None
                }
                Err(wrong) => {
                    diagnostics.extend(wrong);
                    None
                }
            },
            Kind::Seq(items) => {
                let operations: Vec<_> = items.iter().map(|item| Operation::read(item, diagnostics)).collect();
                operations.into_iter().collect::<Option<_>>().map(Change::Operations)
            }
            Kind::Map(_) => Some(Change::Merge(node.clone())),
            _ => {
                let message = format!("expected operations or a mapping, found {}", node.describe());
                diagnostics.push(
                    Diagnostic::error(node.wrong_type("operations or a mapping"), message)
                        .in_field("patch")
                        .at(node.location),
                );
                None
            }
        }
    }

    /// An error is that of the first operation that cannot be done: those after it may rely on it.
    fn apply(&self, object: &mut Node) -> Result<(), Diagnostic> {
        match self {
            Change::Operations(operations) => {
                operations.iter().try_for_each(|operation| operation.apply(object))?;
                if object.as_map().is_none() {
                    let message = format!("the patch leaves no object, but {}", object.describe());
                    return Err(Diagnostic::error(PatchCode::NotAnObject, message).at(object.location));
                }
            }
            Change::Merge(patch) => merge(object, patch),
        }
        Ok(())
    }
}

/// Group, kind, namespace and name.
type Identity = [String; 4];

fn identity(object: &Node) -> Option<Identity> {
    let text = |path: &[&str]| Some(object.find(path.iter().copied())?.as_str()?.to_owned());
    let group = api_group(&text(&["apiVersion"])?).to_owned();
    Some([group, text(&["kind"])?, text(&["metadata", "namespace"]).unwrap_or_default(), text(&["metadata", "name"])?])
}

/// Tells objects that have become one by their patches.
fn doubled(before: &[Option<Identity>], objects: &[&mut Node], diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: HashMap<Identity, usize> = HashMap::new();
    for (at, object) in objects.iter().enumerate() {
        let Some(after) = identity(object) else { continue };
        let Some(first) = seen.get(&after).copied() else {
            seen.insert(after, at);
            continue;
        };
        let same = |at: usize| before.get(at).is_some_and(|before| before.as_ref() == Some(&after));
        if same(first) && same(at) {
            continue;
        }
        let renamed: &Node = objects.get(first).filter(|_| same(at)).map_or(object, |first| first);
        let name = object_name(object);
        let diagnostic = Diagnostic::error(
            PatchCode::DuplicateObject,
            format!("patches make two objects one: {name} is there already"),
        );
        diagnostics.push(diagnostic.at(name_location(renamed)));
    }
}

fn name_location(object: &Node) -> Location {
    object.find(["metadata", "name"]).map_or(object.location, |name| name.location)
}
