//! Values that disable a part by being empty, whatever their type: `podDisruptionBudget: false`.
//!
//! The chart's templates use `if`, so that `false`, `0`, `""`, `[]` and `{}` all mean "not set", as null does. Where a template
//! prints a value without `if`, an empty value of another type is an error.

use std::borrow::Cow;
use std::mem::discriminant;

use schemars::Schema;
use serde_json::{Value, json};

use crate::tree::{Kind, Map, Node};
use crate::values::Values;

/// Keys that the chart tests with `if`, `with` or `default` before it uses them, and strings that it only uses for one provider,
/// where another type is an error. `tests/program/autoscaler_parity` compares them with the real Helm.
const TESTED: &[&str] = &[
    "additionalLabels",
    "affinity",
    "autoDiscovery.clusterName",
    "autoDiscovery.labels",
    "autoDiscovery.namespace",
    "autoscalingGroups",
    "autoscalingGroupsnamePrefix",
    "awsAccessKeyID",
    "awsRegion",
    "awsSecretAccessKey",
    "azureClientID",
    "azureClientSecret",
    "azureResourceGroup",
    "azureSubscriptionID",
    "azureTenantID",
    "azureUseManagedIdentityExtension",
    "azureUserAssignedIdentityID",
    "azureUseWorkloadIdentityExtension",
    "azureVMType",
    "civoApiKey",
    "civoApiUrl",
    "civoClusterID",
    "civoRegion",
    "cloudConfigPath",
    "clusterAPIConfigMapsNamespace",
    "clusterAPIKubeconfigSecret",
    "clusterAPIWorkloadKubeconfigPath",
    "containerSecurityContext",
    "deployment.selector",
    "dnsConfig",
    "dnsPolicy",
    "envFromConfigMap",
    "envFromSecret",
    "expanderPriorities",
    "extraVolumeMounts",
    "extraVolumes",
    "extraVolumeSecrets",
    "fullnameOverride",
    "hostNetwork",
    "image.pullSecrets",
    "initContainers",
    "kubeTargetVersionOverride",
    "kwokConfigMapName",
    "magnumClusterName",
    "nameOverride",
    "nodeSelector",
    "podAnnotations",
    "podDisruptionBudget",
    "podDisruptionBudget.annotations",
    "podDisruptionBudget.maxUnavailable",
    "podDisruptionBudget.minAvailable",
    "podDisruptionBudget.selector",
    "podLabels",
    "priorityClassName",
    "priorityConfigMapAnnotations",
    "prometheusRule.enabled",
    "prometheusRule.namespace",
    "rbac.additionalRules",
    "rbac.annotations",
    "rbac.clusterScoped",
    "rbac.create",
    "rbac.pspEnabled",
    "rbac.serviceAccount.annotations",
    "rbac.serviceAccount.create",
    "rbac.serviceAccount.name",
    "secretKeyRefNameOverride",
    "securityContext",
    "service.annotations",
    "service.clusterIP",
    "service.create",
    "service.externalIPs",
    "service.labels",
    "service.loadBalancerIP",
    "service.loadBalancerSourceRanges",
    "service.selector",
    "serviceMonitor.annotations",
    "serviceMonitor.enabled",
    "serviceMonitor.metricRelabelings",
    "serviceMonitor.namespace",
    "serviceMonitor.relabelings",
    "topologySpreadConstraints",
    "updateStrategy",
    "vpa.containerPolicy",
    "vpa.enabled",
];

/// Mappings that the chart iterates over with `range`, which also accepts an empty list and fails on anything else.
const RANGED: &[&str] = &["extraEnv", "extraEnvConfigMaps", "extraEnvSecrets", "serviceMonitor.selector"];

/// Numbers and booleans that the chart prints without quotes: an empty string is null there.
const PRINTED: &[&str] = &["rbac.serviceAccount.automountServiceAccountToken", "replicaCount", "revisionHistoryLimit"];

/// Values by their paths, and which of them are empty.
type Emptiness = (&'static [&'static str], fn(&Kind) -> bool);

/// Returns the values with null for each empty value that has another type than its default, where the chart treats it as not
/// set.
pub(super) fn as_absent<'v>(values: &'v Values, defaults: &Values) -> Cow<'v, Values> {
    let kinds: [Emptiness; 3] = [
        (TESTED, is_falsy),
        (RANGED, |value| matches!(value, Kind::Seq(items) if items.is_empty())),
        (PRINTED, |value| matches!(value, Kind::Str(text) if text.is_empty())),
    ];
    let is_absent = |path: &str, is_empty: fn(&Kind) -> bool| {
        let default = defaults.root.find(path.split('.')).map_or(&Kind::Null, |node| &node.kind);
        let value = values.root.find(path.split('.')).map(|node| &node.kind);
        value.is_some_and(|value| is_empty(value) && discriminant(value) != discriminant(default))
    };
    let all = kinds.iter().flat_map(|(paths, is_empty)| paths.iter().map(|path| (*path, *is_empty)));
    let paths: Vec<&str> = all.filter(|(path, is_empty)| is_absent(path, *is_empty)).map(|(path, _)| path).collect();
    if paths.is_empty() {
        return Cow::Borrowed(values);
    }
    let mut values = values.clone();
    paths.iter().for_each(|path| remove(&mut values.root, path));
    Cow::Owned(values)
}

/// Makes a JSON Schema of the values accept the empty values.
pub(super) fn accept(schema: &mut Schema) {
    let any = json!([false, 0, "", [], {}]);
    for (paths, empties) in [(TESTED, any), (RANGED, json!([[]])), (PRINTED, json!([""]))] {
        for path in paths {
            let property = pointer(schema, path).and_then(|pointer| schema.pointer_mut(&pointer));
            let Some(property) = property else { continue };
            let mut old = property.take();
            let description = old.as_object_mut().and_then(|old| old.remove("description"));
            *property = json!({ "description": description, "anyOf": [old, { "enum": empties }] });
        }
    }
}

/// Returns the JSON pointer to the schema of the value at `path`.
fn pointer(schema: &Schema, path: &str) -> Option<String> {
    let (parents, last) = path.rsplit_once('.').map_or((None, path), |(parents, last)| (Some(parents), last));
    let parent = match parents {
        Some(parents) => definition(schema.pointer(&pointer(schema, parents)?)?)?,
        None => String::new(),
    };
    Some(format!("{parent}/properties/{last}"))
}

/// Returns the JSON pointer to the definition that a schema refers to, perhaps as one of several.
fn definition(schema: &Value) -> Option<String> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference.strip_prefix('#').map(str::to_owned);
    }
    let alternatives = schema.get("anyOf").and_then(Value::as_array)?;
    alternatives.iter().find_map(definition)
}

/// Returns whether a value is false for a template's `if`.
pub(super) fn is_falsy(value: &Kind) -> bool {
    match value {
        Kind::Null => true,
        Kind::Bool(value) => !value,
        Kind::Int(number) => *number == 0,
        Kind::UInt(number) => *number == 0,
        Kind::Float(number) => *number == 0.0,
        Kind::Str(text) => text.is_empty(),
        Kind::Raw(_) => false,
        Kind::Seq(items) => items.is_empty(),
        Kind::Map(map) => map.is_empty(),
    }
}

fn remove(node: &mut Node, path: &str) {
    let (key, rest) = path.split_once('.').unwrap_or((path, ""));
    let Some(value) = node.as_map_mut().and_then(|map| Map::get_mut(map, key)) else { return };
    if rest.is_empty() {
        value.kind = Kind::Null;
    } else {
        remove(value, rest);
    }
}
