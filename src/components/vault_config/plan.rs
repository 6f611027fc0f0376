//! The steps that configure Vault, in their order: audit devices first, so that they log the rest.

use serde_json::{Value, json};

use super::arn::Facts;
use super::fields::Fields;
use super::hcl;
use super::methods::{AwsAuthRole, KubernetesAuth, KubernetesAuthRole, StsRole, Token};
use super::scalar::{Duration, network};
use super::values::{AwsEngine, AwsRole, KvEngine, VaultConfigValues};
use crate::release::Release;

/// One object in Vault.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    /// An audit device.
    Audit { path: String, fields: Fields },
    /// A policy.
    Policy { name: String, text: String },
    /// An auth method.
    Auth(Mount),
    /// A secrets engine.
    Secrets(Mount),
    /// A role, which can be deleted.
    Role { path: String, fields: Fields },
    /// The configuration of a mount. A write would remove the fields in `kept`, so that the script does not write while Vault has
    /// one of them.
    Config { path: String, fields: Fields, kept: &'static str },
}

/// A secrets engine or an auth method.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mount {
    pub path: String,
    pub kind: &'static str,
    /// The version of a KV engine.
    pub version: Option<&'static str>,
    pub description: Option<String>,
    pub default_lease_ttl: Option<Duration>,
    pub max_lease_ttl: Option<Duration>,
}

impl Mount {
    fn new(path: &str, kind: &'static str) -> Self {
        Mount {
            path: path.to_owned(),
            kind,
            version: None,
            description: None,
            default_lease_ttl: None,
            max_lease_ttl: None,
        }
    }

    fn described(mut self, description: Option<&String>) -> Self {
        self.description = description.cloned();
        self
    }

    fn limited(mut self, default: Option<Duration>, max: Option<Duration>) -> Self {
        (self.default_lease_ttl, self.max_lease_ttl) = (default, max);
        self
    }

    /// Returns the request body that enables the mount.
    pub fn body(&self) -> String {
        let ttl = |ttl: Option<Duration>| ttl.map(|ttl| Value::from(format!("{}s", ttl.0)));
        let config = [("default_lease_ttl", ttl(self.default_lease_ttl)), ("max_lease_ttl", ttl(self.max_lease_ttl))];
        let config: serde_json::Map<String, Value> =
            config.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
        Fields::default()
            .with("type", self.kind)
            .with_some("options", self.version.map(|version| json!({ "version": version })))
            .with_some("description", self.description.clone())
            .with_some("config", Some(config).filter(|config| !config.is_empty()))
            .body()
    }

    /// Returns the parameters that tune an existing mount.
    pub fn tuning(&self) -> Fields {
        let seconds = |ttl: Option<Duration>| ttl.map(|ttl| ttl.0.to_string());
        Fields::default()
            .with_some("description", self.description.clone())
            .with_some("default_lease_ttl", seconds(self.default_lease_ttl))
            .with_some("max_lease_ttl", seconds(self.max_lease_ttl))
    }

    /// Returns the limits as Vault lists them.
    pub fn limits(&self) -> Fields {
        let seconds = |ttl: Option<Duration>| ttl.map(|ttl| ttl.0);
        Fields::default()
            .with_some("default_lease_ttl", seconds(self.default_lease_ttl))
            .with_some("max_lease_ttl", seconds(self.max_lease_ttl))
    }
}

/// Returns the name of the policy that contains the record of what earlier runs created.
pub(super) fn record(values: &VaultConfigValues, release: &Release) -> String {
    match values.cluster_name.as_deref().filter(|name| !name.is_empty()) {
        Some(cluster) => format!("mkmanifests-{cluster}-{}", release.name).to_lowercase(),
        None => format!("mkmanifests-{}", release.name).to_lowercase(),
    }
}

