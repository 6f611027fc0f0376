//! What a key that nothing reads was most likely meant to be.

use std::collections::{HashMap, HashSet};

use super::level::{Key, Known, Level};
use super::{Unread, join};
use mkmanifests_yaml::diagnostic::{did_you_mean, nearest};
use mkmanifests_yaml::tree::Node;

/// How deep a key is looked for elsewhere.
const MAX_DEPTH: usize = 6;
/// How many places are looked at.
const MAX_PLACES: usize = 5_000;
/// How many places are listed; where there are more, none is.
const MAX_LISTED: usize = 3;
/// For how many keys: each is compared with all keys beside it.
const MAX_KEYS: usize = 1_000;

/// Where the keys that nothing reads are known: found in one walk for all of them.
pub(super) struct Suggestions<'k>(HashMap<&'k str, Vec<Candidate<'k>>>);

/// A place that has a key.
struct Candidate<'k> {
    path: Vec<&'k str>,
    level: Level<'k>,
}

impl<'k> Suggestions<'k> {
    /// For all keys that nothing reads.
    pub fn of(known: &Known<'k>, unread: &[Unread<'_, '_>]) -> Suggestions<'k> {
        let wanted: HashSet<&str> = unread.iter().map(Unread::key).collect();
        let mut walk = Walk { known, wanted, found: HashMap::new(), places: 0 };
        if !unread.is_empty() && unread.len() <= MAX_KEYS {
            walk.below(&Level::root(known), &mut Vec::new());
        }
        Suggestions(walk.found)
    }

    /// A line of help, if there is anything near.
    pub fn help(&self, known: &Known<'k>, unread: &Unread<'k, '_>) -> Option<String> {
        if let Some(alias) = unread.level.alias(known, unread.key()) {
            return Some(format!("the alias of `{}` here is `{alias}`", unread.key()));
        }
        let keys = unread.level.keys(known);
        if let Some(near) = nearest(unread.key(), keys.iter().copied().filter(|key| *key != unread.key())) {
            return Some(did_you_mean(near));
        }
        let own = unread.path.split_last().map(|(_, own)| own).unwrap_or_default();
        let elsewhere = self.0.get(unread.key()).into_iter().flatten();
        let elsewhere = elsewhere.filter(|place| place.path[..place.path.len() - 1] != *own);
        let ranked: Vec<_> = elsewhere.map(|place| (place.rank(known, &unread.entry.value), place)).collect();
        let best = ranked.iter().map(|(rank, _)| *rank).min()?;
        let best: Vec<_> = ranked.iter().filter(|(rank, _)| *rank == best).collect();
        if best.len() > MAX_LISTED {
            return None;
        }
        let paths: Vec<String> = best.iter().map(|(_, place)| format!("`{}`", join(&place.path))).collect();
        Some(format!("did you mean {}?", paths.join(" or ")))
    }
}

impl<'k> Candidate<'k> {
    /// How many of the keys in `value` are not known there, and how deep it is.
    fn rank(&self, known: &Known<'k>, value: &Node) -> (usize, usize) {
        let keys = value.as_map().map(|map| map.entries()).unwrap_or_default();
        let misfits = keys.iter().filter(|entry| !matches!(self.level.key(known, &entry.key), Key::Read(_))).count();
        (misfits, self.path.len())
    }
}

struct Walk<'w, 'k> {
    known: &'w Known<'k>,
    wanted: HashSet<&'w str>,
    found: HashMap<&'k str, Vec<Candidate<'k>>>,
    places: usize,
}

impl<'k> Walk<'_, 'k> {
    fn below(&mut self, level: &Level<'k>, path: &mut Vec<&'k str>) {
        for key in level.keys(self.known) {
            self.places += 1;
            if self.places > MAX_PLACES {
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
