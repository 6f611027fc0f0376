//! Paths that find nothing: how far they lead, and the path that was most likely meant.

use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::{self, FieldPath, nearest};

use super::nodes::{entries, follow_all};
use super::{Path, Step};
use crate::go_yaml::scalar_text;

/// The most nodes among which the end of a path is searched.
const MOST_VISITED: usize = 5_000;

/// Why a path finds nothing in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The deepest node that the path leads to.
    pub reached: FieldPath,
    /// What is missing there.
    pub missing: Missing,
    /// The path that was most likely meant, in the notation of paths.
    pub near: Option<String>,
}

/// What a path does not find in a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// The node is a mapping without the key; `keys` are those that it has.
    Key {
        /// The key.
        name: String,
        /// The keys of the mapping.
        keys: Vec<String>,
    },
    /// The node is a list with fewer items.
    Item {
        /// The number of items.
        length: usize,
    },
    /// No item or value matches.
    Match,
}

/// Returns where the values at a path are; empty for a path that is invalid or finds nothing.
pub fn locate(document: &Value, path: &str) -> Vec<FieldPath> {
    if path.is_empty() {
        return vec![FieldPath::ROOT];
    }
    let Ok(path) = Path::parse(path) else { return Vec::new() };
    path.traced::<FieldPath>(document).into_iter().map(|(_, trail)| trail).collect()
}

/// Explains why a path finds nothing; `None` for a path that is invalid or finds something.
pub fn explain(document: &Value, path: &str) -> Option<Miss> {
    let Path(steps) = Path::parse(path).ok()?;
    let mut reached = (document.clone(), FieldPath::ROOT);
    for (at, step) in steps.iter().enumerate() {
        let mut found = follow_all(std::slice::from_ref(step), reached.clone(), document);
        if found.is_empty() {
            let (node, trail) = reached;
            let rest = steps.get(at..).unwrap_or_default();
            let near = Search { document, visited: 0 }.near(&node, &trail, rest);
            return Some(Miss { missing: missing(&node, step), reached: trail, near });
        }
        // The first node from which the path leads further.
        let leads = |node: &(Value, FieldPath)| {
            steps
                .get(at + 1)
                .is_none_or(|next| !follow_all(std::slice::from_ref(next), node.clone(), document).is_empty())
        };
        let best = found.iter().position(leads).unwrap_or(0);
        reached = found.swap_remove(best);
    }
    None
}

fn missing(node: &Value, step: &Step) -> Missing {
    match (step, node) {
        (Step::Child(name), Value::Map(_)) => Missing::Key { name: name.clone(), keys: keys(node) },
        (Step::Children(names), Value::Map(_)) => {
            Missing::Key { name: names.first().cloned().unwrap_or_default(), keys: keys(node) }
        }
        (Step::Subscript(_), Value::List(list)) => Missing::Item { length: list.len() },
        _ => Missing::Match,
    }
}

fn keys(node: &Value) -> Vec<String> {
    entries(node).iter().map(|(key, _)| scalar_text(key).into()).collect()
}

struct Search<'d> {
    document: &'d Value,
    visited: usize,
}

