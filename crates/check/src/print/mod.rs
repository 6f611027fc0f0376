//! Findings for programs: JSON, annotations of GitHub, SARIF.

mod github;
mod json;
mod sarif;

pub use self::github::github;
pub use self::json::json;
pub use self::sarif::sarif;

use super::finding::Finding;
use mkmanifests_yaml::diagnostic::{Diagnostic, Severity, Sources};
use mkmanifests_yaml::tree::Node;

/// What was checked, and what was found.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// The objects, which findings name by their index.
    pub objects: &'a [Node],
    /// What was found, skipped findings among it.
    pub findings: &'a [Finding],
    /// What could not be read.
    pub failures: &'a [Diagnostic],
    /// The texts that locations are in.
    pub sources: &'a Sources,
}

/// How many findings there are of each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Errors that count.
    pub errors: usize,
    /// Warnings that count.
    pub warnings: usize,
    /// Findings of rules that are skipped.
    pub skipped: usize,
}

impl<'a> Checked<'a> {
    /// The findings that count.
    pub fn counted(self) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(|finding| finding.skipped.is_none())
    }

    /// How many there are.
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

    /// The object that a finding is about.
    fn object(self, finding: &Finding) -> Option<&'a Node> {
        finding.object.and_then(|index| self.objects.get(index))
    }
}

/// `error` or `warning`.
fn level(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// The message with its help, a line each.
fn whole(diagnostic: &Diagnostic) -> String {
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    std::iter::once(diagnostic.message()).chain(help).collect::<Vec<_>>().join("\n")
}
