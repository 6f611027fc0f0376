//! `matrix` of suites, and versions of Kubernetes of the command line.

use std::fs;

use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_unittest::run::Summary;
use mkmanifests_unittest::suite::Unknown;

use super::run::{Bench, CHART, write};

const TEMPLATE: (&str, &str) = (
    "templates/a.yaml",
    "kube: {{ .Capabilities.KubeVersion.Version }}\nsize: {{ .Values.size }}\nport: {{ .Values.port }}\n",
);
const VALUES: [(&str, &str); 3] =
    [("values.yaml", "size: 1\nport: 80\n"), ("ci/a-values.yaml", "size: 2\n"), ("ci/b-values.yaml", "size: 3\n")];

/// Creates a chart with one suite.
fn chart(suite: &str) -> Bench {
    let mut files = vec![CHART, TEMPLATE, ("tests/a_test.yaml", suite)];
    files.extend(VALUES);
    Bench::new(&files)
}

fn names(summary: &Summary) -> Vec<&str> {
    summary.suites.iter().flat_map(|suite| &suite.jobs).map(|job| job.name.as_str()).collect()
}

fn snapshots(bench: &Bench) -> String {
    fs::read_to_string(bench.folder.path().join("tests/__snapshot__/a_test.yaml.snap")).expect("snapshots")
}

