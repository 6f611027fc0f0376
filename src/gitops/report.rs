//! What a run did, or what a check found.

use std::fmt::{self, Write as _};

use serde::Serialize;

use super::GitopsCode;
use crate::diagnostic::{self, Diagnostic, Sources};

/// What a run did, or what a check found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Whether files were only compared.
    pub is_check: bool,
    /// How many clusters were rendered.
    pub clusters: usize,
    /// How many apps they have.
    pub apps: usize,
    /// How many files are as they should be.
    pub unchanged: usize,
    /// What was written or removed, or differs.
    pub changes: Vec<Change>,
    /// What did not stop the run.
    pub warnings: Vec<Diagnostic>,
    /// The texts that the warnings' locations are in.
    pub sources: Sources,
}

/// A file of the tree that is or was not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Below the tree, with slashes.
    pub path: String,
    /// The object in it; nothing if the change is of no object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// What is the matter.
    pub change: What,
    /// A unified diff from what is there to what should be; only in a check.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub diff: String,
}

/// What is the matter with a file or object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum What {
    /// It is new, or it is missing.
    Added,
    /// It differs.
    Changed,
    /// Its line ends are CRLF, as Git on Windows makes them; nothing else differs.
    LineEnds,
    /// It was written by an earlier run, and has no place any more.
    Removed,
    /// Somebody added it.
    Unexpected,
}

impl Report {
    /// Whether the tree is what would be written.
    pub fn is_clean(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many changes are of one sort.
    pub fn count(&self, what: What) -> usize {
        self.changes.iter().filter(|change| change.change == what).count()
    }

    /// The diffs of all objects, for a terminal.
    pub fn diffs(&self, color: bool) -> String {
        let mut text = String::new();
        for change in &self.changes {
            change.write(&mut text, color);
        }
        text
    }

    /// Warns of line ends that Git has converted, once for all files.
    pub(super) fn warn_of_line_ends(&mut self) {
        let count = self.count(What::LineEnds);
        if count > 0 {
            let message = format!("line ends were converted to CRLF in {}", plural(count, "file"));
            let diagnostic = Diagnostic::warning(GitopsCode::ConvertedLineEnds, message);
            let help =
                "Git on Windows does so; `* -text` in `.gitattributes` of the tree keeps them as they are written";
            self.warnings.push(diagnostic.help(help));
        }
    }

    /// One line: what was done, or what differs.
    pub fn summary(&self) -> String {
        let of = format!("{} of {}", plural(self.apps, "app"), plural(self.clusters, "cluster"));
        let words: [&str; 5] = match self.is_check {
            true => ["missing", "changed", "with CRLF line ends", "stale", "unexpected"],
            false => ["added", "changed", "converted from CRLF line ends", "removed", "unexpected"],
        };
        let kinds = [What::Added, What::Changed, What::LineEnds, What::Removed, What::Unexpected];
        let counts = kinds.iter().zip(words).map(|(what, word)| (self.count(*what), word));
        let counts = counts.filter(|(count, _)| *count > 0).map(|(count, word)| match self.is_check {
            true => format!("{count} {word}"),
            false => format!("{} {word}", plural(count, "file")),
        });
        let mut counts: Vec<String> = counts.collect();
        if self.unchanged > 0 || counts.is_empty() {
            counts.push(format!("{} as they should be", plural(self.unchanged, "file")));
        }
        format!("{of}: {}", counts.join(", "))
    }

    /// All of it as JSON.
    pub fn json(&self) -> String {
        let value = serde_json::json!({
            "clusters": self.clusters,
            "apps": self.apps,
            "unchanged": self.unchanged,
            "added": self.count(What::Added),
            "changed": self.count(What::Changed),
            "lineEnds": self.count(What::LineEnds),
            "removed": self.count(What::Removed),
            "unexpected": self.count(What::Unexpected),
            "changes": self.changes,
            "warnings": self.warnings.iter().map(Diagnostic::message).collect::<Vec<_>>(),
        });
        // Text and numbers always serialize.
        serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
    }
}

/// The warnings, the diffs and the summary, without colours: what a failed assertion shows.
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
            (Some(object), What::Added) => format!("{object} is missing"),
            (Some(object), What::Changed) => format!("{object} differs"),
            (Some(object), What::LineEnds) => format!("{object} has CRLF line ends"),
            (Some(object), What::Removed) => format!("{object} has no place any more"),
            (Some(object), What::Unexpected) => format!("{object} is nobody's"),
            (None, What::Added) => "the file is missing".to_owned(),
            (None, What::Changed) => "the file differs".to_owned(),
            (None, What::LineEnds) => "the file has CRLF line ends; nothing else differs".to_owned(),
            (None, What::Removed) => "the file has no place any more".to_owned(),
            (None, What::Unexpected) => "the file is nobody's".to_owned(),
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
