//! What several clusters share is read once: charts, template folders, values files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Values by path, each made by the first thread that asks for it while others wait.
pub(super) struct Cache<T>(Mutex<HashMap<PathBuf, Arc<OnceLock<T>>>>);

impl<T> Cache<T> {
    pub(super) fn get(&self, path: &Path, make: impl FnOnce(&Path) -> T) -> Arc<OnceLock<T>> {
        let slot = {
            let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(slots.entry(path.to_owned()).or_default())
        };
        slot.get_or_init(|| make(path));
        slot
    }
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Cache(Mutex::default())
    }
}
