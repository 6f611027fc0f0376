//! One cluster of a fleet: what `cluster.yaml` says of it, and the layers of its apps.

use std::collections::BTreeMap;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ClusterFolder, Facts, LayerName, Layers, app_name};
use crate::check::findings::Findings;
use crate::check::syntax::dns_subdomain;
use crate::components::irsa::values::AccountId;
use crate::components::irsa::{account_id, issuer_of, partition, role_arn};
use crate::diagnostic::{Diagnostic, Failure, Sources, did_you_mean, nearest};
use crate::gitops::FleetCode;
use crate::gitops::scope::Scope;
use crate::kube_version::KubeVersion;
use crate::tree::{Node, from_values};
use crate::values::merge;

/// `cluster.yaml`: what is known of a cluster, whatever runs there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterValues {
    /// Its name, as in `aws eks list-clusters`; the folder's if there is none.
    #[serde(default)]
    pub name: Option<String>,
    /// The AWS account that it is in: 12 digits.
    #[serde(default)]
    pub account_id: Option<AccountId>,
    /// The AWS region that it is in: `us-west-2`.
    #[serde(default)]
    pub region: Option<String>,
    /// The partition of AWS: `aws` (what components take if there is none), `aws-cn`, `aws-us-gov`.
    #[serde(default)]
    pub partition: Option<String>,
    /// Its OIDC provider, by URL or ARN: `aws eks describe-cluster --query cluster.identity.oidc.issuer`.
    #[serde(default)]
    pub oidc_provider: Option<String>,
    /// Its Kubernetes version: `1.33`.
    #[serde(default)]
    pub kube_version: Option<String>,
    /// APIs that it serves beside the built-in ones, for charts that ask: `monitoring.coreos.com/v1`.
    #[serde(default)]
    pub api_versions: Vec<String>,
    /// Labels of the Applications or Kustomizations that deploy its apps.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// The IAM role that the pods of an app assume, by the app's name.
    #[serde(default)]
    pub role_arns: BTreeMap<String, String>,
    /// Where `--secrets external` reads secrets from.
    #[serde(default)]
    pub secret_store: Option<SecretStore>,
    /// The scopes of custom resources whose definitions are not in the fleet, by kind and group:
    /// `NodePool.karpenter.sh: Cluster`.
    #[serde(default)]
    pub scopes: BTreeMap<String, Scope>,
    /// Whether links in the folders of charts may lead out of them (the default); an app's own setting wins.
    #[serde(default)]
    pub external_links: Option<bool>,
}

/// JSON Schema of `cluster.yaml`, as text, for a `$schema` comment.
pub fn cluster_schema_text() -> String {
    let mut schema = schemars::schema_for!(ClusterValues);
    schema.insert("title".to_owned(), "cluster.yaml of a fleet of mkmanifests".into());
    // Text and numbers always serialize.
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

/// A store of the External Secrets Operator: <https://external-secrets.io/latest/api/secretstore/>.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretStore {
    /// Its name.
    pub name: String,
    /// Its kind.
    #[serde(default)]
    pub kind: SecretStoreKind,
    /// The key of a secret in the store; `<cluster>`, `<namespace>`, `<name>` and `<app>` stand for its own.
    #[serde(default = "default_key")]
    pub key: String,
    /// How often it is read again: `1h`.
    #[serde(default = "default_interval")]
    pub refresh_interval: String,
}

fn default_key() -> String {
    "<cluster>/<namespace>/<name>".to_owned()
}

fn default_interval() -> String {
    "1h".to_owned()
}

/// Whether a store is for one namespace or for the cluster.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum SecretStoreKind {
    /// One for all namespaces.
    #[default]
    ClusterSecretStore,
    /// One of that name in each namespace.
    SecretStore,
}

/// A cluster, read.
pub(in super::super) struct Cluster {
    /// Below the fleet, with slashes.
    pub path: String,
    /// As it is known outside.
    pub name: String,
    pub values: ClusterValues,
    /// Its apps, by the folder that each has in the tree.
    pub apps: BTreeMap<String, LayerName>,
    pub layers: Layers,
    /// What `cluster.yaml` says.
    root: Node,
}

impl Cluster {
    /// The version of its Kubernetes, if `cluster.yaml` says it: it was checked when that was read.
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
            let mut findings = Findings::about(root);
            check(values, &apps, &mut findings);
            check_name(folder, &layers.sources, root, &mut findings);
            found.append(&mut findings.diagnostics);
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

    /// What it knows for one of its apps.
    pub fn facts(&self, app: &str) -> Facts {
        Facts::of(&self.values, &self.name, app, &self.root)
    }
}

/// The cluster's folder; that of the fleet if it is one cluster.
fn folder_name(fleet: &Path, path: &str) -> String {
    let own = path.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned);
    let root = || std::fs::canonicalize(fleet).ok()?.file_name()?.to_str().map(str::to_owned);
    own.or_else(root).unwrap_or_else(|| "cluster".to_owned())
}

