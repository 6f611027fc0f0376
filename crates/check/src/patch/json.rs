//! JSON patches (RFC 6902): a list of operations.
//!
//! Own code, since the crate `json-patch` works on `serde_json::Value`. That has no locations, which patched manifests and
//! messages need, and no limit for copies.

use super::PatchCode;
use super::pointer::{NotFound, Pointer};
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, ValueCode, did_you_mean, nearest};
use mkmanifests_yaml::tree::read::{MAX_DEPTH, MAX_NODES};
use mkmanifests_yaml::tree::{Kind, Node};

/// The names of operations.
const OPERATIONS: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];

/// A copy with at most this many values is not counted.
const SMALL: usize = 10;

/// One operation, and its location.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    action: Action,
    path: Pointer,
    /// The location of the path.
    location: Location,
}

#[derive(Debug, Clone)]
enum Action {
    Add(Node),
    Remove,
    Replace(Node),
    Move(From),
    Copy(From),
    Test(Node),
}

#[derive(Debug, Clone)]
struct From {
    path: Pointer,
    location: Location,
}

impl Operation {
    /// Reads `{op, path, value, from}`. Other keys are ignored, as in the RFC.
    pub fn read(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Operation> {
        if node.as_map().is_none() {
            diagnostics.push(
                Diagnostic::error(
                    node.wrong_type("an operation"),
                    format!("expected an operation, found {}", node.describe()),
                )
                .at(node.location),
            );
            return None;
        }
        let op = text(node, "op", diagnostics);
        let path = text(node, "path", diagnostics).and_then(|text| pointer(text, diagnostics));
        let (op, _) = op?;
        let action = action(op, node, diagnostics);
        let (path, location) = path?;
        Some(Operation { action: action?, path, location })
    }

    /// Applies the operation.
    pub fn apply(&self, root: &mut Node) -> Result<(), Diagnostic> {
        let not_found = |error| self.diagnostic(self.location, error);
        match &self.action {
            Action::Add(value) => {
                self.check_depth(measure(value).1)?;
                self.path.add(root, value.clone(), self.location).map_err(not_found)
            }
            Action::Remove => self.path.remove(root).map(drop).map_err(not_found),
            Action::Replace(value) => {
                self.check_depth(measure(value).1)?;
                *self.path.find_mut(root).map_err(not_found)? = value.clone();
                Ok(())
            }
            Action::Move(from) => self.transfer(root, from, true),
            Action::Copy(from) => self.transfer(root, from, false),
            Action::Test(value) => self.test(root, value),
        }
    }

    fn transfer(&self, root: &mut Node, from: &From, takes: bool) -> Result<(), Diagnostic> {
        if takes && from.path.holds(&self.path) {
            let message = format!("`{}` cannot be moved into itself", from.path);
            return Err(Diagnostic::error(PatchCode::MoveIntoItself, message).at(self.location));
        }
        let value = if takes { from.path.remove(root) } else { from.path.find(root).cloned() };
        let value = value.map_err(|error| self.diagnostic(from.location, error))?;
        let (size, height) = measure(&value);
        self.check_depth(height)?;
        // A copy as small as the operation cannot make the object much larger than the patch.
        if !takes && size > SMALL && measure(root).0 + size > MAX_NODES {
            let message = format!("the copy exceeds the limit of {MAX_NODES} values per object");
            return Err(Diagnostic::error(PatchCode::LimitExceeded, message).at(self.location));
        }
        self.path.add(root, value, self.location).map_err(|error| self.diagnostic(self.location, error))
    }

    /// Limits the depth: copies of copies grow exponentially.
    fn check_depth(&self, height: usize) -> Result<(), Diagnostic> {
        if self.path.depth() + height <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("`{}`: lists and mappings are nested more than {MAX_DEPTH} levels deep", self.path);
        Err(Diagnostic::error(PatchCode::LimitExceeded, message).at(self.location))
    }

    fn test(&self, root: &Node, expected: &Node) -> Result<(), Diagnostic> {
        let found = self.path.find(root).map_err(|error| self.diagnostic(self.location, error))?;
        if found == expected {
            return Ok(());
        }
        let message =
            format!("`test` of `{}` failed: expected {}, found {}", self.path, expected.describe(), found.describe());
        let diagnostic = Diagnostic::error(PatchCode::TestFailed, message).at(if expected.location.is_known() {
            expected.location
        } else {
            self.location
        });
        Err(if found.location.is_known() { diagnostic.related(found.location, "found here") } else { diagnostic })
    }

    fn diagnostic(&self, location: Location, error: NotFound) -> Diagnostic {
        let diagnostic = Diagnostic::error(PatchCode::PathNotFound, error.message)
            .within(format_args!("`{}`", self.path))
            .at(location);
        error.help.into_iter().fold(diagnostic, Diagnostic::help)
    }
}

/// Returns the number of values in a tree, with long texts counted as several, and its depth.
fn measure(node: &Node) -> (usize, usize) {
    let add = |(size, height): (usize, usize), child: &Node| {
        let (more, deep) = measure(child);
        (size + more, height.max(deep))
    };
    let (size, height) = match &node.kind {
        Kind::Str(text) => (text.len() / 64, 0),
        Kind::Seq(items) => items.iter().fold((0, 0), add),
        Kind::Map(map) => map.entries().iter().map(|entry| &entry.value).fold((0, 0), add),
        _ => (0, 0),
    };
    (size + 1, height + 1)
}

fn action(op: &str, node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Action> {
    match op {
        "add" => value(op, node, diagnostics).map(Action::Add),
        "remove" => Some(Action::Remove),
        "replace" => value(op, node, diagnostics).map(Action::Replace),
        "move" => from(node, diagnostics).map(Action::Move),
        "copy" => from(node, diagnostics).map(Action::Copy),
        "test" => value(op, node, diagnostics).map(Action::Test),
        _ => {
            let location = node.get("op").map_or(node.location, |op| op.location);
            let diagnostic =
                Diagnostic::error(PatchCode::UnknownOperation, format!("unknown operation `{op}`")).at(location);
            diagnostics.push(match nearest(op, OPERATIONS) {
                Some(near) => diagnostic.help(did_you_mean(near)),
                None => diagnostic.help("must be one of `add`, `remove`, `replace`, `move`, `copy`, `test`"),
            });
            None
        }
    }
}

fn value(op: &str, node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let value = node.get("value").cloned();
    if value.is_none() {
        diagnostics.push(
            Diagnostic::error(ValueCode::MissingField, format!("`value` is required for the operation `{op}`"))
                .names_field("value")
                .at(node.location),
        );
    }
    value
}

fn from(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<From> {
    let (path, location) = text(node, "from", diagnostics).and_then(|text| pointer(text, diagnostics))?;
    Some(From { path, location })
}

/// Returns a required string of an operation.
fn text<'n>(node: &'n Node, key: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<(&'n str, Location)> {
    let diagnostic = match node.get(key) {
        Some(value) => match value.as_str() {
            Some(text) => return Some((text, if value.location.is_known() { value.location } else { node.location })),
            None => Diagnostic::error(
                value.wrong_type("a string"),
                format!("expected a string, found {}", value.describe()),
            )
            .in_field(key)
            .at(value.location),
        },
        None => Diagnostic::error(ValueCode::MissingField, format!("`{key}` is required for an operation"))
            .names_field(key)
            .at(node.location),
    };
    diagnostics.push(diagnostic);
    None
}

fn pointer((text, location): (&str, Location), diagnostics: &mut Vec<Diagnostic>) -> Option<(Pointer, Location)> {
    match Pointer::parse(text) {
        Ok(pointer) => Some((pointer, location)),
        Err(NotFound { message, help }) => {
            let diagnostic =
                Diagnostic::error(PatchCode::InvalidPath, format!("{text:?} is not a JSON pointer: {message}"))
                    .at(location);
            diagnostics.push(help.into_iter().fold(diagnostic, Diagnostic::help));
            None
        }
    }
}
