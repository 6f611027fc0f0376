//! The runtime environment of a Ray job: YAML text in a RayJob.

use mkmanifests_yaml::diagnostic::listed;
use mkmanifests_yaml::tree::Node;

use super::shared::embedded;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// The fields that install packages.
const PACKAGES: [&str; 3] = ["conda", "pip", "uv"];

/// Validates the runtime environment of a job; `at` is the path of its text.
pub(super) fn job(report: &mut Report<'_>, at: &Path<'_>, text: &str) {
    match embedded(text) {
        Ok(Some(environment)) => {
            environment_variables(report, &at.field("env_vars"), environment.get("env_vars"));
            one_package_manager(report, at, &environment);
        }
        Ok(None) => {}
        Err(why) => runtime_env_yaml(report, at, &why),
    }
}

/// The area of the rules below.
const AREA: &str = "rayjob";

rules!(
    /// `runtimeEnvYAML` must be YAML, and a mapping.
    ///
    /// Example: `spec: {runtimeEnvYAML: "pip: [requests"}`
    ///
    /// Source: `UnmarshalRuntimeEnvYAML`, ray-operator/controllers/ray/utils/dashboardclient/dashboard_httpclient.go
    fn runtime_env_yaml(report: &mut Report<'_>, at: &Path<'_>, why: &str) {
        report.error(at, format_args!("is not a runtime environment in YAML: {why}"));
    },

    /// `env_vars` in `runtimeEnvYAML` must be a mapping of strings.
    ///
    /// Example: `spec: {runtimeEnvYAML: "env_vars: {OMP_NUM_THREADS: 4}"}`
    ///
    /// Source: `parse_and_validate_env_vars`, Ray _private/runtime_env/validation.py
    fn environment_variables(report: &mut Report<'_>, at: &Path<'_>, variables: Option<&Node>) {
        let Some(variables) = variables.filter(|variables| !variables.is_null()) else { return };
        let Some(variables) = variables.as_map() else {
            return report.error(at, format_args!("must be a mapping of strings, found {}", variables.describe()));
        };
        for variable in variables.entries() {
            if variable.value.as_str().is_none() {
                let found = variable.value.describe();
                let at = at.key(&variable.key);
                report.error_with_help(&at, format_args!("must be a string, found {found}"), "quote it");
            }
        }
    },

    /// `runtimeEnvYAML` may have only one of `conda`, `pip` and `uv`.
    ///
    /// Example: `spec: {runtimeEnvYAML: "{pip: [requests], conda: base}"}`
    ///
    /// Source: `RuntimeEnv`, Ray runtime_env/runtime_env.py
    fn one_package_manager(report: &mut Report<'_>, at: &Path<'_>, environment: &Node) {
        let is_set = |name: &&str| environment.get(name).is_some_and(|value| !value.is_null());
        let set: Vec<&str> = PACKAGES.into_iter().filter(is_set).collect();
        if set.len() > 1 {
            report.error(at, format_args!("may have only one of {}, found {}", listed(PACKAGES), listed(set)));
        }
    }
);
