//! Maps and lists that templates create: one per position in a template and context in which it is analysed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::sets::{AbstractValue, Set};

/// Identifies an [`Object`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ObjectId(pub usize);

/// A map or list that a template creates, or what templates add to the dot of a chart. It only grows.
pub(super) struct Object {
    /// The values under constant keys; items of lists have their index as key.
    pub keys: BTreeMap<Arc<str>, Set>,
    /// Items, and values under computed keys.
    pub each: Set,
    /// Maps whose keys it includes.
    pub includes: BTreeSet<AbstractValue>,
    /// The contexts that read it, and are analysed again when it grows.
    pub readers: BTreeSet<usize>,
    /// The summaries that it belongs to, and the objects that it summarizes.
    pub summaries: BTreeSet<ObjectId>,
    pub members: BTreeSet<ObjectId>,
    /// Whether all of it is read, including what is added later.
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
