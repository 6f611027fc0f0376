//! JSON pointers (RFC 6901) into a tree: finds, adds and removes values.

use mkmanifests_yaml::diagnostic::{Location, did_you_mean, nearest};
use mkmanifests_yaml::tree::{Entry, Kind, Node};

/// A path into a value: the reference tokens of a JSON pointer, unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pointer(Vec<String>);

/// The reason why a path does not exist, with a suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NotFound {
    pub message: String,
    pub help: Option<String>,
}

impl NotFound {
    fn new(message: String) -> Self {
        NotFound { message, help: None }
    }
}

impl Pointer {
    /// Parses a path such as `/spec/replicas`. The empty text is the whole value.
    pub fn parse(text: &str) -> Result<Pointer, NotFound> {
        if text.is_empty() {
            return Ok(Pointer(Vec::new()));
        }
        let Some(rest) = text.strip_prefix('/') else {
            let help = did_you_mean(format_args!("/{}", text.replace('.', "/")));
            return Err(NotFound { message: "a path starts with `/`".to_owned(), help: Some(help) });
        };
        rest.split('/').map(unescape).collect::<Result<_, _>>().map(Pointer)
    }

    /// Returns whether `other` points into the value of this path.
    pub fn holds(&self, other: &Pointer) -> bool {
        other.0.len() > self.0.len() && other.0.starts_with(&self.0)
    }

    /// Returns the value at the path.
    pub fn find<'n>(&self, root: &'n Node) -> Result<&'n Node, NotFound> {
        self.0.iter().enumerate().try_fold(root, |node, (at, step)| {
            let found = match &node.kind {
                Kind::Map(map) => map.get(step),
                Kind::Seq(items) => index(step).and_then(|index| items.get(index)),
                _ => None,
            };
            found.ok_or_else(|| self.not_found(node, at))
        })
    }

    /// Returns the value at the path for changes.
    pub fn find_mut<'n>(&self, root: &'n mut Node) -> Result<&'n mut Node, NotFound> {
        // Looked up first, since the error needs the whole tree, which the mutable walk borrows.
        self.find(root)?;
        let steps = self.0.iter();
        let end = steps.into_iter().try_fold(root, |node, step| match &mut node.kind {
            Kind::Map(map) => map.get_mut(step),
            Kind::Seq(items) => index(step).and_then(|index| items.get_mut(index)),
            _ => None,
        });
        end.ok_or_else(|| NotFound::new("the value does not exist".to_owned()))
    }

    /// Adds a value: sets a key of a mapping, or inserts an item into a list before the index; `-` is the end of the list.
    pub fn add(&self, root: &mut Node, value: Node, location: Location) -> Result<(), NotFound> {
        let Some((last, parent)) = self.0.split_last() else {
            *root = value;
            return Ok(());
        };
        let at = parent.len();
        let parent = Pointer(parent.to_vec()).find_mut(root)?;
        match &mut parent.kind {
            Kind::Map(map) => {
                map.insert(Entry { key: last.clone().into(), location, value });
                return Ok(());
            }
            Kind::Seq(items) => match index(last).or((last == "-").then_some(items.len())) {
                Some(index) if index <= items.len() => {
                    items.insert(index, value);
                    return Ok(());
                }
                _ => {}
            },
            _ => {}
        }
        Err(self.not_found(parent, at))
    }

    /// Returns the depth of the value at the path.
    pub fn depth(&self) -> usize {
        self.0.len()
    }

    /// Removes the value at the path and returns it.
    pub fn remove(&self, root: &mut Node) -> Result<Node, NotFound> {
        self.find(root)?;
        let Some((last, parent)) = self.0.split_last() else { return Ok(std::mem::take(root)) };
        let parent = Pointer(parent.to_vec()).find_mut(root)?;
        let removed = match &mut parent.kind {
            Kind::Map(map) => map.remove(last).map(|entry| entry.value),
            Kind::Seq(items) => index(last).map(|index| items.remove(index)),
            _ => None,
        };
        removed.ok_or_else(|| NotFound::new("the value does not exist".to_owned()))
    }

    /// Returns the error of step `at`, which does not exist in `node`.
    fn not_found(&self, node: &Node, at: usize) -> NotFound {
        let step = self.0.get(at).map(String::as_str).unwrap_or_default();
        let here = Pointer(self.0[..at].to_vec()).to_string();
        let here = if here.is_empty() { "the object".to_owned() } else { format!("`{here}`") };
        match &node.kind {
            Kind::Map(map) => {
                let near = nearest(step, map.entries().iter().map(|entry| entry.key.as_ref()));
                let help = near.map(did_you_mean).or_else(|| keys(node));
                NotFound { message: format!("{here} has no `{step}`"), help }
            }
            Kind::Seq(items) if step == "-" || index(step).is_some() => {
                let count = items.len();
                let rule = if count == 0 {
                    "the list is empty".to_owned()
                } else {
                    format!("the list has the items 0 to {}", count - 1)
                };
                NotFound { message: format!("{here} has no item {step}"), help: Some(rule) }
            }
            Kind::Seq(_) => {
                let help = "use an index from 0, or `-` for the end of the list".to_owned();
                NotFound { message: format!("{here} is a list, and `{step}` is not an index"), help: Some(help) }
            }
            _ => NotFound::new(format!("{here} is {}, not a mapping or a list", node.describe())),
        }
    }
}

/// Lists the keys of a mapping for a help line, if there are few.
fn keys(node: &Node) -> Option<String> {
    let keys: Vec<String> = node.as_map()?.entries().iter().map(|entry| format!("`{}`", entry.key)).collect();
    (!keys.is_empty() && keys.len() <= 20).then(|| format!("existing keys: {}", keys.join(", ")))
}

/// Parses an index without leading zeros, as in RFC 6901.
fn index(step: &str) -> Option<usize> {
    let digits = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (step == "0" || !step.starts_with('0'))).then(|| step.parse().ok()).flatten()
}

fn unescape(step: &str) -> Result<String, NotFound> {
    let wrong = step.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1']));
    if wrong {
        let help = "write `~0` for `~`, and `~1` for `/`".to_owned();
        return Err(NotFound { message: format!("invalid `~` in `{step}`"), help: Some(help) });
    }
    Ok(step.replace("~1", "/").replace("~0", "~"))
}

impl std::fmt::Display for Pointer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|step| write!(f, "/{}", step.replace('~', "~0").replace('/', "~1")))
    }
}
