//! Compares `--set` and its variants with Helm: each case in `tests/data/set/cases` has the recorded result of Helm.
//!
//! `tests/renew values_set` records the results again. If Helm is on `PATH`, every tenth result is compared with it in
//! each run, since each takes a process. A case has `ours` where we differ on purpose: Helm silently ignores such a
//! flag, or a part of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use mkmanifests_chart::values::{Flag, Values, apply};
use mkmanifests_yaml::diagnostic::Failure;
use serde_json::Value;

use mkmanifests_testing as common;

/// What a flag makes of a values file; `answer` is `None` where Helm fails.
struct Case {
    flag: String,
    on: String,
    text: String,
    answer: Option<Value>,
    /// What we do if it is on purpose not what Helm does.
    ours: Option<Option<Value>>,
}

fn directory() -> PathBuf {
    common::data("set")
}

fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory().join("cases")).expect("the cases are there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.sort();
    files
}

fn answer(text: &str) -> Option<Value> {
    (text != "error").then(|| serde_json::from_str(text).expect("JSON"))
}

fn cases(file: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(file).expect("readable");
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        let (key, value) = line.trim_start_matches([' ', '-']).split_once(": ").expect("a key and a value");
        if key == "flag" {
            let (on, text) = (String::new(), String::new());
            cases.push(Case { flag: value.to_owned(), on, text, answer: None, ours: None });
            continue;
        }
        let case = cases.last_mut().expect("a flag comes first");
        match key {
            "on" => case.on = serde_json::from_str(value).expect("JSON"),
            "in" => case.text = serde_json::from_str(value).expect("JSON"),
            "helm" => case.answer = answer(value),
            "ours" => case.ours = Some(answer(value)),
            _ => panic!("unknown key {key}"),
        }
    }
    cases
}

fn write(file: &Path, cases: &[Case]) {
    let shown = |answer: &Option<Value>| answer.as_ref().map_or("error".to_owned(), Value::to_string);
    let mut out = String::new();
    for case in cases {
        let (on, text) = (Value::from(case.on.as_str()), Value::from(case.text.as_str()));
        out += &format!("- flag: {}\n  on: {on}\n  in: {text}\n  helm: {}\n", case.flag, shown(&case.answer));
        if let Some(ours) = &case.ours {
            out += &format!("  ours: {}\n", shown(ours));
        }
    }
    common::renew(file, out.as_bytes());
}

fn ask_helm(helm: &Path, chart: &Path, case: &Case, number: usize) -> Option<Value> {
    let values = chart.join(format!("on-{number}.yaml"));
    std::fs::write(&values, &case.on).expect("writable");
    let output = Command::new(helm)
        .current_dir(directory().join("files"))
        .args(["template".as_ref(), chart.as_os_str(), "-f".as_ref(), values.as_os_str()])
        .args([&case.flag, &case.text])
        .output()
        .expect("helm runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let answer = text.lines().find_map(|line| line.strip_prefix("#case "));
    answer.filter(|_| output.status.success()).map(|answer| {
        let json = base64::prelude::BASE64_STANDARD.decode(answer).expect("base64");
        serde_json::from_slice(&json).expect("JSON")
    })
}

fn ask_helm_all(helm: &Path, cases: &[&mut Case]) -> Vec<Option<Value>> {
    let chart = tempfile::tempdir().expect("a directory");
    let path = chart.path();
    std::fs::create_dir(path.join("templates")).expect("writable");
    std::fs::write(path.join("Chart.yaml"), "apiVersion: v2\nname: cases\nversion: 0.1.0\n").expect("writable");
    let template = "all: {}\n#case {{ .Values | toJson | b64enc }}\n";
    std::fs::write(path.join("templates/all.yaml"), template).expect("writable");
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut answers = vec![None; cases.len()];
    std::thread::scope(|scope| {
        let part = cases.len().div_ceil(threads).max(1);
        for (at, (cases, answers)) in cases.chunks(part).zip(answers.chunks_mut(part)).enumerate() {
            scope.spawn(move || {
                for (number, (case, answer)) in cases.iter().zip(answers).enumerate() {
                    *answer = ask_helm(helm, path, case, at * part + number);
                }
            });
        }
    });
    answers
}

fn flag(name: &str) -> Flag {
    let all = [Flag::Set, Flag::SetString, Flag::SetJson, Flag::SetFile, Flag::SetLiteral];
    all.into_iter().find(|flag| flag.name() == name).expect("a flag")
}

/// Numbers as the floats that they are in Helm.
fn as_floats(value: Value) -> Value {
    match value {
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(items) => items.into_iter().map(as_floats).collect(),
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.into_iter().map(|(key, value)| (key, as_floats(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            entries.into_iter().collect()
        }
        other => other,
    }
}

fn compare(case: &Case) -> Option<String> {
    let Values { mut root, mut sources } = Values::parse("on.yaml", &case.on).expect("a values file");
    let files = directory().join("files");
    let mut read_file = |path: &str| std::fs::read(files.join(path)).map_err(|error| error.to_string());
    let ours = apply(&mut root, flag(&case.flag), &case.text, &mut sources, &mut read_file);
    let expected = case.ours.clone().unwrap_or_else(|| case.answer.clone()).map(as_floats);
    let head = format!("{} {:?} on {:?}\n  helm {:?}", case.flag, case.text, case.on, case.answer);
    match (ours, expected) {
        (Err(_), None) => None,
        (Ok(()), expected) => {
            let ours = as_floats(serde_json::to_value(&root).expect("JSON"));
            (Some(&ours) != expected.as_ref()).then(|| format!("{head}\n  ours {ours}"))
        }
        (Err(diagnostics), Some(_)) => Some(format!("{head}\n  ours {}", Failure::new(diagnostics, sources))),
    }
}

#[test]
fn flags_do_what_they_do_in_helm() {
    let renew = common::is_renewing();
    let helm = common::program("helm");
    let mut wrong = Vec::new();
    for file in files() {
        let mut cases = cases(&file);
        assert!(!cases.is_empty(), "{} has no cases", file.display());
        if let Some(helm) = &helm {
            let every = if renew { 1 } else { 10 };
            let mut asked: Vec<&mut Case> = cases.iter_mut().step_by(every).collect();
            let answers = ask_helm_all(helm, &asked);
            for (case, answer) in asked.iter_mut().zip(answers) {
                if !renew && case.answer.clone().map(as_floats) != answer.clone().map(as_floats) {
                    wrong.push(format!("{:?}\n  recorded {:?}\n  helm     {answer:?}", case.text, case.answer));
                }
                case.answer = answer;
            }
            if renew {
                write(&file, &cases);
            }
        }
        wrong.extend(cases.iter().filter_map(compare));
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}
