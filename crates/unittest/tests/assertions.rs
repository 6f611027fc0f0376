//! Checks the assertions of the cases below `data/assertions`, and compares the output with that of helm-unittest.
//!
//! A case is a folder with `suite.yaml`, the templates of its chart `app`, perhaps a snapshot file `snapshot.snap`, and
//! `args`. `expected.txt` is what the real helm-unittest prints about the suites. Templates are plain manifests or texts;
//! only `{{ fail "..." }}` is rendered.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use mkmanifests_gotmpl::Value;
use mkmanifests_testing::{compare, data, is_renewing, program};
use mkmanifests_unittest::assertion::{JobResult, NAMES, Rendered, check_all};
use mkmanifests_unittest::go_yaml;
use mkmanifests_unittest::snapshot::Cache;
use mkmanifests_unittest::suite::{Job, Options, Suite, Unknown, read};
use mkmanifests_yaml::diagnostic::Sources;

fn cases() -> Vec<std::path::PathBuf> {
    let mut cases: Vec<_> = fs::read_dir(data("assertions")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

#[test]
fn assertions_fail_as_in_helm_unittest() {
    let mut failures = Vec::new();
    for case in cases() {
        if is_renewing() {
            record(&case);
        }
        failures.extend(compare_output(&case));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Every assertion has cases, also its negation and its old names.
#[test]
fn every_assertion_has_cases() {
    let suites: Vec<String> = cases().iter().map(|case| fs::read_to_string(case.join("suite.yaml")).unwrap()).collect();
    for name in NAMES {
        let written = format!("- {}:", name.name);
        let count: usize = suites.iter().map(|suite| suite.matches(&written).count()).sum();
        assert!(count >= 2, "`{}` has {count} cases", name.name);
    }
}

/// Never renews: the output of another program is the expectation.
fn compare_output(case: &Path) -> Option<String> {
    let expected = fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
    let found = output(case);
    let diff = similar::TextDiff::from_lines(expected.as_str(), found.as_str());
    let name = case.display().to_string();
    (expected != found).then(|| diff.unified_diff().context_radius(8).header(&name, "now").to_string())
}

fn output(case: &Path) -> String {
    let text = fs::read_to_string(case.join("suite.yaml")).unwrap();
    let args = fs::read_to_string(case.join("args")).unwrap_or_default();
    let options = Options { unknown: Unknown::Ignored, version: "1.1.0", ..Options::default() };
    let suites = read("app/suite.yaml", &text, &mut Sources::default(), &options).unwrap().suites;
    let mut cache = match fs::read_to_string(case.join("snapshot.snap")) {
        Ok(text) => Cache::read(&text, false).unwrap(),
        Err(_) => Cache::new(false),
    };
    let templates = templates(case);
    let mut out = String::new();
    for suite in &suites {
        print_suite(&mut out, suite, &templates, &mut cache, args.trim() == "--failfast");
    }
    format!("{}\n", out.trim_matches('\n'))
}

fn templates(case: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(case).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap())
    };
    let is_template = |name: &String| !["suite.yaml", "snapshot.snap", "args", "expected.txt"].contains(&name.as_str());
    files.map(read).filter(|(name, _)| is_template(name)).collect()
}

fn print_suite(
    out: &mut String,
    suite: &Suite,
    templates: &BTreeMap<String, String>,
    cache: &mut Cache,
    fail_fast: bool,
) {
    let mut jobs = String::new();
    let mut passed = true;
    for job in &suite.jobs {
        if !job.skip_reason.is_empty() {
            let _ = writeln!(jobs, "\t- SKIPPED '{}'", job.name);
            continue;
        }
        let rendered = render(suite, job, templates);
        let result = check_all(job, &rendered, cache, fail_fast);
        passed &= result.passed;
        print_job(&mut jobs, job, &rendered, &result);
        if !passed && fail_fast {
            break;
        }
    }
    let label = if passed { "PASS" } else { "FAIL" };
    let _ = writeln!(out, "\n {label}  {}\t{}\n{}", suite.name, suite.file, jobs.trim_end_matches('\n'));
}

fn print_job(out: &mut String, job: &Job, rendered: &Rendered, result: &JobResult) {
    if result.passed {
        return;
    }
    if result.skipped {
        let _ = writeln!(out, "\t- SKIPPED '{}'", job.name);
        return;
    }
    if let Some(error) = &rendered.error {
        let _ = writeln!(out, "\t- {}\n\t\tError: {error}\n", job.name);
        return;
    }
    let _ = writeln!(out, "\t- {}\n", job.name);
    for assertion in result.assertions.iter().filter(|assertion| !assertion.passed) {
        let not = if assertion.not { " NOT" } else { "" };
        let _ = writeln!(out, "\t\t- asserts[{}]{not} `{}` fail", assertion.index, assertion.name);
        for line in assertion.lines() {
            let _ = writeln!(out, "\t\t\t{line}");
        }
        out.push('\n');
    }
}

/// Renders the templates that a suite selects.
fn render(suite: &Suite, job: &Job, templates: &BTreeMap<String, String>) -> Rendered {
    let selected = if suite.templates.is_empty() { vec!["**".to_owned()] } else { suite.templates.clone() };
    let is_selected = |name: &str| {
        selected.iter().any(|pattern| match pattern.split_once('*') {
            Some((start, end)) => name.starts_with(start) && name.ends_with(end.trim_start_matches('*')),
            None => pattern == name,
        })
    };
    let mut rendered =
        Rendered { selected: selected.clone(), route: "app".into(), is_successful: true, ..Rendered::default() };
    for (name, text) in templates.iter().filter(|(name, _)| is_selected(name)) {
        let path = format!("app/templates/{name}");
        rendered.outputs.push(path.clone());
        let raw = |text: &str| Value::map([("raw", Value::from(text))]);
        if let Some(message) = text.strip_prefix("{{ fail \"").and_then(|text| text.strip_suffix("\" }}\n")) {
            rendered.is_successful = false;
            if job.requires_success() {
                rendered.error = Some(format!("execution error at ({path}:1:3): {message}"));
                return Rendered { documents: BTreeMap::new(), outputs: Vec::new(), ..rendered };
            }
            rendered.documents.insert(path, vec![raw(message)]);
        } else if name.ends_with(".txt") {
            rendered.documents.insert(path, vec![raw(text)]);
        } else {
            rendered.documents.insert(path, documents(text));
        }
    }
    rendered
}

fn documents(text: &str) -> Vec<Value> {
    let documents = go_yaml::read_documents(text).unwrap();
    documents.into_iter().filter(|document| document.as_map().is_some_and(|map| !map.is_empty())).collect()
}

/// Runs the real helm-unittest on a copy of the case.
fn record(case: &Path) {
    let Some(program) = program("helm-unittest") else { return };
    let folder = tempfile::tempdir().unwrap();
    let chart = folder.path().join("app");
    fs::create_dir_all(chart.join("templates")).unwrap();
    fs::create_dir_all(chart.join("__snapshot__")).unwrap();
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: app\nversion: 0.1.0\n").unwrap();
    fs::copy(case.join("suite.yaml"), chart.join("suite.yaml")).unwrap();
    for (name, text) in templates(case) {
        fs::write(chart.join("templates").join(name), text).unwrap();
    }
    if case.join("snapshot.snap").exists() {
        fs::copy(case.join("snapshot.snap"), chart.join("__snapshot__/suite.yaml.snap")).unwrap();
    }
    let args = fs::read_to_string(case.join("args")).unwrap_or_default();
    let output = std::process::Command::new(program)
        .args(args.split_whitespace())
        .args(["-f", "suite.yaml", "app"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let body = text.split_once("### Chart [ app ] app\n").unwrap().1.split("\nCharts: ").next().unwrap().to_owned();
    let body = body.split("\nSnapshot Summary").next().unwrap();
    assert!(compare(&case.join("expected.txt"), &format!("{}\n", body.trim_matches('\n'))).is_none());
}
