//! Runs suites of small charts, and compares with what helm-unittest prints.

use std::fs;
use std::path::Path;

use mkmanifests_chart::HelmRelease;
use mkmanifests_unittest::report::text::Text;
use mkmanifests_unittest::report::{Format, Machine};
use mkmanifests_unittest::run::{Options, Summary, run};

/// Writes files below a folder.
pub(super) fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }
}

pub(super) struct Bench {
    pub folder: tempfile::TempDir,
    pub options: Options,
}

impl Bench {
    pub fn new(files: &[(&str, &str)]) -> Bench {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), files);
        let helm = HelmRelease::V3_20.into();
        let options = Options { with_subcharts: true, helm, as_plugin: true, ..Options::default() };
        Bench { folder, options }
    }

    /// Runs the suites, and returns what is printed, without the time and the folder.
    pub fn run(&self) -> (String, Summary) {
        let text = Text::new(false);
        let path = self.folder.path().to_string_lossy().into_owned();
        let mut printed = String::new();
        let summary =
            run(std::slice::from_ref(&path), &self.options, &mut |event| printed.push_str(&text.event(&event)));
        printed.push_str(&text.summary(&summary));
        let printed = printed.lines().filter(|line| !line.starts_with("Time:"));
        let printed = printed.map(|line| self.without_folder(line)).collect::<Vec<_>>().join("\n");
        (printed, summary)
    }

    /// Replaces the path of the folder, which may be relative to the current one.
    fn without_folder(&self, line: &str) -> String {
        let name = self.folder.path().file_name().expect("a name").to_string_lossy();
        match line.split_once(&*name) {
            Some((before, after)) => {
                let start = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
                format!("{}CHART{after}", &before[..start])
            }
            None => line.to_owned(),
        }
    }
}

pub(super) const CHART: (&str, &str) = ("Chart.yaml", "{apiVersion: v2, name: web, version: 0.1.0}");
const TEMPLATE: (&str, &str) =
    ("templates/a.yaml", "kind: A\nname: {{ .Values.name }}\nrevision: {{ .Release.Revision }}\n");

#[test]
fn results_are_printed_as_helm_unittest_prints_them() {
    let suite = "suite: names\ntests:\n- it: has a name\n  set: {name: x}\n  asserts:\n  - equal: {path: name, value: x}\n\
                 - it: has another name\n  set: {name: one}\n  asserts:\n  - equal: {path: name, value: two}\n\
                 - it: is skipped\n  skip: {reason: later}\n  asserts:\n  - isKind: {of: A}\n";
    let bench = Bench::new(&[CHART, TEMPLATE, ("tests/a_test.yaml", suite)]);
    let (printed, summary) = bench.run();
    assert_eq!(
        printed,
        "
### Chart [ web ] CHART

 FAIL  names\tCHART/tests/a_test.yaml
\t- has another name

\t\t- asserts[0] `equal` fail
\t\t\tTemplate:\tweb/templates/a.yaml
\t\t\tDocumentIndex:\t0
\t\t\tValuesIndex:\t0
\t\t\tPath:\tname
\t\t\tExpected to equal:
\t\t\t\ttwo
\t\t\tActual:
\t\t\t\tone
\t\t\tDiff:
\t\t\t\t--- Expected
\t\t\t\t+++ Actual
\t\t\t\t@@ -1,2 +1,2 @@
\t\t\t\t-two
\t\t\t\t+one

\t- SKIPPED 'is skipped'

Charts:      1 failed, 0 passed, 1 total
Test Suites: 1 failed, 0 passed, 1 total
Tests:       1 failed, 1 passed, 1 skipped, 3 total
Snapshot:    0 passed, 0 total
"
    );
    let junit = Format::JUnit.report(&summary.suites, &Machine::default());
    assert!(junit.contains("<skipped message=\"SKIPPED &#39;is skipped&#39; ,\"></skipped>"), "{junit}");
    assert!(junit.contains("tests=\"3\" failures=\"1\" errors=\"0\""), "{junit}");
}

/// helm-unittest passes this test, and prints this name of the suite.
#[test]
fn versions_of_kubernetes_need_not_be_numbers() {
    let template = "{{- $kube := .Capabilities.KubeVersion }}\nversion: {{ $kube.Version }}\ngit: {{ $kube.GitVersion }}\n\
                    major: {{ $kube.Major | quote }}\nminor: {{ $kube.Minor }}\ntext: {{ toString $kube | quote }}\n\
                    action: {{ $kube }}\n";
    let suite = "tests:\n- it: a\n  capabilities: {majorVersion: 1, minorVersion: 25+}\n  asserts:\n  \
                 - equal: {path: version, value: v1.25+.0}\n  - equal: {path: git, value: v1.25+.0}\n  \
                 - equal: {path: major, value: '1'}\n  - equal: {path: minor, value: 25+}\n  \
                 - equal: {path: text, value: '{v1.25+.0 1 25+}'}\n  - equal: {path: action, value: v1.25+.0}\n\
                 - it: b\n  capabilities: {majorVersion: one, minorVersion: x}\n  asserts:\n  \
                 - equal: {path: version, value: vone.x.0}\n";
    let bench = Bench::new(&[CHART, ("templates/a.yaml", template), ("tests/a_test.yaml", suite)]);
    let (printed, summary) = bench.run();
    assert!(summary.passed, "{printed}");
}

