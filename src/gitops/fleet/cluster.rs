//! One cluster of a fleet: its `cluster.yaml`, and the layers of its apps.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ClusterFolder, Facts, LayerName, Layers, app_name};
use crate::chart::HelmRelease;
use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::dns_subdomain;
use crate::components::explain;
use crate::components::irsa::values::AccountId;
use crate::components::irsa::{account_id, issuer_of, partition, role_arn};
use crate::diagnostic::{Diagnostic, Failure, Sources, did_you_mean, listed, nearest};
use crate::gitops::FleetCode;
use crate::gitops::scope::Scope;
use crate::kube_version::KubeVersion;
use crate::tree::{Node, from_values};
use crate::values::merge;

/// Cluster info: the content of `cluster.yaml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterValues {
    /// Name of the cluster, as in `aws eks list-clusters`. Default: the name of the folder.
    #[serde(default)]
    pub name: Option<String>,
    /// AWS account of the cluster: 12 digits, in quotes.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// AWS region of the cluster, such as `us-west-2`.
    #[serde(default)]
    pub region: Option<String>,
    /// AWS partition: `aws` (the default of components), `aws-cn`, `aws-us-gov` or another one.
    #[serde(default)]
    pub partition: Option<String>,
    /// OIDC provider of the cluster, as a URL or ARN: `aws eks describe-cluster --query cluster.identity.oidc.issuer`.
    #[serde(default)]
    pub oidc_provider: Option<String>,
    /// Kubernetes version of the cluster, in quotes: `"1.33"`.
    #[serde(default)]
    pub kube_version: Option<String>,
    /// Release of Helm that charts are rendered as, in quotes: `"3.17"`. The setting of an app overrides it. Default: the
    /// newest one.
    #[serde(default)]
    pub helm_version: Option<String>,
    /// Additional API versions that the cluster serves, for charts: `monitoring.coreos.com/v1`.
    #[serde(default)]
    pub api_versions: Vec<String>,
    /// Labels of the Argo CD Applications or Flux Kustomizations of the cluster.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// ARNs of the IAM roles that the pods of apps assume, by app.
    #[serde(default)]
    pub role_arns: BTreeMap<String, String>,
    /// Secret store for `--secrets external`.
    #[serde(default)]
    pub secret_store: Option<SecretStore>,
    /// Scopes of custom resources whose CustomResourceDefinitions are not in the fleet, by kind and group:
    /// `NodePool.karpenter.sh: Cluster`.
    #[serde(default)]
    pub scopes: BTreeMap<String, Scope>,
    /// Whether links in the folders of charts may point outside of them. The setting of an app overrides it. Default: true.
    #[serde(default)]
    pub external_links: Option<bool>,
}

/// Returns the JSON Schema of `cluster.yaml` as text, for a `$schema` comment.
pub fn cluster_schema_text() -> String {
    let mut schema = schemars::schema_for!(ClusterValues);
    schema.insert("title".to_owned(), "cluster.yaml of a mkmanifests fleet".into());
    // A schema can always be serialized.
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// A store of the External Secrets Operator: <https://external-secrets.io/latest/api/secretstore/>.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretStore {
    /// Name of the store.
    pub name: String,
    /// Kind of the store.
    #[serde(default)]
    pub kind: SecretStoreKind,
    /// Key of a secret in the store, where `<cluster>`, `<namespace>`, `<name>` and `<app>` are replaced.
    #[serde(default = "default_key")]
    pub key: String,
    /// Refresh interval of the secrets, such as `1h`.
    #[serde(default = "default_interval")]
    pub refresh_interval: String,
}

fn default_key() -> String {
    "<cluster>/<namespace>/<name>".to_owned()
}

fn default_interval() -> String {
    "1h".to_owned()
}

/// The kind of a secret store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum SecretStoreKind {
    /// A store for all namespaces.
    #[default]
    ClusterSecretStore,
    /// A store of the same name in each namespace.
    SecretStore,
}

/// A cluster whose files have been read.
pub(in super::super) struct Cluster {
    /// Its path relative to the fleet, with slashes.
    pub path: String,
    /// Its name.
    pub name: String,
    pub values: ClusterValues,
    /// Its apps by their folders in the tree.
    pub apps: BTreeMap<String, LayerName>,
    pub layers: Layers,
    /// The content of `cluster.yaml`.
    root: Node,
}

impl Cluster {
    /// Returns the Kubernetes version if `cluster.yaml` sets it. It was checked when the file was read.
    pub fn kube_version(&self) -> Option<KubeVersion> {
        self.values.kube_version.as_deref().and_then(|text| KubeVersion::parse_known(text).ok())
    }

