//! Prints results as helm-unittest does. [`super::explained`] prints failures that are explained.

use std::fmt::Write as _;

use mkmanifests_go::duration::Duration;

use super::{explained, title};
use crate::path;
use crate::run::{Counts, Event, JobResult, SuiteResult, Summary};

/// Prints with or without colours.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    color: bool,
    /// What the summary counts: "Charts:" or "Folders:".
    counted: &'static str,
}

/// Go's codes of a colour: what switches it on and off.
type Color = (&'static str, &'static str);

const GREEN_LABEL: Color = ("42;30", "0;0");
const RED: Color = ("31", "0");
const RED_LABEL: Color = ("41;37", "0;0");
const YELLOW: Color = ("33", "0");
const YELLOW_LABEL: Color = ("43;30", "0;0");
const BOLD: Color = ("1", "22");
const FAINT: Color = ("2", "22");

impl Text {
    /// Creates a printer.
    pub fn new(color: bool) -> Text {
        Text { color, counted: "Charts:" }
    }

    /// Returns a printer that counts folders, which need not be charts.
    #[must_use]
    pub fn of_folders(self) -> Text {
        Text { counted: "Folders:", ..self }
    }

    /// Returns the text about what has happened. Warnings have none.
    pub fn event(self, event: &Event<'_>) -> String {
        match event {
            Event::ChartError(error) => format!("\n### {} {error}\n\n", self.paint(RED, "Error: ")),
            Event::Chart { name, path } => {
                format!("\n### Chart [ {} ] {}\n\n", self.paint(BOLD, name), self.paint(FAINT, path))
            }
            Event::Folder { name, path } => {
                format!("\n### Folder [ {} ] {}\n\n", self.paint(BOLD, name), self.paint(FAINT, path))
            }
            Event::Suite(result) => self.suite(result),
            Event::Diagnostics(..) | Event::Warning(_) | Event::Progress(_) => String::new(),
        }
    }

    /// Returns the summary of a run.
    pub fn summary(self, summary: &Summary) -> String {
        let mut out = String::new();
        let totals = &summary.totals;
        if totals.snapshots.failed > 0 {
            let failed = self.paint(RED, &format!("{} snapshot failed", totals.snapshots.failed));
            let suites = totals.suites_with_failed_snapshots;
            let hint = self.paint(FAINT, " Check changes and use `-u` to update snapshot.");
            let _ = writeln!(out, "\nSnapshot Summary: {failed} in {suites} test suite.{hint}");
        }
        let failed = totals.snapshots.failed + totals.snapshots.missing;
        let snapshots = Counts { passed: totals.snapshots.passed, failed, ..Counts::default() };
        let nanoseconds = i64::try_from(summary.duration.as_nanos()).unwrap_or(i64::MAX);
        let _ = writeln!(out, "\n{:<13}{}", self.counted, self.counts(&totals.charts));
        let _ = writeln!(out, "Test Suites: {}", self.counts(&totals.suites));
        let _ = writeln!(out, "Tests:       {}", self.counts(&totals.tests));
        let _ = writeln!(out, "Snapshot:    {}", self.counts(&snapshots));
        let _ = writeln!(out, "Time:        {}\n", Duration(nanoseconds));
        out
    }

    fn counts(self, counts: &Counts) -> String {
        let Counts { passed, failed, errored, skipped } = *counts;
        let mut text = String::new();
        if failed > 0 {
            text.push_str(&self.paint(RED, &format!("{failed} failed, ")));
        }
        if errored > 0 {
            let _ = write!(text, "{errored} errored, ");
        }
        let _ = write!(text, "{passed} passed, ");
        if skipped > 0 {
            let _ = write!(text, "{skipped} skipped, ");
        }
        let _ = write!(text, "{} total", passed + failed + skipped);
        text
    }

    fn suite(self, suite: &SuiteResult) -> String {
        let label = match (suite.skipped, suite.passed) {
            (true, _) => self.paint(YELLOW_LABEL, " SKIP "),
            (false, true) => self.paint(GREEN_LABEL, " PASS "),
            (false, false) => self.paint(RED_LABEL, " FAIL "),
        };
        let file = match suite.file.as_str() {
            "" => String::new(),
            file => {
                let folder = path::clean(&path::dir(file));
                let folder = if folder == "/" { folder } else { format!("{folder}/") };
                format!("{}{}", self.paint(FAINT, &folder), path::base(file))
            }
        };
        let mut out = format!("{label} {}\t{file}\n", self.paint(BOLD, &suite.name));
        match &suite.error {
            Some(error) => {
                let _ = writeln!(out, "\t{}\n\t\t{error}\n", self.paint(BOLD, "- Execution Error: "));
            }
            None => suite.jobs.iter().for_each(|job| self.job(job, &mut out)),
        }
        out
    }

    fn job(self, job: &JobResult, out: &mut String) {
        let name = &job.name;
        if job.passed {
            return;
        }
        if job.skipped {
            let (dash, label) = (self.paint(BOLD, "- "), self.paint(YELLOW_LABEL, "SKIPPED"));
            let _ = writeln!(out, "\t{dash}{label}{}", self.paint(YELLOW, &format!(" '{name}'")));
            return;
        }
        if !job.explanations.is_empty() {
            let _ = writeln!(out, "\t{}\n", self.paint(RED, &format!("- {name}")));
            for explanation in &job.explanations {
                let _ = writeln!(out, "{}\n", explained::text(explanation, self.color));
            }
            return;
        }
        if let Some(error) = &job.error {
            let _ = writeln!(out, "\t{}", self.paint(BOLD, &format!("- {name}")));
            let _ = writeln!(out, "\t\t{}", self.paint(BOLD, &format!("Error: {error}\n")));
            return;
        }
        let _ = writeln!(out, "\t{}", self.paint(RED, &format!("- {name}\n")));
        for assertion in job.assertions.iter().filter(|assertion| !assertion.passed) {
            let _ = writeln!(out, "\t\t{}", self.paint(RED, &title(assertion)));
            for line in assertion.lines() {
                let _ = writeln!(out, "\t\t\t{line}");
            }
            out.push('\n');
        }
    }

    fn paint(self, (on, off): Color, text: &str) -> String {
        if self.color { format!("\x1b[{on}m{text}\x1b[{off}m") } else { text.to_owned() }
    }
}