/// The name of the suite is what helm-unittest prints.
#[test]
fn suites_are_rendered_for_no_install_and_no_upgrade() {
    let suite = "suite: install {{ .Release.IsInstall }} upgrade {{ .Release.IsUpgrade }} revision {{ .Release.Revision }} \
                 kube {{ .Capabilities.KubeVersion }}\ntests:\n- it: a\n  asserts:\n  - isKind: {of: A}\n";
    let suites = ("suites/Chart.yaml", "{apiVersion: v2, name: suites, version: 0.1.0}");
    let mut bench = Bench::new(&[CHART, TEMPLATE, suites, ("suites/templates/s_test.yaml", suite)]);
    bench.options.chart_tests_path = "suites".to_owned();
    let (printed, summary) = bench.run();
    assert!(printed.contains(" PASS  install false upgrade false revision 1 kube v1.20.0\t"), "{printed}");
    assert!(summary.passed);
}

#[test]
fn a_test_sees_the_version_of_kubernetes_of_the_test_before_it() {
    let template = ("templates/a.yaml", "minor: m{{ .Capabilities.KubeVersion.Minor }}\n");
    let suite = "tests:\n- it: a\n  asserts:\n  - equal: {path: minor, value: m20}\n\
                 - it: b\n  capabilities: {majorVersion: 1, minorVersion: 31}\n  asserts:\n  - equal: {path: minor, value: m31}\n\
                 - it: c\n  asserts:\n  - equal: {path: minor, value: m31}\n";
    let other = "tests:\n- it: d\n  asserts:\n  - equal: {path: minor, value: m31}\n";
    let bench = Bench::new(&[CHART, template, ("tests/a_test.yaml", suite), ("tests/b_test.yaml", other)]);
    let (printed, summary) = bench.run();
    assert!(summary.passed, "{printed}");
    assert_eq!(summary.totals.tests.passed, 4);
}

#[test]
fn an_expected_error_is_a_document_and_another_one_fails_the_test() {
    let template = ("templates/a.yaml", "{{ required \"name is required\" .Values.name }}\n");
    let expected = "tests:\n- it: a\n  asserts:\n  - failedTemplate: {errorMessage: name is required}\n";
    let unexpected = "tests:\n- it: a\n  asserts:\n  - isKind: {of: A}\n";
    let bench = Bench::new(&[CHART, template, ("tests/a_test.yaml", expected), ("tests/b_test.yaml", unexpected)]);
    let (printed, summary) = bench.run();
    assert_eq!(summary.totals.tests.passed, 1, "{printed}");
    let error = "\t- a\n\t\tError: execution error at (web/templates/a.yaml:1:3): name is required\n";
    assert!(printed.contains(error), "{printed}");
    assert!(printed.contains("Tests:       1 failed, 1 errored, 1 passed, 2 total"), "{printed}");
}

#[test]
fn a_snapshot_is_written_and_compared_in_the_next_run() {
    let suite = "tests:\n- it: a\n  asserts:\n  - matchSnapshot: {}\n";
    let bench = Bench::new(&[CHART, TEMPLATE, ("tests/a_test.yaml", suite)]);
    let (_, first) = bench.run();
    assert_eq!((first.passed, first.totals.snapshots.created), (true, 1));
    let file = bench.folder.path().join("tests/__snapshot__/a_test.yaml.snap");
    assert_eq!(
        fs::read_to_string(&file).expect("a snapshot"),
        "a:\n  1: |\n    kind: A\n    name: null\n    revision: 0\n"
    );
    write(bench.folder.path(), &[("templates/a.yaml", "kind: B\n")]);
    let (printed, second) = bench.run();
    assert_eq!((second.passed, second.totals.snapshots.failed), (false, 1), "{printed}");
    assert!(printed.contains("Snapshot Summary: 1 snapshot failed in 1 test suite. Check changes"), "{printed}");
}

#[test]
fn suites_of_enabled_subcharts_run_with_values_of_their_own() {
    let chart = (
        "Chart.yaml",
        "{apiVersion: v2, name: web, version: 0.1.0, dependencies: [{name: db, version: 0.1.0}, {name: off, version: \
         0.1.0, condition: off.enabled}]}",
    );
    let child = |name: &str| format!("{{apiVersion: v2, name: {name}, version: 0.1.0}}");
    let (db, off) = (child("db"), child("off"));
    let suite = "suite: db\ntemplates: [a.yaml]\ntests:\n- it: a\n  set: {name: x}\n  asserts:\n  - equal: {path: name, value: x}\n";
    let bench = Bench::new(&[
        chart,
        ("values.yaml", "off: {enabled: false}\n"),
        ("charts/db/Chart.yaml", &db),
        ("charts/db/templates/a.yaml", "name: {{ .Values.name }}\n"),
        ("charts/db/tests/a_test.yaml", suite),
        ("charts/off/Chart.yaml", &off),
        ("charts/off/tests/a_test.yaml", suite),
    ]);
    let (printed, summary) = bench.run();
    assert!(summary.passed, "{printed}");
    assert_eq!(summary.totals.suites.passed, 1, "{printed}");
}

#[test]
fn many_suites_are_printed_in_their_order() {
    let suite = "tests:\n- it: a\n  asserts:\n  - isKind: {of: A}\n";
    let names: Vec<String> = (0..40).map(|number| format!("tests/{number:02}_test.yaml")).collect();
    let mut files = vec![CHART, TEMPLATE];
    files.extend(names.iter().map(|name| (name.as_str(), suite)));
    let (printed, summary) = Bench::new(&files).run();
    assert!(summary.passed, "{printed}");
    let order: Vec<&str> =
        printed.lines().filter_map(|line| line.split_once("/tests/")).map(|(_, file)| file).collect();
    let expected: Vec<&str> = names.iter().filter_map(|name| name.strip_prefix("tests/")).collect();
    assert_eq!(order, expected);
}