    /// Reads the files of a cluster.
    pub fn read(fleet: &Path, folder: &ClusterFolder) -> Result<Cluster, Failure> {
        let mut layers = Layers::clone(&folder.above);
        let mut diagnostics = Vec::new();
        let below = fleet.join(&folder.path);
        layers.add(&below, &folder.files, &mut diagnostics);
        let apps = apps(&below, folder, &mut diagnostics);
        let root = layers.get(&LayerName::Cluster).map(|node| merge(Node::default(), node));
        let mut found = Vec::new();
        let values =
            root.as_ref().and_then(|root| from_values::<ClusterValues>(root, None, &[], &layers.sources, &mut found));
        if let (Some(root), Some(values)) = (&root, &values) {
            let mut checked = Diagnostics::about(root).written_in(&layers.sources);
            check(values, &apps, &mut checked);
            check_name(folder, &layers.sources, root, &mut checked);
            found.append(&mut checked.list);
        }
        if let Some(root) = &root {
            explain(&mut found, root, &layers.sources, || schemars::schema_for!(ClusterValues));
        }
        diagnostics.append(&mut found);
        match (values, root) {
            (Some(values), Some(root)) if diagnostics.is_empty() => {
                let name = values.name.clone().unwrap_or_else(|| folder_name(fleet, &folder.path));
                Ok(Cluster { path: folder.path.clone(), name, values, apps, layers, root })
            }
            _ => Err(Failure::new(diagnostics, layers.sources)),
        }
    }

    /// Returns the facts for one of its apps.
    pub fn facts(&self, app: &str) -> Facts {
        Facts::of(&self.values, &self.name, app, &self.root)
    }
}

/// Returns the name of the cluster's folder; that of the fleet if it is one cluster.
fn folder_name(fleet: &Path, path: &str) -> String {
    let own = path.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned);
    let root = || std::fs::canonicalize(fleet).ok()?.file_name()?.to_str().map(str::to_owned);
    own.or_else(root).unwrap_or_else(|| "cluster".to_owned())
}

/// Returns the apps that the cluster's own files define.
fn apps(below: &Path, folder: &ClusterFolder, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, LayerName> {
    let mut apps: BTreeMap<String, LayerName> = BTreeMap::new();
    for file in folder.app_files() {
        let shown = below.join(file.file()).display().to_string();
        match app_name(file) {
            Err(reason) => diagnostics
                .push(Diagnostic::error(FleetCode::InvalidName, format!("`{shown}`: {reason}")).names_file(shown)),
            Ok(name) => {
                if let Some(other) = apps.get(&name) {
                    let message = format!("`{shown}` and `{}` define the same app `{name}`", other.file());
                    diagnostics.push(
                        Diagnostic::error(FleetCode::DuplicateApp, message)
                            .names_file(shown)
                            .help("rename one of them"),
                    );
                }
                apps.insert(name, file.clone());
            }
        }
    }
    nested(below, &apps, diagnostics);
    apps
}

/// Reports apps such as `ray.chart.yaml` and `ray/foo.yaml`: one folder of the tree would be inside the other.
fn nested(below: &Path, apps: &BTreeMap<String, LayerName>, diagnostics: &mut Vec<Diagnostic>) {
    for (name, file) in apps {
        if let Some(outer) = name.split_once('/').and_then(|(outer, _)| apps.get(outer)) {
            let (outer, file) = (outer.file(), below.join(file.file()).display().to_string());
            let message = format!("`{file}`: the folder of this app would be inside that of the app `{outer}`");
            diagnostics.push(Diagnostic::error(FleetCode::NestedApp, message).names_file(file));
        }
    }
}

/// Reports a name that several clusters would share.
fn check_name(folder: &ClusterFolder, sources: &Sources, root: &Node, diagnostics: &mut Diagnostics<'_>) {
    let Some(node) = root.get("name") else { return };
    let own = format!("{}/cluster.yaml", folder.path);
    let is_own = |name: &str| {
        let name = name.replace('\\', "/");
        folder.path.is_empty() || name.ends_with(&own)
    };
    if sources.get(node.location.source).is_some_and(|source| !is_own(&source.name)) {
        let help = format!("move it to `{own}`, or remove it: the default is the name of the folder");
        diagnostics.error_with_help(&["name"], "all clusters below this folder would have the same name", help);
    }
}

/// Checks the name of a cluster by the rules of EKS, which other providers do not exceed:
/// <https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html>. Such a name is safe as part of a path, so
/// names of charts have the same rules.
pub(in crate::gitops) fn cluster_name(name: &str) -> Result<(), String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_valid = name.bytes().all(inner) && name.starts_with(|first: char| first.is_ascii_alphanumeric());
    if is_valid && name.len() <= 100 {
        return Ok(());
    }
    Err(format!(
        "must have at most 100 letters, digits, `-`, `_` or `.`, and start with a letter or digit, found {name:?}"
    ))
}

