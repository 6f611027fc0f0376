//! The real Ray starts as the operator would start it from the objects of `ray-cluster`, and its autoscaler reads them.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::nodes::{Cluster, Container};
use super::operator::{self, RayContainer};
use super::schemas;

const NODES: &str = include_str!("../../data/program/ray/nodes.py");
const AUTOSCALER: &str = include_str!("../../data/program/ray/autoscaler.py");

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// As in `static_cluster.rs`: ports that differ from Ray's defaults, and between the nodes. `container` changes those that are
/// the same on all nodes of a cluster.
const VALUES: &str = r#"
workerReplicaCount: 3
workerCPURequest: 3
workerMemRequestG: 2
auth: { token: { secretName: token } }
autoscaling: { enabled: true, idleTimeoutSeconds: 120 }
ports: { gcs: 46379, dashboard: 46265, dashboardAgent: 46365 }
metrics: { enabled: true, port: 46380 }
head:
  cpu: 2
  labels: { market-type: on-demand }
  rayStartParams:
    node-ip-address: 127.0.0.1
    include-dashboard: false
    disable-usage-stats: ""
    temp-dir: $TEST_DIR
    object-manager-port: 46345
    node-manager-port: 46346
    runtime-env-agent-port: 46367
worker:
  rayResources: { spot: 1 }
  labels: { market-type: spot }
  rayStartParams:
    disable-usage-stats: ""
    node-ip-address: 127.0.0.1
    object-manager-port: 46445
    node-manager-port: 46446
    runtime-env-agent-port: 46447
"#;

#[test]
fn containers_are_those_of_the_operator() {
    let dir = Path::new("tests/data/program/ray/operator");
    let text = std::fs::read_to_string(mkmanifests_testing::root().join(dir).join("clusters.yaml")).expect("a file");
    let recorded = std::fs::read(mkmanifests_testing::root().join(dir).join("containers.json")).expect("a file");
    let recorded: Value = serde_json::from_slice(&recorded).expect("JSON");
    for document in serde_yaml::Deserializer::from_str(&text) {
        let cluster: Value = serde::Deserialize::deserialize(document).expect("an object");
        let mut built = operator::containers(&cluster);
        // The recorded groups are sorted.
        built[1..].sort_by(|a, b| a.group.cmp(&b.group));
        let built: Vec<Value> = built.iter().map(as_json).collect();
        let name = cluster["metadata"]["name"].as_str().expect("a name");
        assert_eq!(Value::from(built), recorded[name], "{name}");
    }
}

fn as_json(container: &RayContainer) -> Value {
    json!({ "group": container.group, "command": container.command, "args": container.args, "env": container.env })
}

/// First the head alone, so that tasks wait for a worker.
#[test]
fn ray_starts_and_scales_from_the_commands_of_the_operator() {
    let Some(ray) = mkmanifests_testing::program("ray") else { return };
    let dir = tempfile::tempdir().expect("a folder for Ray's files");
    let cluster = as_stored(&render(dir.path()));
    std::fs::write(dir.path().join("cluster.json"), cluster.to_string()).expect("the object");
    let mut containers = operator::containers(&cluster).into_iter().map(|it| container(&it));
    let mut nodes = Cluster::start(&ray, dir.path(), containers.next().into_iter().collect());

    let output = nodes.run(AUTOSCALER, &["127.0.0.1:46379", "cluster.json"], &token(), "patched");
    assert!(output.contains("patched {'worker': 3}"), "{output}");

    containers.for_each(|container| nodes.add(container));
    let output = nodes.run(NODES, &["127.0.0.1:46379", "2"], &token(), "selected");
    let head = r#"node {"labels": {"market-type": "on-demand"}, "resources": {"CPU": 2.0}}"#;
    let worker = r#"node {"labels": {"market-type": "spot"}, "resources": {"CPU": 3.0, "spot": 1.0}}"#;
    assert!(output.contains(head), "{output}");
    assert!(output.contains(worker), "{output}");
    assert!(output.contains("answered 2"), "{output}");
    assert!(output.contains("selected ['spot']"), "{output}");
}

