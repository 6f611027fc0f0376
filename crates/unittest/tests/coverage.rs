//! What tests cover of the chart in `data/coverage/web`, counted by hand, and the reports about it.

use std::fs;
use std::path::Path;

use mkmanifests_chart::HelmRelease;
use mkmanifests_testing::{compare, data};
use mkmanifests_unittest::coverage::{Branch, ChartCoverage, TemplateCoverage, Way, total, totals};
use mkmanifests_unittest::report::coverage::{cobertura, html, text};
use mkmanifests_unittest::run::{Options, Summary, run};

fn measure(chart: &Path) -> Summary {
    let options =
        Options { with_subcharts: true, helm: HelmRelease::V3_20.into(), coverage: true, ..Options::default() };
    run(&[chart.to_str().unwrap().to_owned()], &options, &mut |_| {})
}

fn web() -> ChartCoverage {
    let summary = measure(&data("coverage/web"));
    assert!(summary.passed, "{:?}", summary.suites);
    let [chart] = summary.coverage.try_into().expect("the subchart has no suites");
    chart
}

fn template<'c>(chart: &'c ChartCoverage, name: &str) -> &'c TemplateCoverage {
    chart.templates.iter().find(|template| template.name == name).expect("the template")
}

fn missed(template: &TemplateCoverage) -> Vec<u32> {
    template.lines.iter().filter(|line| !line.is_covered).map(|line| line.number).collect()
}

fn not_taken(template: &TemplateCoverage) -> Vec<(u32, &str, Way)> {
    let missed = template.branches.iter().filter(|branch| !branch.is_covered);
    missed.map(|Branch { line, condition, way, .. }| (*line, condition.as_str(), *way)).collect()
}

#[test]
fn lines_and_branches_are_those_that_ran() {
    let chart = web();
    let names: Vec<&str> = chart.templates.iter().map(|template| template.name.as_str()).collect();
    assert_eq!(names, ["templates/_helpers.tpl", "templates/job.yaml", "templates/service.yaml"]);

    let helpers = template(&chart, "templates/_helpers.tpl");
    assert_eq!(helpers.lines.iter().map(|line| line.number).collect::<Vec<_>>(), [3, 4, 5, 10]);
    assert_eq!(missed(helpers), [10]);
    assert_eq!(not_taken(helpers), [(4, "with .Values.labels.team", Way::False)]);

    let job = template(&chart, "templates/job.yaml");
    assert_eq!(missed(job), [1, 2, 3]);
    assert_eq!(not_taken(job).len(), 2);

    let service = template(&chart, "templates/service.yaml");
    let counted: Vec<u32> = service.lines.iter().map(|line| line.number).collect();
    assert_eq!(counted, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 16, 17, 18, 19, 21]);
    assert_eq!(missed(service), [11]);
    assert_eq!(not_taken(service), [(10, "if .Values.debug", Way::True)]);

    let (lines, branches) = totals(&chart.templates);
    assert_eq!((lines.covered, lines.total, branches.covered, branches.total), (20, 25, 6, 10));
    assert_eq!(total(&[chart]).percent(), "74.2%");
}

#[test]
fn values_are_those_that_expressions_read_and_tests_set() {
    let values = web().values;
    assert_eq!(values.total, 10);
    // `image.tag` is read by `index`, and `viaTpl` by the text of a value.
    assert_eq!(values.unread, ["annotations", "image.repository", "unused"]);
    let unset = ["annotations", "debug", "image.repository", "image.tag", "labels.team", "text", "unused", "viaTpl"];
    assert_eq!(values.unset, unset);
}

#[test]
fn reports_show_what_is_missing() {
    let charts = [web()];
    let relative = |text: String| text.replace("tests/data/coverage/web", "web");
    let mut failures = Vec::new();
    failures.extend(compare(&data("coverage/report.txt"), &relative(text(&charts))));
    failures.extend(compare(&data("coverage/report.html"), &relative(html(&charts))));
    failures.extend(compare(&data("coverage/report.xml"), &relative(cobertura(&charts, "/work", 1_700_000_000_000))));
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Writes a chart with files, and measures it.
fn measured(files: &[(&str, &str)]) -> Vec<ChartCoverage> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    measure(folder.path()).coverage
}

const CHART: (&str, &str) = ("Chart.yaml", "{apiVersion: v2, name: web, version: 0.1.0}");

#[test]
fn what_fails_and_what_is_skipped() {
    let template_text =
        "{{- if .Values.on }}\na: {{ .Values.a }}\n{{- else }}\nb: {{ fail \"no\" }}\n{{- end }}\nc: d\n";
    let suite = "tests:\n- it: fails\n  asserts:\n  - equal: {path: a, value: 1}\n\
                 - it: is skipped\n  skip: {reason: later}\n  set: {on: true, a: 1}\n  asserts:\n  - equal: {path: a, value: 1}\n";
    let charts = measured(&[CHART, ("templates/a.yaml", template_text), ("tests/a_test.yaml", suite)]);
    let template = template(&charts[0], "templates/a.yaml");
    // The test that fails ran the first line and `fail`; nothing behind it.
    assert_eq!(missed(template), [2, 6]);
    assert_eq!(not_taken(template), [(1, "if .Values.on", Way::True)]);
    assert_eq!(charts[0].values.unset, [""; 0]);
}

#[test]
fn tpl_does_not_count_and_several_conditions_share_a_line() {
    let text = "x: {{ if .Values.a }}1{{ end }}{{ if .Values.b }}2{{ end }}\ny: {{ tpl \"{{ if .Values.c }}3{{ end }}\" . }}\n";
    let suite = "tests:\n- it: a\n  set: {a: 1}\n  asserts:\n  - exists: {path: x}\n";
    let charts = measured(&[CHART, ("templates/a.yaml", text), ("tests/a_test.yaml", suite)]);
    let template = template(&charts[0], "templates/a.yaml");
    assert_eq!(missed(template), [0; 0]);
    assert_eq!(not_taken(template), [(1, "if .Values.a", Way::False), (1, "if .Values.b", Way::True)]);
    assert_eq!((template.branches.len(), template.lines.len()), (4, 2));
    let xml = cobertura(&charts, "/", 0);
    assert!(xml.contains("condition-coverage=\"50% (2/4)\""), "{xml}");
}

#[test]
fn the_aliases_of_a_subchart_are_one_file() {
    let chart = "{apiVersion: v2, name: web, version: 0.1.0, dependencies: [{name: db, version: 0.1.0, alias: one}, \
                 {name: db, version: 0.1.0, alias: two}]}";
    let suite = "tests:\n- it: a\n  set: {one: {on: true}}\n  asserts:\n  - hasDocuments: {count: 1}\n    template: \
                 charts/one/templates/a.yaml\n";
    let own = "tests:\n- it: b\n  asserts:\n  - hasDocuments: {count: 0}\n    template: a.yaml\n";
    let charts = measured(&[
        ("Chart.yaml", chart),
        ("tests/a_test.yaml", suite),
        ("charts/db/Chart.yaml", "{apiVersion: v2, name: db, version: 0.1.0}"),
        ("charts/db/templates/a.yaml", "{{ if .Values.on }}\na: b\n{{ end }}\n"),
        ("charts/db/tests/b_test.yaml", own),
    ]);
    let names: Vec<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
    assert_eq!(names, ["web", "web/charts/db"]);
    let template = template(&charts[1], "templates/a.yaml");
    assert_eq!((missed(template), not_taken(template)), (vec![], vec![]));
}