fn region(name: &str) -> Result<(), String> {
    let parts: Vec<&str> = name.split('-').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.split_last() {
        Some((last, words)) if is_number(last) && words.len() >= 2 && words.iter().all(|word| is_word(word)) => Ok(()),
        _ => Err(format!("must be an AWS region such as us-west-2, found {name:?}")),
    }
}

fn check(values: &ClusterValues, apps: &BTreeMap<String, LayerName>, diagnostics: &mut Diagnostics<'_>) {
    if let Some(name) = &values.name {
        diagnostics.require(&["name"], cluster_name(name));
    }
    if let Some(account) = &values.account_id {
        diagnostics.require(&["accountId"], account_id(&account.0));
    }
    if let Some(name) = &values.region {
        diagnostics.require(&["region"], region(name));
    }
    if let Some(name) = &values.partition {
        diagnostics.require(&["partition"], partition(name));
    }
    if let Some(provider) = &values.oidc_provider {
        diagnostics.require(&["oidcProvider"], issuer_of(provider).map(drop));
    }
    if let Some(version) = &values.kube_version {
        let parsed = KubeVersion::parse_known(version);
        diagnostics.require(&["kubeVersion"], parsed.map(drop).map_err(|error| error.to_string()));
    }
    if let Some(version) = &values.helm_version {
        diagnostics.require(&["helmVersion"], helm_release(version).map(drop));
    }
    for (key, value) in &values.labels {
        diagnostics.require_label(&["labels", key], key, value);
    }
    for (app, arn) in &values.role_arns {
        if apps.contains_key(app) || is_default(diagnostics, app) {
            diagnostics.require(&["roleArns", app], role_arn(arn).map(drop));
        } else {
            let reason = match nearest(app, apps.keys().map(String::as_str)) {
                Some(near) => format!("the cluster has no app `{app}`; {}", did_you_mean(near)),
                None => format!("the cluster has no app `{app}`"),
            };
            diagnostics.require_key(&["roleArns", app], Err(reason));
        }
    }
    for kind in values.scopes.keys() {
        diagnostics.require_key(&["scopes", kind], kind_and_group(kind));
    }
    if let Some(store) = &values.secret_store {
        diagnostics.require(&["secretStore", "name"], dns_subdomain(&store.name));
        check_key(&store.key, diagnostics);
        diagnostics.require(&["secretStore", "refreshInterval"], interval(&store.refresh_interval));
    }
}

/// Parses the release of Helm that `helmVersion` names.
///
/// # Errors
/// An unknown release. The text lists the known ones.
pub(in super::super) fn helm_release(text: &str) -> Result<HelmRelease, String> {
    HelmRelease::parse(text).map_err(|unknown| format!("{unknown}; {}", unknown.help()))
}

/// Checks for a kind with its group, such as `NodePool.karpenter.sh`.
fn kind_and_group(text: &str) -> Result<(), String> {
    let is_kind = |kind: &str| {
        kind.starts_with(|first: char| first.is_ascii_uppercase()) && kind.bytes().all(|it| it.is_ascii_alphanumeric())
    };
    match text.split_once('.') {
        Some((kind, group)) if is_kind(kind) && group.contains('.') => dns_subdomain(group),
        _ => Err(format!("must be a kind and its group such as `NodePool.karpenter.sh`, found {text:?}")),
    }
}

/// Returns whether the role is from a folder above: not all clusters below need to have the app.
fn is_default(diagnostics: &Diagnostics<'_>, app: &str) -> bool {
    let (own, role) = (diagnostics.location(&[]), diagnostics.location(&["roleArns", app]));
    own.source != role.source
}

/// Checks a duration of Go: <https://pkg.go.dev/time#ParseDuration>.
fn interval(text: &str) -> Result<(), String> {
    let mut rest = text;
    let mut units = 0;
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let unit = ["ms", "h", "m", "s"].into_iter().find(|unit| digits.starts_with(unit));
        match unit {
            Some(unit) if digits.len() < rest.len() => rest = &digits[unit.len()..],
            _ => break,
        }
        units += 1;
    }
    if units > 0 && rest.is_empty() {
        Ok(())
    } else {
        Err(format!("must be a duration such as `1h` or `90s`, found {text:?}"))
    }
}

fn check_key(key: &str, diagnostics: &mut Diagnostics<'_>) {
    const KNOWN: [&str; 4] = ["<app>", "<cluster>", "<name>", "<namespace>"];
    for part in key.split_inclusive('>').filter_map(|part| part.find('<').map(|at| &part[at..])) {
        if !KNOWN.contains(&part) {
            let near = match nearest(part, KNOWN) {
                Some(near) => did_you_mean(near),
                None => format!("must be one of {}", listed(KNOWN)),
            };
            diagnostics.error(&["secretStore", "key"], format!("unknown placeholder `{part}`; {near}"));
        }
    }
    if !key.contains("<name>") {
        diagnostics.error(&["secretStore", "key"], "must contain `<name>`: otherwise all secrets have the same key");
    }
}
