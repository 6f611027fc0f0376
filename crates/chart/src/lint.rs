//! Lints a chart as `helm lint` does: the same rules, messages and order.
//!
//! Source: `pkg/chart/v2/lint` of Helm.

mod addresses;
mod chart_file;
mod crds;
mod dependencies;
mod deprecations;
mod expand;
mod names;
mod objects;
mod templates;
mod values_file;

use std::fmt;
use std::path::{Path, PathBuf};

use super::load::{Loaded, load};
use super::prepare::user_values;
use crate::values::Values;
use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_go::quote::quote;
use mkmanifests_gotmpl::Map;
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};

pub use expand::expand;

/// How serious a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Information, such as a missing `values.yaml`.
    Info,
    /// A break with a convention. It fails the chart only with `--strict`.
    Warning,
    /// The chart cannot be installed.
    Error,
}

/// What a rule says about a chart. `Display` writes the line that `helm lint` prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How serious it is.
    pub severity: Severity,
    /// The file or folder within the chart; for some rules the chart's folder.
    pub path: String,
    /// Helm's text.
    pub text: String,
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Info => "INFO",
            Severity::Warning => "WARNING",
            Severity::Error => "ERROR",
        };
        write!(f, "[{severity}] {}: {}", self.path, self.text)
    }
}

/// The result of linting one chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linted {
    /// The messages, in Helm's order.
    pub messages: Vec<Message>,
    /// The lines that Helm writes to its log meanwhile, such as a `required` value that is missing.
    pub log: Vec<String>,
}

/// What a chart is linted for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `.Release.Namespace`.
    pub namespace: String,
    /// The Kubernetes version, for `.Capabilities` and deprecated APIs; `None` for Helm's default.
    pub kube_version: Option<KubeVersion>,
    /// Whether to skip `values.schema.json`.
    pub skip_schema: bool,
}

/// The user's values.
///
/// As in Helm, linting a chart merges its defaults into the tables of these values: with several charts, the values of
/// the first can reach the next.
#[derive(Debug, Clone)]
pub struct UserValues(Map);

impl UserValues {
    /// Converts the user's layers without a chart's defaults
    /// ([`Layers::overlaid`](crate::values::Layers::overlaid)).
    pub fn new(values: &Values) -> UserValues {
        UserValues(user_values(&values.root, &values.sources))
    }
}

/// Lints the chart in a folder, which has a `Chart.yaml`.
pub fn lint(folder: &Path, values: &UserValues, options: &Options) -> Linted {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    // Without a slash at the end.
    let folder = folder.components().collect();
    let mut linter = Linter { folder, linted: Linted::default(), metadata_error: None };
    chart_file::check(&mut linter);
    values_file::check(&mut linter, &values.0, options);
    templates::check(&mut linter, &values.0, options);
    dependencies::check(&mut linter);
    crds::check(&mut linter);
    linter.linted
}

/// The state of the rules.
struct Linter {
    /// The absolute path of the chart's folder.
    folder: PathBuf,
    linted: Linted,
    /// Helm's error about `Chart.yaml`, if it does not fit its type.
    metadata_error: Option<String>,
}

impl Linter {
    fn push(&mut self, severity: Severity, path: impl Into<String>, text: impl Into<String>) {
        self.linted.messages.push(Message { severity, path: path.into(), text: text.into() });
    }

    /// Adds the text of a rule that is not met. Returns whether the rule is met.
    fn require(&mut self, severity: Severity, path: &str, text: Option<String>) -> bool {
        let is_met = text.is_none();
        if let Some(text) = text {
            self.push(severity, path, text);
        }
        is_met
    }

    /// Adds a line to the log: a message, and an attribute with its value.
    fn log(&mut self, level: &str, message: &str) {
        self.linted.log.push(format!("level={level} msg={}", quoted(message)));
    }

    /// Loads the chart as Helm does. Each rule that needs the chart loads it, and so logs its warnings.
    ///
    /// # Errors
    /// Helm's text.
    fn load(&mut self) -> Result<Loaded, String> {
        // Unlike the other commands, Helm's lint does not open it to detect a chart.
        if self.folder.join("Chart.yaml").is_dir() {
            return Err("Chart.yaml file is missing".to_owned());
        }
        let loaded = load(&self.folder, &mut Sources::default());
        if let Some(error) = &self.metadata_error {
            return Err(format!("cannot load Chart.yaml: {error}"));
        }
        let loaded = loaded.map_err(|diagnostics| diagnostics.first().map(text).unwrap_or_default())?;
        for warning in &loaded.warnings {
            self.log("INFO", &format!("Warning: {}", text(warning)));
        }
        Ok(loaded)
    }
}

/// Returns Helm's text of a diagnostic.
fn text(diagnostic: &Diagnostic) -> String {
    diagnostic.subject.original.clone().unwrap_or_else(|| diagnostic.message())
}

/// Quotes a value in a line of the log if Go's `slog` does.
fn quoted(text: &str) -> String {
    let is_plain = |char: char| char != '"' && char != '=' && char != ' ' && mkmanifests_go::quote::is_print(char);
    if !text.is_empty() && text.chars().all(is_plain) { text.to_owned() } else { quote(text.as_bytes()) }
}

/// Returns the extension of a path with its dot; empty if it has none.
fn extension(path: &str) -> &str {
    let base = path.rsplit('/').next().unwrap_or(path);
    base.rfind('.').and_then(|dot| base.get(dot..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{extension, quoted};

    #[test]
    fn texts_are_quoted_as_slog_quotes_them() {
        for (text, shown) in [("boo", "boo"), ("a b", "\"a b\""), ("", "\"\""), ("a=b", "\"a=b\""), ("a\n", "\"a\\n\"")]
        {
            assert_eq!(quoted(text), shown);
        }
    }

    #[test]
    fn extensions_are_those_of_the_last_step() {
        for (path, found) in [("a.b/c", ""), ("a/b.tar.gz", ".gz"), ("a/.x", ".x"), ("a/b.", ".")] {
            assert_eq!(extension(path), found);
        }
    }
}
