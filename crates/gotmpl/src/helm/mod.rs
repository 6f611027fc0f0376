//! The template functions that Helm adds to Sprig, or that replace those of Sprig.
//!
//! The caller supplies a reader and writer of YAML ([`Yaml`]).

mod template;
mod toml;
mod yaml;

use std::sync::Arc;

pub use template::without_no_value;
pub use yaml::Yaml;

use super::Function;

/// Returns the functions: `include`, `tpl`, `required`, `fail`, `lookup`, `toYaml`, `fromYaml`, `toToml`, `fromToml`
/// and their variants. `lookup` returns an empty map, as in `helm template`.
pub fn functions(yaml: &Arc<impl Yaml + 'static>) -> Vec<Function> {
    [template::functions(), toml::functions(), yaml::functions(yaml)].into_iter().flatten().collect()
}
