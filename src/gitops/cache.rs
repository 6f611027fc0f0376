//! What several clusters share is read once: charts, template folders, values files.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Values by key, most by their path, each made by the first thread that asks for it while others wait.
pub(super) struct Cache<T, K = PathBuf>(Mutex<HashMap<K, Arc<OnceLock<T>>>>);

impl<T, K: Clone + Eq + Hash> Cache<T, K> {
    pub(super) fn get(&self, key: &K, make: impl FnOnce(&K) -> T) -> Arc<OnceLock<T>> {
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(key.clone()).or_default())
        };
        slot.get_or_init(|| make(key));
        slot
    }
}

impl<T, K> Default for Cache<T, K> {
    fn default() -> Self {
        Cache(Mutex::default())
    }
}
