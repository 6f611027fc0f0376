//! Measures validation: every object of the recorded verdicts, types and rules together.

use std::io::Read;
use std::sync::LazyLock;

use divan::{Bencher, counter::ItemsCount};
use flate2::read::GzDecoder;
use mkmanifests_check as check;
use mkmanifests_yaml::tree::{Node, to_node};

/// The objects that an API server accepted, and those that it refused.
static OBJECTS: LazyLock<[Vec<Node>; 2]> = LazyLock::new(|| {
    let mut text = String::new();
    let bytes = include_bytes!("../tests/data/oracle/verdicts.jsonl.gz");
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).expect("it is gzip of text");
    let cases: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("each line is a case")).collect();
    ["accepted", "refused"].map(|verdict| {
        let cases = cases.iter().filter(|case| case["verdict"] == verdict);
        cases.map(|case| to_node(&case["manifest"]).expect("JSON is a tree")).collect()
    })
});

fn main() {
    divan::main();
}

fn check_all(bencher: Bencher<'_, '_>, objects: &[Node]) {
    bencher.counter(ItemsCount::new(objects.len())).bench_local(|| {
        let mut diagnostics = Vec::new();
        objects.iter().for_each(|object| check::object(object, &mut diagnostics));
        diagnostics.len()
    });
}

/// Valid objects: the time of the checks alone.
#[divan::bench]
fn accepted(bencher: Bencher<'_, '_>) {
    check_all(bencher, &OBJECTS[0]);
}

/// Invalid objects: also messages, locations and suggested names.
#[divan::bench]
fn refused(bencher: Bencher<'_, '_>) {
    check_all(bencher, &OBJECTS[1]);
}
