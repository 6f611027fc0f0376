//! The real Ray starts from the commands of `ray`: a head and a worker, two nodes, a task on each.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::nodes::{Cluster, Container};

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
while len([node for node in ray.nodes() if node["Alive"]]) < 2:
    time.sleep(0.5)

@ray.remote(num_cpus=1)
def where():
    return ray.get_runtime_context().get_node_id()

nodes = [node["NodeID"] for node in ray.nodes() if node["Alive"]]
answers = ray.get([where.options(scheduling_strategy=On(node, soft=False)).remote() for node in nodes])
print("cpus", sorted(node["Resources"].get("CPU") for node in ray.nodes() if node["Alive"]))
print("spot", ray.cluster_resources().get("spot"))
print("answered", len(set(answers)))
"#;

#[test]
fn ray_starts_from_the_rendered_commands() {
    let Some(ray) = mkmanifests_testing::program("ray") else { return };
    let dir = tempfile::tempdir().expect("a folder for Ray's files");
    std::fs::write(dir.path().join("values.yaml"), VALUES).expect("values");
    let objects = render(dir.path());
    let containers = vec![container(&objects, "foo-ray-head"), container(&objects, "foo-ray-worker")];
    let mut cluster = Cluster::start(&ray, dir.path(), containers);

    let output = driver(&mut cluster, TOKEN, "answered");
    assert!(output.contains("cpus [2.0, 2.0]"), "{output}");
    assert!(output.contains("spot 1.0"), "{output}");
    assert!(output.contains("answered 2"), "{output}");

    let output = driver(&mut cluster, "another-token-another-token-another", "AuthenticationError");
    assert!(!output.contains("answered"), "a client without the token must be refused: {output}");
}

fn driver(cluster: &mut Cluster, token: &str, expected: &str) -> String {
    let env = [("RAY_AUTH_MODE", "token"), ("RAY_AUTH_TOKEN", token)];
    cluster.run(DRIVER, &["127.0.0.1:46379"], &env, expected)
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

/// Returns the first container of a Deployment with its environment.
fn container(objects: &[Value], deployment: &'static str) -> Container {
    let found = objects.iter().find(|it| it["kind"] == "Deployment" && it["metadata"]["name"] == deployment);
    let container = &found.expect("the Deployment exists")["spec"]["template"]["spec"]["containers"][0];
    let words = |key: &str| container[key].as_array().expect("a list").iter().map(|it| it.as_str().expect("text"));
    // Without cluster DNS, the head's Service is this machine.
    let command = words("command").chain(words("args")).map(|it| it.replace("foo-ray-head-svc", "127.0.0.1")).collect();
    let variables = container["env"].as_array().expect("the container has an environment").iter();
    let env = variables
        .map(|it| (it["name"].as_str().expect("a name").to_owned(), it["value"].as_str().unwrap_or(TOKEN).to_owned()));
    Container { name: deployment.strip_prefix("foo-ray-").expect("a role"), command, env: env.collect() }
}
