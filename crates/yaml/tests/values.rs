//! Values are read as Helm reads them: each case below `tests/data/values` gives Helm's answer.
//!
//! A case is a line of input and a line with Helm's answer, both as JSON. `tests/renew yaml::values` records the
//! answers of the real Helm again. If Helm is on `PATH`, every run compares them with it.

use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use mkmanifests_yaml::diagnostic::Sources;
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{self, Duplicates};
use serde_json::Value;

use mkmanifests_testing as common;

/// One case: the text and Helm's answer, `None` if Helm fails.
struct Case {
    input: String,
    answer: Option<Value>,
}

/// Returns whether we differ from Helm on purpose.
fn differs_on_purpose(input: &str) -> bool {
    input.contains("# ours: refused")
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(common::data("values"))
        .expect("the cases exist")
        .map(|entry| entry.expect("readable").path())
        .collect();
    files.sort();
    files
}

fn cases(file: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(file).expect("readable");
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(input) = line.strip_prefix("- in: ") {
            let input = serde_json::from_str(input).unwrap_or_else(|error| panic!("{file:?}: {line}: {error}"));
            cases.push(Case { input, answer: None });
        } else if let (Some(answer), Some(case)) = (line.strip_prefix("  helm: "), cases.last_mut()) {
            case.answer = (answer != "error").then(|| serde_json::from_str(answer).expect("JSON"));
        }
    }
    cases
}

fn write(file: &Path, cases: &[Case]) {
    let mut out = String::new();
    for case in cases {
        let answer = case.answer.as_ref().map_or("error".to_owned(), Value::to_string);
        out += &format!("- in: {}\n  helm: {answer}\n", Value::from(case.input.as_str()));
    }
    common::renew(file, out.as_bytes());
}

/// Converts numbers to floats, as Helm does.
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

fn json(node: &Node) -> Value {
    as_floats(serde_json::to_value(node).expect("a node is JSON"))
}

/// Returns Helm's answers to all inputs, in one run: each input is a file of a chart that a template reads with
/// `fromYaml`, the function that also reads values files.
fn ask_helm(helm: &Path, inputs: &[&str]) -> Vec<Option<Value>> {
    let chart = tempfile::tempdir().expect("a directory");
    let path = chart.path();
    std::fs::create_dir(path.join("templates")).expect("writable");
    std::fs::create_dir(path.join("cases")).expect("writable");
    std::fs::write(path.join("Chart.yaml"), "apiVersion: v2\nname: cases\nversion: 0.1.0\n").expect("writable");
    for (at, input) in inputs.iter().enumerate() {
        std::fs::write(path.join(format!("cases/{at:05}")), input).expect("writable");
    }
    let template = "all: {}\n{{ range $path, $_ := .Files.Glob \"cases/*\" }}\
        #case {{ $path | base }} {{ $.Files.Get $path | fromYaml | toJson | b64enc }}\n{{ end }}";
    std::fs::write(path.join("templates/all.yaml"), template).expect("writable");
    let output = Command::new(helm).arg("template").arg(path).output().expect("helm runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut answers = vec![None; inputs.len()];
    for line in text.lines() {
        let case = line.strip_prefix("#case ").and_then(|case| case.split_once(' '));
        let Some((number, answer)) = case else { continue };
        let number: usize = number.parse().expect("a number");
        let json = base64::prelude::BASE64_STANDARD.decode(answer).expect("base64");
        let value: Value = serde_json::from_slice(&json).expect("JSON");
        answers[number] = value.get("Error").is_none().then_some(value);
    }
    answers
}

#[test]
fn values_files_are_read_as_helm_reads_them() {
    let renew = common::is_renewing();
    let helm = common::program("helm");
    let mut wrong = Vec::new();
    for file in files() {
        let mut cases = cases(&file);
        assert!(!cases.is_empty(), "{} has no cases", file.display());
        if let Some(helm) = &helm {
            let inputs: Vec<&str> = cases.iter().map(|case| case.input.as_str()).collect();
            let answers = ask_helm(helm, &inputs);
            for (case, answer) in cases.iter_mut().zip(answers) {
                if !renew && case.answer.clone().map(as_floats) != answer.clone().map(as_floats) {
                    wrong.push(format!("{:?}\n  recorded {:?}\n  helm     {answer:?}", case.input, case.answer));
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

fn compare(case: &Case) -> Option<String> {
    let answer = case.answer.clone().map(as_floats);
    let refused = differs_on_purpose(&case.input);
    let ours = read::values(&mut Sources::default(), "values.yaml", case.input.as_bytes());
    let ours = ours.map(|node| json(&node)).map_err(|diagnostics| format!("{diagnostics:?}"));
    if ours.as_ref().ok() != answer.as_ref().filter(|_| !refused) {
        return Some(format!("{:?}\n  helm {answer:?}\n  ours {ours:?}", case.input));
    }
    // Duplicate keys, which a values file may not have, are read as in Helm in lenient mode.
    let lenient = read::documents(&mut Sources::default(), "", case.input.as_bytes(), Duplicates::LastWins);
    let lenient =
        lenient.as_deref().ok().and_then(|documents| if let [one] = documents { Some(json(one)) } else { None });
    let differs = refused && lenient.is_some() && lenient != answer;
    differs.then(|| format!("{:?}\n  helm    {answer:?}\n  lenient {lenient:?}", case.input))
}
