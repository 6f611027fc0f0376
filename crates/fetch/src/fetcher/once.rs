//! Work that happens once per run, also if several threads need its result at the same time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::Error;

type Slot<V> = Arc<OnceLock<Result<V, Error>>>;

/// Results by key.
pub(super) struct Once<K, V>(Mutex<HashMap<K, Slot<V>>>);

impl<K, V> Default for Once<K, V> {
    fn default() -> Self {
        Once(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Once<K, V> {
    /// Returns the result for a key. The first caller computes it, others wait for it. An error is a result too.
    pub(super) fn get(&self, key: K, compute: impl FnOnce() -> Result<V, Error>) -> Result<V, Error> {
        let slot = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().clone();
        slot.get_or_init(compute).clone()
    }
}
