//! JSON pointers (RFC 6901) into a tree: finding, adding, taking out.

use mkmanifests_yaml::diagnostic::{Location, did_you_mean, nearest};
use mkmanifests_yaml::tree::{Entry, Kind, Node};

/// A path into a value: the reference tokens of a JSON pointer, unescaped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pointer(Vec<String>);

/// Why a path leads nowhere: what is missing, and what may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lost {
    pub message: String,
    pub help: Option<String>,
}

impl Lost {
    fn new(message: String) -> Self {
        Lost { message, help: None }
    }
}

impl Pointer {
    /// Reads `/spec/replicas`; the empty text is the whole value.
    pub fn parse(text: &str) -> Result<Pointer, Lost> {
        if text.is_empty() {
            return Ok(Pointer(Vec::new()));
        }
        let Some(rest) = text.strip_prefix('/') else {
            let help = did_you_mean(format_args!("/{}", text.replace('.', "/")));
            return Err(Lost { message: "a path begins with `/`".to_owned(), help: Some(help) });
        };
        rest.split('/').map(unescape).collect::<Result<_, _>>().map(Pointer)
    }

    /// Whether `other` is inside of what this points to.
    pub fn holds(&self, other: &Pointer) -> bool {
        other.0.len() > self.0.len() && other.0.starts_with(&self.0)
    }

    /// What stands there.
    pub fn find<'n>(&self, root: &'n Node) -> Result<&'n Node, Lost> {
        self.0.iter().enumerate().try_fold(root, |node, (at, step)| {
            let found = match &node.kind {
                Kind::Map(map) => map.get(step),
                Kind::Seq(items) => index(step).and_then(|index| items.get(index)),
                _ => None,
            };
            found.ok_or_else(|| self.lost(node, at))
        })
    }

    /// The same to change.
    pub fn find_mut<'n>(&self, root: &'n mut Node) -> Result<&'n mut Node, Lost> {
        // Looked up first: the error wants the whole tree, which the way down has borrowed.
        self.find(root)?;
        let steps = self.0.iter();
        let end = steps.into_iter().try_fold(root, |node, step| match &mut node.kind {
            Kind::Map(map) => map.get_mut(step),
            Kind::Seq(items) => index(step).and_then(|index| items.get_mut(index)),
            _ => None,
        });
        end.ok_or_else(|| Lost::new("nothing is there".to_owned()))
    }

    /// Adds a value: a key of a mapping is set, an item of a list put before the one that is there; `-` is the end.
    pub fn add(&self, root: &mut Node, value: Node, location: Location) -> Result<(), Lost> {
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
        Err(self.lost(parent, at))
    }

    /// How deep what this points to is nested.
    pub fn depth(&self) -> usize {
        self.0.len()
    }

    /// Takes out what stands there.
    pub fn remove(&self, root: &mut Node) -> Result<Node, Lost> {
        self.find(root)?;
        let Some((last, parent)) = self.0.split_last() else { return Ok(std::mem::take(root)) };
        let parent = Pointer(parent.to_vec()).find_mut(root)?;
        let removed = match &mut parent.kind {
            Kind::Map(map) => map.remove(last).map(|entry| entry.value),
            Kind::Seq(items) => index(last).map(|index| items.remove(index)),
            _ => None,
        };
        removed.ok_or_else(|| Lost::new("nothing is there".to_owned()))
    }

    /// Why step `at` does not lead on from `node`.
    fn lost(&self, node: &Node, at: usize) -> Lost {
        let step = self.0.get(at).map(String::as_str).unwrap_or_default();
        let here = Pointer(self.0[..at].to_vec()).to_string();
        let here = if here.is_empty() { "the object".to_owned() } else { format!("`{here}`") };
        match &node.kind {
            Kind::Map(map) => {
                let near = nearest(step, map.entries().iter().map(|entry| entry.key.as_ref()));
                let help = near.map(did_you_mean).or_else(|| keys(node));
                Lost { message: format!("{here} has no `{step}`"), help }
            }
            Kind::Seq(items) if step == "-" || index(step).is_some() => {
                let count = items.len();
                let rule =
                    if count == 0 { "it is empty".to_owned() } else { format!("its items are 0 to {}", count - 1) };
                Lost { message: format!("{here} has no item {step}"), help: Some(rule) }
            }
            Kind::Seq(_) => {
                let help = "items of a list have numbers, from 0; `-` is behind the last one".to_owned();
                Lost { message: format!("{here} is a list, and `{step}` is no index of one"), help: Some(help) }
            }
            _ => Lost::new(format!("{here} is {}, and has nothing in it", node.describe())),
        }
    }
}

/// The keys of a mapping, for a message.
fn keys(node: &Node) -> Option<String> {
    let keys: Vec<String> = node.as_map()?.entries().iter().map(|entry| format!("`{}`", entry.key)).collect();
    (!keys.is_empty() && keys.len() <= 20).then(|| format!("keys here: {}", keys.join(", ")))
}

/// An index without leading zeros, as RFC 6901 has it.
fn index(step: &str) -> Option<usize> {
    let digits = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    (digits && (step == "0" || !step.starts_with('0'))).then(|| step.parse().ok()).flatten()
}

fn unescape(step: &str) -> Result<String, Lost> {
    let wrong = step.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1']));
    if wrong {
        let help = "`~0` stands for `~`, `~1` for `/`".to_owned();
        return Err(Lost { message: format!("`{step}` has a `~` that stands for nothing"), help: Some(help) });
    }
    Ok(step.replace("~1", "/").replace("~0", "~"))
}

impl std::fmt::Display for Pointer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|step| write!(f, "/{}", step.replace('~', "~0").replace('/', "~1")))
    }
}
