//! `autoscaler` renders the objects of its chart: the component and the real Helm agree on random values.
//!
//! The folder that `MKMANIFESTS_CHARTS` names may have the public chart 9.59.0. Without it, or without Helm, only the
//! recorded pairs below `tests/data/program/autoscaler` are compared; `tests/renew autoscaler_parity` records them again.
//! If a draw differs, its values are saved as `tests/data/program/autoscaler/draw-SEED.yaml`, as a pair that still has to
//! be recorded.
//!
//! Objects are compared as an API server stores them: nulls and empty lists are removed, quantities are text, and the
//! labels `helm.sh/chart` and `app.kubernetes.io/managed-by` are ignored. Allowed differences are counted, and printed at
//! the end:
//!
//! - *both refuse*: the chart fails, and so does the component.
//! - *no API server accepts the chart's output*: it prints text that YAML reads as another type, text that is not YAML, or
//!   an object that breaks a rule. The component refuses the values, or keeps the intended text.
//! - *refused here*: the component refuses, for one of the [`REASONS`], values that the chart renders.

mod draw;
mod known;
mod objects;
mod recorded;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use mkmanifests::chart::{
    self, Behaviour, Capabilities, Document, HelmOutput, Options, Request, SchemaFiles, UnusedValues,
};
use mkmanifests::check;
use mkmanifests::components::{self, Component};
use mkmanifests::diagnostic::Sources;
use mkmanifests::kube_version::KubeVersion;
use mkmanifests::release::Release;
use mkmanifests::tree::{Node, to_node};
use mkmanifests::values::{Layers, PATCHES, Values};
use serde_json::Value;

use mkmanifests_testing as common;

use self::draw::{Draw, draw};
use self::objects::Objects;

/// Reasons why the component refuses what the chart renders, each a part of the message.
const REASONS: &[&str] = &[
    // The chart renders no Deployment.
    "there is nothing to scale",
    // It renders an object that no supported cluster has.
    "Kubernetes has no PodSecurityPolicy",
    // `kubeTargetVersionOverride` chooses an API version that the cluster does not serve.
    "was removed in Kubernetes",
    ": introduced in 1.",
    // An API server refuses the name, or the operator refuses the list.
    "is not a DNS label",
    "is not a DNS subdomain",
    "expected a list, found a mapping",
    "the Service needs a port",
    "the required `key` is missing",
    // The autoscaler does not start.
    "`extraArgs.",
    // Line breaks in text that the chart prints on one line: its output is a different text, or a different object.
    "text of one line is needed here",
];

fn component() -> &'static dyn Component {
    components::find("autoscaler").expect("the component exists")
}

fn chart_folder() -> Option<PathBuf> {
    common::chart("cluster-autoscaler")
}

/// Returns the number of draws.
fn draws() -> u64 {
    if common::is_full() { 2_000 } else { 100 }
}

/// Returns the component's objects.
fn ours(draw: &Draw) -> Result<Objects, String> {
    let mut layers = Layers::over(component().defaults());
    layers.file("values.yaml", draw.values.as_bytes());
    let values = component().merge(layers).map_err(|failure| failure.to_string())?;
    let release = Release {
        name: draw.release.to_owned(),
        namespace: draw.namespace.to_owned(),
        cluster: String::new(),
        kube_version: draw.kube_version.map(|version| KubeVersion::parse(version).expect("a version")),
        ..Release::default()
    };
    let rendered = component().render(&values, &release).map_err(|failure| failure.to_string())?;
    let mut objects = Objects::new();
    for manifest in rendered.manifests.iter() {
        objects::add(&manifest.node, &mut objects).map_err(|reason| format!("OURS: {reason}"))?;
    }
    Ok(objects)
}

/// The chart rendered by this repository's engine: the same bytes as Helm, without a process.
struct InProcess {
    chart: chart::Chart,
    sources: Sources,
}

impl InProcess {
    fn load(folder: &Path) -> Self {
        let mut sources = Sources::default();
        let loaded = chart::load(folder, &mut sources).expect("the chart can be loaded");
        InProcess { chart: loaded.chart, sources }
    }

