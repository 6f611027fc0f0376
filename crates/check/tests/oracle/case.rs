//! One manifest and the answer of a real API server.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use mkmanifests_check::{self as check, Definitions};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};
use mkmanifests_yaml::tree::read::{Duplicates, documents};
use mkmanifests_yaml::tree::{Node, to_node};
use serde::Deserialize;
use serde_json::Value;

use mkmanifests_testing as common;

#[derive(Deserialize)]
pub struct Case {
    pub id: String,
    /// The short name of the mistake; not every file has it.
    class: Option<String>,
    /// The broad area.
    family: String,
    pub base: String,
    pub manifest: Value,
    pub verdict: String,
    pub code: u16,
    pub message: String,
    pub causes: Vec<Cause>,
    #[serde(default)]
    pub admission: bool,
}

#[derive(Deserialize)]
pub struct Cause {
    #[serde(default)]
    pub field: String,
}

impl Case {
    pub fn kind(&self) -> &str {
        self.manifest["kind"].as_str().unwrap_or("-")
    }

    /// Returns the short name of the mistake, or else the broad area.
    pub fn class(&self) -> &str {
        self.class.as_ref().unwrap_or(&self.family)
    }

    pub fn is_refused(&self) -> bool {
        self.verdict == "refused"
    }

    /// Returns what the checks report, given the definition of the custom resources.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        static DEFINITION: LazyLock<Vec<Node>> = LazyLock::new(definition);
        let object = to_node(&self.manifest).expect("JSON is a tree");
        let mut diagnostics = Vec::new();
        check::object(&object, &mut diagnostics);
        Definitions::of(DEFINITION.iter()).check(&object, &mut diagnostics);
        diagnostics
    }
}

fn data(name: &str) -> PathBuf {
    common::data("oracle").join(name)
}

/// Reads the CustomResourceDefinition that was installed on the server.
fn definition() -> Vec<Node> {
    let bytes = std::fs::read(data("custom-crd.yaml")).expect("the file can be read");
    documents(&mut Sources::default(), "custom-crd.yaml", &bytes, Duplicates::Refused).expect("it is YAML")
}

/// Returns the committed cases of one file.
pub fn committed(name: &str) -> Vec<Case> {
    read(&data(name))
}

/// Returns the ids of the cases on which the checks are known to differ; the file has the reasons.
pub fn known_misses() -> Vec<String> {
    let text = std::fs::read_to_string(data("known-misses.tsv")).expect("the file can be read");
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| row.split_once('\t').expect("an id, a tab, a reason").0.to_owned()).collect()
}

/// Returns the cases from public charts, if they exist.
pub fn charts() -> Option<Vec<Case>> {
    let file = common::repository().join("../shared/oracle/verdicts.jsonl.gz");
    let cases = file.exists().then(|| read(&file))?;
    Some(cases.into_iter().filter(|case| case.base.starts_with("chart:")).collect())
}

fn read(file: &Path) -> Vec<Case> {
    let bytes = std::fs::read(file).expect("the file can be read");
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("it is gzip of text");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is a case")).collect()
}
