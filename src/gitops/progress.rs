//! The progress of a run.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts the steps of a run: rendering and, if files may be written, writing each cluster.
pub(super) struct Progress<'a> {
    call: Option<&'a (dyn Fn(usize, usize) + Sync)>,
    done: AtomicUsize,
    all: usize,
}

impl<'a> Progress<'a> {
    pub fn new(call: Option<&'a (dyn Fn(usize, usize) + Sync)>, all: usize) -> Self {
        Progress { call, done: AtomicUsize::new(0), all }
    }

    /// Adds finished steps. Folders that belong to no cluster have steps, too, which do not count.
    pub fn add(&self, steps: usize) {
        let done = (self.done.fetch_add(steps, Ordering::Relaxed) + steps).min(self.all);
        if let Some(call) = self.call {
            call(done, self.all);
        }
    }
}
