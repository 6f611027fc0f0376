//! The report of a run or of a check.

use std::fmt::{self, Write as _};

use serde::Serialize;

use super::GitopsCode;
use crate::diagnostic::{self, Diagnostic, Sources};

/// The report of a run, or of a check.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Whether the run only compared files.
    pub is_check: bool,
    /// Number of rendered clusters.
    pub clusters: usize,
    /// Number of apps in these clusters.
    pub apps: usize,
    /// Number of files without changes.
    pub unchanged: usize,
    /// The files that were written or removed, or that differ.
    pub changes: Vec<Change>,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
    /// The texts that the locations of warnings are in.
    pub sources: Sources,
}

/// A change of a file, or of an object in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Path of the file relative to the tree, with slashes.
    pub path: String,
    /// The object in the file; none if the change is about the whole file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The kind of change.
    pub change: ChangeKind,
    /// A unified diff from the current to the expected text; only in a check.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub diff: String,
}

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeKind {
    /// The file or object is new, or missing.
    Added,
    /// The file or object differs.
    Changed,
    /// Only the line endings differ: they are CRLF, as Git on Windows writes them.
    LineEnds,
    /// An earlier run wrote it, and it is no longer part of the tree.
    Removed,
    /// It is not part of the tree, and was added by hand.
    Unexpected,
}

impl Report {
    /// Returns whether there are no changes.
    pub fn is_clean(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the number of changes of one kind.
    pub fn count(&self, kind: ChangeKind) -> usize {
        self.changes.iter().filter(|change| change.change == kind).count()
    }

    /// Returns all diffs as text for a terminal.
    pub fn diffs(&self, color: bool) -> String {
        let mut text = String::new();
        for change in &self.changes {
            change.write(&mut text, color);
        }
        text
    }

    /// Adds one warning if Git has converted the line endings of files.
    pub(super) fn warn_of_line_ends(&mut self) {
        let count = self.count(ChangeKind::LineEnds);
        if count > 0 {
            let message =
                format!("{} {} CRLF line endings", plural(count, "file"), if count == 1 { "has" } else { "have" });
            let diagnostic = Diagnostic::warning(GitopsCode::ConvertedLineEnds, message);
            let help = "Git on Windows converts them; `* -text` in `.gitattributes` of the tree prevents that";
            self.warnings.push(diagnostic.help(help));
        }
    }

    /// Returns a one-line summary of the written files, or of the differences.
    pub fn summary(&self) -> String {
        let of = format!("{} of {}", plural(self.apps, "app"), plural(self.clusters, "cluster"));
        let words: [&str; 5] = match self.is_check {
            true => ["missing", "changed", "with CRLF line endings", "stale", "unexpected"],
            false => ["added", "changed", "converted from CRLF line endings", "removed", "unexpected"],
        };
        let kinds =
            [ChangeKind::Added, ChangeKind::Changed, ChangeKind::LineEnds, ChangeKind::Removed, ChangeKind::Unexpected];
        let counts = kinds.iter().zip(words).map(|(kind, word)| (self.count(*kind), word));
        let counts = counts.filter(|(count, _)| *count > 0).map(|(count, word)| match self.is_check {
            true => format!("{count} {word}"),
            false => format!("{} {word}", plural(count, "file")),
        });
        let mut counts: Vec<String> = counts.collect();
        if self.unchanged > 0 || counts.is_empty() {
            counts.push(format!("{} unchanged", plural(self.unchanged, "file")));
        }
        format!("{of}: {}", counts.join(", "))
    }

    /// Returns the report as JSON.
    pub fn json(&self) -> String {
        let value = serde_json::json!({
            "clusters": self.clusters,
            "apps": self.apps,
            "unchanged": self.unchanged,
            "added": self.count(ChangeKind::Added),
            "changed": self.count(ChangeKind::Changed),
            "lineEnds": self.count(ChangeKind::LineEnds),
            "removed": self.count(ChangeKind::Removed),
            "unexpected": self.count(ChangeKind::Unexpected),
            "changes": self.changes,
            "warnings": self.warnings.iter().map(Diagnostic::message).collect::<Vec<_>>(),
        });
        // The report can always be serialized.
        serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
    }
}

/// Prints the warnings, the diffs and the summary without colors, for a failed assertion.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.warnings.is_empty() {
            writeln!(f, "{}\n", diagnostic::render(&self.warnings, &self.sources, false))?;
        }
        f.write_str(&self.diffs(false))?;
        f.write_str(&self.summary())
    }
}

impl Change {
    fn write(&self, out: &mut String, color: bool) {
        let title = match (&self.object, self.change) {
            (Some(object), ChangeKind::Added) => format!("{object} is missing"),
            (Some(object), ChangeKind::Changed) => format!("{object} differs"),
            (Some(object), ChangeKind::LineEnds) => format!("{object} has CRLF line endings"),
            (Some(object), ChangeKind::Removed) => format!("{object} is no longer rendered"),
            (Some(object), ChangeKind::Unexpected) => format!("{object} was not written by mkmanifests"),
            (None, ChangeKind::Added) => "the file is missing".to_owned(),
            (None, ChangeKind::Changed) => "the file differs".to_owned(),
            (None, ChangeKind::LineEnds) => "only the line endings differ (CRLF)".to_owned(),
            (None, ChangeKind::Removed) => "the file is no longer rendered".to_owned(),
            (None, ChangeKind::Unexpected) => "the file was not written by mkmanifests".to_owned(),
        };
        // Writing to a string never fails.
        let _ = writeln!(out, "{}: {title}", paint(&self.path, "1", color));
        for line in self.diff.lines() {
            let code = match line.as_bytes().first() {
                Some(b'+') => "32",
                Some(b'-') => "31",
                Some(b'@') => "36",
                _ => "",
            };
            let _ = writeln!(out, "{}", paint(line, code, color));
        }
        out.push('\n');
    }
}

fn paint(text: &str, code: &str, color: bool) -> String {
    if color && !code.is_empty() { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
