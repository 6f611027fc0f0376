//! The functions that Helm adds to Sprig, or has in place of its own.
//!
//! YAML is read and written by the caller ([`Yaml`]): this module knows nothing of it.

mod template;
mod toml;
mod yaml;

use std::sync::Arc;

pub use template::without_no_value;
pub use yaml::Yaml;

use super::Function;

/// `include`, `tpl`, `required`, `fail`, `lookup`, `toYaml`, `fromYaml`, `toToml`, `fromToml` and their kin.
pub fn functions(yaml: &Arc<impl Yaml + 'static>) -> Vec<Function> {
    [template::functions(), toml::functions(), yaml::functions(yaml)].into_iter().flatten().collect()
}
