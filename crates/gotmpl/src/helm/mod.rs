//! The template functions that Helm adds to Sprig, or that replace those of Sprig.
//!
//! The caller supplies a reader and writer of YAML ([`Yaml`]).

mod duration;
mod template;
mod toml;
mod yaml;

use std::sync::Arc;

pub use duration::NAMES as DURATION_FUNCTIONS;
pub use template::without_no_value;
pub use yaml::Yaml;

use super::Function;

/// Returns the functions: `include`, `tpl`, `required`, `fail`, `lookup`, `toYaml`, `fromYaml`, `toToml`, `fromToml`,
/// their variants, and those for durations.
pub fn functions(yaml: &Arc<impl Yaml + 'static>) -> Vec<Function> {
    [template::functions(), toml::functions(), yaml::functions(yaml), duration::functions()]
        .into_iter()
        .flatten()
        .collect()
}

/// Returns `toToml` as it was before Helm 3.20 and 4.1.
pub fn older_to_toml() -> Function {
    toml::older()
}
