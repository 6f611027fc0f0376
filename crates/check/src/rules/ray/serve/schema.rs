//! The schema of Ray Serve's configuration, as data.
//!
//! Source: `ServeDeploySchema` and its parts in ray/serve/schema.py, and the classes in ray/serve/config.py, of Ray 2.60.

/// The type of a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Type {
    Anything,
    Text,
    Boolean,
    /// A number in a range.
    Number(Range),
    /// A whole number in a range.
    Integer(Range),
    /// A text of a fixed list.
    OneOf(&'static [&'static str]),
    /// A mapping with any keys and values.
    Mapping,
    /// A mapping of texts.
    Texts,
    /// A mapping of numbers.
    Numbers,
    List(&'static Type),
    Object(&'static Schema),
}

/// The range of a number.
#[derive(Debug, Clone, Copy)]
pub(super) enum Range {
    Any,
    /// 0 or more.
    NotNegative,
    /// More than 0.
    Positive,
    /// Both included.
    Between(i32, i32),
    /// More than 0, and at most 1.
    Fraction,
}

/// A field of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Type,
    /// Whether `null` is allowed.
    pub(super) nullable: bool,
    pub(super) required: bool,
}

/// The fields of an object.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) fields: &'static [Field],
    /// Whether Serve refuses unknown fields. It ignores those of other objects.
    pub(super) closed: bool,
}

const fn field(name: &'static str, kind: Type) -> Field {
    Field { name, kind, nullable: false, required: false }
}

const fn nullable(name: &'static str, kind: Type) -> Field {
    Field { name, kind, nullable: true, required: false }
}

const fn required(name: &'static str, kind: Type) -> Field {
    Field { name, kind, nullable: false, required: true }
}

const fn open(fields: &'static [Field]) -> Schema {
    Schema { fields, closed: false }
}

const fn closed(fields: &'static [Field]) -> Schema {
    Schema { fields, closed: true }
}

use Range::{Any, Between, Fraction, NotNegative, Positive};
use Type::{Anything, Boolean, Integer, List, Mapping, Number, Numbers, Object, OneOf, Text, Texts};

/// The whole configuration: `ServeDeploySchema`.
pub(super) static CONFIG: Schema = open(&[
    field("proxy_location", OneOf(&["Disabled", "HeadOnly", "EveryNode"])),
    field("http_options", Object(&HTTP)),
    field("grpc_options", Object(&GRPC)),
    nullable("controller_options", Object(&CONTROLLER)),
    nullable("logging_config", Object(&LOGGING)),
    nullable("tracing_config", Object(&TRACING)),
    required("applications", List(&Object(&APPLICATION))),
    nullable("target_capacity", Number(Between(0, 100))),
]);

/// `HTTPOptionsSchema`.
static HTTP: Schema = open(&[
    field("host", Text),
    field("port", Integer(Any)),
    field("root_path", Text),
    nullable("request_timeout_s", Number(Any)),
    field("keep_alive_timeout_s", Integer(Any)),
    nullable("ssl_keyfile", Text),
    nullable("ssl_certfile", Text),
    nullable("ssl_keyfile_password", Text),
    nullable("ssl_ca_certs", Text),
]);

/// `gRPCOptionsSchema`.
static GRPC: Schema = open(&[
    field("port", Integer(Any)),
    field("grpc_servicer_functions", List(&Text)),
    nullable("request_timeout_s", Number(Any)),
    field("enable_reflection", Boolean),
]);

/// `ControllerOptions`.
static CONTROLLER: Schema = closed(&[nullable("runtime_env", Object(&CONTROLLER_ENVIRONMENT))]);

static CONTROLLER_ENVIRONMENT: Schema = closed(&[field("env_vars", Texts)]);

/// `LoggingConfig`.
static LOGGING: Schema = closed(&[
    field("encoding", OneOf(&["TEXT", "JSON"])),
    field("log_level", Anything),
    nullable("logs_dir", Text),
    field("enable_access_log", Boolean),
    field("additional_log_standard_attrs", List(&Text)),
]);

/// `TracingConfig`.
static TRACING: Schema = closed(&[
    field("enabled", Boolean),
    field("exporter_import_path", Text),
    field("sampling_ratio", Number(Between(0, 1))),
]);

/// `ServeApplicationSchema`.
static APPLICATION: Schema = open(&[
    field("name", Text),
    nullable("route_prefix", Text),
    required("import_path", Text),
    field("runtime_env", Mapping),
    field("host", Text),
    field("port", Integer(Any)),
    field("deployments", List(&Object(&DEPLOYMENT))),
    nullable("autoscaling_policy", Mapping),
    field("args", Mapping),
    nullable("logging_config", Object(&LOGGING)),
    field("external_scaler_enabled", Boolean),
]);

