//! Notes and warnings on stderr, and `--quiet`, which drops them in every command.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::run;

/// The golden cases, each with its command.
fn cases() -> Vec<(String, PathBuf)> {
    let mut cases = Vec::new();
    insta::glob!("../../..", "golden/cases/*/*", |case| {
        let source = case.parent().and_then(Path::file_name).and_then(|name| name.to_str()).expect("a name");
        cases.push((source.to_owned(), case.to_owned()));
    });
    cases
}

fn run_case(case: &Path, flag: &[&str]) -> Output {
    let words = shlex::split(&fs::read_to_string(case.join("args")).expect("args")).expect("words of a shell");
    let stdin = fs::File::open(case.join("stdin")).map_or_else(|_| std::process::Stdio::null(), Into::into);
    let mut program = Command::new(env!("CARGO_BIN_EXE_mkmanifests"));
    program.args(words).args(flag).current_dir(case).env_clear().stdin(stdin).output().expect("the program runs")
}

/// The lines of stderr that are no errors.
fn notes(output: &Output) -> Vec<String> {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let is_note = |line: &&str| line.starts_with("warning") || line.starts_with("note");
    stderr.lines().filter(is_note).map(str::to_owned).collect()
}

#[test]
fn quiet_drops_notes_and_warnings_in_every_command() {
    // How many runs of each command gave warnings, and how many of these failed.
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for (source, case) in cases() {
        let expected = fs::read_to_string(case.join("err.txt")).unwrap_or_default();
        let has_warning = expected.lines().any(|line| line.starts_with("warning"));
        let words = fs::read_to_string(case.join("args")).expect("args");
        let is_first = !counts.contains_key(&source);
        let count = counts.entry(source).or_default();
        count[0] += usize::from(has_warning);
        count[1] += usize::from(has_warning && expected.starts_with("exit code 2"));
        if !(has_warning || is_first) || words.split_whitespace().any(|word| ["-q", "--quiet"].contains(&word)) {
            continue;
        }
        let quiet = run_case(&case, &["--quiet"]);
        assert_eq!(notes(&quiet), Vec::<String>::new(), "{}", case.display());
        assert_eq!(quiet.status, run_case(&case, &[]).status, "{}", case.display());
        let says_why = quiet.status.code() != Some(2) || !quiet.stderr.is_empty();
        assert!(says_why, "{} fails and does not say why", case.display());
    }
    println!("{counts:?}");
    for command in ["autoscaler", "chart", "check", "irsa", "vault-config"] {
        assert!(counts[command][0] > 0, "no case of {command} gives a warning: {counts:?}");
    }
    for command in ["autoscaler", "gitops", "vault-config"] {
        assert!(counts[command][1] > 0, "no case of {command} fails with a warning: {counts:?}");
    }
}

#[test]
fn ray_notes_which_nodes_its_pods_need() {
    let note = |flags: &[&str]| {
        let output = run(&[&["ray", "--cluster", "foo"], flags].concat(), b"");
        let stderr = String::from_utf8(output.stderr).expect("UTF-8");
        let (stdout, note) = (String::from_utf8(output.stdout).expect("UTF-8"), stderr.find("note: each pod"));
        (stdout, note.map(|at| stderr[at..].to_owned()).unwrap_or_default())
    };
    let (objects, default) = note(&[]);
    insta::assert_snapshot!("ray-note", default);
    assert!(objects.contains("nodeSelector:"));

    let advice = default.split('`').find(|text| text.starts_with("--set ")).expect("flags in backticks");
    let words: Vec<&str> = advice.split(' ').collect();
    let (objects, small) = note(&words);
    assert!(!objects.contains("nodeSelector:"), "{objects}");
    insta::assert_snapshot!("ray-note-any-node", small);

    let group =
        r#"workerGroups={"gpu":{"replicas":2,"cpu":16,"memory":"120Gi","gpus":1,"nodeSelector":{"gpu":"a10g"}}}"#;
    insta::assert_snapshot!("ray-note-groups", note(&["--set-json", group, "--set", "workerReplicaCount=0"]).1);

    assert!(run(&["ray", "--cluster", "foo", "--quiet"], b"").stderr.is_empty());
    assert_eq!(note(&["--show-only", "head-deployment"]).1, "");
}
