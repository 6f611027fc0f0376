//! `check` accepts what KubeRay's charts render with their defaults.

use mkmanifests::chart::{self, Behaviour, Capabilities, Options, Request, SchemaFiles, UnusedValues};
use mkmanifests::diagnostic::Sources;
use mkmanifests::release::Release;
use mkmanifests::tree::Node;
use mkmanifests::values::{Layers, Values};

use super::common;
use super::samples::errors;

fn render(folder: &std::path::Path, values: &str) -> Vec<Node> {
    let mut sources = Sources::default();
    let loaded = chart::load(folder, &mut sources).expect("the chart can be loaded");
    let base = Values { sources, ..Values::default() };
    let mut layers = Layers::over(&base);
    layers.file("values.yaml", values.as_bytes());
    let user = layers.overlaid().expect("values");
    let mut request = Request::new(Options {
        release: Release::named("demo", "ray"),
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files: SchemaFiles::default(),
        helm: Behaviour::default(),
    });
    (request.unused_values, request.check) = (UnusedValues::Ignore, false);
    let output = chart::template(&loaded.chart, &user, request).expect("the chart renders");
    output.into_rendered(true).expect("objects").manifests.into_iter().map(|manifest| manifest.node).collect()
}

#[test]
fn check_accepts_what_the_charts_render() {
    let Some(checkout) = common::kuberay() else { return };
    for (name, values) in CHARTS {
        let objects = render(&checkout.join("helm-chart").join(name), values);
        assert!(!objects.is_empty(), "{name} {values}");
        let found = errors(&objects, "");
        assert!(found.is_empty(), "{name} {values}:\n{found:#?}");
    }
}

/// Charts with values.
const CHARTS: &[(&str, &str)] = &[
    ("kuberay-operator", ""),
    ("kuberay-operator", "singleNamespaceInstall: true"),
    ("kuberay-operator", "watchNamespace: [one, two]"),
    ("ray-cluster", ""),
    ("ray-cluster", "head: { enableInTreeAutoscaling: true, autoscalerOptions: { version: v2 } }"),
    ("ray-cluster", "gcsFaultTolerance: { enabled: true, redisAddress: 'redis:6379' }"),
    (
        "ray-cluster",
        "additionalWorkerGroups: { smallGroup: { disabled: false, replicas: 1, minReplicas: 1, maxReplicas: 2 } }",
    ),
];
