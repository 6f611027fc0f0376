//! Options of Ray Serve itself.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The HTTP server. A change needs a restart of Serve.
/// <https://docs.ray.io/en/latest/serve/http-guide.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeHttpOptions {
    /// Address to listen on. Default: `0.0.0.0`, all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Port to listen on. Default: 8000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<i64>,
    /// Path that a proxy in front of Serve has removed. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_path: Option<String>,
    /// Seconds after which a request fails. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_timeout_s: Option<f64>,
    /// Seconds for which idle connections stay open. Default: 90.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive_timeout_s: Option<i64>,
    /// File of the private key, for HTTPS. Needs `ssl_certfile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssl_keyfile: Option<String>,
    /// File of the certificate, for HTTPS. Needs `ssl_keyfile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssl_certfile: Option<String>,
    /// Password of the private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssl_keyfile_password: Option<String>,
    /// File of the certificate authorities for certificates of clients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssl_ca_certs: Option<String>,
}

/// The gRPC server. A change needs a restart of Serve.
/// <https://docs.ray.io/en/latest/serve/advanced-guides/grpc-guide.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeGrpcOptions {
    /// Port to listen on. Default: 9000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<i64>,
    /// Python functions that add a service: `module.add_service_to_server`. Without one, no server starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grpc_servicer_functions: Option<Vec<String>>,
    /// Seconds after which a request fails. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_timeout_s: Option<f64>,
    /// Whether clients can list the services. Default: `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_reflection: Option<bool>,
}

/// Experimental: the controller of Serve.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeControllerOptions {
    /// The runtime environment of the controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_env: Option<ServeRuntimeEnv>,
}

/// The runtime environment of the controller. Ray refuses other keys here.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeRuntimeEnv {
    /// Environment variables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env_vars: Option<BTreeMap<String, String>>,
}

/// Logs.
/// <https://docs.ray.io/en/latest/serve/monitoring.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeLoggingConfig {
    /// `TEXT` (the default) or `JSON`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// A level of Python's logging, as a name (`INFO`, the default) or a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<IntOrString>,
    /// Folder of the logs. Default: that of the Ray session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logs_dir: Option<String>,
    /// Whether each request is logged. Default: `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_access_log: Option<bool>,
    /// Attributes of Python's log records to add.
    /// <https://docs.python.org/3/library/logging.html#logrecord-attributes>
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_log_standard_attrs: Option<Vec<String>>,
}

/// Traces of requests.
/// <https://docs.ray.io/en/latest/serve/monitoring.html>
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServeTracingConfig {
    /// Whether requests are traced. Default: only with an exporter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// The Python function that makes the exporter. Default: one that writes files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exporter_import_path: Option<String>,
    /// Part of the requests that are traced, 0 to 1. Default: 0.01.
    #[schemars(range(min = 0, max = 1))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling_ratio: Option<f64>,
}
