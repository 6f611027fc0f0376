//! The progress line of `chart test`.

use indicatif::ProgressBar;

use crate::cli::console::Console;
use crate::cli::progress;
use crate::unittest::run::Progress;

/// A line on stderr, if a person watches it.
pub(super) struct Line {
    is_shown: bool,
    bar: Option<ProgressBar>,
}

impl Line {
    /// Creates the line; helm-unittest has none.
    pub fn new(console: &Console<'_>, as_plugin: bool) -> Line {
        Line { is_shown: console.shows_progress() && !as_plugin, bar: None }
    }

    pub fn show(&mut self, progress: &Progress<'_>) {
        if !self.is_shown {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| progress::bar("{pos}/{len} suites, {msg}, {elapsed}"));
        bar.set_length(progress.all_suites as u64);
        bar.set_message(message(progress));
        bar.set_position(progress.suites as u64);
    }

    /// Prints something while the line is away.
    pub fn without<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn message(progress: &Progress<'_>) -> String {
    let tests = if progress.tests == 1 { "1 test".to_owned() } else { format!("{} tests", progress.tests) };
    match progress.failing {
        None => tests,
        Some(file) => format!("{tests}, {} failed, the last in {file}", progress.failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_named() {
        let progress = Progress { suites: 3, all_suites: 9, tests: 20, failed: 0, failing: None };
        assert_eq!(message(&progress), "20 tests");
        let failed = Progress { failed: 2, failing: Some("tests/a_test.yaml"), ..progress };
        assert_eq!(message(&failed), "20 tests, 2 failed, the last in tests/a_test.yaml");
    }
}
