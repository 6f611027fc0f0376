//! Rules of applications in a Serve configuration.

use std::collections::HashSet;

use mkmanifests_yaml::diagnostic::listed;
use mkmanifests_yaml::tree::{Kind, Node};

use super::deployments;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// The protocols of addresses in `working_dir` and `py_modules`.
const PROTOCOLS: [&str; 12] =
    ["gcs", "conda", "pip", "uv", "http", "https", "s3", "gs", "azure", "abfss", "file", "local"];

/// Validates the applications; `at` is the path of the list.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, applications: &[Node]) {
    unique_application_names(report, at, applications);
    unique_route_prefixes(report, at, applications);
    for (index, application) in applications.iter().enumerate() {
        let at = at.index(index);
        let text = |key| application.get(key).and_then(Node::as_str);
        if let Some(prefix) = text("route_prefix") {
            route_prefix(report, &at.field("route_prefix"), prefix);
        }
        if let Some(path) = text("import_path") {
            import_path(report, &at.field("import_path"), path);
        }
        runtime_env(report, &at.field("runtime_env"), application.get("runtime_env"));
        server_options(report, &at, application);
        deployments::check(report, &at, application);
    }
}

/// Returns the name of an application; `None` if it is not a text.
fn name(application: &Node) -> Option<&str> {
    application.as_map()?;
    application.get("name").map_or(Some("default"), Node::as_str)
}

/// Returns the prefix of an application; `None` if it has none.
fn prefix(application: &Node) -> Option<&str> {
    application.as_map()?;
    application.get("route_prefix").map_or(Some("/"), Node::as_str)
}

/// Returns what is wrong with an address of a package.
fn address(address: &str) -> Result<(), String> {
    let Some((scheme, rest)) = address.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
        return Err(format!("must be an address such as `s3://models/app.zip`, found the path {address:?}"));
    };
    let scheme = scheme.to_ascii_lowercase();
    if !PROTOCOLS.contains(&scheme.as_str()) {
        return Err(format!("unknown protocol `{scheme}` in {address:?}"));
    }
    if scheme == "local" && !rest.strip_prefix("//").is_some_and(|path| path.starts_with('/')) {
        return Err(format!("must have an absolute path, such as `local:///app`, found {address:?}"));
    }
    Ok(())
}

fn is_scheme(text: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_letter)
}

/// The area of the rules below.
const AREA: &str = "serveconfig";

rules!(
    /// Each application of a Serve configuration must have another name. The default is `default`.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b}, {import_path: c.d, route_prefix: /c}]"}`
    ///
    /// Source: `application_names_unique`, `application_names_nonempty`, Ray serve/schema.py
    fn unique_application_names(report: &mut Report<'_>, at: &Path<'_>, applications: &[Node]) {
        let mut seen = HashSet::new();
        for (index, application) in applications.iter().enumerate() {
            let Some(name) = name(application) else { continue };
            let at = at.index(index);
            if name.is_empty() {
                report.error(&at.field("name"), "must not be empty");
            } else if !seen.insert(name) {
                report.duplicate(&at.field("name"), format_args!("`{name}`"));
            }
        }
    },

    /// Each application of a Serve configuration must have another `route_prefix`, or `null`. The default is `/`.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{name: a, import_path: a.b}, {name: b, import_path: c.d}]"}`
    ///
    /// Source: `application_routes_unique`, Ray serve/schema.py
    fn unique_route_prefixes(report: &mut Report<'_>, at: &Path<'_>, applications: &[Node]) {
        let mut seen = HashSet::new();
        for (index, application) in applications.iter().enumerate() {
            if let Some(prefix) = prefix(application).filter(|prefix| !seen.insert(*prefix)) {
                report.duplicate(&at.index(index).field("route_prefix"), format_args!("`{prefix}`"));
            }
        }
    },

    /// `route_prefix` in a Serve configuration must begin with `/`, must not end with `/` unless it is `/`, and must not
    /// contain `{` or `}`.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b, route_prefix: chat}]"}`
    ///
    /// Source: `validate_route_prefix`, Ray serve/_private/utils.py
    fn route_prefix(report: &mut Report<'_>, at: &Path<'_>, prefix: &str) {
        if !prefix.starts_with('/') {
            report.error(at, format_args!("must begin with `/`, found {prefix:?}"));
        } else if prefix.len() > 1 && prefix.ends_with('/') {
            report.error(at, format_args!("must not end with `/`, found {prefix:?}"));
        } else if prefix.contains(['{', '}']) {
            report.error(at, format_args!("must not contain `{{` or `}}`, found {prefix:?}"));
        }
    },

    /// `import_path` in a Serve configuration must be like `module.application` or `module:application`.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: app}]"}`
    ///
    /// Source: `import_path_format_valid`, Ray serve/schema.py
    fn import_path(report: &mut Report<'_>, at: &Path<'_>, path: &str) {
        let separator = if path.contains(':') { ':' } else { '.' };
        let is_valid = path.contains(separator)
            && !path.starts_with(separator)
            && !path.ends_with(separator)
            && (separator == '.' || path.matches(':').count() == 1);
        if !is_valid {
            report.error(at, format_args!("must be like `module.application` or `module:application`, found {path:?}"));
        }
    },

    /// `working_dir` and `py_modules` of a runtime environment in a Serve configuration must be addresses, not paths.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b, runtime_env: {working_dir: ./app}}]"}`
    ///
    /// Source: `runtime_env_contains_remote_uris`, Ray serve/schema.py; `parse_uri`, _common/runtime_env_uri.py
    pub(super) fn runtime_env(report: &mut Report<'_>, at: &Path<'_>, environment: Option<&Node>) {
        let Some(environment) = environment.filter(|environment| environment.as_map().is_some()) else { return };
        if let Some(folder) = environment.get("working_dir").and_then(Node::as_str) {
            report.require(&at.field("working_dir"), address(folder));
        }
        let modules = environment.get("py_modules").and_then(Node::as_seq).unwrap_or_default();
        let at = at.field("py_modules");
        for (index, module) in modules.iter().enumerate() {
            if let Some(module) = module.as_str() {
                report.require(&at.index(index), address(module));
            }
        }
    },

    /// `host` and `port` belong to `http_options` of a Serve configuration, not to an application.
    ///
    /// Example: `spec: {serveConfigV2: "applications: [{import_path: a.b, port: 8000}]"}`
    ///
    /// Source: `nested_host_and_port`, Ray serve/schema.py
    fn server_options(report: &mut Report<'_>, at: &Path<'_>, application: &Node) {
        for field in ["host", "port"] {
            if application.get(field).is_some() {
                report.forbidden(&at.field(field), "set it in `http_options`");
            }
        }
    },

    /// `log_level` in a Serve configuration must be a level of Python's logging, such as `INFO`.
    ///
    /// Example: `spec: {serveConfigV2: "{applications: [], logging_config: {log_level: VERBOSE}}"}`
    ///
    /// Source: `valid_log_level`, Ray serve/schema.py
    pub(super) fn log_level(report: &mut Report<'_>, at: &Path<'_>, level: &Node) {
        let names = ["CRITICAL", "FATAL", "ERROR", "WARN", "WARNING", "INFO", "DEBUG", "NOTSET"];
        match &level.kind {
            Kind::Int(0 | 10 | 20 | 30 | 40 | 50) => {}
            Kind::Str(level) => report.one_of(at, level, &names),
            _ => report.error(at, format_args!("must be one of {}, found {}", listed(names), level.describe())),
        }
    }
);
