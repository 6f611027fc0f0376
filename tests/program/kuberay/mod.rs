//! KubeRay's own samples and charts: `check` accepts what the operator accepts, and values render the samples.
//!
//! `MKMANIFESTS_KUBERAY` names a checkout of KubeRay v1.7.0. Without it, the tests are skipped. The table
//! `tests/data/program/kuberay/samples.tsv` has a line per sample with an object of `ray.io`:
//!
//! - the path of the sample below `ray-operator/config/samples`,
//! - the feature gates without which the operator refuses it (recorded from the operator's own validation),
//! - the component that renders it,
//! - `equal` if values render the sample's object, or why values cannot express it,
//! - the rules by which `check` refuses it nevertheless, because of placeholders such as `$NAME` in it.

mod charts;
mod normal;
mod rebuilt;
mod samples;
mod values;

use std::path::{Path, PathBuf};

use mkmanifests::check::input::{Input, Request};
use mkmanifests::tree::Node;

use mkmanifests_testing as common;

/// A line of the table.
struct Sample {
    path: String,
    gates: String,
    component: String,
    values: String,
    refused: String,
}

impl Sample {
    /// Reads the table.
    fn all() -> Vec<Sample> {
        let text = std::fs::read_to_string(common::data("program/kuberay/samples.tsv")).expect("the table");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| Sample::parse(line).unwrap_or_else(|| panic!("five columns: {line}"))).collect()
    }

    fn parse(line: &str) -> Option<Sample> {
        let mut columns = line.split('\t').map(str::to_owned);
        let mut next = || columns.next();
        Some(Sample { path: next()?, gates: next()?, component: next()?, values: next()?, refused: next()? })
    }

    fn is_equal(&self) -> bool {
        self.values == "equal"
    }
}

/// Returns the folder of the samples.
fn folder(checkout: &Path) -> PathBuf {
    checkout.join("ray-operator/config/samples")
}

/// Reads all objects of a sample.
fn objects(file: &Path) -> Vec<Node> {
    let bytes = std::fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut input = Input::default();
    input.add(&file.display().to_string(), &bytes, Request::ByName);
    assert!(input.failures.is_empty(), "{}: {:?}", file.display(), input.failures);
    input.objects
}

fn is_of_ray(object: &Node) -> bool {
    object.get("apiVersion").and_then(Node::as_str).is_some_and(|version| version.starts_with("ray.io/"))
}
