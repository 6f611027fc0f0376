//! Patches of objects: JSON patches (RFC 6902) and merge patches (RFC 7386), each with a target.

mod code;
mod inline;
mod json;
mod merge;
mod objects;
mod pointer;
mod target;

use std::collections::HashMap;

pub use self::code::PatchCode;
use self::json::Operation;
pub use self::merge::merge;
use self::objects::Objects;
use self::target::{Target, unknown_keys};
use crate::manifest::api_group;
use crate::types::object_name;
use mkmanifests_yaml::diagnostic::{Diagnostic, FieldPath, Location, Sources, ValueCode};
use mkmanifests_yaml::tree::read::{Duplicates, documents};
use mkmanifests_yaml::tree::{Kind, Node};

/// Patches, in the order in which they are applied.
///
/// A patch is a mapping with `target` and `patch`. `target` has at least one of `group`, `version`, `kind`, `name`,
/// `namespace`, `labelSelector` and `annotationSelector`; `name` and `namespace` are regular expressions that must match the
/// whole name. `patch` is a list of JSON patch operations, a mapping to merge, or the text of either. A merge patch with
/// `kind` and `metadata.name` needs no `target`.
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

/// The result of applying patches.
#[derive(Debug, Clone, Default)]
pub struct Applied {
    /// Errors of patches that match no object or cannot be applied.
    pub diagnostics: Vec<Diagnostic>,
    /// Whether each object was changed, in the order of the objects.
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
    /// Reads a patch file: one patch, a list of patches, or several YAML documents of these. Adds the text to `sources` as
    /// `name`.
    ///
    /// # Errors
    ///
    /// All errors of the file: [`YamlCode`](mkmanifests_yaml::tree::YamlCode), [`PatchCode`] and [`ValueCode`].
    pub fn read(sources: &mut Sources, name: &str, bytes: &[u8]) -> Result<Patches, Vec<Diagnostic>> {
        let nodes = documents(sources, name, bytes, Duplicates::Refused)?;
        if nodes.is_empty() {
            return Err(vec![
                Diagnostic::error(PatchCode::Empty, format!("`{name}` contains no patch")).names_file(name),
            ]);
        }
        let (mut patches, mut diagnostics) = (Patches::default(), Vec::new());
        for node in &nodes {
            patches.add(node, sources, &mut diagnostics);
        }
        if diagnostics.is_empty() { Ok(patches) } else { Err(diagnostics) }
    }

    /// Reads patches from a value: a patch, a list of patches, or `null` for none. The locations of `node` point into
    /// `sources`.
    ///
    /// # Errors
    ///
    /// All errors of the patches, as [`Patches::read`].
    pub fn from_node(node: &Node, sources: &Sources) -> Result<Patches, Vec<Diagnostic>> {
        let (mut patches, mut diagnostics) = (Patches::default(), Vec::new());
        if !node.is_null() {
            patches.add(node, sources, &mut diagnostics);
        }
        if diagnostics.is_empty() { Ok(patches) } else { Err(diagnostics) }
    }

    /// Appends patches, which are applied after these.
    pub fn extend(&mut self, later: Patches) {
        self.0.extend(later.0);
    }

    /// Returns whether there are no patches.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Applies all patches in order, each to the objects that its target matches. An object stays unchanged if a patch cannot
    /// be applied to it.
    ///
    /// It is an error if a target matches no object, or if a patch renames an object to one that already exists.
    pub fn apply<'n>(&self, objects: impl IntoIterator<Item = &'n mut Node>) -> Applied {
        let objects: Vec<&mut Node> = objects.into_iter().collect();
        let mut applied = Applied { diagnostics: Vec::new(), changed: vec![false; objects.len()] };
        if self.is_empty() {
            return applied;
        }
        let before: Vec<Option<Identity>> = objects.iter().map(|object| identity(object)).collect();
        let mut objects = Objects::new(objects, &self.0);
        for patch in &self.0 {
            patch.apply(&mut objects, &mut applied);
        }
        check_identities(&before, &objects.list, &mut applied.diagnostics);
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
                Diagnostic::error(
                    ValueCode::MissingField,
                    "`patch` is required: a list of operations, or a mapping to merge",
                )
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
                Diagnostic::error(ValueCode::MissingField, "`target` is required: it selects the objects to patch")
                    .names_field("target")
                    .at(node.location);
            diagnostics.push(diagnostic.help("for example `target: {kind: Deployment, name: web}`"));
        }
        Some(Patch { target: if target.is_some() { read } else { itself() }?, change })
    }

    fn apply(&self, objects: &mut Objects<'_>, applied: &mut Applied) {
        let Applied { diagnostics, changed } = applied;
        let targets = objects.matching(&self.target);
        for &at in &targets {
            let mut patched = objects.list[at].clone();
            match self.change.apply(&mut patched) {
                Ok(()) => changed[at] |= objects.replace(at, patched),
                Err(diagnostic) => diagnostics.push(diagnostic.of(object_name(objects.list[at]))),
            }
        }
        if targets.is_empty() {
            let list = objects.list.iter().map(|object| &**object);
            diagnostics.push(self.target.matches_nothing(list, &objects.suggestions));
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
                        "expected a list of operations or a mapping, found a string",
                    )
                    .in_field("patch")
                    .at(node.location);
                    diagnostics.push(
                        diagnostic
                            .help("write the patch without quotes, or as a block scalar (`patch: |`) with YAML in it"),
                    );
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
                let message = format!("expected a list of operations or a mapping, found {}", node.describe());
                diagnostics.push(
                    Diagnostic::error(node.wrong_type("operations or a mapping"), message)
                        .in_field("patch")
                        .at(node.location),
                );
                None
            }
        }
    }

    /// Applies the change. Stops at the first operation that fails, since later ones may depend on it.
    fn apply(&self, object: &mut Node) -> Result<(), Diagnostic> {
        match self {
            Change::Operations(operations) => {
                operations.iter().try_for_each(|operation| operation.apply(object))?;
                if object.as_map().is_none() {
                    let message = format!("the result must be a mapping, found {}", object.describe());
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

/// Reports patches that rename an object to one that already exists.
fn check_identities(before: &[Option<Identity>], objects: &[&mut Node], diagnostics: &mut Vec<Diagnostic>) {
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
        let message = format!("a patch renames an object to {}, which already exists", object_name(object));
        let diagnostic = Diagnostic::error(PatchCode::DuplicateObject, message);
        diagnostics.push(diagnostic.at(name_location(renamed)));
    }
}

fn name_location(object: &Node) -> Location {
    object.find(["metadata", "name"]).map_or(object.location, |name| name.location)
}
