//! `chart test` and `helm unittest`: flags, exit codes, and what is printed.

use std::fs;
use std::path::Path;
use std::process::Command;

pub(super) const SUITE: &str =
    "suite: names\ntests:\n- it: has a name\n  set: {name: x}\n  asserts:\n  - equal: {path: name, value: x}\n";

pub(super) fn chart(suite: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [
        ("Chart.yaml", "{apiVersion: v2, name: web, version: 0.1.0}"),
        ("templates/a.yaml", "name: {{ .Values.name }}\n"),
        ("tests/a_test.yaml", suite),
    ];
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// Runs the program in the folder of a chart. Returns the exit code, stdout without the time, and stderr.
pub(super) fn run(folder: &Path, args: &[&str]) -> (i32, String, String) {
    run_with(&[], folder, args)
}

/// Runs the program as [`run`] does, with environment variables.
pub(super) fn run_with(environment: &[(&str, &str)], folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mkmanifests"));
    let output = command.args(args).current_dir(folder).env_clear().envs(environment.iter().copied()).output();
    let output = output.expect("the program runs");
    // Paths in messages have backslashes on Windows.
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(std::path::MAIN_SEPARATOR, "/");
    let stdout = text(&output.stdout);
    let stdout = stdout.lines().filter(|line| !line.starts_with("Time:")).map(|line| format!("{line}\n")).collect();
    (output.status.code().unwrap_or(-1), stdout, text(&output.stderr))
}

#[test]
fn both_commands_print_the_results() {
    let folder = chart(SUITE);
    let expected = "\n### Chart [ web ] .\n\n PASS  names\ttests/a_test.yaml\n\nCharts:      1 passed, 1 total\nTest Suites: 1 \
                    passed, 1 total\nTests:       1 passed, 1 total\nSnapshot:    0 passed, 0 total\n\n";
    for args in [&["chart", "test", "."][..], &["helm", "unittest", "."], &["helm", "unittest", "--debug", "-sq", "."]]
    {
        assert_eq!(run(folder.path(), args), (0, expected.to_owned(), String::new()), "{args:?}");
    }
    let (code, stdout, _) = run(folder.path(), &["helm", "unittest", "--color", "."]);
    assert!(
        code == 0 && stdout.contains("\x1b[42;30m PASS \x1b[0;0m \x1b[1mnames\x1b[22m\t\x1b[2mtests/\x1b[22m"),
        "{stdout}"
    );
}

#[test]
fn a_failure_has_the_exit_code_1_and_a_report() {
    let folder = chart(&SUITE.replace("value: x", "value: other"));
    for args in [
        &["chart", "test", ".", "-o", "out/report.xml", "-t", "JUnit"][..],
        &["helm", "unittest", ".", "-o", "out/report.xml", "-t", "junit"],
    ] {
        let (code, stdout, stderr) = run(folder.path(), args);
        assert_eq!((code, stderr.as_str()), (1, ""), "{stdout}");
        let is_plugin = args[0] == "helm";
        assert_eq!(stdout.contains("\t\t- asserts[0] `equal` fail\n"), is_plugin, "{stdout}");
        assert_eq!(stdout.contains("error: `name` is `x`, expected `other`\n"), !is_plugin, "{stdout}");
        let report = folder.path().join("out/report.xml");
        let text = fs::read_to_string(&report).expect("a report");
        assert!(
            text.starts_with("<testsuites>\n\t<testsuite id=\"0\" tests=\"1\" failures=\"1\" errors=\"0\""),
            "{text}"
        );
        fs::remove_file(report).expect("a report");
    }
    let (code, stdout, _) = run(folder.path(), &["helm", "unittest", "nope"]);
    assert!(code == 1 && stdout.contains("### Error:  stat nope: no such file or directory\n"), "{stdout}");
}

#[test]
fn an_unknown_key_is_explained_unless_it_is_ignored() {
    let folder = chart(&SUITE.replace("  set:", "  sett: {a: b}\n  set:"));
    let (code, stdout, stderr) = run(folder.path(), &["chart", "test", "."]);
    assert_eq!(code, 1, "{stdout}{stderr}");
    assert!(stderr.contains("sett") && stderr.contains("tests/a_test.yaml:4:3"), "{stderr}");
    let (code, stdout, stderr) = run(folder.path(), &["helm", "unittest", "."]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    let (code, stdout, _) = run(folder.path(), &["helm", "unittest", "--strict", "."]);
    assert!(code == 1 && stdout.contains("field sett not found in type unittest.TestJob"), "{stdout}");
}

#[test]
fn what_the_plugin_hides_is_reported() {
    let folder = chart(SUITE);
    let run = |args: &[&str]| run(folder.path(), args);
    let cases: [(&[&str], &str); 3] = [
        (&["-v", "missing.yaml"], "no values file matches `missing.yaml`"),
        (&["-o", "Chart.yaml/report.xml"], "open Chart.yaml/report.xml: "),
        (&["-f", "nope/*.yaml"], "warning: no file of chart `web` matches nope/*.yaml"),
    ];
    for (flags, message) in cases {
        let (code, stdout, stderr) = run(&[&["chart", "test", "."][..], flags].concat());
        assert!(format!("{stdout}{stderr}").contains(message), "{stdout}{stderr}");
        assert_eq!(code, i32::from(!message.starts_with("warning")), "{stdout}{stderr}");
        let (code, _, stderr) = run(&[&["helm", "unittest", "."][..], flags].concat());
        assert_eq!((code, stderr.as_str()), (0, ""), "{flags:?}");
    }
    // A path in the current folder.
    fs::write(folder.path().join("prod.yaml"), "name: prod\n").expect("a file");
    let (code, stdout, stderr) = run(&["chart", "test", ".", "-v", "prod.yaml"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
}

#[test]
fn coverage_is_printed_written_and_limited() {
    let folder = chart(&SUITE.replace("  asserts", "  template: a.yaml\n  asserts"));
    fs::write(folder.path().join("templates/b.yaml"), "{{ if .Values.b }}\nb: c\n{{ end }}\n").expect("a file");
    let run = |args: &[&str]| run(folder.path(), &[&["chart", "test", "."][..], args].concat());
    let (code, stdout, stderr) =
        run(&["--coverage", "--coverage-html", "out/a.html", "--coverage-cobertura", "out/a.xml"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    // The condition of `b.yaml` was false: of its two lines, the second did not run.
    assert!(stdout.contains("\nTotal               2/3       1/2    60.0%\n"), "{stdout}");
    assert!(stdout.contains("  templates/b.yaml\n    line 2\n    line 1: `if .Values.b` is never true\n"), "{stdout}");
    let written = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a file");
    assert!(written("out/a.html").contains("<h1>Coverage of web: 60.0%</h1>"), "{}", written("out/a.html"));
    assert!(
        written("out/a.xml").contains("filename=\"templates/b.yaml\" line-rate=\"0.5000\""),
        "{}",
        written("out/a.xml")
    );

    let (code, stdout, stderr) = run(&["--coverage-min", "60"]);
    assert_eq!((code, stderr.as_str()), (0, ""), "{stdout}");
    assert!(!stdout.contains("Coverage"), "{stdout}");
    let (code, _, stderr) = run(&["--coverage-min", "60.5%"]);
    assert_eq!((code, stderr.trim_end()), (1, "error: the tests cover 60.0%, less than 60.5%"));
    let (code, _, stderr) = run(&["--coverage-min", "101"]);
    assert!(code == 2 && stderr.contains("expected a number from 0 to 100"), "{stderr}");
    let (code, _, stderr) = run(&["--coverage-html", "Chart.yaml/a.html"]);
    assert!(code != 0 && stderr.contains("error: cannot write Chart.yaml/a.html: "), "{code} {stderr}");
}
