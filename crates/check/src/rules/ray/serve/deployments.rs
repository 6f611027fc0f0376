//! Rules of deployments in a Serve configuration.

use mkmanifests_yaml::tree::{Kind, Node};

use super::applications::{log_level, runtime_env};
use super::values::number;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates the deployments of an application; `at` is the path of the application.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, application: &Node) {
    let is_external =
        application.get("external_scaler_enabled").is_some_and(|enabled| enabled.kind == Kind::Bool(true));
    let deployments = application.get("deployments").and_then(Node::as_seq).unwrap_or_default();
    logging(report, at, application);
    let at = at.field("deployments");
    for (index, deployment) in deployments.iter().enumerate().filter(|(_, it)| it.as_map().is_some()) {
        let at = at.index(index);
        replicas(report, &at, deployment);
        external_scaler(report, &at, deployment, is_external);
        autoscaling_bounds(report, &at.field("autoscaling_config"), deployment.get("autoscaling_config"));
        aggregation_function(report, &at.field("autoscaling_config"), deployment.get("autoscaling_config"));
        queue_limit(report, &at.field("max_queued_requests"), deployment.get("max_queued_requests"));
        gang(report, &at, deployment);
        placement(report, &at, deployment);
        status_code(report, &at, deployment);
        runtime_env(
            report,
            &at.field("ray_actor_options.runtime_env"),
            deployment.find(["ray_actor_options", "runtime_env"]),
        );
        logging(report, &at, deployment);
        unique_actor_names(report, &at.field("deployment_actors"), deployment);
    }
}

/// Validates the log level of what `at` has.
pub(super) fn logging(report: &mut Report<'_>, at: &Path<'_>, owner: &Node) {
    if let Some(level) = owner.find(["logging_config", "log_level"]) {
        log_level(report, &at.field("logging_config.log_level"), level);
    }
}

/// Returns a field that is set and not null.
fn set<'n>(deployment: &'n Node, field: &str) -> Option<&'n Node> {
    deployment.get(field).filter(|value| !value.is_null())
}

/// Returns whether a value is a number to pydantic's `isinstance(value, int)`.
fn is_integer(value: &Node) -> bool {
    matches!(value.kind, Kind::Int(_) | Kind::UInt(_) | Kind::Bool(_))
}

/// The area of the rules below.
const AREA: &str = "serveconfig";

