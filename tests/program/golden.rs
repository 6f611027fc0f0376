//! Golden cases: each folder `golden/cases/<source>/<case>/` has `args` and the expected output.
//!
//! A case has `out.yaml`, `out.json` or `out.txt` (stdout) if it succeeds, `err.txt` (exit code and stderr) if it fails,
//! and both if it warns, or if `check` reports errors. `tests/renew golden` renews them; read what changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use mkmanifests_testing::{self as common, compare, compare_absent};

/// The files with expectations.
const EXPECTED: [&str; 4] = ["out.yaml", "out.json", "out.txt", "err.txt"];

/// Returns the folders of all cases, of all sources or of one.
fn cases(source: &str) -> Vec<PathBuf> {
    let mut cases = Vec::new();
    insta::glob!("../..", &format!("golden/cases/{source}/*"), |case| cases.push(case.to_owned()));
    // Windows has another reason for each of them.
    let is_of_unix =
        |case: &Path| ["chart/err-output-dir", "usage/err-values-folder"].iter().any(|it| case.ends_with(it));
    cases.retain(|case| cfg!(unix) || !is_of_unix(case));
    cases
}

#[test]
fn every_case_prints_the_expected_output() {
    let mut wrong = Vec::new();
    let mut count = [0, 0];
    for case in cases("*") {
        let output = run(&case);
        count[usize::from(!output.status.success())] += 1;
        let printed = expectations(&case, output, &mut wrong);
        for name in EXPECTED {
            let file = case.join(name);
            let text = printed.iter().find(|(printed, _)| *printed == name);
            wrong.extend(text.map_or_else(|| compare_absent(&file), |(_, text)| compare(&file, text)));
        }
    }
    println!("{} cases succeed, {} fail", count[0], count[1]);
    assert!(wrong.is_empty(), "{} files differ:\n\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(count[0] >= 20 && count[1] >= 20, "too few cases were found");
}

/// Splits a case's `args` like a shell. They may have several lines, which need no backslash at their ends.
fn words(case: &Path) -> Vec<String> {
    let args = fs::read_to_string(case.join("args")).unwrap_or_else(|_| panic!("{} has no `args`", case.display()));
    shlex::split(&args).expect("args are words of a shell")
}

/// Runs the program in the case's folder.
fn run(case: &Path) -> Output {
    output(Command::new(env!("CARGO_BIN_EXE_mkmanifests")).args(words(case)).env_clear(), case)
}

fn output(command: &mut Command, case: &Path) -> Output {
    let stdin = fs::File::open(case.join("stdin")).map_or_else(|_| Stdio::null(), Stdio::from);
    command.current_dir(case).stdin(stdin).output().expect("the program runs")
}

/// Returns the files that a case should have.
fn expectations(case: &Path, output: Output, wrong: &mut Vec<String>) -> Vec<(&'static str, String)> {
    let stdout = String::from_utf8(output.stdout).expect("stdout is UTF-8");
    let stderr = String::from_utf8(output.stderr).expect("stderr is UTF-8");
    // Ignore the notes on namespaces and nodes, which nearly every run prints; the warnings are what a case tests.
    let mut in_note = false;
    let lines = stderr.lines().filter(|line| {
        let is_note = ["note: namespace", "note: each pod needs"].iter().any(|start| line.starts_with(start));
        in_note = is_note || (in_note && line.starts_with("  "));
        !in_note
    });
    let lines: Vec<&str> = lines.collect();
    let stderr = lines.join("\n").trim_end().to_owned();
    let works = output.status.success();
    // A failed check still prints its report.
    let answers = output.status.code() == Some(1);
    let mut files = Vec::new();
    if !stdout.is_empty() || (works && stderr.is_empty()) {
        if !works && !answers {
            wrong.push(format!("{}: a run that fails must not print", case.display()));
        }
        let is_json = stdout.trim_start_matches(['{', '\n', ' ']).starts_with("\"apiVersion\"");
        let name = if stdout.starts_with("---") {
            "out.yaml"
        } else if is_json {
            "out.json"
        } else {
            "out.txt"
        };
        files.push((name, stdout));
    }
    if !works || !stderr.is_empty() {
        files.push(("err.txt", format!("exit code {}\n\n{stderr}\n", output.status.code().unwrap_or(-1))));
    }
    files
}

/// Flags that Helm does not have, and whether they change the output.
const OURS: [(&str, bool); 11] = [
    // The real Helm is only one release.
    ("--helm-version", true),
    ("diff-helm", true),
    ("--strict", false),
    ("--no-check", false),
    ("-q", false),
    ("--quiet", false),
    ("-o", true),
    ("--patch", true),
    ("--deterministic", true),
    ("--schema-map", true),
    ("--schema-dir", true),
];

/// Returns the arguments of `helm` for a case of a chart, or `None` if Helm has no equivalent.
fn helm_args(words: &[String]) -> Option<Vec<String>> {
    let [command, first, rest @ ..] = words else { return None };
    if command != "chart" || words.iter().any(|word| OURS.contains(&(word.as_str(), true))) {
        return None;
    }
    let rest: Vec<&str> = rest.iter().map(String::as_str).filter(|word| !OURS.contains(&(word, false))).collect();
    let args: Vec<&str> = match (first.as_str(), rest.as_slice()) {
        ("show", [part, path]) => vec!["show", part, path],
        ("dependencies", [path]) => vec!["dependency", "list", path],
        (path, [release, flags @ ..]) if !release.starts_with('-') => [&["template", release, path], flags].concat(),
        (path, flags) => [&["template", path], flags].concat(),
    };
    Some(args.into_iter().map(str::to_owned).collect())
}

#[test]
fn chart_cases_print_what_helm_prints() {
    let Some(helm) = common::program("helm") else { return };
    let home = tempfile::tempdir().expect("a folder");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for case in cases("chart") {
        let Some(args) = helm_args(&words(&case)) else { continue };
        let ours = run(&case);
        if ours.stdout.is_empty() {
            continue;
        }
        count += 1;
        let theirs = output(Command::new(&helm).args(args).env_clear().env("HOME", home.path()), &case);
        if theirs.stdout != ours.stdout {
            let [ours, helm, errors] =
                [&ours.stdout, &theirs.stdout, &theirs.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
            wrong.push(format!("{}:\n--- ours\n{ours}--- helm\n{helm}{errors}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 40, "only {count} cases were compared");
}
