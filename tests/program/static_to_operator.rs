//! The values of a static Ray cluster move to the KubeRay operator unchanged: `ray-cluster` renders the same pods from them.

use std::path::Path;

use mkmanifests::components;
use mkmanifests::release::Release;
use mkmanifests::tree::to_node;
use mkmanifests::values::Layers;
use serde_json::{Value, json};

/// Values that have to change, and what `ray-cluster` says about them.
const CHANGED: &[(&str, &[&str])] = &[
    // Patches are of the objects, which are others.
    ("patches", &["the patch target matches no object: Service `foo-ray-head-svc`"]),
    (
        "start-params",
        &[
            "`head.rayStartParams.num-cpus`: `MY_CPU_REQUEST` is only set by `ray`",
            "`head.rayStartParams.labels`: may not be set here: use `labels` of the group",
        ],
    ),
];

/// Renders a values file with a component; returns the objects, or the messages.
fn render(component: &str, file: &Path) -> Result<Vec<Value>, Vec<String>> {
    let component = components::find(component).expect("a component");
    let mut layers = Layers::over(component.defaults());
    layers.file("values.yaml", &std::fs::read(file).expect("a file"));
    let release = Release::new("foo", "ray");
    for (path, text) in component.values_for(&release) {
        layers.set_text("--cluster", path, &text);
    }
    let Ok(values) = layers.merge() else { return Err(Vec::new()) };
    match component.render(&values, &release) {
        Ok(rendered) => {
            let objects = rendered.manifests.iter().map(|it| serde_json::to_value(&it.node).expect("JSON"));
            Ok(objects.collect())
        }
        Err(failure) => Err(failure.diagnostics.iter().map(ToString::to_string).collect()),
    }
}

/// Returns the pod template of each group: `head`, `worker`, and the worker groups.
fn deployed(objects: &[Value]) -> Vec<(String, i64, Value)> {
    let deployments = objects.iter().filter(|object| object["kind"] == "Deployment");
    let group = |object: &Value| {
        let name = object["metadata"]["name"].as_str().expect("a name").to_owned();
        let group = name.rsplit_once("-ray-worker-").map(|(_, group)| group.to_owned());
        let group = group.unwrap_or_else(|| name.rsplit_once('-').expect("a role").1.to_owned());
        (group, object["spec"]["replicas"].as_i64().expect("a number"), object["spec"]["template"].clone())
    };
    let mut list: Vec<_> = deployments.map(group).collect();
    list.sort_by(|one, other| one.0.cmp(&other.0));
    list
}

fn operated(objects: &[Value]) -> Vec<(String, i64, Value)> {
    let cluster = objects.iter().find(|object| object["kind"] == "RayCluster").expect("a RayCluster");
    let spec = &cluster["spec"];
    let mut list = vec![("head".to_owned(), 1, spec["headGroupSpec"]["template"].clone())];
    for group in spec["workerGroupSpecs"].as_array().into_iter().flatten() {
        let name = group["groupName"].as_str().expect("a name").to_owned();
        list.push((name, group["replicas"].as_i64().expect("a number"), group["template"].clone()));
    }
    list.sort_by(|one, other| one.0.cmp(&other.0));
    list
}

/// Removes what differs on purpose: what only one of the two sets.
fn common(mut template: Value) -> Value {
    let spec = template["spec"].as_object_mut().expect("a pod");
    // The operator's default, and the volume that it adds itself.
    spec.remove("restartPolicy");
    retain(spec, "volumes", |volume| volume["name"] != "dshm");
    let containers = spec.get_mut("containers").and_then(Value::as_array_mut).expect("containers");
    let container = containers[0].as_object_mut().expect("a container");
    // The operator builds the command and the ports from the options.
    for field in ["command", "args", "ports"] {
        container.remove(field);
    }
    retain(container, "volumeMounts", |mount| mount["name"] != "dshm");
    let own = ["MY_CPU_REQUEST", "RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_REDIS_ADDRESS", "REDIS_PASSWORD"];
    let fault_tolerance = ["RAY_external_storage_namespace", "RAY_gcs_rpc_server_reconnect_timeout_s"];
    let is_own =
        |name: &Value| name.as_str().is_some_and(|name| own.contains(&name) || fault_tolerance.contains(&name));
    retain(container, "env", |variable| !is_own(&variable["name"]));
    let labels = template["metadata"]["labels"].as_object().cloned().unwrap_or_default();
    let labels: serde_json::Map<_, _> =
        labels.into_iter().filter(|(key, _)| !["component", "type"].contains(&key.as_str())).collect();
    let metadata = json!({"labels": labels, "annotations": template["metadata"]["annotations"]});
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]});
    // An API server stores the empty lists of a custom resource, but not those of a Deployment.
    let mut pod = to_node(&pod).expect("a node");
    components::remove_empties(&mut pod);
    serde_json::to_value(&pod).expect("JSON")
}

fn retain(map: &mut serde_json::Map<String, Value>, field: &str, keep: impl Fn(&Value) -> bool) {
    let is_empty = map.get_mut(field).and_then(Value::as_array_mut).is_none_or(|items| {
        items.retain(|item| keep(item));
        items.is_empty()
    });
    if is_empty {
        map.remove(field);
    }
}

/// Returns the objects beside the pods, without their selectors.
fn beside(objects: Vec<Value>) -> Vec<Value> {
    let kinds = ["ServiceAccount", "PodDisruptionBudget", "PodMonitor"];
    let kept = objects.into_iter().filter(|object| kinds.iter().any(|kind| object["kind"] == *kind));
    let without_selector = |mut object: Value| {
        object["spec"].as_object_mut().map(|spec| spec.remove("selector"));
        object
    };
    kept.map(without_selector).collect()
}

#[test]
fn values_of_a_static_cluster_render_the_same_pods() {
    let mut compared = 0;
    insta::glob!("../..", "golden/cases/ray/*/values.yaml", |file| {
        let case = file.parent().and_then(Path::file_name).and_then(|name| name.to_str()).expect("a name");
        let Ok(deployments) = render("ray", file) else { return };
        let cluster = render("ray-cluster", file);
        if let Some((_, expected)) = CHANGED.iter().find(|(changed, _)| *changed == case) {
            assert_eq!(cluster.expect_err("it has to change"), *expected, "{case}");
            return;
        }
        let cluster = cluster.unwrap_or_else(|messages| panic!("{case}: {messages:#?}"));
        let templates = |list: Vec<(String, i64, Value)>| {
            list.into_iter().map(|(name, replicas, it)| (name, replicas, common(it))).collect::<Vec<_>>()
        };
        assert_eq!(templates(operated(&cluster)), templates(deployed(&deployments)), "{case}");
        assert_eq!(beside(cluster), beside(deployments), "{case}");
        compared += 1;
    });
    assert!(compared >= 10, "{compared}");
}
