//! Maps and lists that templates make: one for each place of a template and each context that it is walked in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::sets::{Set, Thing};

/// Names an [`Object`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ObjectId(pub usize);

/// A map or list that a template makes, or what templates add to the dot of a chart. It only grows.
pub(super) struct Object {
    /// Under constant keys; items of lists under their numbers.
    pub keys: BTreeMap<Arc<str>, Set>,
    /// Items, and what is under computed keys.
    pub each: Set,
    /// Maps whose keys it has, too.
    pub includes: BTreeSet<Thing>,
    /// The contexts that looked into it: they are walked again when it grows.
    pub readers: BTreeSet<usize>,
    /// The summary of many objects that it belongs to, and the objects that it summarizes.
    pub summaries: BTreeSet<ObjectId>,
    pub members: BTreeSet<ObjectId>,
    /// Whether all of it is read, and whatever will be put into it.
    pub is_taken: bool,
}

impl Object {
    pub fn new() -> Object {
        Object {
            keys: BTreeMap::new(),
            each: Set::EMPTY,
            includes: BTreeSet::new(),
            readers: BTreeSet::new(),
            summaries: BTreeSet::new(),
            members: BTreeSet::new(),
            is_taken: false,
        }
    }
}
