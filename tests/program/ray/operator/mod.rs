//! The Ray containers that the KubeRay operator builds from a RayCluster.
//!
//! A transcription of `ray-operator/controllers/ray/common/pod.go` of KubeRay v1.7.0, without TLS and the history server.
//! `tests/data/program/ray/operator` has what the functions of KubeRay return for a few objects.

mod params;

use serde_json::{Value, json};

use params::Params;

/// The command, arguments and environment of a container.
#[derive(Debug, PartialEq)]
pub(super) struct RayContainer {
    /// The worker group, or `headgroup`.
    pub group: String,
    pub command: Vec<String>,
    pub args: Vec<String>,
    /// As in a pod: `{name, value}` or `{name, valueFrom}`.
    pub env: Vec<Value>,
}

/// Builds the head's container and one for each worker group, of an object as the API server returns it (`BuildPod`).
pub(super) fn containers(cluster: &Value) -> Vec<RayContainer> {
    let groups = cluster["spec"]["workerGroupSpecs"].as_array().map(Vec::as_slice).unwrap_or_default();
    let head = Node { cluster, group: &cluster["spec"]["headGroupSpec"], is_head: true };
    let workers = groups.iter().map(|group| Node { cluster, group, is_head: false });
    std::iter::once(head).chain(workers).map(|node| node.container()).collect()
}

struct Node<'a> {
    cluster: &'a Value,
    group: &'a Value,
    is_head: bool,
}

