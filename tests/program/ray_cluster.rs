//! The real Ray starts from the rendered commands: a head and a worker on loopback, two nodes, a task on each.
//!
//! Needs `ray` and its Python (`pip install ray==2.60.0`) on PATH.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Ports other than Ray's defaults, so that a cluster on this machine is not disturbed. On one machine, the two nodes also
/// need different ports, which on a cluster are those of their pods.
const VALUES: &str = r#"
workerCPURequest: 2
auth: { token: { secretName: token } }
ports: { gcs: 46379, dashboard: 46265, objectManager: 46345, nodeManager: 46346, dashboardAgent: 46365 }
head:
  rayStartParams: { node-ip-address: 127.0.0.1, include-dashboard: false, disable-usage-stats: "", temp-dir: $TEST_DIR, runtime-env-agent-port: 46367 }
worker:
  rayResources: { spot: 1 }
  rayStartParams:
    disable-usage-stats: ""
    node-ip-address: 127.0.0.1
    object-manager-port: 46445
    node-manager-port: 46446
    runtime-env-agent-port: 46447
"#;

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// Waits for both nodes, runs a task on each, and prints how many different nodes answered.
const DRIVER: &str = r#"
import sys, time, ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy as On

ray.init(address=sys.argv[1], log_to_driver=False)
deadline = time.time() + 90
while len([node for node in ray.nodes() if node["Alive"]]) < 2:
    assert time.time() < deadline, ray.nodes()
    time.sleep(0.5)

@ray.remote(num_cpus=1)
def where():
    return ray.get_runtime_context().get_node_id()

nodes = [node["NodeID"] for node in ray.nodes() if node["Alive"]]
answers = ray.get([where.options(scheduling_strategy=On(node, soft=False)).remote() for node in nodes])
print("cpus", sorted(node["Resources"].get("CPU") for node in ray.nodes()))
print("spot", ray.cluster_resources().get("spot"))
print("answered", len(set(answers)))
"#;

#[test]
fn ray_starts_from_the_rendered_commands() {
    let Some(ray) = mkmanifests_testing::program("ray") else { return };
    let dir = tempfile::tempdir().expect("a folder for Ray's files");
    std::fs::write(dir.path().join("values.yaml"), VALUES).expect("values");
    let objects = render(dir.path());
    let _head = Node::start(&container(&objects, "foo-ray-head"), &ray, dir.path());
    let _worker = Node::start(&container(&objects, "foo-ray-worker"), &ray, dir.path());
    let python = ray.with_file_name("python");

    let output = driver(&python, dir.path(), TOKEN, 120);
    assert!(output.contains("cpus [2.0, 2.0]"), "{output}");
    assert!(output.contains("spot 1.0"), "{output}");
    assert!(output.contains("answered 2"), "{output}");

    let output = driver(&python, dir.path(), "another-token-another-token-another", 20);
    assert!(!output.contains("answered"), "a client without the token must be refused: {output}");
}

fn render(dir: &Path) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_mkmanifests"))
        .args(["ray", "--cluster", "foo", "-f", "values.yaml", "-o", "json", "-q"])
        .current_dir(dir)
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list: Value = serde_json::from_slice(&output.stdout).expect("the output is JSON");
    list["items"].as_array().expect("the output is a list").clone()
}

fn container(objects: &[Value], deployment: &str) -> Value {
    let found = objects.iter().find(|it| it["kind"] == "Deployment" && it["metadata"]["name"] == deployment);
    found.expect("the Deployment exists")["spec"]["template"]["spec"]["containers"][0].clone()
}

/// A Ray node that runs as its container would, with the rendered command, arguments and environment.
struct Node(Child);

impl Node {
    fn start(container: &Value, ray: &Path, dir: &Path) -> Node {
        let words = |key: &str| container[key].as_array().expect("a list").iter().map(|it| it.as_str().expect("text"));
        // Without cluster DNS, the head's Service is this machine.
        let command: Vec<String> =
            words("command").chain(words("args")).map(|it| it.replace("foo-ray-head-svc", "127.0.0.1")).collect();
        let mut child = Command::new(&command[0]);
        child.args(&command[1..]).env("TEST_DIR", dir).env("RAY_USAGE_STATS_ENABLED", "0");
        child.env("PATH", format!("{}:{}", ray.parent().expect("a folder").display(), env!("PATH")));
        for variable in container["env"].as_array().expect("the container has an environment") {
            let value = variable["value"].as_str().unwrap_or(TOKEN);
            child.env(variable["name"].as_str().expect("a name"), value);
        }
        let log =
            std::fs::File::create(dir.join(format!("{}.log", container["name"]).replace('"', ""))).expect("a log");
        // A process group, because Ray's child processes have to be killed with it.
        child.process_group(0).stdin(Stdio::null()).stdout(log.try_clone().expect("a log")).stderr(log);
        Node(child.spawn().expect("the command starts"))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.0.wait();
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    }
}

fn driver(python: &Path, dir: &Path, token: &str, seconds: u32) -> String {
    let mut command = Command::new("timeout");
    command.arg(seconds.to_string()).arg(python).args(["-c", DRIVER, "127.0.0.1:46379"]);
    command
        .env("RAY_AUTH_MODE", "token")
        .env("RAY_AUTH_TOKEN", token)
        .env("RAY_USAGE_STATS_ENABLED", "0")
        .current_dir(dir);
    let output = command.output().expect("the driver runs");
    let logs = ["ray-head", "ray-worker"].map(|name| std::fs::read_to_string(dir.join(format!("{name}.log"))));
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    if text.contains("answered") { text } else { format!("{text}\n{logs:?}") }
}
