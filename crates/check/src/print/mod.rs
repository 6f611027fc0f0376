//! Prints diagnostics for programs: as JSON, GitHub annotations and SARIF.

mod github;
mod json;
mod sarif;

pub use self::github::github;
pub use self::json::json;
pub use self::sarif::sarif;

use super::object_diagnostic::ObjectDiagnostic;
use mkmanifests_yaml::diagnostic::{Diagnostic, Severity, Sources};
use mkmanifests_yaml::tree::Node;

/// The checked objects with their diagnostics.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// The objects. Diagnostics refer to them by index.
    pub objects: &'a [Node],
    /// The diagnostics, including skipped ones.
    pub diagnostics: &'a [ObjectDiagnostic],
    /// Errors of input that could not be read.
    pub failures: &'a [Diagnostic],
    /// The texts that the locations point into.
    pub sources: &'a Sources,
}

/// The numbers of diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Errors that are not skipped.
    pub errors: usize,
    /// Warnings that are not skipped.
    pub warnings: usize,
    /// Diagnostics of rules that are skipped.
    pub skipped: usize,
}

impl<'a> Checked<'a> {
    /// Returns the diagnostics that are not skipped.
    pub fn counted(self) -> impl Iterator<Item = &'a ObjectDiagnostic> {
        self.diagnostics.iter().filter(|found| found.skipped.is_none())
    }

    /// Returns the numbers of diagnostics.
    pub fn counts(self) -> Counts {
        let mut counts = Counts::default();
        for found in self.diagnostics {
            match (&found.skipped, found.diagnostic.severity) {
                (Some(_), _) => counts.skipped += 1,
                (None, Severity::Error) => counts.errors += 1,
                (None, Severity::Warning) => counts.warnings += 1,
            }
        }
        counts
    }

    /// Returns the object of a diagnostic.
    fn object(self, found: &ObjectDiagnostic) -> Option<&'a Node> {
        found.object.and_then(|index| self.objects.get(index))
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
