//! Renders Secrets, ConfigMaps, and the user's additional objects.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use minijinja::Environment;

use super::context::{Context, some};
use super::monitor::render;
use super::rbac::{PRIORITIES, has_priority_expander};
use super::text;
use super::values::{Priorities, Scalar};
use crate::chart::yaml_bridge::{GoYaml, to_value};
use crate::check::syntax::dns_subdomain;
use crate::components::{Built, ComponentCode};
use crate::diagnostic::{Diagnostic, SourceId};
use crate::gotmpl::helm::Yaml as _;
use crate::tree::Kind;
use crate::tree::read::{Duplicates, first_document};

/// Renders the Secret with the provider's credentials, unless an existing one is used.
pub(super) fn secret(context: &Context<'_>) -> Option<Secret> {
    let values = context.values;
    if values.secret_key_ref_name_override.is_truthy() {
        return None;
    }
    let both = |a: &Option<String>, b: &Option<String>| {
        [a, b].iter().all(|key| key.as_ref().is_some_and(|key| !key.is_empty()))
    };
    let entries: Vec<(&str, &str, &Option<String>)> = match context.provider() {
        "azure" => vec![
            ("ClientID", "azureClientID", &values.azure_client_id),
            ("ClientSecret", "azureClientSecret", &values.azure_client_secret),
            ("ResourceGroup", "azureResourceGroup", &values.azure_resource_group),
            ("SubscriptionID", "azureSubscriptionID", &values.azure_subscription_id),
            ("TenantID", "azureTenantID", &values.azure_tenant_id),
            ("VMType", "azureVMType", &values.azure_vm_type),
            ("UserAssignedIdentityID", "azureUserAssignedIdentityID", &values.azure_user_assigned_identity_id),
        ],
        "aws" if both(&values.aws_access_key_id, &values.aws_secret_access_key) => vec![
            ("AwsAccessKeyId", "awsAccessKeyID", &values.aws_access_key_id),
            ("AwsSecretAccessKey", "awsSecretAccessKey", &values.aws_secret_access_key),
        ],
        "civo" => vec![
            ("api-url", "civoApiUrl", &values.civo_api_url),
            ("api-key", "civoApiKey", &values.civo_api_key),
            ("cluster-id", "civoClusterID", &values.civo_cluster_id),
            ("region", "civoRegion", &values.civo_region),
        ],
        _ => return None,
    };
    let data = entries.into_iter().map(|(entry, key, value)| (entry.to_owned(), bytes(context, key, value)));
    let metadata = ObjectMeta { labels: None, ..context.metadata() };
    Some(Secret { metadata, data: Some(data.collect()), ..Secret::default() })
}

fn bytes(context: &Context<'_>, key: &str, value: &Option<String>) -> ByteString {
    if value.is_none() {
        context.diagnostics.borrow_mut().error(&[key], "expected a string, found null; use `\"\"` for an empty string");
    }
    ByteString(value.clone().unwrap_or_default().into_bytes())
}

/// Returns the name of the ConfigMap that configures kwok.
pub(super) fn kwok_config_map(context: &Context<'_>) -> Scalar {
    let name = &context.values.kwok_config_map_name;
    if name.is_truthy() { name.clone() } else { Scalar::Text("kwok-provider-config".to_owned()) }
}

/// Renders the configuration of the provider kwok: how it groups nodes, and the nodes that it simulates.
pub(super) fn kwok(context: &Context<'_>) -> [(&'static str, ConfigMap); 2] {
    let path = &["kwokConfigMapName"];
    let name = context.text(path, &kwok_config_map(context));
    context.accept(path, dns_subdomain(&name));
    let config = include_str!("../../../templates/autoscaler/kwok-config.yaml");
    let templates = kwok_templates().unwrap_or_else(|error| {
        context.diagnostics.borrow_mut().list.push(Diagnostic::error(
            ComponentCode::NotSerializable,
            format!("cannot render the nodes of kwok: {error}"),
        ));
        String::new()
    });
    [
        ("kwok-config", config_map(context, name, "config", config)),
        ("kwok-templates", config_map(context, "kwok-provider-templates".to_owned(), "templates", &templates)),
    ]
}

/// Renders the nodes that kwok simulates.
fn kwok_templates() -> Result<String, minijinja::Error> {
    let mut environment = Environment::empty();
    environment.add_template("nodes", include_str!("../../../templates/autoscaler/kwok-templates.yaml.j2"))?;
    environment.get_template("nodes")?.render(())
}

fn config_map(context: &Context<'_>, name: String, key: &str, text: &str) -> ConfigMap {
    let namespace = Some(context.release.namespace.clone());
    let metadata = ObjectMeta { name: Some(name), namespace, ..ObjectMeta::default() };
    let data = BTreeMap::from([(key.to_owned(), text.trim_end().to_owned())]);
    ConfigMap { metadata, data: Some(data), ..ConfigMap::default() }
}

/// Renders the priorities for the expander `priority`, if it is used.
pub(super) fn priorities(context: &Context<'_>) -> Option<ConfigMap> {
    let values = context.values;
    let priorities = values.expander_priorities.as_ref().filter(|_| context.is_set(&["expanderPriorities"]))?;
    if !has_priority_expander(context) {
        return None;
    }
    let path = &["expanderPriorities"];
    let text = match priorities {
        Priorities::Text(text) => context.accept(path, block(text)),
        Priorities::Map(map) => {
            let lists: Vec<String> = map.keys().filter_map(|priority| patterns(context, priority)).collect();
            Some(lists.join("\n"))
        }
    };
    let metadata = ObjectMeta {
        name: Some(PRIORITIES.to_owned()),
        annotations: some(&values.priority_config_map_annotations),
        ..context.metadata()
    };
    let data = BTreeMap::from([("priorities".to_owned(), text.unwrap_or_default())]);
    Some(ConfigMap { metadata, data: Some(data), ..ConfigMap::default() })
}

/// Renders one priority with the patterns of its node groups.
fn patterns(context: &Context<'_>, priority: &str) -> Option<String> {
    let path = &["expanderPriorities", priority];
    let number = priority.parse::<u32>().map_err(|_| "a priority must be an integer of 0 or more".to_owned());
    let number = context.accept(path, number)?;
    let node = context.root.find(path.iter().copied())?;
    let list = context.accept(path, GoYaml.write(&to_value(node.clone())))?;
    Some(format!("{number}:\n  {}", list.trim_end().replace('\n', "\n  ")))
}

/// Returns a text as a block scalar contains it: without line breaks at the end.
fn block(text: &str) -> Result<String, String> {
    let indented = text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    let document = first_document(SourceId::default(), &format!("k: |-\n{indented}"), Duplicates::LastWins);
    let node = document.ok().and_then(|node| node.get("k").cloned());
    match node.map(|node| node.kind) {
        Some(Kind::Str(text)) => Ok(text),
        _ => Err("the first line must not be indented more than the others".to_owned()),
    }
}

/// Renders the user's additional objects.
pub(super) fn extra_objects(context: &Context<'_>) -> Vec<Built> {
    let mut list = Vec::new();
    for (key, _) in context.values.extra_objects.iter() {
        let path = &["extraObjects", key];
        let Some(node) = context.root.find(path.iter().copied()) else { continue };
        let Some(node) = context.accept(path, render(context, node)) else { continue };
        list.push(Built::from_values(format!("extra-object-{key}"), node, path));
    }
    list
}

/// Returns whether `text` can be the name of an object without quotes.
pub(super) fn is_name(text: &str) -> bool {
    matches!(text::plain(text), Ok(Some(name)) if name == text)
}
