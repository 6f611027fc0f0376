//! Counts what passed and failed.

use super::{JobResult, SuiteResult};

/// The numbers of charts, suites or tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that passed.
    pub passed: usize,
    /// Those that failed.
    pub failed: usize,
    /// Those of the failed ones that did not run.
    pub errored: usize,
    /// Those that were skipped.
    pub skipped: usize,
}

/// The numbers of snapshots.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SnapshotTotals {
    /// Those that passed.
    pub passed: usize,
    /// Those that failed.
    pub failed: usize,
    /// Those that are new.
    pub created: usize,
    /// Those that no assertion compared.
    pub vanished: usize,
    /// Those that fail because they are not in their file, and may not be written.
    pub missing: usize,
}

/// The numbers of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// The charts.
    pub charts: Counts,
    /// The suites.
    pub suites: Counts,
    /// The suites in which a snapshot failed.
    pub suites_with_failed_snapshots: usize,
    /// The tests.
    pub tests: Counts,
    /// The snapshots.
    pub snapshots: SnapshotTotals,
}

impl Totals {
    pub(super) fn chart(&mut self, passed: bool, errored: bool) {
        self.charts.passed += usize::from(passed);
        self.charts.failed += usize::from(!passed);
        self.charts.errored += usize::from(!passed && errored);
    }

    pub(super) fn suite(&mut self, suite: &SuiteResult) {
        if suite.skipped {
            self.suites.skipped += 1;
        } else if suite.passed {
            self.suites.passed += 1;
        } else {
            self.suites.failed += 1;
            self.suites.errored += usize::from(suite.error.is_some());
            self.suites_with_failed_snapshots += usize::from(suite.snapshots.failed > 0);
        }
        let snapshots = &suite.snapshots;
        self.snapshots.failed += snapshots.failed;
        self.snapshots.passed += snapshots.current.saturating_sub(snapshots.failed + snapshots.missing);
        self.snapshots.missing += snapshots.missing;
        self.snapshots.created += snapshots.inserted;
        self.snapshots.vanished += snapshots.vanished;
        suite.jobs.iter().for_each(|job| self.job(job));
    }

    fn job(&mut self, job: &JobResult) {
        if job.passed {
            self.tests.passed += 1;
        } else if job.skipped {
            self.tests.skipped += 1;
        } else {
            self.tests.failed += 1;
            self.tests.errored += usize::from(job.error.is_some());
        }
    }
}
