//! Serve configurations: the verdict about each is that of the real Ray Serve.
//!
//! `data/serve/cases.yaml` has the configurations with the recorded verdicts. If the real Ray is installed
//! (`pip install ray[serve]==2.60.0`), it is asked again.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use mkmanifests_check as check;
use mkmanifests_testing as common;
use mkmanifests_yaml::tree::to_node;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    accepted: bool,
    config: String,
}

fn text() -> String {
    std::fs::read_to_string(common::data("serve/cases.yaml")).expect("the cases")
}

fn cases() -> Vec<Case> {
    serde_yaml::from_str::<Cases>(&text()).expect("YAML").cases
}

/// Returns a valid RayService with a Serve configuration.
fn service(config: &str) -> Value {
    let file = common::data("examples/rayservice.yaml");
    let mut service: Value = serde_yaml::from_str(&std::fs::read_to_string(file).expect("the example")).expect("YAML");
    service["spec"]["serveConfigV2"] = json!(config);
    service
}

#[test]
fn verdicts_are_those_of_serve() {
    let mut wrong = Vec::new();
    for case in cases() {
        let mut diagnostics = Vec::new();
        check::object(&to_node(&service(&case.config)).expect("JSON"), &mut diagnostics);
        diagnostics.retain(|diagnostic| !diagnostic.is_warning());
        if diagnostics.is_empty() != case.accepted {
            wrong.push(format!("{}: {diagnostics:?}", case.name));
        }
        if let Some(other) = diagnostics.iter().find(|diagnostic| !diagnostic.rule().starts_with("serveconfig/")) {
            wrong.push(format!("{}: {other:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_recorded_verdicts_are_those_of_the_real_ray() {
    let Some(ray) = common::program("ray") else { return };
    let mut python = Command::new(ray.with_file_name("python"))
        .arg(common::data("serve/ask.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python runs");
    python.stdin.take().expect("a pipe").write_all(text().as_bytes()).expect("Python reads");
    let output = python.wait_with_output().expect("Python ends");
    let answers = String::from_utf8_lossy(&output.stdout);
    let answers: BTreeMap<&str, &str> = answers.lines().filter_map(|line| line.split_once(' ')).collect();
    if answers.is_empty() {
        return println!("skipped: Ray Serve is not installed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let mut wrong = Vec::new();
    for case in cases() {
        let answer = answers.get(case.name.as_str()).copied();
        if answer != Some(if case.accepted { "accepted" } else { "refused" }) {
            wrong.push(format!("{}: Ray says {answer:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