const MATRIX: &str = "
matrix:
  kubeVersion: [1.30, \"v1.31.4\"]
  values: [../ci/*-values.yaml, []]
tests:
- it: renders
  asserts:
  - matchSnapshot: {}
";

#[test]
fn every_combination_has_a_name_and_snapshots() {
    let bench = chart(MATRIX);
    let (printed, summary) = bench.run();
    assert!(summary.passed, "{printed}");
    let expected = [
        "renders [Kubernetes 1.30, ci/a-values.yaml]",
        "renders [Kubernetes 1.30, ci/b-values.yaml]",
        "renders [Kubernetes 1.30]",
        "renders [Kubernetes 1.31.4, ci/a-values.yaml]",
        "renders [Kubernetes 1.31.4, ci/b-values.yaml]",
        "renders [Kubernetes 1.31.4]",
    ];
    assert_eq!(names(&summary), expected);
    let written = snapshots(&bench);
    let one = "renders [Kubernetes 1.30, ci/b-values.yaml]:\n  1: |\n    kube: v1.30.0\n    port: 80\n    size: 3\n";
    assert!(written.contains(one), "{written}");
    assert!(written.contains("renders [Kubernetes 1.31.4]:\n  1: |\n    kube: v1.31.4\n"), "{written}");
    // A template that depends on one of them.
    let template = "kube: {{ .Capabilities.KubeVersion.Version }}\nsize: {{ .Values.size }}\nport: 80\n{{ if eq .Values.size \
                    3.0 }}new: true{{ end }}\n";
    write(bench.folder.path(), &[("templates/a.yaml", template)]);
    let (printed, summary) = bench.run();
    let failed: Vec<bool> = summary.suites[0].jobs.iter().map(|job| !job.passed).collect();
    assert_eq!(failed, [false, true, false, false, true, false], "{printed}");
}

#[test]
fn values_of_the_test_win_over_those_of_the_matrix() {
    let suite = "
set: {port: 1}
matrix:
  values: [../ci/a-values.yaml, [../ci/a-values.yaml, ../ci/b-values.yaml]]
  set: [{}, {port: 2}, {other: {a: b}}]
tests:
- it: a
  asserts:
  - matchSnapshot: {path: port}
- it: b
  set: {port: 3, size: 4}
  asserts:
  - equal: {path: port, value: 3}
  - equal: {path: size, value: 4}
";
    let bench = chart(suite);
    let (printed, summary) = bench.run();
    assert!(summary.passed, "{printed}");
    let expected = [
        "a [ci/a-values.yaml]",
        "a [ci/a-values.yaml, port=2]",
        "a [ci/a-values.yaml, set[2]]",
        "a [ci/a-values.yaml + ci/b-values.yaml]",
        "a [ci/a-values.yaml + ci/b-values.yaml, port=2]",
        "a [ci/a-values.yaml + ci/b-values.yaml, set[2]]",
    ];
    assert_eq!(names(&summary)[..6], expected);
    let written = snapshots(&bench);
    assert!(written.contains("a [ci/a-values.yaml, port=2]:\n  1: |\n    2\n"), "{written}");
    assert!(written.contains("a [ci/a-values.yaml]:\n  1: |\n    1\n"), "{written}");
}

#[test]
fn a_test_with_a_version_keeps_it_and_no_other_test_sees_the_matrix() {
    let suite = "
matrix: {kubeVersion: [1.30, 1.31]}
tests:
- it: old
  capabilities: {majorVersion: 1, minorVersion: 22}
  asserts:
  - equal: {path: kube, value: v1.22.0}
- it: new
  asserts:
  - matchRegex: {path: kube, pattern: \"v1.3[01].0\"}
";
    let bench = chart(suite);
    let other = "tests:\n- it: next\n  asserts:\n  - equal: {path: kube, value: v1.22.0}\n";
    write(bench.folder.path(), &[("tests/b_test.yaml", other)]);
    let (printed, summary) = bench.run();
    assert!(summary.passed, "{printed}");
    assert_eq!(names(&summary), ["old", "new [Kubernetes 1.30]", "new [Kubernetes 1.31]", "next"]);
}

#[test]
fn versions_of_the_command_line_share_snapshots() {
    let suite = "tests:\n- it: a\n  asserts:\n  - matchSnapshot: {path: size}\n- it: old\n  capabilities: {majorVersion: 1, \
                 minorVersion: 22}\n  asserts:\n  - equal: {path: kube, value: v1.22.0}\n";
    let mut bench = chart(suite);
    bench.options.kube_versions = ["1.30", "1.31"].map(|text| KubeVersion::parse(text).expect("a version")).to_vec();
    let (printed, summary) = bench.run();
    assert!(summary.passed, "{printed}");
    assert_eq!(names(&summary), ["a [Kubernetes 1.30]", "a [Kubernetes 1.31]", "old"]);
    assert_eq!(snapshots(&bench), "a:\n  1: |\n    1\n");
    // A difference between versions fails, even if the snapshot is new or updated.
    write(bench.folder.path(), &[("templates/a.yaml", "size: {{ .Capabilities.KubeVersion.Minor }}\nkube: v1.22.0\n")]);
    bench.options.update_snapshots = true;
    let (printed, summary) = bench.run();
    let passed: Vec<bool> = summary.suites[0].jobs.iter().map(|job| job.passed).collect();
    assert_eq!(passed, [true, false, true], "{printed}");
    assert_eq!(summary.totals.snapshots.failed, 1);
    // One version has no need of a name.
    bench.options.kube_versions.truncate(1);
    assert_eq!(names(&bench.run().1), ["a", "old"]);
}

#[test]
fn mistakes_in_a_matrix_are_explained_and_the_plugin_ignores_it() {
    for (matrix, message) in [
        ("{kubeVersion: [1.3]}", "unknown Kubernetes version 1.3: must be between 1.8 and 1.37"),
        ("{kubeVersion: 1.31}", "cannot unmarshal !!float `1.31` into []string"),
        ("{values: [../ci/nope-*.yaml]}", "no values file matches `../ci/nope-*.yaml`"),
        ("{values: [/nope/*.yaml]}", "no values file matches `/nope/*.yaml`"),
        ("{value: []}", "unknown key"),
    ] {
        let mut bench = chart(&format!("matrix: {matrix}\ntests:\n- it: a\n  asserts:\n  - exists: {{path: size}}\n"));
        let (printed, summary) = bench.run();
        assert!(!summary.passed && printed.contains(message), "{matrix}: {printed}");
        bench.options.unknown = Unknown::Ignored;
        bench.options.as_plugin = true;
        let (printed, summary) = bench.run();
        assert!(summary.passed && names(&summary) == ["a"], "{printed}");
    }
    let both = "capabilities: {minorVersion: 30}\nmatrix: {kubeVersion: [1.30]}\ntests:\n- it: a\n  asserts:\n  - exists: \
                {path: size}\n";
    let (printed, _) = chart(both).run();
    assert!(printed.contains("the suite has both `matrix.kubeVersion` and a version in `capabilities`"), "{printed}");
    let numbers: Vec<String> = (0..101).map(|number| format!("{{port: {number}}}")).collect();
    let list = numbers.join(", ");
    let tests: String =
        (0..100).map(|number| format!("- it: t{number}\n  asserts:\n  - exists: {{path: size}}\n")).collect();
    let (printed, _) = chart(&format!("matrix: {{set: [{list}]}}\ntests:\n{tests}")).run();
    assert!(printed.contains("the suite has 10100 tests with all combinations"), "{printed}");
}
