//! Recorded pairs: values, and the objects that the real Helm rendered from them.
//!
//! The values are those of golden cases with a values file, and the draws below `tests/data/program/autoscaler` that once
//! differed; the objects are in files beside the latter. `tests/renew autoscaler_parity` records them again.

use std::fs;
use std::path::{Path, PathBuf};

use mkmanifests_testing as common;

use super::draw::Draw;
use super::objects::{self, Objects};

/// Values, and the path of Helm's objects for them.
pub struct Pair {
    pub draw: Draw,
    pub expected: PathBuf,
}

fn folder() -> PathBuf {
    common::data("program/autoscaler")
}

/// Returns all pairs, sorted by name.
pub fn pairs() -> Vec<Pair> {
    let golden = common::root().join("golden/cases/autoscaler");
    let entries = fs::read_dir(golden).expect("the golden cases exist").map(|entry| entry.expect("readable").path());
    let mut pairs: Vec<Pair> = entries.filter_map(|case| from_golden_case(&case)).collect();
    let entries = fs::read_dir(folder()).into_iter().flatten().map(|entry| entry.expect("readable").path());
    pairs.extend(entries.filter(|file| file.extension().is_some_and(|it| it == "yaml")).map(|file| {
        let values = fs::read_to_string(&file).expect("text");
        pair(values, file.with_extension("json"))
    }));
    pairs.sort_by(|a, b| a.expected.cmp(&b.expected));
    pairs
}

/// Saves the values of a draw as a pair.
pub fn save(draw: &Draw) {
    let file = folder().join(format!("draw-{}.yaml", draw.seed));
    if let Err(error) = fs::write(&file, &draw.values) {
        eprintln!("{} cannot be saved: {error}", file.display());
    }
}

/// Returns the pair of a golden case that renders one values file for the default release.
fn from_golden_case(case: &Path) -> Option<Pair> {
    let args = fs::read_to_string(case.join("args")).ok()?;
    let name = case.file_name()?.to_str()?;
    if name.starts_with("err-") || !args.starts_with("autoscaler -f values.yaml") {
        return None;
    }
    Some(pair(fs::read_to_string(case.join("values.yaml")).ok()?, folder().join(format!("{name}.json"))))
}

fn pair(values: String, expected: PathBuf) -> Pair {
    let draw = Draw { seed: 0, release: "cluster-autoscaler", namespace: "kube-system", kube_version: None, values };
    Pair { draw, expected }
}

impl Pair {
    /// Returns Helm's objects, or `None` if it failed.
    pub fn expected(&self) -> Option<Objects> {
        let text = fs::read_to_string(&self.expected).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", self.expected.display()))
    }

    /// Records Helm's result.
    pub fn record(&self, theirs: Result<String, String>) {
        let objects = theirs.ok().map(|text| objects::read(&text).unwrap_or_else(|error| panic!("{error}")));
        let text = serde_json::to_string_pretty(&objects).expect("JSON");
        common::renew(&self.expected, (text + "\n").as_bytes());
    }
}
