//! Ray's own code reads what the golden cases render: configs of Serve, runtime environments, and clusters that scale.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::operator_cluster::as_stored;

#[test]
fn autoscaler_reads_rendered_clusters() {
    let clusters: Vec<String> = objects()
        .iter()
        .filter_map(|(_, object)| Some((object, spec(object)?)))
        .filter(|(_, spec)| spec["enableInTreeAutoscaling"] == true)
        .map(|(object, spec)| {
            as_stored(&serde_json::json!({ "metadata": object["metadata"], "spec": spec })).to_string()
        })
        .collect();
    let Some(answers) = ask("autoscaling_config", &clusters) else { return };
    assert_eq!(answers.len(), clusters.len());
}

#[test]
fn serve_accepts_rendered_configs() {
    let configs = texts(|object| object["spec"]["serveConfigV2"].as_str());
    let Some(answers) = ask("serve_config", &configs) else { return };
    assert_eq!(answers.len(), configs.len());
}

#[test]
fn ray_accepts_rendered_runtime_environments() {
    let environments = texts(|object| job(object)?["runtimeEnvYAML"].as_str());
    let Some(answers) = ask("runtime_env", &environments) else { return };
    assert_eq!(answers.len(), environments.len());
}

/// Returns the objects of all golden cases of the operator's components, with the name of their case.
fn objects() -> Vec<(String, Value)> {
    let cases = mkmanifests_testing::repository().join("golden/cases");
    let sources = ["ray-cluster", "ray-job", "ray-service", "ray-cron-job"].map(|source| cases.join(source));
    let folders = sources.iter().flat_map(|source| fs::read_dir(source).into_iter().flatten());
    let mut outputs: Vec<PathBuf> = folders.map(|case| case.expect("a case").path().join("out.yaml")).collect();
    outputs.retain(|output| output.exists());
    outputs.sort();
    outputs.iter().flat_map(read).collect()
}

fn read(output: &PathBuf) -> Vec<(String, Value)> {
    let text = fs::read_to_string(output).expect("an output");
    let name = output.parent().expect("a case").display().to_string();
    let documents = serde_yaml::Deserializer::from_str(&text);
    documents.filter_map(|it| serde::Deserialize::deserialize(it).ok()).map(|object| (name.clone(), object)).collect()
}

fn texts(field: impl Fn(&Value) -> Option<&str>) -> Vec<String> {
    objects().iter().filter_map(|(_, object)| Some(Value::from(field(object)?).to_string())).collect()
}

/// Returns the specification of the job that an object has.
fn job(object: &Value) -> Option<&Value> {
    match object["kind"].as_str()? {
        "RayJob" => Some(&object["spec"]),
        "RayCronJob" => Some(&object["spec"]["jobTemplate"]),
        _ => None,
    }
}

/// Returns the specification of the cluster that an object has.
fn spec(object: &Value) -> Option<&Value> {
    let spec = match object["kind"].as_str()? {
        "RayCluster" => &object["spec"],
        "RayService" => &object["spec"]["rayClusterConfig"],
        _ => &job(object)?["rayClusterSpec"],
    };
    Some(spec).filter(|spec| !spec.is_null())
}

/// Runs a program of `tests/data/program/ray` with one line per question, and returns its lines; `None` if it cannot run.
pub(super) fn ask(program: &str, questions: &[String]) -> Option<Vec<String>> {
    let ray = mkmanifests_testing::program("ray")?;
    let file = mkmanifests_testing::data(&format!("program/ray/{program}.py"));
    let mut python = Command::new(ray.with_file_name("python"));
    // What Serve needs may be beside a Ray without it: its other parts start faster so.
    python.arg(file).env("PYTHONPATH", ray.parent()?.with_file_name("serve"));
    let mut python =
        python.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("Python");
    let mut input = python.stdin.take().expect("standard input");
    for question in questions {
        let _ = writeln!(input, "{question}");
    }
    drop(input);
    let output = python.wait_with_output().expect("an output");
    let errors = String::from_utf8_lossy(&output.stderr);
    if errors.contains("ModuleNotFoundError") {
        println!("skipped: {}", errors.lines().last().unwrap_or_default());
        return None;
    }
    assert!(output.status.success(), "{errors}");
    Some(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}
