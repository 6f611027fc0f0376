//! Prints findings for programs: as JSON, GitHub annotations and SARIF.

mod github;
mod json;
mod sarif;

pub use self::github::github;
pub use self::json::json;
pub use self::sarif::sarif;

use super::finding::Finding;
use mkmanifests_yaml::diagnostic::{Diagnostic, Severity, Sources};
use mkmanifests_yaml::tree::Node;

/// The checked objects with their findings.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// The objects. Findings refer to them by index.
    pub objects: &'a [Node],
    /// The findings, including skipped ones.
    pub findings: &'a [Finding],
    /// Errors of input that could not be read.
    pub failures: &'a [Diagnostic],
    /// The texts that the locations point into.
    pub sources: &'a Sources,
}

/// The numbers of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Errors that are not skipped.
    pub errors: usize,
    /// Warnings that are not skipped.
    pub warnings: usize,
    /// Findings of rules that are skipped.
    pub skipped: usize,
}

impl<'a> Checked<'a> {
    /// Returns the findings that are not skipped.
    pub fn counted(self) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(|finding| finding.skipped.is_none())
    }

    /// Returns the numbers of findings.
    pub fn counts(self) -> Counts {
        let mut counts = Counts::default();
        for finding in self.findings {
            match (&finding.skipped, finding.diagnostic.severity) {
                (Some(_), _) => counts.skipped += 1,
                (None, Severity::Error) => counts.errors += 1,
                (None, Severity::Warning) => counts.warnings += 1,
            }
        }
        counts
    }

    /// Returns the object of a finding.
    fn object(self, finding: &Finding) -> Option<&'a Node> {
        finding.object.and_then(|index| self.objects.get(index))
    }
}

/// Returns `error` or `warning`.
fn level(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Returns the message and its help, one line each.
fn whole(diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    std::iter::once(diagnostic.message()).chain(help).collect::<Vec<_>>().join("\n")
}
