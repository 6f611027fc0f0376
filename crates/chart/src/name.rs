//! Names of releases: checks them, renders name templates, and generates names.

use std::sync::Arc;

use super::ChartCode;
use mkmanifests_gotmpl::{Functions, Templates, Value, sprig};
use mkmanifests_yaml::diagnostic::Diagnostic;

/// The most characters of a release name.
pub const MAX_NAME: usize = 53;

/// Helm's pattern of release names, for its message.
const PATTERN: &str = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

/// Checks the name of a release: lower-case DNS labels separated by dots, at most [`MAX_NAME`] characters.
///
/// # Errors
/// Helm's text.
pub fn check_name(name: &str) -> Result<(), Diagnostic> {
    let is_valid = name.split('.').all(|label| {
        let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        label.bytes().all(is_inner) && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
    });
    if is_valid && name.len() <= MAX_NAME {
        return Ok(());
    }
    let message = if name.is_empty() {
        "release name check failed: release name \"\": no name provided".to_owned()
    } else {
        format!(
            "release name check failed: release name {name:?}: invalid release name, must match regex {PATTERN} \
             and the length must not be longer than {MAX_NAME}"
        )
    };
    Err(Diagnostic::error(ChartCode::InvalidReleaseName, message))
}

/// Renders the name of `--name-template`: a template with Sprig's functions and no values.
///
/// # Errors
/// Go's text.
pub fn name_from_template(template: &str) -> Result<String, Diagnostic> {
    const NAME: &str = "name-template";
    let mut functions = Functions::new();
    functions.extend(sprig::functions());
    let mut templates = Templates::new(Arc::new(functions)).named(NAME);
    let name = templates.parse(NAME, template).and_then(|_| Arc::new(templates).render(NAME, Value::Nil));
    name.map(|name| String::from_utf8_lossy(&name).into_owned())
        .map_err(|error| Diagnostic::error(ChartCode::TemplateFailed, error.to_string()))
}

/// Returns the name of `--generate-name`: the base name of the chart's path and the seconds since 1970.
pub fn generated_name(path: &str, seconds: u64) -> String {
    let base = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let base = if matches!(base, "" | ".") { "chart" } else { base };
    format!("{}-{seconds}", base.split('.').next().unwrap_or_default())
}
