//! Assigns a value at the end of a path, and creates missing mappings and lists.

use super::{Text, ValuesCode};
use mkmanifests_yaml::diagnostic::{Diagnostic, Location};
use mkmanifests_yaml::tree::{Entry, Kind, Map, Node};

/// One step of a path: a name or an index.
pub(super) struct Step {
    pub kind: StepKind,
    pub location: Location,
}

pub(super) enum StepKind {
    Name(String),
    Index(usize),
}

impl Step {
    fn is_empty_name(&self) -> bool {
        matches!(&self.kind, StepKind::Name(name) if name.is_empty())
    }

    /// Returns the empty container that this step needs: a mapping or a list.
    fn container(&self) -> Node {
        let kind = match self.kind {
            StepKind::Name(_) => Kind::Map(Map::new()),
            StepKind::Index(_) => Kind::Seq(Vec::new()),
        };
        Node::new(kind, self.location)
    }

    fn matches_container(&self, node: &Node) -> bool {
        matches!((&self.kind, &node.kind), (StepKind::Name(_), Kind::Map(_)) | (StepKind::Index(_), Kind::Seq(_)))
    }
}

/// Sets the value at the end of `path`.
///
/// As in Helm, a path through a value that is neither a mapping nor a list is an error, even through `null`. Only a
/// list item is replaced by a mapping.
pub(super) fn assign(root: &mut Node, path: &[Step], value: Node, text: Text<'_>) -> Result<(), Box<Diagnostic>> {
    if let Some(at) = path.iter().position(|step| step.is_empty_name()) {
        return without_name(root, path, at, text);
    }
    let mut node = root;
    for (at, step) in path.iter().enumerate() {
        if let (Kind::Seq(items), StepKind::Index(index)) = (&node.kind, &step.kind) {
            text.take_room((index + 1).saturating_sub(items.len()), step.location)?;
        }
        let Some(child) = child(node, step) else {
            return Err(Box::new(
                Diagnostic::error(ValuesCode::TypeConflict, "cannot set a value here").at(step.location),
            ));
        };
        let Some(next) = path.get(at + 1) else {
            *child = value;
            return Ok(());
        };
        let is_item = matches!(step.kind, StepKind::Index(_));
        let replaced = is_item && (matches!(next.kind, StepKind::Name(_)) || child.is_null());
        if is_new(child) || (replaced && !next.matches_container(child)) {
            *child = next.container();
        } else if !next.matches_container(child) {
            return Err(Box::new(conflict(&path[..=at], child, next, text)));
        }
        node = child;
    }
    Ok(())
}

/// Applies a path with an empty name at `at`. Helm keeps nothing below such a name, and refuses the flag if the mapping
/// around it has no keys.
fn without_name(root: &mut Node, path: &[Step], at: usize, text: Text<'_>) -> Result<(), Box<Diagnostic>> {
    let before = &path[..at];
    let around = find(root, before);
    let is_empty = around.and_then(Node::as_map).is_none_or(|map| map.entries().is_empty());
    match before.last().map(|step| &step.kind) {
        None if path.get(at + 1).is_none_or(|next| !next.is_empty_name()) => Ok(()),
        Some(StepKind::Index(_)) if around.and_then(Node::as_map).is_none() => {
            assign(root, before, Node::from(Map::new()), text)
        }
        Some(StepKind::Index(_)) => Ok(()),
        Some(StepKind::Name(_)) if !is_empty => Ok(()),
        _ => Err(Box::new(missing_name(path, at))),
    }
}

fn missing_name(path: &[Step], at: usize) -> Diagnostic {
    let location = path.get(at).map_or(Location::UNKNOWN, |step| step.location);
    Diagnostic::error(ValuesCode::Syntax, "a name in the key is empty")
        .at(location)
        .help(r"escape a dot within a name with a backslash: `\.`")
}

/// Applies an incomplete path, or one whose value is lost. Helm creates only the first missing list on the way, without
/// an item. It continues through items that are mappings.
pub(super) fn touch(root: &mut Node, path: &[Step], text: Text<'_>) -> Result<(), Box<Diagnostic>> {
    let is_index = |step: &Step| matches!(step.kind, StepKind::Index(_));
    let mut from = 0;
    while let Some(index) = path.iter().skip(from).position(is_index).map(|at| at + from) {
        let (list, item) = (&path[..index], &path[..=index]);
        match find(root, list).map(|node| &node.kind) {
            Some(Kind::Seq(_)) => {}
            Some(_) => return assign(root, item, Node::default(), text),
            None => return assign(root, list, Node::new(Kind::Seq(Vec::new()), path[index].location), text),
        }
        if find(root, item).is_none_or(|node| node.as_map().is_none()) {
            return Ok(());
        }
        from = index + 1;
    }
    Ok(())
}

/// Returns the node at the end of a path, if it exists.
pub(super) fn find<'n>(root: &'n Node, path: &[Step]) -> Option<&'n Node> {
    path.iter().try_fold(root, |node, step| match &step.kind {
        StepKind::Name(name) => node.get(name),
        StepKind::Index(index) => node.as_seq()?.get(*index),
    })
}

/// Returns whether [`child`] has just created the node.
fn is_new(node: &Node) -> bool {
    node.is_null() && !node.location.is_known()
}

/// Returns the node that a step leads to; `None` if the container has another type. A new node is `null` without a
/// location.
fn child<'n>(node: &'n mut Node, step: &Step) -> Option<&'n mut Node> {
    match (&mut node.kind, &step.kind) {
        (Kind::Map(map), StepKind::Name(name)) => {
            if map.get(name).is_none() {
                map.insert(Entry { key: name.clone().into(), location: step.location, value: Node::default() });
            }
            map.get_mut(name)
        }
        (Kind::Seq(items), StepKind::Index(index)) => {
            if items.len() <= *index {
                items.resize(index + 1, Node::default());
            }
            items.get_mut(*index)
        }
        _ => None,
    }
}

fn conflict(path: &[Step], found: &Node, next: &Step, text: Text<'_>) -> Diagnostic {
    let path: String = path.iter().map(Step::shown).collect();
    let path = path.trim_start_matches('.');
    let expected = match next.kind {
        StepKind::Name(_) => "a mapping",
        StepKind::Index(_) => "a list",
    };
    let location = if next.location.is_known() { next.location } else { text.location(0) };
    let message = format!("cannot set a part of `{path}`: expected {expected}, found {}", found.describe());
    let diagnostic = Diagnostic::error(ValuesCode::TypeConflict, message)
        .at(location)
        .original(original(found, next))
        .label(format!("needs `{path}` to be {expected}"));
    if found.location.is_known() { diagnostic.related(found.location, "set here") } else { diagnostic }
}

/// Returns Helm's text, which is that of a panic.
fn original(found: &Node, next: &Step) -> String {
    let is = match &found.kind {
        Kind::Null => "nil",
        Kind::Bool(_) => "bool",
        Kind::Int(_) | Kind::UInt(_) => "int64",
        Kind::Float(_) => "float64",
        Kind::Str(_) | Kind::Raw(_) => "string",
        Kind::Seq(_) => "[]interface {}",
        Kind::Map(_) => "map[string]interface {}",
    };
    let wanted = match next.kind {
        StepKind::Name(_) => "map[string]interface {}",
        StepKind::Index(_) => "[]interface {}",
    };
    format!("unable to parse key: interface conversion: interface {{}} is {is}, not {wanted}")
}

impl Step {
    fn shown(&self) -> String {
        match &self.kind {
            StepKind::Name(name) => format!(".{name}"),
            StepKind::Index(index) => format!("[{index}]"),
        }
    }
}