impl Node<'_> {
    fn container(&self) -> RayContainer {
        let container = &self.group["template"]["spec"]["containers"][0];
        let start = self.start_command(container);
        let own = texts(&container["command"]).chain(texts(&container["args"])).fold(String::new(), convert_command);
        let is_kept = self.overwrites_command() || own.contains("ray start");
        let (command, args) = match (is_kept, own.is_empty()) {
            (true, _) => (texts(&container["command"]).collect(), texts(&container["args"]).collect()),
            (false, true) => (shell(), vec![format!("{ULIMIT}; {start}")]),
            (false, false) => (shell(), vec![format!("{own} && {ULIMIT}; {start}")]),
        };
        let group = if self.is_head { "headgroup" } else { text(&self.group["groupName"]) };
        RayContainer { group: group.to_owned(), command, args, env: self.env(container, &start) }
    }

    /// `isOverwriteRayContainerCmd`
    fn overwrites_command(&self) -> bool {
        let annotation = self.cluster["metadata"]["annotations"]["ray.io/overwrite-container-cmd"].as_str();
        annotation.is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// `DefaultHeadPodTemplate`, `DefaultWorkerPodTemplate`, `setMissingRayStartParams` and `generateRayStartCommand`
    fn start_command(&self, container: &Value) -> String {
        let mut params = Params::of(&self.group["rayStartParams"]);
        params.set_group_resources(&self.group["resources"]);
        params.set_labels(&self.group["labels"]);
        if self.is_head {
            params.set_missing("dashboard-host", "0.0.0.0");
            if self.has_autoscaler() {
                params.set("no-monitor", "true");
            }
            self.set_redis_params(&mut params);
        } else {
            params.set_missing("address", &self.gcs_address());
        }
        params.set_missing("metrics-export-port", "8080");
        params.set("block", "true");
        params.set_missing("dashboard-agent-listen-port", "52365");
        params.set_container_resources(&container["resources"]);
        let role = if self.is_head { "ray start --head" } else { "ray start" };
        format!("{role} {}", params.options())
    }

    fn has_autoscaler(&self) -> bool {
        self.cluster["spec"]["enableInTreeAutoscaling"] == true
    }

    /// `configureRedisFT`
    fn set_redis_params(&self, params: &mut Params) {
        let options = &self.cluster["spec"]["gcsFaultToleranceOptions"];
        for (field, param, value) in [
            ("redisUsername", "redis-username", "$REDIS_USERNAME"),
            ("redisPassword", "redis-password", "$REDIS_PASSWORD"),
        ] {
            if options["backend"] != "rocksdb" && !options[field].is_null() {
                params.set(param, value);
            }
        }
    }

    /// `GenerateFQDNServiceName`
    fn head_service(&self) -> String {
        let name = text(&self.cluster["metadata"]["name"]);
        let custom = self.cluster["spec"]["headGroupSpec"]["headService"]["metadata"]["name"].as_str();
        let service = custom.map_or_else(|| format!("{name}-head-svc"), str::to_owned);
        format!("{service}.{}.svc.cluster.local", text(&self.cluster["metadata"]["namespace"]))
    }

    /// `GetHeadPort`
    fn head_port(&self) -> &str {
        self.cluster["spec"]["headGroupSpec"]["rayStartParams"]["port"].as_str().unwrap_or("6379")
    }

    fn gcs_address(&self) -> String {
        format!("{}:{}", self.head_service(), self.head_port())
    }

    /// `setContainerEnvVars`, after the variables of the autoscaler, of fault tolerance and of authentication.
    fn env(&self, container: &Value, start: &str) -> Vec<Value> {
        let mut env = Env(container["env"].as_array().cloned().unwrap_or_default());
        self.add_autoscaler_env(&mut env);
        self.add_fault_tolerance_env(&mut env);
        self.add_auth_env(&mut env);
        let service = self.head_service();
        if !self.is_head {
            env.add("FQ_RAY_IP", &service);
            env.add("RAY_IP", service.split('.').next().unwrap_or_default());
        }
        env.add_field("RAY_CLUSTER_NAME", "metadata.labels['ray.io/cluster']");
        env.add_field("RAY_CLUSTER_NAMESPACE", "metadata.namespace");
        env.add_field("RAY_CLOUD_INSTANCE_ID", "metadata.name");
        env.add_field("RAY_NODE_TYPE_NAME", "metadata.labels['ray.io/group']");
        env.add("KUBERAY_GEN_RAY_START_CMD", start);
        env.add_missing("RAY_PORT", self.head_port());
        let ip = if self.is_head { "127.0.0.1" } else { &service };
        env.add_missing("RAY_ADDRESS", &format!("{ip}:{}", self.head_port()));
        env.add_missing("RAY_USAGE_STATS_KUBERAY_IN_USE", "1");
        if self.is_head {
            env.add("RAY_USAGE_STATS_EXTRA_TAGS", "kuberay_version=v1.7.0;kuberay_crd=RayCluster");
        }
        env.add_missing("RAY_DASHBOARD_ENABLE_K8S_DISK_USAGE", "1");
        env.0
    }

    /// `setAutoscalerV2EnvVars` and `setAutoscalerV1EnvVars`
    fn add_autoscaler_env(&self, env: &mut Env) {
        let version = self.cluster["spec"]["autoscalerOptions"]["version"].as_str();
        if let (true, true, Some(version)) = (self.is_head, self.has_autoscaler(), version) {
            env.add("RAY_enable_autoscaler_v2", if version == "v2" { "true" } else { "false" });
        }
    }

    /// `configureGCSFaultTolerance`, with options
    fn add_fault_tolerance_env(&self, env: &mut Env) {
        let options = &self.cluster["spec"]["gcsFaultToleranceOptions"];
        match (options.is_null(), self.is_head) {
            (true, _) => {}
            (false, false) => env.add_missing("RAY_gcs_rpc_server_reconnect_timeout_s", "600"),
            (false, true) if options["backend"] == "rocksdb" => {
                env.add_missing("RAY_gcs_storage", "rocksdb");
                env.add_missing("RAY_gcs_storage_path", "/data/gcs");
            }
            (false, true) => {
                let namespace = options["externalStorageNamespace"].as_str();
                let uid = self.cluster["metadata"]["uid"].as_str().unwrap_or_default();
                env.add_missing("RAY_external_storage_namespace", namespace.unwrap_or(uid));
                env.add("RAY_REDIS_ADDRESS", text(&options["redisAddress"]));
                env.add_credential("REDIS_USERNAME", &options["redisUsername"]);
                env.add_credential("REDIS_PASSWORD", &options["redisPassword"]);
            }
        }
    }

    /// `SetContainerTokenAuthEnvVars`
    fn add_auth_env(&self, env: &mut Env) {
        let options = &self.cluster["spec"]["authOptions"];
        if options["mode"] != "token" {
            return;
        }
        env.add_missing("RAY_AUTH_MODE", "token");
        if options["enableK8sTokenAuth"] == true {
            env.add_missing("RAY_ENABLE_K8S_TOKEN_AUTH", "true");
        } else if !env.has("RAY_AUTH_TOKEN") {
            let secret = options["secretName"].as_str().unwrap_or_else(|| text(&self.cluster["metadata"]["name"]));
            let key = json!({ "secretKeyRef": { "name": secret, "key": "auth_token" } });
            env.0.push(json!({ "name": "RAY_AUTH_TOKEN", "valueFrom": key }));
        }
    }
}

const ULIMIT: &str = "ulimit -n ${RAY_START_ULIMIT_OPEN_FILES:-65536}";

/// `GetContainerCommand`
fn shell() -> Vec<String> {
    ["/bin/bash", "-c", "--"].map(str::to_owned).to_vec()
}

/// `convertCmdToString`
fn convert_command(command: String, word: String) -> String {
    format!("{command} {word} ")
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

fn texts(list: &Value) -> impl Iterator<Item = String> {
    list.as_array().into_iter().flatten().map(|it| text(it).to_owned())
}

struct Env(Vec<Value>);

impl Env {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|it| it["name"] == name)
    }

    fn add(&mut self, name: &str, value: &str) {
        self.0.push(json!({ "name": name, "value": value }));
    }

    fn add_missing(&mut self, name: &str, value: &str) {
        if !self.has(name) {
            self.add(name, value);
        }
    }

    fn add_field(&mut self, name: &str, path: &str) {
        self.0.push(json!({ "name": name, "valueFrom": { "fieldRef": { "fieldPath": path } } }));
    }

    fn add_credential(&mut self, name: &str, credential: &Value) {
        if let Some(fields) = credential.as_object() {
            let name = [("name".to_owned(), name.into())];
            self.0.push(Value::Object(name.into_iter().chain(fields.clone()).collect()));
        }
    }
}
