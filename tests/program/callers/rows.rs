//! The recorded command lines: the form of `tests/data/program/callers/<caller>.yaml`.

use std::collections::BTreeMap;
use std::fs;

use mkmanifests_testing as common;
use serde::Deserialize;

/// A program that calls `helm`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// The name in the document.
    pub caller: String,
    /// What it sets in Helm's environment.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    pub rows: Vec<Row>,
}

/// Command lines that run one after another in the same folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub name: String,
    /// The working folder below the copied data.
    #[serde(default, rename = "in")]
    pub folder: String,
    #[serde(default)]
    pub needs: Option<Need>,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    pub steps: Vec<Step>,
}

/// A server beside the repository.
#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// OCI registries, from Debian's `docker-registry`.
    Registry,
}

/// One command: `helm` with arguments, or what the caller does in between.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The arguments, quoted as in a shell.
    #[serde(default)]
    pub helm: Option<String>,
    /// A shell command that has to succeed.
    #[serde(default)]
    pub shell: Option<String>,
    #[serde(default)]
    pub stdin: String,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Helm's exit code.
    #[serde(default)]
    pub exit: i32,
    /// A regular expression that the caller, or its user, looks for in stdout or stderr.
    #[serde(default)]
    pub finds: Option<String>,
    /// Where the caller's source has it.
    #[serde(default)]
    #[expect(dead_code, reason = "for readers of the data")]
    pub source: Option<String>,
    /// A regular expression for text that differs in each run.
    #[serde(default)]
    pub mask: Option<String>,
    /// Our answer, where it is meant to differ.
    #[serde(default)]
    pub ours: Option<Answer>,
    /// Why it differs.
    #[serde(default)]
    pub why: Option<String>,
}

/// What mkmanifests answers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub exit: i32,
    pub finds: String,
}

impl Row {
    /// Returns the number of command lines of `helm`.
    pub fn lines(&self) -> usize {
        self.steps.iter().filter(|step| step.helm.is_some()).count()
    }

    /// Returns the number of command lines whose answer is meant to differ.
    pub fn exceptions(&self) -> usize {
        self.steps.iter().filter(|step| step.ours.is_some()).count()
    }
}

/// Returns all callers.
pub fn callers() -> Vec<Caller> {
    let entries = fs::read_dir(common::data("program/callers")).expect("the folder of callers");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let read = |file: &std::path::PathBuf| {
        let text = fs::read_to_string(file).expect("text");
        let caller: Caller = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let steps = || caller.rows.iter().flat_map(|row| &row.steps);
        assert!(steps().all(|step| step.helm.is_some() != step.shell.is_some()), "{}", file.display());
        assert!(steps().all(|step| step.ours.is_some() == step.why.is_some()), "{}", file.display());
        caller
    };
    files.iter().map(read).collect()
}
