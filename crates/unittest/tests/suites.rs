//! Reads the suites below `data/suites`, and compares the messages with those of helm-unittest.
//!
//! A case is a suite file. Beside it are helm-unittest's message (`.txt`, recorded from the real program), and our report
//! of what `chart test` says (`.report`), if it says anything. A first line `# --strict` is an option.

use std::fs;
use std::path::{Path, PathBuf};

use mkmanifests_gotmpl::Value;
use mkmanifests_testing::{compare, compare_absent, data, is_renewing, program, renew};
use mkmanifests_unittest::assertion::Check;
use mkmanifests_unittest::suite::{Options, ReadError, Suites, Unknown, read};
use mkmanifests_yaml::diagnostic::{Failure, Sources};

/// Reads a text as helm-unittest's newest version does.
fn read_text(name: &str, text: &str, unknown: Unknown, sources: &mut Sources) -> Result<Suites, Box<ReadError>> {
    read(name, text, sources, &Options { unknown, version: "1.1.0", ..Options::default() })
}

#[test]
fn suites_fail_as_in_helm_unittest() {
    let mut cases: Vec<PathBuf> = fs::read_dir(data("suites")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    cases.sort();
    assert!(cases.len() > 20);
    let failures: Vec<String> = cases.iter().flat_map(|case| check(case)).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn check(case: &Path) -> Vec<String> {
    let text = fs::read_to_string(case).unwrap();
    let name = case.file_name().unwrap().to_str().unwrap();
    let unknown = if text.starts_with("# --strict\n") { Unknown::Strict } else { Unknown::Ignored };
    if is_renewing() {
        record(case, unknown);
    }
    let as_upstream = read_text(name, &text, unknown, &mut Sources::default());
    let expected = fs::read_to_string(case.with_extension("txt")).unwrap();
    let message = as_upstream.as_ref().map_or_else(|error| error.message.clone(), |_| "no error".to_owned());
    let mut failures = Vec::new();
    if !expected.starts_with("panic") && message != expected.trim_end() {
        failures.push(format!("{name}:\n  expected: {expected}\n  found: {message}"));
    }
    let mut sources = Sources::default();
    let diagnostics = match read_text(name, &text, Unknown::Explained, &mut sources) {
        Ok(suites) => suites.warnings,
        Err(error) => error.diagnostics,
    };
    let report = case.with_extension("report");
    failures.extend(match diagnostics.is_empty() {
        true => compare_absent(&report),
        false => compare(&report, &format!("{}\n", Failure::new(diagnostics, sources).render(false))),
    });
    failures
}

/// Records the message of the real helm-unittest.
fn record(case: &Path, unknown: Unknown) {
    let Some(program) = program("helm-unittest") else { return };
    let folder = tempfile::tempdir().unwrap();
    let chart = folder.path().join("app");
    fs::create_dir_all(chart.join("templates")).unwrap();
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: app\nversion: 0.1.0\n").unwrap();
    fs::copy(case, chart.join("suite.yaml")).unwrap();
    let strict: &[&str] = if unknown == Unknown::Strict { &["--strict"] } else { &[] };
    let mut command = std::process::Command::new(program);
    command.args(strict).args(["-f", "suite.yaml", "app"]).current_dir(folder.path());
    let output = command.output().unwrap();
    if String::from_utf8_lossy(&output.stderr).contains("panic:") {
        renew(&case.with_extension("txt"), b"panic\n");
        return;
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let message = text.split_once("### Error:  ").and_then(|(_, rest)| rest.split_once("\n\n\nCharts: "));
    let message = message.map_or("no error", |(message, _)| message);
    renew(&case.with_extension("txt"), format!("{message}\n").as_bytes());
}

fn suites(text: &str) -> Suites {
    read_text("suite.yaml", text, Unknown::Explained, &mut Sources::default()).unwrap()
}

#[test]
fn settings_have_the_types_of_go() {
    let text = fs::read_to_string(data("suites/lenient-types.yaml")).unwrap();
    let suites = suites(&text);
    let suite = &suites.suites[0];
    assert_eq!((suite.name.as_str(), suite.include_crds), ("1.10", true));
    assert_eq!(suite.templates, ["web.yaml", "1"]);
    let job = &suite.jobs[0];
    assert_eq!((job.release.name.as_str(), job.release.revision, job.release.is_upgrade), ("0x10", 2, true));
    assert_eq!((job.chart.version.as_str(), job.chart.app_version.as_str()), ("1.0", ""));
    assert_eq!(job.capabilities.minor_version, "1.30");
    assert_eq!(job.capabilities.api_versions, ["1", "v1"]);
    assert_eq!((job.name.as_str(), job.document_index), ("", None));
}

#[test]
fn settings_of_suites_are_merged_into_jobs() {
    let suites = suites(
        "
release: {name: web, namespace: shop, revision: 3}
capabilities: {majorVersion: 1, minorVersion: 30, apiVersions: [apps/v1]}
chart: {version: 1.0.0}
postRenderer: {cmd: cat}
kubernetesProvider:
  scheme: {v1/Pod: {gvr: {version: v1, resource: pods}, namespaced: true}}
  objects: [{kind: Pod, metadata: {name: suite}}]
values: [suite.yaml]
tests:
  - asserts: [{isKind: }]
  - release: {name: db, upgrade: true}
    capabilities: {minorVersion: 31, apiVersions: [batch/v1, 1]}
    chart: {version: 2.0.0, appVersion: 3}
    postRenderer: {cmd: sed, args: [-n, p]}
    kubernetesProvider:
      scheme: {v1/Pod: {gvr: {version: v2}}}
      objects: [{kind: Pod, metadata: {name: job}}]
    asserts: [{isKind: }]
  - capabilities: {apiVersions: null}
    asserts: [{isKind: }]
  - capabilities: {apiVersions: none}
    asserts: [{isKind: }]
",
    );
    let [first, second, third, fourth] = suites.suites[0].jobs.as_slice() else { panic!("four jobs") };
    assert_eq!((first.release.name.as_str(), first.release.revision), ("web", 3));
    assert_eq!(first.capabilities.api_versions, ["apps/v1"]);
    assert_eq!(first.post_renderer.as_ref().unwrap().command, "cat");
    assert_eq!((second.release.name.as_str(), second.release.namespace.as_str()), ("db", "shop"));
    assert!(second.release.is_upgrade && !first.release.is_upgrade);
    assert_eq!((second.chart.version.as_str(), second.chart.app_version.as_str()), ("2.0.0", "3"));
    assert_eq!(second.capabilities.minor_version, "31");
    // Only strings count.
    assert_eq!(second.capabilities.api_versions, ["batch/v1", "apps/v1"]);
    assert_eq!(second.post_renderer.as_ref().unwrap().args, ["-n", "p"]);
    // The kinds of the suite win.
    let kind = &second.kubernetes_provider.scheme["v1/Pod"];
    assert_eq!((kind.version.as_str(), kind.resource.as_str(), kind.is_namespaced), ("v1", "pods", true));
    assert_eq!(second.kubernetes_provider.objects.len(), 2);
    // A job can unset the versions of its suite.
    assert!(third.capabilities.api_versions.is_empty() && fourth.capabilities.api_versions.is_empty());
    // Values stay apart.
    assert_eq!((suites.suites[0].values.len(), first.values.len()), (1, 0));
}

#[test]
fn values_are_in_the_order_of_the_file() {
    let suites =
        suites("set: {z: 1, a.b: {c: [yes]}}\ntests: [{set: {b: 2001-01-01, a: null}, asserts: [{isKind: }]}]\n");
    let paths = |set: &[mkmanifests_unittest::suite::SetValue]| {
        set.iter().map(|value| (value.path.clone(), value.location.line, value.location.column)).collect::<Vec<_>>()
    };
    assert_eq!(paths(&suites.suites[0].set), [("z".to_owned(), 1, 7), ("a.b".to_owned(), 1, 13)]);
    let job = &suites.suites[0].jobs[0];
    assert_eq!(paths(&job.set), [("b".to_owned(), 2, 16), ("a".to_owned(), 2, 31)]);
    assert!(job.set[1].value.is_nil());
}

#[test]
fn anchors_are_merged() {
    let text = fs::read_to_string(data("suites/anchors.yaml")).unwrap();
    let suites = suites(&text);
    let [first, second] = suites.suites[0].jobs.as_slice() else { panic!("two jobs") };
    assert_eq!((first.name.as_str(), first.template.as_str(), first.set.len()), ("merges", "web.yaml", 2));
    assert_eq!((second.name.as_str(), second.template.as_str(), second.set.len()), ("merged name", "web.yaml", 1));
    let negated = first.assertions[1].as_ref().unwrap();
    assert!(negated.not && matches!(&negated.check, Check::Equal(equal) if equal.path == "a"));
}

#[test]
fn unknown_escapes_are_read_again() {
    let text = fs::read_to_string(data("suites/escapes.yaml")).unwrap();
    let files = ["values.yaml".to_owned()];
    let options = Options { values: &files, version: "1.1.0", ..Options::default() };
    let suites = read("suite.yaml", &text, &mut Sources::default(), &options).unwrap();
    let suite = &suites.suites[0];
    assert_eq!(suite.name, r"escapes \d");
    // Backslashes are doubled everywhere, and values files of the command line are lost.
    assert_eq!(suite.jobs[0].name, r"single \\d");
    assert!(suite.values.is_empty());
    let check = &suite.jobs[0].assertions[0].as_ref().unwrap().check;
    assert!(matches!(check, Check::MatchRegex(regex) if regex.pattern == r"^\d+\.\w$"), "{check:?}");
    // A test without assertions is not noticed.
    assert_eq!(suite.jobs.len(), 2);
}

#[test]
fn several_suites_have_locations_in_their_file() {
    let text = "---\nsuite: one\ntests: [{it: a, asserts: [{isKind: }]}]\n---\n  suite: two\n# x\n";
    let error = read_text("suite.yaml", text, Unknown::Ignored, &mut Sources::default()).unwrap_err();
    assert_eq!((error.message.as_str(), error.part), ("no tests found", 1));
    let location = error.diagnostics[0].location;
    assert_eq!((location.line, location.column), (5, 3));
}

#[test]
fn rendered_suites_need_names_and_have_numbers() {
    let options = Options { is_rendered: true, version: "1.1.0", ..Options::default() };
    let tests = "tests: [{asserts: [{isKind: }]}]\n";
    let error = read("suite.yaml", tests, &mut Sources::default(), &options).unwrap_err();
    assert_eq!(error.message, "helm chart based test suites must include `suite` field");
    let text = format!("suite: a\n{tests}---\nsuite: b\nsnapshotId: own\n{tests}---\nsuite: c\n{tests}");
    let suites = read("suite.yaml", &text, &mut Sources::default(), &options).unwrap().suites;
    let ids: Vec<String> = suites.iter().map(mkmanifests_unittest::suite::Suite::snapshot_file).collect();
    assert_eq!(ids, ["suite.yaml_0", "suite.yaml_own", "suite.yaml_2"]);
}

#[test]
fn tests_are_skipped_for_a_reason() {
    let reasons = |text: &str| {
        let suites = suites(text);
        let suite = &suites.suites[0];
        let jobs: Vec<String> = suite.jobs.iter().map(|job| job.skip_reason.clone()).collect();
        (suite.skip_reason.clone(), jobs)
    };
    let two = |text: &str| {
        let asserts = "asserts: [{isKind: }]";
        format!("{text}tests:\n  - {{skip: {{reason: one}}, {asserts}}}\n  - {{{asserts}}}\n")
    };
    assert_eq!(reasons(&two("")), (String::new(), vec!["one".to_owned(), String::new()]));
    assert_eq!(reasons(&two("skip: {reason: all}\n")), ("all".to_owned(), vec!["all".to_owned(); 2]));
    let all = "tests: [{skip: {reason: one}, asserts: [{isKind: }]}]\n";
    assert_eq!(reasons(all).0, "all tests are skipped");
    assert_eq!(reasons(&two("skip: {minimumVersion: 1.1.0}\n")).0, "");
    assert!(reasons(&two("skip: {minimumVersion: 1.2.0}\n")).0.contains("minimum unittest plugin version 1.2.0"));
    assert!(reasons(&two("skip: {minimumVersion: new}\n")).0.contains("minimum unittest plugin version new"));
}

#[test]
fn values_are_those_of_go_yaml() {
    let suites = suites("tests: [{asserts: [{equal: {path: a, value: {b: yes, c: 0o17, d: 1.0, e: 010}}}]}]\n");
    let check = &suites.suites[0].jobs[0].assertions[0].as_ref().unwrap().check;
    let Check::Equal(equal) = check else { panic!("{check:?}") };
    let map = equal.value.as_map().unwrap();
    assert_eq!(map.get("b").unwrap().as_str().unwrap().to_string(), "yes");
    assert_eq!(map.get("c").unwrap().as_int(), Some(15));
    assert!(matches!(map.get("d"), Some(Value::Float(number)) if number == 1.0));
    assert_eq!(map.get("e").unwrap().as_int(), Some(8));
}
