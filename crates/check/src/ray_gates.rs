//! Feature gates of the KubeRay operator: what an object needs, and which gates an operator among the objects sets.
//!
//! The rules about Ray objects do not know the gates. This pass over all objects does.

use mkmanifests_kuberay::{FeatureGates, Gate};
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::{Kind, Node};

use super::manifest::api_group;
use super::options::Options;
use super::path::Path;
use super::report::Report;
use super::rule::rules;
use super::types::{object_name, of_object};

/// What needs a gate.
struct Need {
    /// Where the field is.
    part: Part,
    /// The field; empty for the kind itself.
    field: &'static str,
    /// The only value that needs the gate; any value does without one.
    value: Option<&'static str>,
    gate: Gate,
    /// What happens without the gate.
    effect: &'static str,
}

/// A part of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The spec of a cluster, in any of the kinds.
    Cluster,
    /// A worker group of a cluster.
    WorkerGroup,
    /// The spec of a job: of a RayJob or in a RayCronJob.
    Job,
    /// The spec of a RayService.
    Service,
    /// A RayCronJob.
    CronJob,
}

const REFUSED: &str = "the operator refuses the object";

/// All that needs a gate in KubeRay 1.7.0: the uses of `features.Enabled` that change what happens to an object.
/// `RayMultiHostIndexing`, `RayClusterStatusConditions`, `SidecarSubmitterRestart` and `KubernetesWAS` change how the operator
/// works, but no field needs them.
static NEEDS: &[Need] = &[
    need(Part::Cluster, "networkPolicy", None, Gate::RayClusterNetworkPolicy, REFUSED),
    need(Part::Cluster, "tlsOptions", None, Gate::RayClusterMTLS, REFUSED),
    need(Part::Cluster, "historyServerOptions", None, Gate::RayClusterHistoryServer, REFUSED),
    need(
        Part::Cluster,
        "gcsFaultToleranceOptions.backend",
        Some("rocksdb"),
        Gate::GCSFaultToleranceEmbeddedStorage,
        REFUSED,
    ),
    need(Part::WorkerGroup, "suspend", Some("true"), Gate::RayJobDeletionPolicy, REFUSED),
    need(Part::Job, "deletionStrategy", None, Gate::RayJobDeletionPolicy, REFUSED),
    need(
        Part::Service,
        "upgradeStrategy.type",
        Some("NewClusterWithIncrementalUpgrade"),
        Gate::RayServiceIncrementalUpgrade,
        "the operator never moves requests to a changed cluster",
    ),
    need(Part::CronJob, "", None, Gate::RayCronJob, "the operator never starts a job"),
];

const fn need(part: Part, field: &'static str, value: Option<&'static str>, gate: Gate, effect: &'static str) -> Need {
    Need { part, field, value, gate, effect }
}

/// Checks that the gates that Ray objects need are on. Other objects need none.
///
/// ```
/// use mkmanifests_check::ray_gates::check;
/// use mkmanifests_kuberay::FeatureGates;
/// use mkmanifests_yaml::tree::to_node;
/// let cluster = serde_json::json!({"apiVersion": "ray.io/v1", "kind": "RayCluster", "metadata": {"name": "foo"},
///     "spec": {"tlsOptions": {"enabled": true}}});
/// let objects = [to_node(&cluster).unwrap()];
/// assert_eq!(check(&objects, &FeatureGates::default())[0].field(), "spec.tlsOptions");
/// assert!(check(&objects, &FeatureGates::parse("RayClusterMTLS=true").unwrap()).is_empty());
/// ```
pub fn check(objects: &[Node], gates: &FeatureGates) -> Vec<Diagnostic> {
    objects.iter().flat_map(|object| one(object, gates)).collect()
}

/// Checks all objects with the gates of the options, or else of the operator that watches the namespace of an object.
/// Returns each error with the index of its object.
pub(super) fn all(objects: &[Node], options: &Options) -> Vec<(usize, Diagnostic)> {
    let default = FeatureGates::default();
    let operators: Vec<Operator> = match options.ray_feature_gates {
        Some(_) => Vec::new(),
        None => objects.iter().filter_map(Operator::of).collect(),
    };
    let mut diagnostics = Vec::new();
    for (index, object) in objects.iter().enumerate().filter(|(_, object)| is_ray(object)) {
        let namespace = text(object, &["metadata", "namespace"]).unwrap_or(&options.namespace);
        let watching = operators.iter().find(|operator| operator.watches(namespace)).or(operators.first());
        let gates = options.ray_feature_gates.as_ref().or(watching.map(|operator| &operator.gates));
        let found = one(object, gates.unwrap_or(&default));
        diagnostics.extend(found.into_iter().map(|diagnostic| (index, diagnostic.help(HELP))));
    }
    diagnostics
}

/// How to tell `check` which gates are on.
const HELP: &str = "if it is on, use `--kuberay-feature-gates` of `mkmanifests check`, or check the operator's Deployment together with this object";

fn is_ray(object: &Node) -> bool {
    text(object, &["apiVersion"]).is_some_and(|version| api_group(version) == mkmanifests_kuberay::GROUP)
}

fn text<'n>(object: &'n Node, path: &[&str]) -> Option<&'n str> {
    object.find(path.iter().copied()).and_then(Node::as_str).filter(|text| !text.is_empty())
}

/// Checks one object.
fn one(object: &Node, gates: &FeatureGates) -> Vec<Diagnostic> {
    if !is_ray(object) {
        return Vec::new();
    }
    let mut report = Report::about(object, false);
    let missing = NEEDS.iter().filter(|need| !gates.is_on(need.gate));
    for need in missing {
        visit(&mut report, object, need);
    }
    let name = object_name(object);
    report.into_diagnostics().into_iter().map(|diagnostic| of_object(diagnostic, &name)).collect()
}

