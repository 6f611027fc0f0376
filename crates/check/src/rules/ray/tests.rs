//! Cases of the rules for Ray clusters that their examples do not reach.

use mkmanifests_kuberay::RayCluster;
use mkmanifests_yaml::tree::{Node, from_object, to_node};

use super::ray_cluster;
use crate::patch::merge;
use crate::report::Report;
use crate::schema_fields;

const BASE: &str = include_str!("../../../tests/data/examples/raycluster.yaml");

fn node(yaml: &str) -> Node {
    let value: serde_json::Value = serde_yaml::from_str(yaml).expect("YAML");
    to_node(&value).expect("JSON")
}

/// Returns the rule and the field of each error of the base object with a change, sorted.
fn errors(change: &str) -> Vec<String> {
    let mut object = node(BASE);
    merge(&mut object, &node(&format!("{{{change}}}")));
    let mut found = Vec::new();
    let cluster = from_object::<RayCluster>(&object, schema_fields::all, &mut found).expect("a RayCluster");
    assert!(found.is_empty(), "{change}: {found:?}");
    let mut report = Report::about(&object, false);
    ray_cluster(&cluster, &mut report);
    let found = report.into_diagnostics();
    let mut errors: Vec<String> = found.iter().map(|found| format!("{} {}", found.rule(), found.field())).collect();
    errors.sort();
    errors
}

fn check(cases: &[(&str, &[&str])]) {
    for (change, expected) in cases {
        assert_eq!(errors(change), *expected, "{change}");
    }
}

/// Returns a change of the head's pod with a Ray container that has more fields, and with a sidecar.
fn head(container: &str, more: &str) -> String {
    let image = "rayproject/ray:2.60.0";
    format!(
        "headGroupSpec: {{template: {{spec: {{containers: [{{name: ray-head, image: \"{image}\"{container}}}{more}]}}}}}}"
    )
}

#[test]
fn names_leave_room_for_services() {
    let fits = "a".repeat(53);
    let long = "a".repeat(54);
    check(&[
        (&format!("metadata: {{name: {fits}}}"), &[]),
        (&format!("metadata: {{name: {long}}}"), &["raycluster/cluster-name metadata.name"]),
        (&format!("metadata: {{name: null, generateName: {}}}", &fits[..48]), &[]),
        (
            &format!("metadata: {{name: null, generateName: {}}}", &fits[..49]),
            &["raycluster/cluster-name metadata.generateName"],
        ),
        ("metadata: {name: train.one}", &["raycluster/cluster-name metadata.name"]),
    ]);
}

#[test]
fn clusters_of_jobs_and_services_have_no_upgrade_strategy() {
    let strategy = |creator: &str| {
        let label = format!("metadata: {{labels: {{ray.io/originated-from-crd: {creator}}}}}");
        format!("{label}, spec: {{upgradeStrategy: {{type: Recreate}}}}")
    };
    check(&[
        (&strategy("RayJob"), &["raycluster/upgrade-strategy spec.upgradeStrategy.type"]),
        (&strategy("RayCluster"), &[]),
    ]);
}

#[test]
fn an_annotation_turns_on_fault_tolerance_too() {
    let address = head(", env: [{name: RAY_REDIS_ADDRESS, value: \"redis:6379\"}]", "");
    let annotated = |value: &str, spec: &str| {
        format!("metadata: {{annotations: {{ray.io/ft-enabled: \"{value}\"}}}}, spec: {{{spec}}}")
    };
    let options = "gcsFaultToleranceOptions: {redisAddress: \"redis:6379\"}";
    check(&[
        (&annotated("True", &address), &[]),
        (
            &annotated("false", &address),
            &["raycluster/redis-address spec.headGroupSpec.template.spec.containers[0].env[0]"],
        ),
        (
            &annotated("false", options),
            &["raycluster/fault-tolerance-annotations metadata.annotations[ray.io/ft-enabled]"],
        ),
        (&annotated("", options), &[]),
    ]);
}

#[test]
fn the_variable_of_the_head_turns_on_version_2_of_the_autoscaler() {
    let spec = |value: &str| {
        let head = head(&format!(", env: [{{name: RAY_enable_autoscaler_v2, value: \"{value}\"}}]"), "");
        let container = "{name: ray-worker, image: \"rayproject/ray:2.60.0\"}";
        let worker =
            format!("{{groupName: cpu, idleTimeoutSeconds: 60, template: {{spec: {{containers: [{container}]}}}}}}");
        format!("spec: {{enableInTreeAutoscaling: true, {head}, workerGroupSpecs: [{worker}]}}")
    };
    check(&[
        (&spec("true"), &[]),
        (&spec("yes"), &["raycluster/group-idle-timeout spec.workerGroupSpecs[0].idleTimeoutSeconds"]),
    ]);
}