impl Search<'_> {
    /// Returns the path that was most likely meant by `rest`, which finds nothing in a node.
    fn near(&mut self, node: &Value, trail: &FieldPath, rest: &[Step]) -> Option<String> {
        self.dotted(node, trail, rest)
            .or_else(|| self.misspelt(node, trail, rest))
            .or_else(|| self.elsewhere(node, trail, rest))
            .or_else(|| self.elsewhere(&self.document.clone(), &FieldPath::ROOT, rest))
    }

    /// A key with dots, which needs brackets: `metadata.labels.app.kubernetes.io/name`.
    fn dotted(&self, node: &Value, trail: &FieldPath, rest: &[Step]) -> Option<String> {
        let mut name = String::new();
        for (at, step) in rest.iter().enumerate() {
            let Step::Child(part) = step else { return None };
            name.push_str(part);
            if at > 0 && keys(node).contains(&name) {
                let node = node.as_map()?.get(name.as_str())?;
                return self.completed(&node, &trail.child(&name), rest.get(at + 1..)?);
            }
            name.push('.');
        }
        None
    }

    /// A key that differs little.
    fn misspelt(&self, node: &Value, trail: &FieldPath, rest: &[Step]) -> Option<String> {
        let (Step::Child(name), after) = rest.split_first()? else { return None };
        let keys = keys(node);
        let near = nearest(name, keys.iter().map(String::as_str))?;
        let value = node.as_map()?.get(near)?;
        let trail = trail.child(near);
        self.completed(&value, &trail, after).or_else(|| Some(written(&trail)))
    }

    /// Returns the path of a node with steps behind it, if they find something there.
    fn completed(&self, node: &Value, trail: &FieldPath, after: &[Step]) -> Option<String> {
        let found = follow_all(after, (node.clone(), trail.clone()), self.document);
        found.first().map(|(_, trail)| written(trail))
    }

    /// The same keys deeper in the document. The shortest path counts.
    fn elsewhere(&mut self, node: &Value, trail: &FieldPath, rest: &[Step]) -> Option<String> {
        let mut level = vec![(node.clone(), trail.clone())];
        while !level.is_empty() && self.visited < MOST_VISITED {
            let below: Vec<_> =
                level.into_iter().flat_map(|node| follow_all(&[Step::AllChildren], node, self.document)).collect();
            self.visited += below.len();
            let found = below.iter().find_map(|(value, trail)| self.completed(value, trail, rest));
            if found.is_some() {
                return found;
            }
            level = below;
        }
        None
    }
}

/// Writes a path in the notation of paths: `spec.ports[0]["a.b"]`.
fn written(path: &FieldPath) -> String {
    let mut text = String::new();
    for step in path.steps() {
        match step {
            diagnostic::Step::Index(index) => text.push_str(&format!("[{index}]")),
            diagnostic::Step::Field(name) | diagnostic::Step::Key(name) => {
                let is_plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
                match (is_plain, text.is_empty()) {
                    (true, true) => text.push_str(name),
                    (true, false) => text.push_str(&format!(".{name}")),
                    (false, _) => text.push_str(&format!("[{name:?}]")),
                }
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::go_yaml;

    fn near(path: &str) -> Option<String> {
        let document = "metadata: {labels: {app.kubernetes.io/name: a}}\n\
                        spec: {ports: [{port: 80, name: x}], template: {spec: {containers: [{image: a}]}}}\n";
        explain(&go_yaml::read(document).expect("YAML"), path).and_then(|miss| miss.near)
    }

    #[test]
    fn the_path_that_was_meant_is_found() {
        let cases = [
            ("spec.prots[0].port", Some("spec.ports[0].port")),
            ("spec.prots[0].prot", Some("spec.ports")),
            ("spec.ports[0].prot", Some("spec.ports[0].port")),
            ("spec.ports.port", Some("spec.ports[0].port")),
            ("spec.containers[0].image", Some("spec.template.spec.containers[0].image")),
            ("ports[0].port", Some("spec.ports[0].port")),
            ("metadata.labels.app.kubernetes.io/name", Some("metadata.labels[\"app.kubernetes.io/name\"]")),
            ("spec.ports[3].port", None),
            ("unlike", None),
        ];
        for (path, expected) in cases {
            assert_eq!(near(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn a_suggestion_finds_something() {
        let document = go_yaml::read("a: {\"b.c/d e\": [1], \"\": 2}").expect("YAML");
        for trail in [["a", "b.c/d e"], ["a", ""]] {
            let text = written(&FieldPath::from_steps(trail));
            assert_eq!(locate(&document, &text).len(), 1, "{text}");
        }
    }
}