/// Checks every place in an object that may have what needs a gate.
fn visit(report: &mut Report<'_>, object: &Node, need: &Need) {
    let (cluster, job) = match text(object, &["kind"]) {
        Some("RayCluster") => ("spec", None),
        Some("RayJob") => ("spec.rayClusterSpec", Some("spec")),
        Some("RayService") => ("spec.rayClusterConfig", None),
        Some("RayCronJob") => ("spec.jobTemplate.rayClusterSpec", Some("spec.jobTemplate")),
        _ => return,
    };
    let kind = text(object, &["kind"]);
    match need.part {
        Part::Cluster => field(report, &Path::ROOT.field(cluster), object, need),
        Part::WorkerGroup => {
            let at = Path::ROOT.field(cluster);
            let at = at.field("workerGroupSpecs");
            let groups = object.find(cluster.split('.').chain(["workerGroupSpecs"])).and_then(Node::as_seq);
            for index in 0..groups.map_or(0, <[Node]>::len) {
                field(report, &at.index(index), object, need);
            }
        }
        Part::Job => {
            if let Some(job) = job {
                field(report, &Path::ROOT.field(job), object, need);
            }
        }
        Part::Service if kind == Some("RayService") => field(report, &Path::ROOT.field("spec"), object, need),
        Part::CronJob if kind == Some("RayCronJob") => feature_gate(report, &Path::ROOT.field("kind"), need),
        Part::Service | Part::CronJob => {}
    }
}

/// Reports a field, if it is set to what needs a gate.
fn field(report: &mut Report<'_>, at: &Path<'_>, object: &Node, need: &Need) {
    let at = at.field(need.field);
    let Some(value) = at.find(object).filter(|value| !value.is_null()) else { return };
    let needs = match (need.value, &value.kind) {
        (None, _) => true,
        (Some("true"), Kind::Bool(is_on)) => *is_on,
        (Some(wanted), Kind::Str(text)) => text == wanted,
        _ => false,
    };
    if needs {
        feature_gate(report, &at, need);
    }
}

/// An operator among the objects.
struct Operator {
    /// The namespaces that it watches; empty for all.
    namespaces: Vec<String>,
    gates: FeatureGates,
}

impl Operator {
    /// Reads the arguments of an operator's Deployment, as KubeRay's chart renders it.
    fn of(object: &Node) -> Option<Operator> {
        let is_deployment = text(object, &["kind"]) == Some("Deployment")
            && text(object, &["apiVersion"]).is_some_and(|version| api_group(version) == "apps");
        let containers = object.find(["spec", "template", "spec", "containers"]).filter(|_| is_deployment)?;
        let container = containers.as_seq()?.iter().find(|container| is_operator(container))?;
        let list = |key| container.get(key).and_then(Node::as_seq).unwrap_or_default();
        let arguments: Vec<&str> = list("command").iter().chain(list("args")).filter_map(Node::as_str).collect();
        let namespaces = flag(&arguments, "watch-namespace").unwrap_or_default();
        let namespaces = namespaces.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Some(Operator { namespaces, gates: gates(flag(&arguments, "feature-gates").unwrap_or_default()) })
    }

    fn watches(&self, namespace: &str) -> bool {
        self.namespaces.is_empty() || self.namespaces.iter().any(|watched| watched == namespace)
    }
}

fn is_operator(container: &Node) -> bool {
    let image = text(container, &["image"]).unwrap_or_default();
    let image = image.split_once('@').map_or(image, |(image, _)| image);
    let repository = match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => image,
    };
    repository.ends_with("kuberay/operator") || text(container, &["name"]) == Some("kuberay-operator")
}

/// Returns the last value of a flag, as Go's package `flag` reads it: `--name=value`, `-name value`.
fn flag<'a>(arguments: &[&'a str], name: &str) -> Option<&'a str> {
    let mut value = None;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let Some(argument) = argument.strip_prefix("--").or_else(|| argument.strip_prefix('-')) else { continue };
        match argument.split_once('=') {
            Some((key, found)) if key == name => value = Some(found),
            None if argument == name => value = rest.next().copied(),
            _ => {}
        }
    }
    value
}

/// Reads gates. Those that this version does not know, or that have no valid value, are left out: the operator may be a
/// later one.
fn gates(text: &str) -> FeatureGates {
    let known: Vec<&str> = text.split(',').filter(|part| FeatureGates::parse(part).is_ok()).collect();
    FeatureGates::parse(&known.join(",")).unwrap_or_default()
}

/// The area of the rules below.
const AREA: &str = "ray";

rules!(
    /// What needs a feature gate of the KubeRay operator may only be used if the gate is on: `networkPolicy`, `tlsOptions`,
    /// `historyServerOptions`, the embedded store of the Global Control Store, the kind RayCronJob; and, if their gates were
    /// turned off, `deletionStrategy`, suspended worker groups and incremental upgrades.
    ///
    /// Example: `spec: {networkPolicy: {mode: DenyAll}}`
    ///
    /// Source: `features.Enabled`, ray-operator/pkg/features/features.go and its uses
    fn feature_gate(report: &mut Report<'_>, at: &Path<'_>, need: &Need) {
        let gate = need.gate;
        let message =
            format_args!("needs the feature gate `{gate}` of the KubeRay operator; without it, {}", need.effect);
        let help = format!(
            "turn it on with `featureGates: [{{name: {gate}, enabled: true}}]` in the values of the chart `kuberay-operator`"
        );
        report.error_with_help(at, message, help);
    }
);
