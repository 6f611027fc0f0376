//! JSON patches (RFC 6902): a list of operations.
//!
//! Own code, since the crate `json-patch` works on `serde_json::Value`, which has no locations: patched manifests and
//! messages need those of [`Node`]. Its copies have no limit either.

use super::PatchCode;
use super::pointer::{Lost, Pointer};
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, ValueCode, did_you_mean, nearest};
use mkmanifests_yaml::tree::read::{MAX_DEPTH, MAX_NODES};
use mkmanifests_yaml::tree::{Kind, Node};

/// The names of operations.
const OPERATIONS: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];

/// How many values a copy may have that is not counted.
const SMALL: usize = 10;

/// One operation, and where it was written.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    what: What,
    path: Pointer,
    /// Of the path.
    location: Location,
}

#[derive(Debug, Clone)]
enum What {
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
    /// Reads `{op, path, value, from}`; other keys have no meaning, as the RFC has it.
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
        let what = what(op, node, diagnostics);
        let (path, location) = path?;
        Some(Operation { what: what?, path, location })
    }

    /// Does it.
    pub fn apply(&self, root: &mut Node) -> Result<(), Diagnostic> {
        let lost = |lost| self.diagnostic(self.location, lost);
        match &self.what {
            What::Add(value) => {
                self.check_depth(measure(value).1)?;
                self.path.add(root, value.clone(), self.location).map_err(lost)
            }
            What::Remove => self.path.remove(root).map(drop).map_err(lost),
            What::Replace(value) => {
                self.check_depth(measure(value).1)?;
                *self.path.find_mut(root).map_err(lost)? = value.clone();
                Ok(())
            }
            What::Move(from) => self.transfer(root, from, true),
            What::Copy(from) => self.transfer(root, from, false),
            What::Test(value) => self.test(root, value),
        }
    }

    fn transfer(&self, root: &mut Node, from: &From, takes: bool) -> Result<(), Diagnostic> {
        if takes && from.path.holds(&self.path) {
            let message = format!("`{}` cannot be moved into itself", from.path);
            return Err(Diagnostic::error(PatchCode::MoveIntoItself, message).at(self.location));
        }
        let value = if takes { from.path.remove(root) } else { from.path.find(root).cloned() };
        let value = value.map_err(|lost| self.diagnostic(from.location, lost))?;
        let (size, height) = measure(&value);
        self.check_depth(height)?;
        // What is as small as the operation itself cannot make an object much larger than the patch.
        if !takes && size > SMALL && measure(root).0 + size > MAX_NODES {
            let message = format!("the copy makes more than {MAX_NODES} values, the limit of mkmanifests");
            return Err(Diagnostic::error(PatchCode::LimitExceeded, message).at(self.location));
        }
        self.path.add(root, value, self.location).map_err(|lost| self.diagnostic(self.location, lost))
    }

    /// Copies of copies soon are deeper than any program reads.
    fn check_depth(&self, height: usize) -> Result<(), Diagnostic> {
        if self.path.depth() + height <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("`{}`: lists and mappings are nested more than {MAX_DEPTH} deep", self.path);
        Err(Diagnostic::error(PatchCode::LimitExceeded, message).at(self.location))
    }

    fn test(&self, root: &Node, expected: &Node) -> Result<(), Diagnostic> {
        let found = self.path.find(root).map_err(|lost| self.diagnostic(self.location, lost))?;
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

    fn diagnostic(&self, location: Location, lost: Lost) -> Diagnostic {
        let diagnostic = Diagnostic::error(PatchCode::PathNotFound, lost.message)
            .within(format_args!("`{}`", self.path))
            .at(location);
        lost.help.into_iter().fold(diagnostic, Diagnostic::help)
    }
}

/// How many values a tree has, long texts counted as several, and how deep it is.
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

fn what(op: &str, node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<What> {
    match op {
        "add" => value(op, node, diagnostics).map(What::Add),
        "remove" => Some(What::Remove),
        "replace" => value(op, node, diagnostics).map(What::Replace),
        "move" => from(node, diagnostics).map(What::Move),
        "copy" => from(node, diagnostics).map(What::Copy),
        "test" => value(op, node, diagnostics).map(What::Test),
        _ => {
            let location = node.get("op").map_or(node.location, |op| op.location);
            let diagnostic =
                Diagnostic::error(PatchCode::UnknownOperation, format!("unknown operation `{op}`")).at(location);
            diagnostics.push(match nearest(op, OPERATIONS) {
                Some(near) => diagnostic.help(did_you_mean(near)),
                None => diagnostic.help("operations: `add`, `remove`, `replace`, `move`, `copy`, `test`"),
            });
            None
        }
    }
}

fn value(op: &str, node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let value = node.get("value").cloned();
    if value.is_none() {
        diagnostics.push(
            Diagnostic::error(ValueCode::MissingField, format!("`{op}` needs a `value`"))
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

/// A text that an operation has to have.
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
        None => Diagnostic::error(ValueCode::MissingField, format!("an operation needs `{key}`"))
            .names_field(key)
            .at(node.location),
    };
    diagnostics.push(diagnostic);
    None
}

fn pointer((text, location): (&str, Location), diagnostics: &mut Vec<Diagnostic>) -> Option<(Pointer, Location)> {
    match Pointer::parse(text) {
        Ok(pointer) => Some((pointer, location)),
        Err(Lost { message, help }) => {
            let diagnostic =
                Diagnostic::error(PatchCode::InvalidPath, format!("{text:?} is no path: {message}")).at(location);
            diagnostics.push(help.into_iter().fold(diagnostic, Diagnostic::help));
            None
        }
    }
}
