//! The values of KubeRay's chart `ray-cluster`, moved to those of our `ray-cluster` as `docs/from-helm.md` says.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value};

#[test]
fn values_of_the_chart_render_the_same() {
    let Some(kuberay) = mkmanifests_testing::kuberay() else { return };
    let data = mkmanifests_testing::data("program/ray/chart");
    let chart = kuberay.join("helm-chart/ray-cluster");
    let (theirs, ours) = (data.join("chart.yaml"), data.join("values.yaml"));
    let theirs = render(&["chart", path(&chart), "foo", "-n", "ray", "-f", path(&theirs)]);
    assert_eq!(spec(&render(&["ray-cluster", "--cluster", "foo", "-f", path(&ours)])), spec(&theirs));
}

#[test]
fn documented_defaults_are_those_of_the_chart() {
    let Some(kuberay) = mkmanifests_testing::kuberay() else { return };
    let document =
        fs::read_to_string(mkmanifests_testing::repository().join("docs/from-helm.md")).expect("the document");
    let (_, block) = document.split_once("`chart-defaults.yaml`:\n\n```yaml\n").expect("the file");
    let (values, _) = block.split_once("```").expect("the end of the file");
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("values.yaml");
    fs::write(&file, values).expect("values");
    let theirs = render(&["chart", path(&kuberay.join("helm-chart/ray-cluster")), "foo", "-n", "ray"]);
    let ours = render(&["ray-cluster", "--cluster", "foo-kuberay", "-f", path(&file), "--set-string", "rayVersion="]);
    assert_eq!(ours["metadata"]["name"], theirs["metadata"]["name"]);
    assert_eq!(spec(&ours), spec(&theirs));
}

fn path(path: &Path) -> &str {
    path.to_str().expect("text")
}

/// Renders, and returns the RayCluster.
fn render(args: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_mkmanifests")).args(args).arg("-q").output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let objects = serde_yaml::Deserializer::from_str(&text).map(serde::Deserialize::deserialize);
    let mut objects = objects.map(|object| object.expect("an object"));
    objects.find(|object: &Value| object["kind"] == "RayCluster").expect("a RayCluster")
}

/// Returns the specification without what means nothing: labels of Helm, the API server's defaults, and what is empty. The
/// groups are sorted by name.
fn spec(cluster: &Value) -> Value {
    let mut spec = cluster["spec"].clone();
    let head = &mut spec["headGroupSpec"];
    if head["serviceType"] == "ClusterIP" {
        head["serviceType"] = Value::Null;
    }
    let groups = spec["workerGroupSpecs"].as_array_mut().expect("groups");
    groups.sort_by_key(|group| group["groupName"].as_str().map(str::to_owned));
    for group in groups {
        if group["numOfHosts"] == 1 {
            group["numOfHosts"] = Value::Null;
        }
    }
    without_empty(&spec)
}

fn without_empty(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| !is_label_of_helm(name));
            let kept = kept.map(|(name, value)| (name.clone(), without_empty(value)));
            let mut kept: Map<String, Value> = kept.filter(|(_, value)| !is_empty(value)).collect();
            kept.sort_keys();
            Value::Object(kept)
        }
        Value::Array(items) => items.iter().map(without_empty).collect(),
        other => other.clone(),
    }
}

fn is_label_of_helm(name: &str) -> bool {
    name.starts_with("app.kubernetes.io/") || name.starts_with("helm.sh/")
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
