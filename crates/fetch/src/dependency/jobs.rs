//! Downloads archives in several threads.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread::Scope;

use crate::http::Connection;
use crate::threads::MAX_THREADS;
use crate::{Error, Fetched, Fetcher, Resolved};

/// An archive to download.
#[derive(Clone)]
pub(super) struct Job {
    pub resolved: Resolved,
    pub connection: Connection,
    /// Its address as Helm prints it, without a tag.
    pub address: String,
}

/// The downloads of all jobs.
pub(super) struct Downloads<'a> {
    fetcher: &'a Fetcher,
    jobs: &'a [Job],
    wants_provenance: bool,
    next: AtomicUsize,
    is_stopped: AtomicBool,
    results: Mutex<Vec<Option<Result<Fetched, Error>>>>,
    finished: Condvar,
}

impl<'a> Downloads<'a> {
    pub fn new(fetcher: &'a Fetcher, jobs: &'a [Job], wants_provenance: bool) -> Downloads<'a> {
        Downloads {
            fetcher,
            jobs,
            wants_provenance,
            next: AtomicUsize::new(0),
            is_stopped: AtomicBool::new(false),
            results: Mutex::new(jobs.iter().map(|_| None).collect()),
            finished: Condvar::new(),
        }
    }

    /// Starts the threads.
    pub fn start<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) {
        for _ in 0..self.jobs.len().min(MAX_THREADS) {
            scope.spawn(|| self.work());
        }
    }

    /// Begins no more downloads.
    pub fn stop(&self) {
        self.is_stopped.store(true, Ordering::Relaxed);
    }

    /// Waits until a job is done.
    pub fn wait(&self, job: usize) -> Result<Fetched, Error> {
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match &results[job] {
                Some(result) => return result.clone(),
                None => results = self.finished.wait(results).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    fn work(&self) {
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(job) = self.jobs.get(at).filter(|_| !self.is_stopped.load(Ordering::Relaxed)) else { return };
            let result = self.fetcher.fetch(&job.resolved, &job.connection, self.wants_provenance);
            self.results.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(result);
            self.finished.notify_all();
        }
    }
}