/// Returns all steps, for values that passed the rules.
pub(super) fn steps(values: &VaultConfigValues) -> Result<Vec<Step>, minijinja::Error> {
    let facts = Facts::of(values);
    let mut steps = audit_devices(values);
    for (name, policy) in &values.policies {
        steps.push(Step::Policy { name: name.clone(), text: hcl::policy(&policy.paths)? });
    }
    for (path, method) in &values.auth_methods.aws {
        let mount = Mount::new(path, "aws").described(method.description.as_ref());
        steps.push(Step::Auth(mount.limited(method.default_lease_ttl, method.max_lease_ttl)));
        // Vault can only write a role with a principal of another account once it may look it up there.
        for (account, role) in &method.sts_roles {
            steps.push(Step::Role { path: format!("auth/{path}/config/sts/{account}"), fields: sts_role(role, facts) });
        }
        for (name, role) in &method.roles {
            steps.push(Step::Role { path: format!("auth/{path}/role/{name}"), fields: aws_auth_role(role, facts) });
        }
    }
    for (path, method) in &values.auth_methods.kubernetes {
        let mount = Mount::new(path, "kubernetes").described(method.description.as_ref());
        steps.push(Step::Auth(mount.limited(method.default_lease_ttl, method.max_lease_ttl)));
        steps.extend(kubernetes_config(path, method));
        for (name, role) in &method.roles {
            steps.push(Step::Role { path: format!("auth/{path}/role/{name}"), fields: kubernetes_role(role) });
        }
    }
    for (path, engine) in &values.secrets_engines.aws {
        steps.extend(aws_engine(path, engine, facts));
    }
    for (path, engine) in &values.secrets_engines.kv {
        let mount = Mount { version: Some("2"), ..Mount::new(path, "kv") }.described(engine.description.as_ref());
        steps.push(Step::Secrets(mount));
        steps.extend(kv_config(path, engine));
    }
    Ok(steps)
}

fn audit_devices(values: &VaultConfigValues) -> Vec<Step> {
    let devices = &values.audit_devices;
    let text = |value: Option<&str>| value.map(Value::from);
    let file = devices.file.iter().map(|(path, device)| {
        let options = [
            ("file_path", Some(device.file_path.clone().into())),
            ("mode", text(device.mode.as_deref())),
            ("format", device.format.map(|format| format.as_str().into())),
        ];
        audit_device(path, "file", device.description.as_ref(), options)
    });
    let socket = devices.socket.iter().map(|(path, device)| {
        let options = [
            ("address", Some(device.address.clone().into())),
            ("socket_type", device.socket_type.map(|kind| kind.as_str().into())),
            ("write_timeout", device.write_timeout.map(|timeout| format!("{}s", timeout.0).into())),
            ("format", device.format.map(|format| format.as_str().into())),
        ];
        audit_device(path, "socket", device.description.as_ref(), options)
    });
    let syslog = devices.syslog.iter().map(|(path, device)| {
        let options = [
            ("facility", text(device.facility.as_deref())),
            ("tag", text(device.tag.as_deref())),
            ("format", device.format.map(|format| format.as_str().into())),
        ];
        audit_device(path, "syslog", device.description.as_ref(), options)
    });
    file.chain(socket).chain(syslog).collect()
}

fn audit_device<const N: usize>(
    path: &str,
    kind: &str,
    description: Option<&String>,
    options: [(&str, Option<Value>); N],
) -> Step {
    let options: serde_json::Map<String, Value> =
        options.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    let fields = Fields::default().with("type", kind).with("options", options);
    Step::Audit { path: path.to_owned(), fields: fields.with_some("description", description.cloned()) }
}

fn aws_engine(path: &str, engine: &AwsEngine, facts: Facts<'_>) -> Vec<Step> {
    let mount = Mount::new(path, "aws").described(engine.description.as_ref());
    let mount = Step::Secrets(mount.limited(engine.default_lease_ttl, engine.max_lease_ttl));
    let role =
        |name: &str, role: &AwsRole| Step::Role { path: format!("{path}/roles/{name}"), fields: aws_role(role, facts) };
    let roles = engine.roles.iter().map(|(name, fields)| role(name, fields));
    let users = engine.user_roles.iter().map(|(user, fields)| role(&engine.user_role_name(user), &fields.role()));
    std::iter::once(mount).chain(roles).chain(users).collect()
}

/// Replaces the placeholders in ARNs. The rules ensure that each has a value.
fn filled(arns: &[String], facts: Facts<'_>) -> Value {
    arns.iter().map(|arn| facts.fill(arn).unwrap_or_default()).collect::<Vec<_>>().into()
}

