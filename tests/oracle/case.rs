//! One manifest and what a real API server said to it.

use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use mkmanifests::check;
use mkmanifests::problem::Problem;
use mkmanifests::tree::to_node;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub struct Case {
    pub id: String,
    pub class: String,
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

    pub fn is_refused(&self) -> bool {
        self.verdict == "refused"
    }

    /// What the checks say.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        check::object(&to_node(&self.manifest).expect("JSON is a tree"), &mut problems);
        problems
    }
}

/// The cases that belong to the project.
pub fn committed() -> Vec<Case> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/oracle/verdicts.jsonl.gz"))
}

/// The cases that were made from public charts, where they are.
pub fn charts() -> Option<Vec<Case>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/oracle");
    let file = std::env::var_os("MKMANIFESTS_ORACLE").map_or(beside, PathBuf::from).join("verdicts.jsonl.gz");
    let cases = file.exists().then(|| read(&file))?;
    Some(cases.into_iter().filter(|case| case.base.starts_with("chart:")).collect())
}

fn read(file: &Path) -> Vec<Case> {
    let bytes = std::fs::read(file).expect("the file can be read");
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("it is gzip of text");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is a case")).collect()
}
