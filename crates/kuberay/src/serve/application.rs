//! An application of Ray Serve.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::{ServeDeployment, ServeLoggingConfig};
use crate::RuntimeEnv;

/// An application of Ray Serve.
/// <https://docs.ray.io/en/latest/serve/multi-app.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeApplication {
    /// Name of the application. Default: `default`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Path that requests start with. Starts with `/` and does not end with it. Default: `/`. An empty string here is `null`
    /// for Ray: the application gets no HTTP requests.
    #[serde(
        default,
        serialize_with = "null_if_empty",
        deserialize_with = "empty_if_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub route_prefix: Option<String>,
    /// The Python object of the application: `module.submodule:object`.
    pub import_path: String,
    /// The runtime environment of the application and its deployments. `working_dir` and `py_modules` are remote URIs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_env: Option<RuntimeEnv>,
    /// Refused by Ray here: set it in `http_options`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Refused by Ray here: set it in `http_options`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<i64>,
    /// Options of deployments, which replace those in the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployments: Option<Vec<ServeDeployment>>,
    /// A policy for all deployments of the application together: `policy_function` and `policy_kwargs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub autoscaling_policy: Option<Map<String, Value>>,
    /// Arguments of the application's builder function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub args: Option<Map<String, Value>>,
    /// Logs of the application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logging_config: Option<ServeLoggingConfig>,
    /// `true` lets another program set the number of replicas. Excludes autoscaling. Default: `false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_scaler_enabled: Option<bool>,
}

fn null_if_empty<S: Serializer>(prefix: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    prefix.as_deref().filter(|prefix| !prefix.is_empty()).serialize(serializer)
}

fn empty_if_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::<String>::deserialize(deserializer).map(|prefix| Some(prefix.unwrap_or_default()))
}
