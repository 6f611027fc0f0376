//! What a key that nothing reads was most likely meant to be.

use super::level::{Key, Known, Level};
use super::{Unread, join};
use crate::problem::nearest;
use crate::tree::Node;

/// How deep a key is looked for elsewhere.
const MAX_DEPTH: usize = 6;
/// How many places are looked at.
const MAX_PLACES: usize = 5_000;
/// How many places are told; where there are more, none is.
const MAX_TOLD: usize = 3;

/// A line of help, if there is anything near.
pub(super) fn help(known: &Known<'_>, unread: &Unread<'_, '_>) -> Option<String> {
    let keys = unread.level.keys(known);
    if let Some(near) = nearest(unread.key(), keys.iter().copied().filter(|key| *key != unread.key())) {
        return Some(format!("did you mean `{near}`?"));
    }
    let mut search = Search { known, unread, found: Vec::new(), places: 0 };
    search.below(&Level::root(known), &mut Vec::new());
    let best = search.found.iter().map(|found| found.rank()).min()?;
    let best: Vec<_> = search.found.iter().filter(|found| found.rank() == best).collect();
    if best.len() > MAX_TOLD {
        return None;
    }
    let paths: Vec<String> = best.iter().map(|found| format!("`{}`", found.path)).collect();
    Some(format!("did you mean {}?", paths.join(" or ")))
}

/// A place that has the same key.
struct Found {
    path: String,
    depth: usize,
    /// How many of the keys below it does not have.
    misfits: usize,
}

impl Found {
    fn rank(&self) -> (usize, usize) {
        (self.misfits, self.depth)
    }
}

struct Search<'s, 'k, 'u> {
    known: &'s Known<'k>,
    unread: &'s Unread<'k, 'u>,
    found: Vec<Found>,
    places: usize,
}

impl<'k> Search<'_, 'k, '_> {
    fn below(&mut self, level: &Level<'k>, path: &mut Vec<&'k str>) {
        let own = self.unread.path.split_last().map(|(_, own)| own).unwrap_or_default();
        for key in level.keys(self.known) {
            self.places += 1;
            if self.places > MAX_PLACES {
                return;
            }
            let Key::Read(below) = level.key(self.known, key) else { continue };
            path.push(key);
            if key == self.unread.key() && path[..path.len() - 1] != *own {
                let misfits = self.misfits(&below, &self.unread.entry.value);
                self.found.push(Found { path: join(path), depth: path.len(), misfits });
            }
            if path.len() < MAX_DEPTH {
                self.below(&below, path);
            }
            path.pop();
        }
    }

    fn misfits(&self, level: &Level<'k>, value: &Node) -> usize {
        let keys = value.as_map().map(|map| map.entries()).unwrap_or_default();
        keys.iter().filter(|entry| !matches!(level.key(self.known, &entry.key), Key::Read(_))).count()
    }
}
