use mkmanifests_yaml::tree::{Node, to_node};
use serde_json::{Value, json};

use crate::{Options, all};

/// Returns the warnings about objects beside a cluster, as rule and field.
fn warnings(others: &[Value]) -> Vec<String> {
    let container = json!({"name": "ray", "image": "rayproject/ray:2.60.0", "ports": [{"name": "dash", "containerPort": 8265}],
        "resources": {"requests": {"cpu": "1", "memory": "4Gi"}}});
    let template = json!({"metadata": {"labels": {"app": "train"}}, "spec": {"containers": [container]}});
    let group =
        json!({"groupName": "gpu", "labels": {"zone": "a"}, "minReplicas": 0, "maxReplicas": 1, "template": template});
    let spec = json!({"rayVersion": "2.60.0", "authOptions": {"mode": "token"}, "enableInTreeAutoscaling": true,
        "headGroupSpec": {"rayStartParams": {}, "template": template}, "workerGroupSpecs": [group]});
    let cluster = |kind: &str, name: &str, spec: Value| json!({"apiVersion": "ray.io/v1", "kind": kind, "metadata": {"name": name}, "spec": spec});
    let service = json!({"rayClusterConfig": spec, "serveConfigV2": "applications: [{import_path: a.b}]"});
    let objects = [cluster("RayCluster", "train", spec), cluster("RayService", "llm", service)];
    let objects: Vec<Node> = objects.iter().chain(others).map(|object| to_node(object).expect("a node")).collect();
    let found = all(&objects, &Options { lint: true, ..Options::default() });
    let about_others = found.iter().filter(|found| found.object.is_some_and(|index| index > 1));
    about_others.map(|found| format!("{} {}", found.diagnostic.rule(), found.diagnostic.field())).collect()
}

fn service(selector: Value, target_port: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"},
        "spec": {"selector": selector, "ports": [{"port": 80, "targetPort": target_port}]}})
}

#[test]
fn selectors_match_the_pods_that_the_operator_creates() {
    for selector in [
        json!({"ray.io/cluster": "train", "ray.io/node-type": "head"}),
        json!({"ray.io/identifier": "train-head"}),
        json!({"ray.io/group": "gpu", "zone": "a", "ray.io/is-ray-node": "yes"}),
        json!({"ray.io/serve": "true", "app": "train"}),
    ] {
        assert_eq!(warnings(&[service(selector.clone(), "metrics")]), [""; 0], "{selector}");
        assert_eq!(warnings(&[service(selector.clone(), "dash")]), [""; 0], "{selector}");
    }
    assert_eq!(
        warnings(&[service(json!({"ray.io/cluster": "train"}), "dashboard")]),
        ["service/target-port-exists spec.ports[0].targetPort"]
    );
    for selector in [
        json!({"ray.io/cluster": "trial"}),
        json!({"ray.io/cluster": "train", "ray.io/serve": "true"}),
        json!({"ray.io/node-type": "head", "zone": "a"}),
    ] {
        assert_eq!(warnings(&[service(selector, "dash")]), ["service/selects-pods spec.selector"]);
    }
}

#[test]
fn objects_that_the_operator_creates_exist() {
    let ingress = |name: &str| {
        let backend = json!({"service": {"name": name, "port": {"number": 8265}}});
        json!({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "web"},
            "spec": {"defaultBackend": backend}})
    };
    for name in ["train-head-svc", "llm-head-svc", "llm-serve-svc"] {
        assert_eq!(warnings(&[ingress(name)]), [""; 0], "{name}");
    }
    assert_eq!(warnings(&[ingress("train-svc")]), ["object/service-exists spec.defaultBackend.service.name"]);
    let job = json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"template": {"spec": {
        "restartPolicy": "Never", "serviceAccountName": "train",
        "containers": [{"name": "a", "image": "a:1", "resources": {"requests": {"cpu": "1", "memory": "1Gi"}},
            "envFrom": [{"secretRef": {"name": "train"}}]}],
    }}}});
    assert_eq!(warnings(&[job]), [""; 0]);
}
