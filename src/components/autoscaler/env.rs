//! Renders the environment variables of the container.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    ConfigMapEnvSource, ConfigMapKeySelector, EnvFromSource, EnvVar, EnvVarSource, ObjectFieldSelector,
    SecretEnvSource, SecretKeySelector,
};

use super::context::Context;
use super::values::KeyReference;

/// Renders the variables of the chart, of the cloud provider, and of the values.
pub(super) fn variables(context: &Context<'_>) -> Vec<EnvVar> {
    let mut list =
        vec![field("POD_NAMESPACE", "metadata.namespace"), field("SERVICE_ACCOUNT", "spec.serviceAccountName")];
    list.extend(of_provider(context));
    let values = context.values;
    for (name, value) in &values.extra_env {
        let path = &["extraEnv", name.as_str()];
        list.push(plain(&variable_name(context, path, name), context.quoted(path, value)));
    }
    list.extend(references(context, "extraEnvConfigMaps", &values.extra_env_config_maps, from_config_map));
    list.extend(references(context, "extraEnvSecrets", &values.extra_env_secrets, |name, key| EnvVarSource {
        secret_key_ref: Some(secret_key(name, key)),
        ..EnvVarSource::default()
    }));
    list
}

/// Renders the ConfigMap and the Secret of which all entries become variables.
pub(super) fn sources(context: &Context<'_>) -> Option<Vec<EnvFromSource>> {
    let values = context.values;
    let mut list = Vec::new();
    if values.env_from_secret.is_truthy() {
        let name = context.text(&["envFromSecret"], &values.env_from_secret);
        let secret_ref = Some(SecretEnvSource { name, ..SecretEnvSource::default() });
        list.push(EnvFromSource { secret_ref, ..EnvFromSource::default() });
    }
    if values.env_from_config_map.is_truthy() {
        let name = context.text(&["envFromConfigMap"], &values.env_from_config_map);
        let config_map_ref = Some(ConfigMapEnvSource { name, ..ConfigMapEnvSource::default() });
        list.push(EnvFromSource { config_map_ref, ..EnvFromSource::default() });
    }
    Some(list).filter(|list| !list.is_empty())
}

fn of_provider(context: &Context<'_>) -> Vec<EnvVar> {
    let all = |pairs: &[(&str, &str)]| {
        let secret = context.secret_name();
        pairs.iter().map(|(name, key)| from_secret(name, &secret, key)).collect()
    };
    match context.provider() {
        "aws" => aws(context),
        "azure" => azure(context, &context.secret_name()),
        "exoscale" => all(&[
            ("EXOSCALE_API_KEY", "api-key"),
            ("EXOSCALE_API_SECRET", "api-secret"),
            ("EXOSCALE_ZONE", "api-zone"),
        ]),
        "kwok" => {
            let name = context.quoted(&["kwokConfigMapName"], &super::config::kwok_config_map(context));
            vec![plain("KWOK_PROVIDER_CONFIGMAP", name)]
        }
        "civo" => all(&[
            ("CIVO_API_URL", "api-url"),
            ("CIVO_API_KEY", "api-key"),
            ("CIVO_CLUSTER_ID", "cluster-id"),
            ("CIVO_REGION", "region"),
        ]),
        _ => Vec::new(),
    }
}

/// Renders the variables for AWS. Without a region the chart also omits the key pair.
fn aws(context: &Context<'_>) -> Vec<EnvVar> {
    let values = context.values;
    let region = context.template(&["awsRegion"], values.aws_region.as_deref().unwrap_or_default());
    if region.is_empty() {
        return Vec::new();
    }
    let region = context.accept(&["awsRegion"], super::text::quoted(&region)).unwrap_or_default();
    let mut list = vec![plain("AWS_REGION", region)];
    let is_set = |key: &Option<String>| key.as_deref().is_some_and(|key| !key.is_empty());
    if is_set(&values.aws_access_key_id) {
        list.push(from_secret("AWS_ACCESS_KEY_ID", &context.secret_name(), "AwsAccessKeyId"));
    }
    if is_set(&values.aws_secret_access_key) {
        list.push(from_secret("AWS_SECRET_ACCESS_KEY", &context.secret_name(), "AwsSecretAccessKey"));
    }
    list
}

