//! JSON patches (RFC 6902): a list of operations.

use super::pointer::{Lost, Pointer};
use crate::problem::{Place, Problem, nearest};
use crate::tree::read::{MAX_DEPTH, MAX_NODES};
use crate::tree::{Kind, Node};

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
    place: Place,
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
    place: Place,
}

impl Operation {
    /// Reads `{op, path, value, from}`; other keys have no meaning, as the RFC has it.
    pub fn read(node: &Node, problems: &mut Vec<Problem>) -> Option<Operation> {
        if node.as_map().is_none() {
            problems.push(Problem::error(format!("expected an operation, found {}", node.describe())).at(node.place));
            return None;
        }
        let op = text(node, "op", problems);
        let path = text(node, "path", problems).and_then(|text| pointer(text, problems));
        let (op, _) = op?;
        let what = what(op, node, problems);
        let (path, place) = path?;
        Some(Operation { what: what?, path, place })
    }

    /// Does it.
    pub fn apply(&self, root: &mut Node) -> Result<(), Problem> {
        let lost = |lost| self.problem(self.place, lost);
        match &self.what {
            What::Add(value) => {
                self.check_depth(measure(value).1)?;
                self.path.add(root, value.clone(), self.place).map_err(lost)
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

    fn transfer(&self, root: &mut Node, from: &From, takes: bool) -> Result<(), Problem> {
        if takes && from.path.holds(&self.path) {
            let message = format!("`{}` cannot be moved into itself", from.path);
            return Err(Problem::error(message).at(self.place));
        }
        let value = if takes { from.path.remove(root) } else { from.path.find(root).cloned() };
        let value = value.map_err(|lost| self.problem(from.place, lost))?;
        let (size, height) = measure(&value);
        self.check_depth(height)?;
        // What is as small as the operation itself cannot make an object much larger than the patch.
        if !takes && size > SMALL && measure(root).0 + size > MAX_NODES {
            let message = format!("the copy makes more than {MAX_NODES} values, the limit of mkmanifests");
            return Err(Problem::error(message).at(self.place));
        }
        self.path.add(root, value, self.place).map_err(|lost| self.problem(self.place, lost))
    }

    /// Copies of copies soon are deeper than any program reads.
    fn check_depth(&self, height: usize) -> Result<(), Problem> {
        if self.path.depth() + height <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("`{}`: lists and mappings are nested more than {MAX_DEPTH} deep", self.path);
        Err(Problem::error(message).at(self.place))
    }

    fn test(&self, root: &Node, expected: &Node) -> Result<(), Problem> {
        let found = self.path.find(root).map_err(|lost| self.problem(self.place, lost))?;
        if found == expected {
            return Ok(());
        }
        let message =
            format!("`test` of `{}` failed: expected {}, found {}", self.path, expected.describe(), found.describe());
        let problem = Problem::error(message).at(if expected.place.is_known() { expected.place } else { self.place });
        Err(if found.place.is_known() { problem.related(found.place, "found here") } else { problem })
    }

    fn problem(&self, place: Place, lost: Lost) -> Problem {
        let problem = Problem::error(format!("`{}`: {}", self.path, lost.message)).at(place);
        lost.help.into_iter().fold(problem, Problem::help)
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

fn what(op: &str, node: &Node, problems: &mut Vec<Problem>) -> Option<What> {
    match op {
        "add" => value(op, node, problems).map(What::Add),
        "remove" => Some(What::Remove),
        "replace" => value(op, node, problems).map(What::Replace),
        "move" => from(node, problems).map(What::Move),
        "copy" => from(node, problems).map(What::Copy),
        "test" => value(op, node, problems).map(What::Test),
        _ => {
            let place = node.get("op").map_or(node.place, |op| op.place);
            let problem = Problem::error(format!("unknown operation `{op}`")).at(place);
            problems.push(match nearest(op, OPERATIONS) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("operations: `add`, `remove`, `replace`, `move`, `copy`, `test`"),
            });
            None
        }
    }
}

fn value(op: &str, node: &Node, problems: &mut Vec<Problem>) -> Option<Node> {
    let value = node.get("value").cloned();
    if value.is_none() {
        problems.push(Problem::error(format!("`{op}` needs a `value`")).at(node.place));
    }
    value
}

fn from(node: &Node, problems: &mut Vec<Problem>) -> Option<From> {
    let (path, place) = text(node, "from", problems).and_then(|text| pointer(text, problems))?;
    Some(From { path, place })
}

/// A text that an operation has to have.
fn text<'n>(node: &'n Node, key: &str, problems: &mut Vec<Problem>) -> Option<(&'n str, Place)> {
    let problem = match node.get(key) {
        Some(value) => match value.as_str() {
            Some(text) => return Some((text, if value.place.is_known() { value.place } else { node.place })),
            None => Problem::error(format!("`{key}`: expected a string, found {}", value.describe())).at(value.place),
        },
        None => Problem::error(format!("an operation needs `{key}`")).at(node.place),
    };
    problems.push(problem);
    None
}

fn pointer((text, place): (&str, Place), problems: &mut Vec<Problem>) -> Option<(Pointer, Place)> {
    match Pointer::parse(text) {
        Ok(pointer) => Some((pointer, place)),
        Err(Lost { message, help }) => {
            let problem = Problem::error(format!("{text:?} is no path: {message}")).at(place);
            problems.push(help.into_iter().fold(problem, Problem::help));
            None
        }
    }
}
