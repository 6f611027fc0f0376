//! `serveConfigV2` of a RayService: the configuration of Ray Serve, as YAML text.
//!
//! The operator sends it to Ray Serve, which validates it. A field inside the text is reported below the field of the
//! text: `spec.serveConfigV2.applications[0].import_path`.

mod applications;
mod deployments;
mod schema;
mod values;

use mkmanifests_yaml::tree::Node;

use super::shared::embedded;
use crate::path::Path;
use crate::report::Report;
use crate::rule::{Rule, rules};

/// Returns the rules, file by file.
pub(super) fn rules() -> impl Iterator<Item = &'static Rule> {
    [RULES, applications::RULES, deployments::RULES, values::RULES].into_iter().flatten()
}

/// Validates the text of a Serve configuration; `at` is its path.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, text: &str) {
    match embedded(text) {
        Ok(Some(config)) => config_of(report, at, &config),
        Ok(None) => required(report, at),
        Err(why) => yaml(report, at, &why),
    }
}

fn config_of(report: &mut Report<'_>, at: &Path<'_>, config: &Node) {
    let Some(map) = config.as_map() else { return };
    values::object(report, at, map, &schema::CONFIG);
    deployments::logging(report, at, config);
    certificate(report, &at.field("http_options.ssl_certfile"), config);
    let applications = config.get("applications").and_then(Node::as_seq).unwrap_or_default();
    applications::check(report, &at.field("applications"), applications);
}

/// The area of the rules below.
const AREA: &str = "serveconfig";

rules!(
    /// `serveConfigV2` of a RayService must not be empty: Ray Serve refuses a configuration without `applications`.
    ///
    /// Example: `spec: {serveConfigV2: null}`
    ///
    /// Source: `updateServeDeployment`, ray-operator/controllers/ray/rayservice_controller.go; `ServeDeploySchema`, Ray
    /// serve/schema.py
    fn required(report: &mut Report<'_>, at: &Path<'_>) {
        report.required(at, "set the applications of Ray Serve");
    },

    /// `serveConfigV2` must be YAML, and a mapping.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [app"}`
    ///
    /// Source: `updateServeDeployment`, ray-operator/controllers/ray/rayservice_controller.go
    fn yaml(report: &mut Report<'_>, at: &Path<'_>, why: &str) {
        report.error(at, format_args!("is not a Serve configuration in YAML: {why}"));
    },

    /// `ssl_certfile` in a Serve configuration requires `ssl_keyfile`.
    ///
    /// Example: `spec: {serveConfigV2: "{applications: [], http_options: {ssl_certfile: /tls/tls.crt}}"}`
    ///
    /// Source: `validate_ssl_certfile`, Ray serve/schema.py
    fn certificate(report: &mut Report<'_>, at: &Path<'_>, config: &Node) {
        let file = |name| config.find(["http_options", name]).and_then(Node::as_str).filter(|file| !file.is_empty());
        if file("ssl_certfile").is_some() && file("ssl_keyfile").is_none() {
            report.error(at, "requires `ssl_keyfile`");
        }
    }
);
