//! Prints results: [`text`] as helm-unittest prints them, [`explained`] why tests fail, and reports for other programs.

pub mod coverage;
mod expectation;
pub mod explained;
mod junit;
mod nunit;
mod sonar;
pub mod text;
mod xml;
mod xunit;

use std::time::Duration;

use crate::assertion::{AssertionResult, SKIP_REASON};
use crate::run::{JobResult, SuiteResult};

/// The format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `JUnit`
    JUnit,
    /// `NUnit`
    NUnit,
    /// `XUnit`
    XUnit,
    /// `Sonar`
    Sonar,
}

impl Format {
    /// The formats with their names.
    pub const ALL: [(&'static str, Format); 4] =
        [("JUnit", Format::JUnit), ("NUnit", Format::NUnit), ("XUnit", Format::XUnit), ("Sonar", Format::Sonar)];

    /// Returns the format with a name, in any case.
    pub fn of(name: &str) -> Option<Format> {
        let found = Format::ALL.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, format)| *format)
    }

    /// Returns a report on suites.
    pub fn report(self, suites: &[SuiteResult], machine: &Machine) -> String {
        let root = match self {
            Format::JUnit => junit::report(suites, machine),
            Format::NUnit => nunit::report(suites, machine),
            Format::XUnit => xunit::report(suites, machine),
            Format::Sonar => sonar::report(suites),
        };
        root.to_text()
    }
}

/// What reports say about when and where the suites ran.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// The date: `2026-01-31`.
    pub date: String,
    /// The time: `23:59:59`.
    pub time: String,
    /// The name of the host.
    pub host: String,
    /// The name of the user.
    pub user: String,
    /// The working directory.
    pub folder: String,
    /// The language of the user: `en`.
    pub language: String,
    /// The language and country of the user: `en-US`.
    pub locale: String,
    /// The program and its platform: `go1.25.linux-amd64`.
    pub platform: String,
}

/// Returns a duration in seconds: `0.017`.
fn seconds(duration: Duration) -> String {
    format!("{:.3}", duration.as_secs_f64())
}

/// Returns the name of a suite after its last slash.
fn class(suite: &SuiteResult) -> &str {
    suite.name.rsplit('/').next().unwrap_or(&suite.name)
}

/// Returns everything that is wrong with a test.
fn details(job: &JobResult) -> String {
    let mut text = String::new();
    if job.skipped {
        text.push_str(&format!("SKIPPED '{}' \n", job.name));
    }
    if let Some(error) = &job.error {
        text.push_str(&format!("{error}\n"));
    }
    for assertion in &job.assertions {
        text.push_str(&format!("\t\t {} \n", title(assertion)));
        let lines = if assertion.skipped { vec![SKIP_REASON.to_owned()] } else { assertion.lines() };
        lines.iter().for_each(|line| text.push_str(&format!("\t\t\t {line} \n")));
    }
    text
}

fn title(assertion: &AssertionResult) -> String {
    let not = if assertion.not { " NOT" } else { "" };
    format!("- asserts[{}]{not} `{}` fail", assertion.index, assertion.name)
}
