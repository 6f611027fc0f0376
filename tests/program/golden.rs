//! Golden cases: `golden/cases/<source>/<case>/` with `args` and what they print, found by glob.
//!
//! A case has `out.yaml` (or `out.json`: what goes to stdout) if it works, `err.txt` (stderr) if it fails, and `err.txt`
//! beside the output if it warns. `check` prints nothing in its usual form, or a report that says no. `INSTA_UPDATE=always cargo test golden` renews them; read what changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The files that hold an expectation, and whether they are of a run that works.
const EXPECTED: [(&str, bool); 4] = [("out.yaml", true), ("out.json", true), ("out.txt", true), ("err.txt", false)];

#[test]
fn every_case_prints_what_is_expected() {
    let mut wrong = Vec::new();
    let mut count = [0, 0];
    insta::glob!("../..", "golden/cases/*/*/args", |args| {
        let case = args.parent().expect("a case is a folder");
        let output = run(case);
        count[usize::from(!output.status.success())] += 1;
        wrong.extend(check(case, &output));
    });
    eprintln!("{} cases that work, {} that fail", count[0], count[1]);
    assert!(wrong.is_empty(), "{} files differ:\n\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(count[0] >= 20 && count[1] >= 20, "too few cases were found");
}

#[test]
fn no_expectation_is_without_a_case() {
    insta::glob!("../..", "golden/cases/*/*", |case| {
        assert!(case.join("args").is_file(), "{} has no `args`", case.display());
        let expectations = EXPECTED.iter().filter(|(name, _)| case.join(name).is_file()).count();
        assert!(expectations > 0, "{} expects nothing", case.display());
    });
}

/// Runs the real program in the case's folder. `args` may have several lines; a backslash is not needed at their ends.
fn run(case: &Path) -> Output {
    let args = fs::read_to_string(case.join("args")).expect("args is text");
    let words = shlex::split(&args).expect("args are words of a shell");
    let stdin = match fs::File::open(case.join("stdin")) {
        Ok(file) => Stdio::from(file),
        Err(_) => Stdio::null(),
    };
    Command::new(env!("CARGO_BIN_EXE_mkmanifests"))
        .args(words)
        .current_dir(case)
        .env_clear()
        .stdin(stdin)
        .output()
        .expect("the program runs")
}

/// What differs from the expectation, or renews it.
fn check(case: &Path, output: &Output) -> Vec<String> {
    let stdout = String::from_utf8(output.stdout.clone()).expect("stdout is UTF-8");
    let stderr = String::from_utf8(output.stderr.clone()).expect("stderr is UTF-8");
    let works = output.status.success();
    // The answer is no: what was asked for is printed.
    let answers = output.status.code() == Some(1) && !stdout.is_empty();
    let mut wrong = Vec::new();
    if !works && !answers && !stdout.is_empty() {
        wrong.push(format!("{}: a run that fails must not print", case.display()));
    }
    if works && !(stdout.is_empty() && case.join("err.txt").exists()) || answers {
        let name = match &stdout {
            text if text.starts_with("---") => "out.yaml",
            text if text.starts_with(
                "{
    \"apiVersion\"",
            ) =>
            {
                "out.json"
            }
            _ => "out.txt",
        };
        wrong.extend(compare(&case.join(name), &stdout));
    }
    // The note on namespaces is in nearly every run; the warnings are what a case is about.
    let notes = |line: &&str| !line.starts_with("note: namespace");
    let stderr: Vec<&str> = stderr.lines().filter(notes).collect();
    let stderr = stderr.join("\n").trim_end().to_owned();
    if !works || !stderr.is_empty() || case.join("err.txt").exists() {
        let code = output.status.code().unwrap_or(-1);
        wrong.extend(compare(&case.join("err.txt"), &format!("exit code {code}\n\n{stderr}\n")));
    }
    wrong
}

fn compare(path: &PathBuf, actual: &str) -> Option<String> {
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == actual {
        return None;
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(path, actual).expect("the expectation can be written");
        eprintln!("renewed {}", path.display());
        return None;
    }
    let diff = similar::TextDiff::from_lines(expected.as_str(), actual);
    let (old, new) = (path.display().to_string(), "now".to_owned());
    Some(diff.unified_diff().header(&old, &new).to_string())
}