#[test]
fn autoscaler_understands_the_values() {
    let dir = tempfile::tempdir().expect("a folder");
    let cluster = as_stored(&render(dir.path()));
    let Some(answers) = schemas::ask("autoscaling_config", &[cluster.to_string()]) else { return };
    let answer: Value = serde_json::from_str(&answers[0]).expect("JSON");
    let head = json!({
        "min_workers": 0, "max_workers": 0, "labels": { "market-type": "on-demand" },
        "resources": { "CPU": 2, "memory": 2_000_000_000 },
    });
    let worker = json!({
        "min_workers": 0, "max_workers": 3, "priority": 0, "labels": { "market-type": "spot" },
        "resources": { "CPU": 3, "memory": 2_000_000_000, "spot": 1 },
    });
    assert_eq!(answer["groups"], json!({ "headgroup": head, "worker": worker }));
    assert_eq!(answer["idle_timeout_minutes"], 2.0);
}

fn token() -> [(&'static str, &'static str); 3] {
    [("RAY_AUTH_MODE", "token"), ("RAY_AUTH_TOKEN", TOKEN), ("RAY_HEAD_POD_NAME", "foo-head")]
}

fn render(dir: &Path) -> Value {
    std::fs::write(dir.join("values.yaml"), VALUES).expect("values");
    let output = Command::new(env!("CARGO_BIN_EXE_mkmanifests"))
        .args(["ray-cluster", "--cluster", "foo", "-f", "values.yaml", "-o", "json", "-q"])
        .current_dir(dir)
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list: Value = serde_json::from_slice(&output.stdout).expect("the output is JSON");
    let mut items = list["items"].as_array().expect("a list").iter();
    items.find(|it| it["kind"] == "RayCluster").expect("a RayCluster").clone()
}

/// Returns an object as the API server returns it, with the defaults of its definition.
pub(super) fn as_stored(cluster: &Value) -> Value {
    let mut cluster = cluster.clone();
    set_missing(&mut cluster["metadata"], "namespace", "ray".into());
    for group in cluster["spec"]["workerGroupSpecs"].as_array_mut().into_iter().flatten() {
        let defaults =
            [("minReplicas", 0), ("maxReplicas", i32::MAX), ("replicas", 0), ("numOfHosts", 1), ("priority", 0)];
        for (field, default) in defaults {
            set_missing(group, field, default.into());
        }
    }
    cluster
}

fn set_missing(object: &mut Value, field: &str, value: Value) {
    if object[field].is_null() {
        object[field] = value;
    }
}

/// Returns a container as a kubelet would start it on this machine.
fn container(built: &RayContainer) -> Container {
    // Without cluster DNS, the head's Service is this machine, on which each port can be used once.
    let is_head = built.group == "headgroup";
    let local = |text: &str| {
        let text = text.replace("foo-head-svc.ray.svc.cluster.local", "127.0.0.1");
        if is_head { text } else { text.replace("=46365", "=46465").replace("=46380", "=46480") }
    };
    let env = built.env.iter().map(|variable| {
        let value = match &variable["valueFrom"] {
            Value::Null => variable["value"].as_str().unwrap_or_default(),
            from if !from["secretKeyRef"].is_null() => TOKEN,
            from => field(from["fieldRef"]["fieldPath"].as_str().expect("a field"), &built.group),
        };
        (variable["name"].as_str().expect("a name").to_owned(), local(value))
    });
    let name = if is_head { "head" } else { "worker" };
    let command = built.command.iter().chain(&built.args).map(|word| local(word)).collect();
    Container { name, command, env: env.collect() }
}

/// The field of a pod that a variable has.
fn field<'a>(path: &str, group: &'a str) -> &'a str {
    match path {
        "metadata.labels['ray.io/group']" => group,
        "metadata.labels['ray.io/cluster']" => "foo",
        "metadata.namespace" => "ray",
        "metadata.name" if group == "headgroup" => "foo-head",
        "metadata.name" => "foo-worker",
        other => panic!("no value of {other}"),
    }
}