/// Returns every parameter of the role, so that manual changes are reverted.
fn aws_role(role: &AwsRole, facts: Facts<'_>) -> Fields {
    let seconds = |ttl: Option<Duration>| ttl.map_or(0, |ttl| ttl.0);
    let boundary = role.permissions_boundary_arn.as_deref().map(|arn| facts.fill(arn).unwrap_or_default());
    Fields::default()
        .with("credential_type", role.credential_type.as_str())
        .with("role_arns", filled(&role.role_arns, facts))
        .with("policy_arns", filled(&role.policy_arns, facts))
        .with("policy_document", role.policy_document.as_ref().map_or("", |document| document.0.as_str()))
        .with("iam_groups", role.iam_groups.clone())
        .with("iam_tags", json!(role.iam_tags))
        .with("session_tags", json!(role.session_tags))
        .with("external_id", role.external_id.as_deref().unwrap_or_default())
        .with("default_sts_ttl", seconds(role.default_sts_ttl))
        .with("max_sts_ttl", seconds(role.max_sts_ttl))
        .with("user_path", role.user_path.as_deref().unwrap_or_default())
        .with("permissions_boundary_arn", boundary.unwrap_or_default())
}

fn aws_auth_role(role: &AwsAuthRole, facts: Facts<'_>) -> Fields {
    token(role.token())
        .with("auth_type", "iam")
        .with("bound_iam_principal_arn", filled(&role.bound_iam_principal_arn, facts))
        .with("resolve_aws_unique_ids", role.resolve_aws_unique_ids.unwrap_or(true))
}

fn sts_role(role: &StsRole, facts: Facts<'_>) -> Fields {
    Fields::default()
        .with("sts_role", facts.fill(&role.sts_role).unwrap_or_default())
        .with("external_id", role.external_id.as_deref().unwrap_or_default())
}

fn kubernetes_role(role: &KubernetesAuthRole) -> Fields {
    token(role.token())
        .with("bound_service_account_names", role.bound_service_account_names.clone())
        .with("bound_service_account_namespaces", role.bound_service_account_namespaces.clone())
        .with("audience", role.audience.as_deref().unwrap_or_default())
        .with("alias_name_source", role.alias_name_source.as_str())
}

fn token(token: Token<'_>) -> Fields {
    let seconds = |ttl: Option<&Duration>| ttl.map_or(0, |ttl| ttl.0);
    let cidrs: Vec<String> = token.bound_cidrs.iter().map(|cidr| shown_cidr(cidr)).collect();
    Fields::default()
        .with("token_policies", token.policies)
        .with("token_ttl", seconds(token.ttl))
        .with("token_max_ttl", seconds(token.max_ttl))
        .with("token_explicit_max_ttl", seconds(token.explicit_max_ttl))
        .with("token_period", seconds(token.period))
        .with("token_bound_cidrs", cidrs)
        .with("token_no_default_policy", token.no_default_policy)
        .with("token_num_uses", token.num_uses)
        .with("token_type", token.kind.as_str())
}

/// Formats a CIDR as Vault does: a single address has no prefix length.
fn shown_cidr(cidr: &str) -> String {
    match network(cidr) {
        None => cidr.to_owned(),
        Some(one) if one.prefix_len() == one.max_prefix_len() => one.addr().to_string(),
        Some(range) => range.to_string(),
    }
}

/// Returns the configuration step. A write replaces the whole configuration, including the token with which Vault calls the API
/// server, and which cannot be read.
fn kubernetes_config(path: &str, method: &KubernetesAuth) -> Option<Step> {
    let fields = Fields::default()
        .with("kubernetes_host", method.kubernetes_host.as_deref()?)
        .with("kubernetes_ca_cert", method.kubernetes_ca_cert.as_deref().unwrap_or_default())
        .with("disable_local_ca_jwt", method.disable_local_ca_jwt);
    Some(Step::Config { path: format!("auth/{path}/config"), fields, kept: "token_reviewer_jwt_set pem_keys issuer" })
}

fn kv_config(path: &str, engine: &KvEngine) -> Option<Step> {
    let fields = Fields::default()
        .with_some("max_versions", engine.max_versions)
        .with_some("cas_required", engine.cas_required)
        .with_some("delete_version_after", engine.delete_version_after.map(Duration::go));
    (fields != Fields::default()).then(|| Step::Config { path: format!("{path}/config"), fields, kept: "" })
}