/// The apps that the cluster's own files make.
fn apps(below: &Path, folder: &ClusterFolder, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, LayerName> {
    let mut apps: BTreeMap<String, LayerName> = BTreeMap::new();
    for file in folder.app_files() {
        let shown = below.join(file.file()).display().to_string();
        match app_name(file) {
            Err(reason) => diagnostics
                .push(Diagnostic::error(FleetCode::InvalidName, format!("`{shown}`: {reason}")).names_file(shown)),
            Ok(name) => {
                if let Some(other) = apps.get(&name) {
                    let message = format!("`{shown}` and `{}` are both the app `{name}`", other.file());
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

/// `ray.chart.yaml` beside `ray/foo.yaml`: one folder of the tree would be in the other.
fn nested(below: &Path, apps: &BTreeMap<String, LayerName>, diagnostics: &mut Vec<Diagnostic>) {
    for (name, file) in apps {
        if let Some(outer) = name.split_once('/').and_then(|(outer, _)| apps.get(outer)) {
            let (outer, file) = (outer.file(), below.join(file.file()).display().to_string());
            let message = format!("`{file}`: its folder would be in that of the app in `{outer}`");
            diagnostics.push(Diagnostic::error(FleetCode::NestedApp, message).names_file(file));
        }
    }
}

/// A name is one cluster's own.
fn check_name(folder: &ClusterFolder, sources: &Sources, root: &Node, findings: &mut Findings<'_>) {
    let Some(node) = root.get("name") else { return };
    let own = format!("{}/cluster.yaml", folder.path);
    let is_own = |name: &str| {
        let name = name.replace('\\', "/");
        folder.path.is_empty() || name.ends_with(&own)
    };
    if sources.get(node.location.source).is_some_and(|source| !is_own(&source.name)) {
        let help = format!("put it into `{own}`; without one the name is the folder's");
        findings.error_with_help(&["name"], "all clusters below would have this name", help);
    }
}

/// Names that EKS gives: <https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html>; other providers
/// take no more.
fn cluster_name(name: &str) -> Result<(), String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_valid = name.bytes().all(inner) && name.starts_with(|first: char| first.is_ascii_alphanumeric());
    if is_valid && name.len() <= 100 {
        return Ok(());
    }
    Err(format!(
        "{name:?} is not the name of a cluster: letters, digits, `-`, `_`, at most 100, a letter or digit first"
    ))
}

fn region(name: &str) -> Result<(), String> {
    let parts: Vec<&str> = name.split('-').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    match parts.split_last() {
        Some((last, words)) if is_number(last) && words.len() >= 2 && words.iter().all(|word| is_word(word)) => Ok(()),
        _ => Err(format!("{name:?} is not an AWS region, as in \"us-west-2\"")),
    }
}

fn check(values: &ClusterValues, apps: &BTreeMap<String, LayerName>, findings: &mut Findings<'_>) {
    if let Some(name) = &values.name {
        findings.require(&["name"], cluster_name(name));
    }
    if let Some(account) = &values.account_id {
        findings.require(&["accountId"], account_id(&account.0));
    }
    if let Some(name) = &values.region {
        findings.require(&["region"], region(name));
    }
    if let Some(name) = &values.partition {
        findings.require(&["partition"], partition(name));
    }
    if let Some(provider) = &values.oidc_provider {
        findings.require(&["oidcProvider"], issuer_of(provider).map(drop));
    }
    if let Some(version) = &values.kube_version {
        let parsed = KubeVersion::parse_known(version);
        findings.require(&["kubeVersion"], parsed.map(drop).map_err(|error| error.to_string()));
    }
    for (key, value) in &values.labels {
        findings.require_label(&["labels", key], key, value);
    }
    for (app, arn) in &values.role_arns {
        if apps.contains_key(app) || is_default(findings, app) {
            findings.require(&["roleArns", app], role_arn(arn).map(drop));
        } else {
            let result = match nearest(app, apps.keys().map(String::as_str)) {
                Some(near) => format!("the cluster has no app `{app}`: {}", did_you_mean(near)),
                None => format!("the cluster has no app `{app}`"),
            };
            findings.require_key(&["roleArns", app], Err(result));
        }
    }
    for kind in values.scopes.keys() {
        findings.require_key(&["scopes", kind], kind_and_group(kind));
    }
    if let Some(store) = &values.secret_store {
        findings.require(&["secretStore", "name"], dns_subdomain(&store.name));
        check_key(&store.key, findings);
        findings.require(&["secretStore", "refreshInterval"], interval(&store.refresh_interval));
    }
}

/// `NodePool.karpenter.sh`.
fn kind_and_group(text: &str) -> Result<(), String> {
    let is_kind = |kind: &str| {
        kind.starts_with(|first: char| first.is_ascii_uppercase()) && kind.bytes().all(|it| it.is_ascii_alphanumeric())
    };
    match text.split_once('.') {
        Some((kind, group)) if is_kind(kind) && group.contains('.') => dns_subdomain(group),
        _ => Err(format!("{text:?} is not a kind with its group, as in `NodePool.karpenter.sh`")),
    }
}

/// Roles may be named for clusters that do not all have the app.
fn is_default(findings: &Findings<'_>, app: &str) -> bool {
    let (own, role) = (findings.location(&[]), findings.location(&["roleArns", app]));
    own.source != role.source
}

/// A duration as Go reads it: <https://pkg.go.dev/time#ParseDuration>.
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
        Err(format!("{text:?} is not a duration, as in \"1h\" or \"90s\""))
    }
}

fn check_key(key: &str, findings: &mut Findings<'_>) {
    const KNOWN: [&str; 4] = ["<app>", "<cluster>", "<name>", "<namespace>"];
    for part in key.split_inclusive('>').filter_map(|part| part.find('<').map(|at| &part[at..])) {
        if !KNOWN.contains(&part) {
            let near = nearest(part, KNOWN).map_or_else(|| KNOWN.join(", "), str::to_owned);
            findings.error(&["secretStore", "key"], format!("nothing stands for `{part}`; known: {near}"));
        }
    }
    if !key.contains("<name>") {
        findings.error(&["secretStore", "key"], "all secrets would be read from one key: it has no `<name>`");
    }
}
