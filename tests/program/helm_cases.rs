//! Small charts print what the real Helm prints: `tests/data/program/helm-cases/<case>/` has a `chart`, `args` (the
//! arguments after `helm template r chart`), and Helm's output (`helm.out`), exit code (`helm.rc`) and errors
//! (`helm.err`).
//!
//! `tests/renew helm_cases` records all answers of the real Helm again. If Helm and Python are installed, some hundred
//! random values also go through both programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mkmanifests_testing as common;

/// The hint that Helm prints below an error.
const HINT: &str = "Use --debug flag";

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(common::data("program/helm-cases")).expect("the folder of cases");
    let mut cases: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    cases.sort();
    cases
}

fn run(program: &Path, command: &[&str], case: &Path) -> Output {
    let args = fs::read_to_string(case.join("args")).expect("args is text");
    let words = shlex::split(&args).expect("args are words of a shell");
    Command::new(program).args(command).args(words).current_dir(case).output().expect("the program runs")
}

fn ours(case: &Path) -> Output {
    run(Path::new(env!("CARGO_BIN_EXE_mkmanifests")), &["chart", "chart", "r", "--no-check", "--quiet"], case)
}

fn renew(helm: &Path, case: &Path) {
    let output = run(helm, &["template", "r", "chart"], case);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let errors: Vec<&str> = errors.lines().filter(|line| !line.starts_with("level=")).collect();
    common::renew(&case.join("helm.out"), &output.stdout);
    common::renew(&case.join("helm.rc"), format!("{}\n", output.status.code().unwrap_or(1)).as_bytes());
    if output.status.success() {
        common::compare_absent(&case.join("helm.err"));
    } else {
        common::renew(&case.join("helm.err"), (errors.join("\n") + "\n").as_bytes());
    }
}

/// Returns the differences from Helm's recorded output.
fn difference(case: &Path) -> Option<String> {
    let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let read = |file: &str| fs::read(case.join(file)).unwrap_or_default();
    let works = read("helm.rc").trim_ascii() == b"0";
    let output = ours(case);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() != works {
        return Some(format!("{name}: helm {}: {stderr}", if works { "renders it" } else { "fails" }));
    }
    if output.stdout != read("helm.out") {
        let (ours, helm) = (String::from_utf8_lossy(&output.stdout).into_owned(), read("helm.out"));
        return Some(format!("{name}:\n--- ours\n{ours}--- helm\n{}", String::from_utf8_lossy(&helm)));
    }
    let errors = String::from_utf8_lossy(&read("helm.err")).into_owned();
    let reason = errors.lines().rfind(|line| !line.trim().is_empty() && !line.contains(HINT)).unwrap_or_default();
    let reason = reason.trim().trim_start_matches("Error: ");
    // Our message also shows the template and the line.
    let reason = reason.find("executing ").map_or(reason, |at| &reason[at..]);
    (!stderr.contains(reason)).then(|| format!("{name}: expected `{reason}` in\n{stderr}"))
}

#[test]
fn charts_print_what_helm_prints() {
    let cases = cases();
    if common::is_renewing()
        && let Some(helm) = common::program("helm")
    {
        cases.iter().for_each(|case| renew(&helm, case));
    }
    let wrong: Vec<String> = cases.iter().filter_map(|case| difference(case)).collect();
    assert!(wrong.is_empty(), "{} of {} cases differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() > 20, "too few cases were found");
}

#[test]
fn random_values_are_written_and_read_as_in_helm() {
    let (Some(helm), Some(python)) = (common::program("helm"), common::program("python3")) else { return };
    let count = if common::is_full() { "2000" } else { "300" };
    let output = Command::new(python)
        .arg(common::root().join("tests/parity/functions"))
        .arg("--helm")
        .arg(helm)
        .args(["--ours", env!("CARGO_BIN_EXE_mkmanifests")])
        .args(["--count", count, "--seed", &common::seed(1).to_string()])
        .output()
        .expect("python runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    eprintln!("{}", text.lines().last().unwrap_or_default());
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

/// Links out of the chart are followed, unless that is forbidden.
#[cfg(unix)]
#[test]
fn external_links_can_be_forbidden() {
    let case = common::data("program/helm-cases/link-out");
    let program = Path::new(env!("CARGO_BIN_EXE_mkmanifests"));
    let output = run(program, &["chart", "chart", "r", "--no-external-links"], &case);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(stderr.contains("the link `LICENSE` points out of the chart, to `"), "{stderr}");
}

/// With `--output-dir` Helm writes all files, prints one name per document, and then finds nothing to show.
#[test]
fn output_dir_gets_all_files() {
    let chart = common::root().join("golden/cases/chart/order/web");
    let folder = tempfile::tempdir().expect("a folder");
    let call = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mkmanifests"));
        command.args(["chart"]).arg(&chart).args(["r1", "--no-check", "--quiet", "--output-dir", "out"]);
        command.args(more).current_dir(folder.path()).output().expect("the program runs")
    };
    let all = call(&[]);
    let text = String::from_utf8_lossy(&all.stdout).into_owned();
    let wrote: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let unique: std::collections::BTreeSet<&&str> = wrote.iter().collect();
    assert!(all.status.success() && wrote.len() > unique.len(), "{text}");
    let one = call(&["-s", "templates/a.yaml"]);
    assert!(!one.status.success() && one.stdout == all.stdout);
    assert!(String::from_utf8_lossy(&one.stderr).contains("could not find template templates/a.yaml in chart"));
}