    fn render(&self, draw: &Draw) -> Result<String, String> {
        self.rendered(draw).map(|rendered| rendered.text())
    }

    /// Returns the lines of templates that printed something.
    fn reached(&self, draw: &Draw) -> BTreeSet<(String, u32)> {
        let rendered = self.rendered(draw).map(|rendered| rendered.objects).unwrap_or_default();
        let lines =
            |document: Document| document.template_lines.into_iter().map(move |line| (document.path.clone(), line));
        rendered.into_iter().flat_map(lines).collect()
    }

    fn rendered(&self, draw: &Draw) -> Result<HelmOutput, String> {
        let base = Values { sources: self.sources.clone(), ..Values::default() };
        let mut layers = Layers::over(&base);
        layers.file("values.yaml", draw.values.as_bytes());
        let user = layers.overlaid().map_err(|failure| failure.to_string())?;
        let mut capabilities = Capabilities::default();
        if let Some(version) = draw.kube_version {
            capabilities.kube_version = KubeVersion::parse(version).expect("a version");
        }
        let release = Release::named(draw.release, draw.namespace);
        let mut request = Request::new(Options {
            release,
            capabilities,
            skip_schema: false,
            schema_files: SchemaFiles::default(),
            helm: Behaviour::default(),
        });
        (request.unused_values, request.check) = (UnusedValues::Ignore, false);
        chart::template(&self.chart, &user, request).map_err(|failure| failure.to_string())
    }
}

