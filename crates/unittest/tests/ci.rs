//! Snapshots that are missing in CI.

use std::fs;

use super::run::{Bench, CHART, write};

const TEMPLATE: (&str, &str) = ("templates/a.yaml", "kind: A\n");
const SUITE: (&str, &str) = (
    "tests/a_test.yaml",
    "suite: a\ntests:\n- it: is the same\n  asserts:\n  - matchSnapshot: {}\n  - matchSnapshot: {path: kind}\n",
);

fn in_ci(files: &[(&str, &str)]) -> Bench {
    let mut bench = Bench::new(files);
    bench.options.ci = true;
    bench
}

#[test]
fn a_missing_snapshot_fails_and_is_not_written() {
    let bench = in_ci(&[CHART, TEMPLATE, SUITE]);
    let (printed, summary) = bench.run();
    let snapshots = summary.totals.snapshots;
    assert_eq!((snapshots.missing, snapshots.created, snapshots.failed, snapshots.passed), (2, 0, 0, 0), "{printed}");
    assert!(!summary.passed && !bench.folder.path().join("tests/__snapshot__").exists());
    let failure = "\t\t\tPath:\tkind\n\t\t\tSnapshot 1 is not in the snapshot file, and was not written\n";
    let failure = failure.replace("Snapshot 1", "Snapshot 2");
    assert!(printed.contains(&failure), "{printed}");
    assert!(printed.contains("Snapshot:    2 failed, 0 passed, 2 total"), "{printed}");
}

#[test]
fn a_negated_assertion_on_a_missing_snapshot_fails_too() {
    let suite = "tests:\n- it: a\n  asserts:\n  - matchSnapshot: {}\n    not: true\n";
    let (printed, summary) = in_ci(&[CHART, TEMPLATE, ("tests/a_test.yaml", suite)]).run();
    assert!(!summary.passed && summary.totals.snapshots.missing == 1, "{printed}");
    let raw = "tests:\n- it: a\n  template: NOTES.txt\n  asserts:\n  - matchSnapshotRaw: {}\n    not: true\n";
    let notes = ("templates/NOTES.txt", "hello\n");
    let (printed, summary) = in_ci(&[CHART, notes, ("tests/a_test.yaml", raw)]).run();
    assert!(!summary.passed && summary.totals.snapshots.missing == 1, "{printed}");
}

#[test]
fn a_pattern_needs_no_snapshot() {
    let suite = "tests:\n- it: a\n  asserts:\n  - matchSnapshot: {matchRegex: {pattern: 'kind: A'}}\n";
    let (printed, summary) = in_ci(&[CHART, TEMPLATE, ("tests/a_test.yaml", suite)]).run();
    assert!(summary.passed && summary.totals.snapshots.missing == 0, "{printed}");
}

#[test]
fn equal_snapshots_pass_and_unused_ones_stay() {
    let snapshots = "is the same:\n  1: |\n    kind: A\n  2: |\n    A\nold test:\n  1: |\n    kind: B\n";
    let file = ("tests/__snapshot__/a_test.yaml.snap", snapshots);
    let mut bench = in_ci(&[CHART, TEMPLATE, SUITE, file]);
    let (printed, summary) = bench.run();
    assert!(summary.passed && summary.totals.snapshots.vanished == 1, "{printed}");
    let path = bench.folder.path().join(file.0);
    assert_eq!(fs::read_to_string(&path).expect("snapshots"), snapshots);
    // An update wins.
    bench.options.update_snapshots = true;
    write(bench.folder.path(), &[("templates/a.yaml", "kind: C\n")]);
    assert!(bench.run().1.passed);
    assert_eq!(fs::read_to_string(&path).expect("snapshots"), "is the same:\n  1: |\n    kind: C\n  2: |\n    C\n");
}