/// `DeploymentSchema`.
static DEPLOYMENT: Schema = open(&[
    required("name", Text),
    nullable("num_replicas", Anything),
    field("max_ongoing_requests", Integer(Positive)),
    field("max_queued_requests", Anything),
    field("backpressure_config", Object(&BACKPRESSURE)),
    nullable("user_config", Mapping),
    nullable("autoscaling_config", Object(&AUTOSCALING)),
    field("graceful_shutdown_wait_loop_s", Number(NotNegative)),
    field("graceful_shutdown_timeout_s", Number(NotNegative)),
    field("health_check_period_s", Number(Positive)),
    field("health_check_timeout_s", Number(Positive)),
    field("ray_actor_options", Object(&ACTOR)),
    field("placement_group_bundles", List(&Numbers)),
    field("placement_group_strategy", OneOf(&["PACK", "SPREAD", "STRICT_PACK", "STRICT_SPREAD"])),
    field("placement_group_bundle_label_selector", List(&Texts)),
    field("max_replicas_per_node", Integer(Between(1, 100))),
    field("logging_config", Object(&LOGGING)),
    field("request_router_config", Object(&ROUTER)),
    nullable("gang_scheduling_config", Object(&GANG)),
    nullable("deployment_actors", List(&Object(&DEPLOYMENT_ACTOR))),
    field("rolling_update_percentage", Number(Fraction)),
    field("max_surge_percent", Integer(Between(0, 100))),
]);

/// `BackpressureConfig`.
static BACKPRESSURE: Schema = closed(&[field("status_code", Anything), nullable("retry_after_s", Number(NotNegative))]);

/// `AutoscalingConfig`.
static AUTOSCALING: Schema = open(&[
    field("min_replicas", Integer(NotNegative)),
    nullable("initial_replicas", Integer(NotNegative)),
    field("max_replicas", Integer(Positive)),
    nullable("target_ongoing_requests", Number(Positive)),
    field("metrics_interval_s", Number(Positive)),
    field("look_back_period_s", Number(Positive)),
    field("smoothing_factor", Number(Positive)),
    nullable("upscale_smoothing_factor", Number(Positive)),
    nullable("downscale_smoothing_factor", Number(Positive)),
    nullable("upscaling_factor", Number(Positive)),
    nullable("downscaling_factor", Number(Positive)),
    field("downscale_delay_s", Number(NotNegative)),
    nullable("downscale_to_zero_delay_s", Number(NotNegative)),
    field("upscale_delay_s", Number(NotNegative)),
    field("aggregation_function", Text),
    field("policy", Object(&POLICY)),
]);

/// `AutoscalingPolicy`.
static POLICY: Schema = open(&[field("policy_function", Text), field("policy_kwargs", Mapping)]);

/// `RayActorOptionsSchema`.
static ACTOR: Schema = open(&[
    field("runtime_env", Mapping),
    nullable("num_cpus", Number(NotNegative)),
    nullable("num_gpus", Number(NotNegative)),
    nullable("memory", Number(NotNegative)),
    field("resources", Mapping),
    nullable("accelerator_type", Text),
    nullable("label_selector", Texts),
    nullable("fallback_strategy", List(&Mapping)),
]);

/// `RequestRouterConfig`.
static ROUTER: Schema = open(&[
    field("request_router_class", Text),
    field("request_router_kwargs", Mapping),
    field("request_routing_stats_period_s", Number(Positive)),
    field("request_routing_stats_timeout_s", Number(Positive)),
    field("initial_backoff_s", Number(Positive)),
    field("backoff_multiplier", Number(Positive)),
    field("max_backoff_s", Number(Positive)),
]);

/// `GangSchedulingConfig`. The policy `RESTART_REPLICA` exists, but is not implemented.
static GANG: Schema = open(&[
    required("gang_size", Integer(Positive)),
    field("gang_placement_strategy", OneOf(&["PACK", "SPREAD"])),
    field("runtime_failure_policy", OneOf(&["RESTART_GANG"])),
]);

/// `DeploymentActorConfig`.
static DEPLOYMENT_ACTOR: Schema = open(&[
    required("name", Text),
    required("actor_class", Text),
    field("init_args", List(&Anything)),
    field("init_kwargs", Mapping),
    field("actor_options", Mapping),
]);