#[test]
fn kubernetes_checks_tokens_since_ray_2_55() {
    let auth = "authOptions: {mode: token, enableK8sTokenAuth: true}";
    let version = "raycluster/token-auth-version spec.rayVersion";
    check(&[
        (&format!("spec: {{{auth}}}"), &[]),
        (&format!("spec: {{{auth}, rayVersion: 2.54.0}}"), &[version]),
        (&format!("spec: {{{auth}, rayVersion: nightly}}"), &[version]),
        (&format!("spec: {{{auth}, rayVersion: null}}"), &[version]),
        (
            "spec: {authOptions: {mode: token, enableK8sTokenAuth: true, secretName: token}}",
            &["raycluster/kubernetes-auth spec.authOptions.secretName"],
        ),
    ]);
}

#[test]
fn the_collector_needs_the_variables_of_its_storage() {
    let collector = |env: &str| {
        format!("spec: {{historyServerOptions: {{collectorOptions: {{image: \"collector:1\", env: [{env}]}}}}}}")
    };
    let field = "spec.historyServerOptions.collectorOptions.env";
    let settings = format!("raycluster/collector-settings {field}");
    let settings = settings.as_str();
    let azure = "{name: STORAGE_BACKEND, value: AzureBlob}";
    let mode = |mode: &str| format!("{{name: AZURE_STORAGE_AUTH_MODE, value: {mode}}}");
    let account = "{name: AZURE_STORAGE_ACCOUNT_URL, value: \"https://example.com\"}";
    let from = "valueFrom: {secretKeyRef: {name: history, key: value}}";
    check(&[
        (&collector("{name: STORAGE_BACKEND, value: local}"), &[]),
        (
            &collector(&format!("{{name: STORAGE_BACKEND, {from}}}")),
            &[format!("raycluster/collector-backend {field}").as_str()],
        ),
        (&collector(&format!("{{name: STORAGE_BACKEND, value: s3}}, {{name: S3_REGION, {from}}}")), &[]),
        (&collector("{name: STORAGE_BACKEND, value: AliyunOSS}"), &[settings; 3]),
        (&collector(azure), &[settings]),
        (&collector(&format!("{azure}, {account}")), &[]),
        (&collector(&format!("{azure}, {account}, {}", mode("connection_string"))), &[settings]),
        (&collector(&format!("{azure}, {account}, {}", mode("\" Default \""))), &[]),
        (&collector(&format!("{azure}, {}", mode("workload_identity"))), &[settings]),
    ]);
}

#[test]
fn containers_can_mount_the_volumes_that_the_operator_adds() {
    let sidecar = |volume: &str| {
        let mount = format!("volumeMounts: [{{name: {volume}, mountPath: /mounted}}]");
        head("", &format!(", {{name: logs, image: \"registry.example.com/logs:1\", {mount}}}"))
    };
    let missing = "container/volume-mount-name spec.headGroupSpec.template.spec.containers[1].volumeMounts[0].name";
    check(&[
        (&format!("spec: {{{}}}", sidecar("shared-mem")), &[]),
        (&format!("spec: {{{}}}", sidecar("ray-logs")), &[missing]),
        (&format!("spec: {{enableInTreeAutoscaling: true, {}}}", sidecar("ray-logs")), &[]),
        (&format!("spec: {{{}}}", sidecar("ray-tls")), &[missing]),
        (&format!("spec: {{tlsOptions: {{enabled: true}}, {}}}", sidecar("ray-tls")), &[]),
        (&format!("spec: {{gcsFaultToleranceOptions: {{backend: rocksdb}}, {}}}", sidecar("gcs-storage")), &[]),
    ]);
}

#[test]
fn the_operator_sets_the_restart_policy_for_version_2_of_the_autoscaler() {
    let resize = head(", resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]", "");
    let at = "container/resize-policy spec.headGroupSpec.template.spec.containers[0].resizePolicy";
    check(&[
        (&format!("spec: {{enableInTreeAutoscaling: true, {resize}}}"), &[]),
        (&format!("spec: {{enableInTreeAutoscaling: true, autoscalerOptions: {{version: v2}}, {resize}}}"), &[at]),
    ]);
}