rules!(
    /// `num_replicas` in a Serve configuration must be a positive integer or `auto`, and may not be an integer with
    /// `autoscaling_config`.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b, deployments: [{name: d, num_replicas: 2,
    /// autoscaling_config: {max_replicas: 4}}]}]"}`
    ///
    /// Source: `validate_num_replicas_and_autoscaling_config`, Ray serve/schema.py
    fn replicas(report: &mut Report<'_>, at: &Path<'_>, deployment: &Node) {
        let Some(replicas) = set(deployment, "num_replicas") else { return };
        let at = at.field("num_replicas");
        match &replicas.kind {
            Kind::Str(text) if text == "auto" => {}
            Kind::Int(1..) | Kind::UInt(_) | Kind::Bool(true) => {}
            Kind::Int(_) | Kind::Bool(_) => {
                report.error(&at, format_args!("must be 1 or more, found {}", replicas.describe()))
            }
            _ => report.error(&at, format_args!("must be an integer or `auto`, found {}", replicas.describe())),
        }
        if is_integer(replicas) && set(deployment, "autoscaling_config").is_some() {
            report.error_with_help(
                &at,
                "may not be an integer with `autoscaling_config`",
                "remove it, or write `num_replicas: auto`",
            );
        }
    },

    /// With `external_scaler_enabled: true`, no deployment of the application may have `autoscaling_config` or
    /// `num_replicas: auto`.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b, external_scaler_enabled: true, deployments:
    /// [{name: d, num_replicas: auto}]}]"}`
    ///
    /// Source: `validate_external_scaler_and_autoscaling`, Ray serve/schema.py
    fn external_scaler(report: &mut Report<'_>, at: &Path<'_>, deployment: &Node, is_external: bool) {
        if !is_external {
            return;
        }
        if set(deployment, "autoscaling_config").is_some() {
            report.forbidden(&at.field("autoscaling_config"), "`external_scaler_enabled` is `true`");
        }
        if deployment.get("num_replicas").and_then(Node::as_str) == Some("auto") {
            report.error(&at.field("num_replicas"), "may not be `auto`: `external_scaler_enabled` is `true`");
        }
    },

    /// In `autoscaling_config` of a Serve configuration, `min_replicas` must be at most `initial_replicas`, and both at most
    /// `max_replicas`.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b, deployments: [{name: d, autoscaling_config:
    /// {min_replicas: 4, max_replicas: 2}}]}]"}`
    ///
    /// Source: `replicas_settings_valid`, Ray serve/config.py
    fn autoscaling_bounds(report: &mut Report<'_>, at: &Path<'_>, config: Option<&Node>) {
        let pairs = [
            ("min_replicas", "max_replicas"),
            ("initial_replicas", "max_replicas"),
            ("min_replicas", "initial_replicas"),
        ];
        let Some(config) = config else { return };
        let replicas = |field| config.get(field).and_then(number);
        for (low, high) in pairs {
            if let (Some(least), Some(most)) = (replicas(low), replicas(high))
                && least > most
            {
                report.error(&at.field(low), format_args!("must be at most `{high}` ({most}), found {least}"));
            }
        }
    },

    /// `aggregation_function` of `autoscaling_config` in a Serve configuration must be `mean`, `max` or `min`.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b, deployments: [{name: d, autoscaling_config:
    /// {aggregation_function: median}}]}]"}`
    ///
    /// Source: `aggregation_function_valid`, Ray serve/config.py
    fn aggregation_function(report: &mut Report<'_>, at: &Path<'_>, config: Option<&Node>) {
        let function = config.and_then(|config| config.get("aggregation_function")?.as_str());
        if let Some(function) = function.filter(|it| !["mean", "max", "min"].contains(&it.to_lowercase().as_str())) {
            report.not_supported(&at.field("aggregation_function"), function, &["mean", "max", "min"]);
        }
    },

    /// `max_queued_requests` in a Serve configuration must be `-1` (no limit) or 1 or more.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b, deployments: [{name: d, max_queued_requests:
    /// 0}]}]"}`
    ///
    /// Source: `validate_max_queued_requests`, Ray serve/schema.py
    fn queue_limit(report: &mut Report<'_>, at: &Path<'_>, limit: Option<&Node>) {
        match limit.map(|limit| (limit, &limit.kind)) {
            None | Some((_, Kind::Int(-1 | 1..) | Kind::UInt(_))) => {}
            Some((limit, _)) => {
                report.error(
                    at,
                    format_args!("must be -1 (no limit), or an integer of 1 or more, found {}", limit.describe()),
                );
            }
        }
    },

    /// In a Serve configuration with `gang_scheduling_config`, the numbers of replicas must be multiples of `gang_size`, and
    /// `max_replicas_per_node` and `placement_group_strategy` may not be set.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b, deployments: [{name: d, num_replicas: 3,
    /// gang_scheduling_config: {gang_size: 2}}]}]"}`
    ///
    /// Source: `validate_gang_scheduling_config`, Ray serve/schema.py
    fn gang(report: &mut Report<'_>, at: &Path<'_>, deployment: &Node) {
        let Some(config) = set(deployment, "gang_scheduling_config") else { return };
        for field in ["max_replicas_per_node", "placement_group_strategy"] {
            if set(deployment, field).is_some() {
                report.forbidden(&at.field(field), "`gang_scheduling_config` is set");
            }
        }
        let Some(size) = config.get("gang_size").and_then(number).filter(|size| *size >= 1.0) else { return };
        let mut multiple = |at: &Path<'_>, replicas: Option<&Node>| {
            if let Some(replicas) = replicas.filter(|replicas| is_integer(replicas)).and_then(number)
                && replicas % size != 0.0
            {
                report.error(at, format_args!("must be a multiple of `gang_size` ({size}), found {replicas}"));
            }
        };
        multiple(&at.field("num_replicas"), deployment.get("num_replicas"));
        if deployment.get("num_replicas").and_then(Node::as_str) == Some("auto") {
            let at = at.field("autoscaling_config");
            for field in ["min_replicas", "max_replicas", "initial_replicas"] {
                multiple(&at.field(field), deployment.find(["autoscaling_config", field]));
            }
        }
    },

    /// In a Serve configuration, `placement_group_bundles` may not be combined with `max_replicas_per_node`, and
    /// `placement_group_bundle_label_selector` must have one selector, or one for each bundle.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b, deployments: [{name: d,
    /// placement_group_bundles: [{CPU: 1}], max_replicas_per_node: 1}]}]"}`
    ///
    /// Source: `validate_max_replicas_per_node_and_placement_group_bundles`, `validate_bundle_label_selector`, Ray
    /// serve/schema.py
    fn placement(report: &mut Report<'_>, at: &Path<'_>, deployment: &Node) {
        let bundles = set(deployment, "placement_group_bundles");
        if bundles.is_some() && set(deployment, "max_replicas_per_node").is_some() {
            report.forbidden(&at.field("max_replicas_per_node"), "`placement_group_bundles` is set");
        }
        let Some(selectors) = set(deployment, "placement_group_bundle_label_selector").and_then(Node::as_seq) else {
            return;
        };
        let at = at.field("placement_group_bundle_label_selector");
        match bundles.and_then(Node::as_seq) {
            None => report.forbidden(&at, "`placement_group_bundles` is not set"),
            Some(bundles) if selectors.len() != 1 && selectors.len() != bundles.len() => {
                let (bundles, selectors) = (bundles.len(), selectors.len());
                report.error(
                    &at,
                    format_args!("must have 1 selector or {bundles}, one for each bundle, found {selectors}"),
                );
            }
            Some(_) => {}
        }
    },

    /// `status_code` of `backpressure_config` in a Serve configuration must be 503 or 429.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b, deployments: [{name: d, backpressure_config:
    /// {status_code: 500}}]}]"}`
    ///
    /// Source: `BackpressureConfig`, Ray serve/config.py
    fn status_code(report: &mut Report<'_>, at: &Path<'_>, deployment: &Node) {
        let Some(code) = deployment.find(["backpressure_config", "status_code"]) else { return };
        if !matches!(code.kind, Kind::Int(503 | 429)) {
            let at = at.field("backpressure_config.status_code");
            report.error(&at, format_args!("must be 503 or 429, found {}", code.describe()));
        }
    },

    /// Each item of `deployment_actors` in a Serve configuration must have another name.
    ///
    /// Source: `validate_deployment_actors_unique_names`, Ray serve/_private/config.py
    fn unique_actor_names(report: &mut Report<'_>, at: &Path<'_>, deployment: &Node) {
        let actors = deployment.get("deployment_actors").and_then(Node::as_seq).unwrap_or_default();
        let mut seen = std::collections::HashSet::new();
        for (index, actor) in actors.iter().enumerate() {
            if let Some(name) = actor.get("name").and_then(Node::as_str).filter(|name| !seen.insert(*name)) {
                report.duplicate(&at.index(index).field("name"), format_args!("`{name}`"));
            }
        }
    }
);