fn azure(context: &Context<'_>, secret: &str) -> Vec<EnvVar> {
    let values = context.values;
    let printed = |flag: Option<bool>| flag.map(|flag| flag.to_string()).unwrap_or_default();
    let mut list = vec![
        from_secret("ARM_SUBSCRIPTION_ID", secret, "SubscriptionID"),
        from_secret("ARM_RESOURCE_GROUP", secret, "ResourceGroup"),
        from_secret("ARM_VM_TYPE", secret, "VMType"),
        plain("AZURE_ENABLE_FORCE_DELETE", printed(values.azure_enable_force_delete)),
        plain("AZURE_ENABLE_VMSS_ETAG", printed(values.azure_enable_vmss_etag)),
    ];
    if values.azure_use_workload_identity_extension {
        list.push(plain("ARM_USE_WORKLOAD_IDENTITY_EXTENSION", "true".to_owned()));
    } else if values.azure_use_managed_identity_extension {
        list.push(plain("ARM_USE_MANAGED_IDENTITY_EXTENSION", "true".to_owned()));
        // The chart takes this one from its own Secret whatever `secretKeyRefNameOverride` says.
        let own = context.full_name();
        list.push(from_secret("ARM_USER_ASSIGNED_IDENTITY_ID", &own, "UserAssignedIdentityID"));
    } else {
        list.push(from_secret("ARM_TENANT_ID", secret, "TenantID"));
        list.push(from_secret("ARM_CLIENT_ID", secret, "ClientID"));
        list.push(from_secret("ARM_CLIENT_SECRET", secret, "ClientSecret"));
    }
    list
}

fn references(
    context: &Context<'_>,
    key: &'static str,
    references: &BTreeMap<String, KeyReference>,
    source: impl Fn(String, String) -> EnvVarSource,
) -> Vec<EnvVar> {
    let variable = |(name, reference): (&String, &KeyReference)| {
        let path = &[key, name.as_str()];
        let object = if reference.name.is_truthy() {
            context.text(&[key, name, "name"], &reference.name)
        } else {
            context.full_name()
        };
        let entry = match context.plain(&[key, name, "key"], &reference.key) {
            Some(entry) => entry,
            None => {
                context.diagnostics.borrow_mut().error(path, "required field `key` is missing");
                String::new()
            }
        };
        EnvVar { name: variable_name(context, path, name), value: None, value_from: Some(source(object, entry)) }
    };
    references.iter().map(variable).collect()
}

fn variable_name(context: &Context<'_>, path: &[&str], name: &str) -> String {
    context.accept(path, super::text::plain(name)).flatten().unwrap_or_default()
}

fn from_config_map(name: String, key: String) -> EnvVarSource {
    let reference = ConfigMapKeySelector { name, key, ..ConfigMapKeySelector::default() };
    EnvVarSource { config_map_key_ref: Some(reference), ..EnvVarSource::default() }
}

fn plain(name: &str, value: String) -> EnvVar {
    EnvVar { name: name.to_owned(), value: Some(value), value_from: None }
}

fn field(name: &str, field_path: &str) -> EnvVar {
    let field_ref = ObjectFieldSelector { field_path: field_path.to_owned(), ..ObjectFieldSelector::default() };
    let value_from = Some(EnvVarSource { field_ref: Some(field_ref), ..EnvVarSource::default() });
    EnvVar { name: name.to_owned(), value: None, value_from }
}

fn from_secret(name: &str, secret: &str, key: &str) -> EnvVar {
    let reference = secret_key(secret.to_owned(), key.to_owned());
    let value_from = Some(EnvVarSource { secret_key_ref: Some(reference), ..EnvVarSource::default() });
    EnvVar { name: name.to_owned(), value: None, value_from }
}

fn secret_key(name: String, key: String) -> SecretKeySelector {
    SecretKeySelector { name, key, ..SecretKeySelector::default() }
}
