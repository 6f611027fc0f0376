//! Runtime environments of Ray: what a job needs beside the image of the cluster.

mod packages;

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

pub use packages::{Conda, PackageList, Packages, PipOptions, UvOptions};

/// A runtime environment: the keys of Ray 2.60, with Ray's names, and those of plugins.
///
/// At most one of `pip`, `uv` and `conda` is allowed; `container` and `image_uri` only with `config` and `env_vars`.
/// <https://docs.ray.io/en/latest/ray-core/handling-dependencies.html#api-reference>
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct RuntimeEnv {
    /// The working directory: a remote URI of an archive (`s3://bucket/code.zip`), or a path in the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<String>,
    /// Python modules: remote URIs of archives or wheels, or paths in the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub py_modules: Option<Vec<String>>,
    /// Command that runs the workers. Default: the driver's Python.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub py_executable: Option<String>,
    /// Jars for workers in Java.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub java_jars: Option<Vec<String>>,
    /// Files that are not uploaded, as in `.gitignore`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excludes: Option<Vec<String>>,
    /// Packages that pip installs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pip: Option<Packages<PipOptions>>,
    /// Packages that uv installs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uv: Option<Packages<UvOptions>>,
    /// An environment of conda.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conda: Option<Conda>,
    /// Environment variables. `${NAME}` is replaced by the variable of the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub env_vars: Option<BTreeMap<String, String>>,
    /// Deprecated: a container for the workers, see `image_uri`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<ContainerEnv>,
    /// An image in which the workers run, inside the container of the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_uri: Option<String>,
    /// A Python function that workers call at their start: `module.function`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_process_setup_hook: Option<String>,
    /// How the environment is set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<RuntimeEnvConfig>,
    /// Options of NVIDIA Nsight, or `default`.
    #[serde(rename = "_nsight", skip_serializing_if = "Option::is_none")]
    pub nsight: Option<Value>,
    /// Options of ROCm's profiler, or `default`.
    #[serde(rename = "_rocprof_sys", skip_serializing_if = "Option::is_none")]
    pub rocprof_sys: Option<Value>,
    /// Version of Ray that is installed with pip and conda. Ray sets it.
    #[serde(rename = "_ray_release", skip_serializing_if = "Option::is_none")]
    pub ray_release: Option<String>,
    /// Commit of Ray that is installed with pip and conda. Ray sets it.
    #[serde(rename = "_ray_commit", skip_serializing_if = "Option::is_none")]
    pub ray_commit: Option<String>,
    /// Whether Ray itself is added to the environment. Ray sets it.
    #[serde(rename = "_inject_current_ray", skip_serializing_if = "Option::is_none")]
    pub inject_current_ray: Option<bool>,
    /// Keys of plugins.
    #[serde(flatten)]
    #[schemars(skip)]
    pub plugins: Map<String, Value>,
}

/// A container for the workers.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContainerEnv {
    /// The image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Path of `default_worker.py` in the image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_path: Option<String>,
    /// Options of `podman run`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_options: Option<Vec<String>>,
}

/// How a runtime environment is set up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuntimeEnvConfig {
    /// Seconds that the setup may take: positive, or -1 for no limit. Default: 600.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setup_timeout_seconds: Option<i64>,
    /// Whether the setup starts with the job instead of with its first worker. Default: `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eager_install: Option<bool>,
    /// Log files that the dashboard shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_files: Option<Vec<String>>,
}

/// Reads a mapping with known keys and others. A derived implementation would forget in which key an error is.
impl<'de> Deserialize<'de> for RuntimeEnv {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;

        impl<'de> Visitor<'de> for Keys {
            type Value = RuntimeEnv;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a runtime environment")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuntimeEnv, A::Error> {
                let mut env = RuntimeEnv::default();
                while let Some(key) = map.next_key::<String>()? {
                    env.read(key, &mut map)?;
                }
                Ok(env)
            }
        }

        deserializer.deserialize_map(Keys)
    }
}

impl RuntimeEnv {
    fn read<'de, A: MapAccess<'de>>(&mut self, key: String, map: &mut A) -> Result<(), A::Error> {
        match key.as_str() {
            "working_dir" => self.working_dir = map.next_value()?,
            "py_modules" => self.py_modules = map.next_value()?,
            "py_executable" => self.py_executable = map.next_value()?,
            "java_jars" => self.java_jars = map.next_value()?,
            "excludes" => self.excludes = map.next_value()?,
            "pip" => self.pip = map.next_value()?,
            "uv" => self.uv = map.next_value()?,
            "conda" => self.conda = map.next_value()?,
            "env_vars" => self.env_vars = map.next_value()?,
            "container" => self.container = map.next_value()?,
            "image_uri" => self.image_uri = map.next_value()?,
            "worker_process_setup_hook" => self.worker_process_setup_hook = map.next_value()?,
            "config" => self.config = map.next_value()?,
            "_nsight" => self.nsight = map.next_value()?,
            "_rocprof_sys" => self.rocprof_sys = map.next_value()?,
            "_ray_release" => self.ray_release = map.next_value()?,
            "_ray_commit" => self.ray_commit = map.next_value()?,
            "_inject_current_ray" => self.inject_current_ray = map.next_value()?,
            _ => {
                let value = map.next_value()?;
                self.plugins.insert(key, value);
            }
        }
        Ok(())
    }
}