#[test]
fn options_of_added_containers_are_validated_as_containers() {
    check(&[
        (
            "spec: {enableInTreeAutoscaling: true, autoscalerOptions: {image: \"\", volumeMounts: [{name: a, mountPath: /a}]}}",
            &[
                "container/required-image spec.autoscalerOptions.image",
                "container/volume-mount-name spec.autoscalerOptions.volumeMounts[0].name",
            ],
        ),
        // Without an autoscaler the options have no effect.
        ("spec: {autoscalerOptions: {image: \"\"}}", &[]),
        (
            "spec: {historyServerOptions: {collectorOptions: {imagePullPolicy: Sometimes, env: [{name: STORAGE_BACKEND, value: local}]}}}",
            &[
                "container/image-pull-policy spec.historyServerOptions.collectorOptions.imagePullPolicy",
                "raycluster/collector-image spec.historyServerOptions.collectorOptions.image",
            ],
        ),
    ]);
}

#[test]
fn the_operator_adds_the_ports_of_the_ray_container_to_the_head_service() {
    let service = |port: &str, ports: &str| {
        let head = head(ports, "").replacen(
            "headGroupSpec: {",
            &format!("headGroupSpec: {{headService: {{spec: {{ports: [{port}]}}}}, "),
            1,
        );
        format!("spec: {{{head}}}")
    };
    let conflict = "raycluster/head-service-ports spec.headGroupSpec.headService.spec.ports[0]";
    let dashboard = ", ports: [{containerPort: 8265}]";
    check(&[
        (&service("{name: extra, port: 9000}", ""), &[]),
        (&service("{name: extra, port: 8000}", ""), &[conflict]),
        (&service("{name: extra, port: 8000}", dashboard), &[]),
        (&service("{name: extra, port: 8265}", dashboard), &[conflict]),
        (&service("{name: 8265-port, port: 80}", dashboard), &[conflict]),
        (&service("{name: metrics, port: 80}", dashboard), &[conflict]),
        (&service("{name: extra, port: 8265, protocol: UDP}", dashboard), &[]),
        (&service("{port: 80}", ""), &["service/valid-port spec.headGroupSpec.headService.spec.ports[0].name"]),
    ]);
}

#[test]
fn the_ingress_of_the_head_is_validated_if_it_is_enabled() {
    let ingress = |enabled: bool| {
        let options = "ingressOptions: {host: 10.0.0.1, path: ray, tls: [{hosts: [a_b]}]}";
        format!("spec: {{headGroupSpec: {{enableIngress: {enabled}, {options}}}}}")
    };
    check(&[
        (&ingress(false), &[]),
        (
            &ingress(true),
            &[
                "ingress/host spec.headGroupSpec.ingressOptions.host",
                "ingress/path spec.headGroupSpec.ingressOptions.path",
                "ingress/tls spec.headGroupSpec.ingressOptions.tls[0].hosts[0]",
            ],
        ),
    ]);
}

#[test]
fn rules_of_a_network_policy_are_validated() {
    check(&[
        (
            "spec: {networkPolicy: {head: {egressRules: [{ports: [{port: 0}]}]}, workerGroups: [{groupName: cpu, ingressRules: [{from: [{}]}]}]}}",
            &[
                "networkpolicy/peer spec.networkPolicy.workerGroups[0].ingressRules[0].from[0]",
                "networkpolicy/port spec.networkPolicy.head.egressRules[0].ports[0].port",
            ],
        ),
        (
            "spec: {networkPolicy: {workerGroups: [{groupName: cpu}]}, workerGroupSpecs: null}",
            &["raycluster/policy-group-exists spec.networkPolicy.workerGroups[0].groupName"],
        ),
    ]);
}

#[test]
fn duplicates_in_containers_are_refused_by_the_definition() {
    let init = "initContainers: [{name: a, image: \"a:1\", env: [{name: A}, {name: A}]}]";
    let ports = head(
        ", ports: [{containerPort: 80}, {containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: UDP}]",
        "",
    );
    check(&[
        (
            &format!("spec: {{headGroupSpec: {{template: {{spec: {{{init}}}}}}}}}"),
            &["raycluster/unique-template-keys spec.headGroupSpec.template.spec.initContainers[0].env[1]"],
        ),
        (
            &format!("spec: {{{ports}}}"),
            &["raycluster/unique-template-keys spec.headGroupSpec.template.spec.containers[0].ports[1]"],
        ),
    ]);
}
