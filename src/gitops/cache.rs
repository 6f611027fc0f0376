//! Caches what several clusters share: charts, template folders and values files.

use std::collections::HashMap;
use std::hash::Hash;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Values by key, which is a path by default. The first thread that needs a value creates it; others wait.
pub(super) struct Cache<T, K = PathBuf>(Mutex<HashMap<K, Arc<OnceLock<T>>>>);

impl<T, K: Clone + Eq + Hash> Cache<T, K> {
    pub(super) fn get(&self, key: &K, create: impl FnOnce(&K) -> T) -> Arc<OnceLock<T>> {
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(key.clone()).or_default())
        };
        slot.get_or_init(|| create(key));
        slot
    }
}

impl<T, K> Default for Cache<T, K> {
    fn default() -> Self {
        Cache(Mutex::default())
    }
}
