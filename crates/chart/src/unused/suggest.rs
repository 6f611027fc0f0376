//! Suggests the key that was most likely meant by a key that nothing reads.

use std::collections::{HashMap, HashSet};

use super::level::{Key, Known, Level};
use super::{UnusedKey, join};
use mkmanifests_yaml::diagnostic::{Sources, did_you_mean, nearest};
use mkmanifests_yaml::tree::Node;

/// How deep a key is searched for elsewhere in the values.
const MAX_DEPTH: usize = 6;
/// The most keys that the search visits.
const MAX_VISITED: usize = 5_000;
/// The most paths that are suggested; if there are more, none is.
const MAX_LISTED: usize = 3;
/// The most unread keys for which suggestions are searched, since each is compared with all keys beside it.
const MAX_KEYS: usize = 1_000;

/// The paths at which the chart has the unread keys, found in one walk for all of them.
pub(super) struct Suggestions<'k>(HashMap<&'k str, Vec<Candidate<'k>>>);

/// A path at which the chart has a key.
struct Candidate<'k> {
    path: Vec<&'k str>,
    level: Level<'k>,
}

impl<'k> Suggestions<'k> {
    /// Searches for all unread keys.
    pub fn of(known: &Known<'k>, unread: &[UnusedKey<'_, '_>]) -> Suggestions<'k> {
        let wanted: HashSet<&str> = unread.iter().map(UnusedKey::key).collect();
        let mut walk = Walk { known, wanted, found: HashMap::new(), visited: 0 };
        if !unread.is_empty() && unread.len() <= MAX_KEYS {
            walk.below(&Level::root(known), &mut Vec::new());
        }
        Suggestions(walk.found)
    }

    /// Returns a line of help, if a similar key or the same key elsewhere exists.
    pub fn help(&self, known: &Known<'k>, unread: &UnusedKey<'k, '_>, sources: &Sources) -> Option<String> {
        if let Some(alias) = unread.level.alias(known, unread.key()) {
            return Some(format!("the parent chart uses `{}` under the alias `{alias}`", unread.key()));
        }
        let is_from_flag = unread.is_from_flag(sources);
        if is_from_flag && let Some(escaped) = escaped(known, unread) {
            return Some(format!("escape the dots in a key with a backslash: `{escaped}`"));
        }
        // A schema may forbid a key that a template reads.
        let is_read = |key: &&str| *key != unread.key() && matches!(unread.level.key(known, key), Key::Read(_));
        // Templates also read old keys, to refuse them: a key with a default or in a schema is the better suggestion.
        let documented: Vec<&str> = unread.level.documented_keys().into_iter().filter(is_read).collect();
        let near = nearest(unread.key(), documented).or_else(|| {
            let keys: Vec<&str> = unread.level.keys(known).into_iter().filter(is_read).collect();
            nearest(unread.key(), keys)
        });
        if let Some(near) = near {
            let near = if is_from_flag { join(&[near]) } else { near.to_owned() };
            return Some(did_you_mean(near));
        }
        let own: Vec<&str> = unread.names().take(unread.path.len().saturating_sub(1)).collect();
        let elsewhere = self.0.get(unread.key()).into_iter().flatten();
        let elsewhere = elsewhere.filter(|candidate| candidate.path[..candidate.path.len() - 1] != own);
        let ranked: Vec<_> =
            elsewhere.map(|candidate| (candidate.rank(known, &unread.entry.value), candidate)).collect();
        let best = ranked.iter().map(|(rank, _)| *rank).min()?;
        let best: Vec<_> = ranked.iter().filter(|(rank, _)| *rank == best).collect();
        if best.len() > MAX_LISTED {
            return None;
        }
        let paths: Vec<String> = best.iter().map(|(_, candidate)| format!("`{}`", join(&candidate.path))).collect();
        Some(format!("did you mean {}?", paths.join(" or ")))
    }
}

impl<'k> Candidate<'k> {
    /// Ranks the candidate for a value: how many keys of the value are unknown there, then how deep it is.
    fn rank(&self, known: &Known<'k>, value: &Node) -> (usize, usize) {
        let keys = value.as_map().map(|map| map.entries()).unwrap_or_default();
        let unknown = keys.iter().filter(|entry| !matches!(self.level.key(known, &entry.key), Key::Read(_))).count();
        (unknown, self.path.len())
    }
}

struct Walk<'w, 'k> {
    known: &'w Known<'k>,
    wanted: HashSet<&'w str>,
    found: HashMap<&'k str, Vec<Candidate<'k>>>,
    visited: usize,
}

impl<'k> Walk<'_, 'k> {
    fn below(&mut self, level: &Level<'k>, path: &mut Vec<&'k str>) {
        for key in level.keys(self.known) {
            self.visited += 1;
            if self.visited > MAX_VISITED {
                return;
            }
            let Key::Read(below) = level.key(self.known, key) else { continue };
            path.push(key);
            if path.len() < MAX_DEPTH {
                self.below(&below, path);
            }
            if self.wanted.contains(key) {
                self.found.entry(key).or_default().push(Candidate { path: path.clone(), level: below });
            }
            path.pop();
        }
    }
}

/// Returns the path that a flag most likely means by a key with unescaped dots, with the dots escaped:
/// `kubernetes.io/os` becomes `kubernetes\.io/os`. Such a key is a chain of mappings with one key each.
fn escaped(known: &Known<'_>, unread: &UnusedKey<'_, '_>) -> Option<String> {
    let own: Vec<&str> = unread.names().take(unread.path.len().saturating_sub(1)).collect();
    let mut key = unread.key().to_owned();
    let mut value = &unread.entry.value;
    while let Some([only]) = value.as_map().map(|map| map.entries()) {
        key = format!("{key}.{}", only.key);
        value = &only.value;
        // The prefix of a label or annotation is a domain.
        let is_label = key.split_once('/').is_some_and(|(domain, name)| domain.contains('.') && !name.is_empty());
        if is_label || unread.level.keys(known).contains(&*key) {
            return Some(join(&[own, vec![&*key]].concat()));
        }
    }
    None
}
