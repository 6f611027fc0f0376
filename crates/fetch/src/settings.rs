//! Where Helm keeps its files, and what its environment variables say.

use std::ffi::OsString;
use std::path::PathBuf;

/// The files and folders of Helm.
///
/// Source: <https://helm.sh/docs/helm/helm/>, the table of environment variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `HELM_CACHE_HOME`.
    pub cache_home: PathBuf,
    /// `HELM_CONFIG_HOME`.
    pub config_home: PathBuf,
    /// `HELM_DATA_HOME`.
    pub data_home: PathBuf,
    /// `HELM_REPOSITORY_CONFIG`: `repositories.yaml`.
    pub repository_config: PathBuf,
    /// `HELM_REPOSITORY_CACHE`: the folder of indexes and archives.
    pub repository_cache: PathBuf,
    /// `HELM_REGISTRY_CONFIG`: credentials of registries, in Docker's format.
    pub registry_config: PathBuf,
    /// `HELM_CONTENT_CACHE`: archives by their SHA-256.
    pub content_cache: PathBuf,
}

impl Settings {
    /// Reads the environment through `variable`, which returns the value of a variable.
    pub fn new(variable: impl Fn(&str) -> Option<OsString>) -> Settings {
        let _ = variable;
        todo!()
    }

    /// Reads the environment of the process.
    pub fn from_environment() -> Settings {
        Settings::new(|name| std::env::var_os(name))
    }
}