/// Renders the chart with the real Helm.
fn helm(program: &Path, folder: &Path, draw: &Draw) -> Result<String, String> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &draw.values).expect("writable");
    let mut command = Command::new(program);
    command
        .args(["template", draw.release])
        .arg(folder)
        .args(["--namespace", draw.namespace])
        .arg("-f")
        .arg(file.path());
    if let Some(version) = draw.kube_version {
        command.args(["--kube-version", version]);
    }
    let output = command.output().expect("helm runs");
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// The result of a comparison.
enum Verdict {
    Same,
    /// An allowed difference, as documented above.
    Known(&'static str),
    Different(String),
}

fn compare(theirs: Result<String, String>, ours: Result<Objects, String>) -> Verdict {
    let theirs = match theirs {
        Ok(text) => text,
        Err(reason) => {
            return match ours {
                Err(_) => Verdict::Known("both refuse"),
                Ok(_) => Verdict::Different(format!("only the chart fails: {reason}")),
            };
        }
    };
    match (objects::read(&theirs), ours) {
        (_, Err(reason)) if reason.starts_with("OURS") => Verdict::Different(reason),
        (Err(_), _) => Verdict::Known("no API server accepts the chart's output"),
        (Ok(_), Err(reason)) if REASONS.iter().any(|known| reason.contains(known)) => Verdict::Known("refused here"),
        (Ok(theirs), Err(_)) if is_refused(&theirs) => Verdict::Known("no API server accepts the chart's output"),
        (Ok(_), Err(reason)) => Verdict::Different(format!("only the component fails: {reason}")),
        (Ok(theirs), Ok(ours)) if theirs == ours => Verdict::Same,
        (Ok(theirs), Ok(ours)) => Verdict::Different(differences(&theirs, &ours)),
    }
}

/// Returns whether an API server refuses one of the objects.
fn is_refused(objects: &Objects) -> bool {
    let mut diagnostics = Vec::new();
    for object in objects.values() {
        let mut object = object.clone();
        // Older API versions have the same fields, and the component follows the rules of current ones.
        match object["kind"].as_str() {
            Some("Deployment") => object["apiVersion"] = "apps/v1".into(),
            Some("PodDisruptionBudget") => object["apiVersion"] = "policy/v1".into(),
            _ => {}
        }
        check::object(&to_node(&object).expect("a node"), &mut diagnostics);
    }
    diagnostics.iter().any(|diagnostic| diagnostic.rule() != check::SERVED_VERSION)
}

/// Returns the schema of the values that the chart has too.
fn schema() -> Value {
    let mut schema: Value = serde_json::from_str(&components::schema_text(component())).expect("JSON");
    schema["properties"].as_object_mut().expect("properties").remove(PATCHES);
    schema
}

fn differences(theirs: &Objects, ours: &Objects) -> String {
    let keys = theirs.keys().chain(ours.keys().filter(|key| !theirs.contains_key(*key)));
    let mut out = String::new();
    for key in keys.filter(|key| theirs.get(*key) != ours.get(*key)) {
        let text = |objects: &Objects| {
            let object = objects.get(key).map(serde_json::to_string_pretty);
            object.and_then(Result::ok).unwrap_or_default()
        };
        let (theirs, ours) = (text(theirs), text(ours));
        let diff = similar::TextDiff::from_lines(theirs.as_str(), ours.as_str());
        out.push_str(&diff.unified_diff().header(&format!("chart: {key}"), "ours").to_string());
    }
    out
}

/// Compares draws and prints the results.
fn run(what: &str, count: u64, render: &dyn Fn(&Draw) -> Result<String, String>) {
    let schema = schema();
    let first = common::seed(1);
    let (mut verdicts, mut different): (BTreeMap<&str, u64>, Vec<String>) = Default::default();
    for seed in first..first + count {
        let draw = draw(&schema, seed);
        let name = match compare(render(&draw), ours(&draw)) {
            Verdict::Same => "same objects",
            Verdict::Known(name) => name,
            Verdict::Different(how) => {
                recorded::save(&draw);
                different.push(format!(
                    "MKMANIFESTS_SEED={} {} -n {} {:?}\n{}\n{how}",
                    draw.seed, draw.release, draw.namespace, draw.kube_version, draw.values
                ));
                "different"
            }
        };
        *verdicts.entry(name).or_default() += 1;
    }
    eprintln!("{what}, {count} draws: {verdicts:?}");
    let shown = different.iter().take(3).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(different.is_empty(), "{} of {count} draws differ:\n{shown}", different.len());
}

#[test]
fn random_values_render_the_same_objects_as_helm() {
    let Some(folder) = chart_folder() else { return };
    let Some(program) = common::program("helm") else { return };
    run("helm", draws(), &|draw| helm(&program, &folder, draw));
}

#[test]
fn random_values_render_the_same_objects_as_the_chart_engine() {
    let Some(folder) = chart_folder() else { return };
    let chart = InProcess::load(&folder);
    run("chart engine", draws() * 2, &|draw| chart.render(draw));
}

/// Empty values that the component refuses although the chart renders them, by key: the object that the chart renders does
/// not work, or the value is not read for this provider.
const REFUSED_EMPTIES: &[(&str, &str)] = &[
    ("autoDiscovery.roles", "read by one provider"),
    ("autoDiscovery.tags", "the tags would be `false`, `0` or `map[]`"),
    ("azureEnableForceDelete", "read by one provider"),
    ("azureEnableVMSSEtag", "read by one provider"),
    ("clusterAPICloudConfigPath", "read by one provider"),
    ("clusterAPIMode", "read by one provider, and the chart fails there"),
    ("extraArgs.logtostderr", "the flag would be `map[]`"),
    ("extraArgs.stderrthreshold", "the flag would be `map[]`"),
    ("extraArgs.v", "the flag would be `map[]`"),
    ("image.repository", "the image would be `map[]`"),
    ("image.tag", "the tag would be `map[]`"),
    ("magnumCABundlePath", "read by one provider"),
    ("prometheusRule.additionalLabels", "not read, as there is no PrometheusRule"),
    ("prometheusRule.interval", "not read, as there is no PrometheusRule"),
    ("prometheusRule.rules", "not read, as there is no PrometheusRule"),
    ("service.servicePort", "an API server refuses a Service without a port"),
    ("serviceMonitor.interval", "not read, as there is no ServiceMonitor"),
    ("serviceMonitor.path", "not read, as there is no ServiceMonitor"),
    ("serviceMonitor.selector", "not read, as there is no ServiceMonitor"),
    ("serviceMonitor.selector.release", "not read, as there is no ServiceMonitor"),
    ("vpa.recommender", "not read, as there is no VerticalPodAutoscaler"),
    ("vpa.updateMode", "not read, as there is no VerticalPodAutoscaler"),
];

#[test]
fn empty_values_disable_the_same_features_as_in_the_chart() {
    let Some(folder) = chart_folder() else { return };
    let chart = InProcess::load(&folder);
    let text = std::fs::read_to_string(folder.join("values.yaml")).expect("readable");
    let defaults = Values::parse("values.yaml", &text).expect("YAML");
    let mut paths = Vec::new();
    keys(&defaults.root, &mut Vec::new(), &mut paths);
    let mut different = Vec::new();
    for path in &paths {
        for empty in ["false", "null", "0", "\"\"", "[]", "{}"] {
            let value = path.iter().rev().fold(empty.to_owned(), |value, key| format!("{{\"{key}\": {value}}}"));
            let values = with_cluster(&value);
            let draw = Draw { seed: 0, release: "ca", namespace: "kube-system", kube_version: None, values };
            if let Verdict::Different(how) = compare(chart.render(&draw), ours(&draw))
                && !REFUSED_EMPTIES.iter().any(|(key, _)| *key == path.join("."))
            {
                different.push(format!("{}: {empty}\n{how}", path.join(".")));
            }
        }
    }
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}

/// Collects the paths of all keys below `node`.
fn keys(node: &Node, path: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    for entry in node.as_map().into_iter().flat_map(|map| map.entries()) {
        path.push(entry.key.to_string());
        paths.push(path.clone());
        keys(&entry.value, path, paths);
        path.pop();
    }
}

/// Returns the values as YAML, for the cluster `foo` unless they set another.
fn with_cluster(values: &str) -> String {
    let cluster = "{\"autoDiscovery\": {\"clusterName\": \"foo\"}, \"awsAllowKeyPair\": true}";
    let mut layers = Layers::over(component().defaults());
    layers.file("cluster.yaml", cluster.as_bytes()).file("values.yaml", values.as_bytes());
    let over = layers.overlaid().expect("values");
    serde_json::to_string(&over.root).expect("JSON")
}

#[test]
fn recorded_values_render_the_recorded_objects() {
    if common::is_renewing()
        && let (Some(folder), Some(program)) = (chart_folder(), common::program("helm"))
    {
        recorded::pairs().iter().for_each(|pair| pair.record(helm(&program, &folder, &pair.draw)));
    }
    let pairs = recorded::pairs();
    assert!(pairs.len() >= 40, "too few pairs were found");
    for pair in pairs {
        let name = pair.expected.display();
        match (pair.expected(), ours(&pair.draw)) {
            (None, ours) => assert!(ours.is_err(), "{name}: helm fails"),
            (Some(theirs), Err(reason)) => assert!(is_refused(&theirs), "{name}: {reason}"),
            (Some(theirs), Ok(ours)) => assert!(theirs == ours, "{name}:\n{}", differences(&theirs, &ours)),
        }
    }
}

#[test]
fn recorded_values_cover_the_lines_that_random_values_cover() {
    let Some(folder) = chart_folder() else { return };
    let chart = InProcess::load(&folder);
    let schema = schema();
    let recorded: BTreeSet<_> = recorded::pairs().iter().flat_map(|pair| chart.reached(&pair.draw)).collect();
    let drawn: BTreeSet<_> = (1..400).flat_map(|seed| chart.reached(&draw(&schema, seed))).collect();
    // The component refuses a PodSecurityPolicy, so this chart output has no counterpart.
    let is_compared = |(template, _): &&(String, u32)| !template.ends_with("podsecuritypolicy.yaml");
    let missing: Vec<_> = drawn.difference(&recorded).filter(is_compared).collect();
    eprintln!("{} lines of templates are reached by recorded values", recorded.len());
    assert!(missing.is_empty(), "no recorded pair reaches {missing:?}");
}
