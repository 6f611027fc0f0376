//! Where Helm keeps its files, and what its environment variables say.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::http::Network;

/// Helm's files and folders, and its other settings. Flags of a command line may change the fields afterwards.
///
/// Source: <https://helm.sh/docs/helm/helm/>, the table of environment variables.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// `HELM_CACHE_HOME`.
    pub cache_home: PathBuf,
    /// `HELM_CONFIG_HOME`.
    pub config_home: PathBuf,
    /// `HELM_DATA_HOME`.
    pub data_home: PathBuf,
    /// `HELM_REPOSITORY_CONFIG`: `repositories.yaml`.
    pub repository_config: PathBuf,
    /// `HELM_REPOSITORY_CACHE`: the folder of indexes.
    pub repository_cache: PathBuf,
    /// `HELM_REGISTRY_CONFIG`: credentials of registries, in Docker's format.
    pub registry_config: PathBuf,
    /// `HELM_CONTENT_CACHE`: archives by their SHA-256.
    pub content_cache: PathBuf,
    /// `HELM_PLUGINS`.
    pub plugins: PathBuf,
    /// `HELM_DEBUG`.
    pub debug: bool,
    /// `HELM_NAMESPACE`; empty if it is not set.
    pub namespace: String,
    /// `HELM_MAX_HISTORY`.
    pub max_history: i64,
    /// `HELM_BURST_LIMIT`.
    pub burst_limit: i64,
    /// `HELM_QPS`.
    pub qps: f32,
    /// `NO_COLOR` and `HELM_COLOR`: `never`, `auto` or `always`.
    pub color: String,
    /// How to reach a cluster. Only `helm env` and a real Helm use it.
    pub kube: Kube,
    /// The home folder of the user; empty if `HOME` is not set.
    pub home: PathBuf,
    /// The folder of Docker's `config.json`: `DOCKER_CONFIG`, else `.docker` in the home folder.
    pub docker_config: PathBuf,
    /// The default of `--keyring`: `GNUPGHOME/pubring.gpg`, else `.gnupg/pubring.gpg` in the home folder.
    pub keyring: PathBuf,
    /// Proxies and trusted certificates.
    pub network: Network,
}

/// How to reach a cluster: the variables `HELM_KUBE...`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Kube {
    /// `--kubeconfig`; empty if it is not given. `helm env` does not print the variable `KUBECONFIG`.
    pub config: String,
    /// `HELM_KUBECONTEXT`.
    pub context: String,
    /// `HELM_KUBETOKEN`. Only `helm env` prints it.
    pub token: String,
    /// `HELM_KUBEASUSER`.
    pub as_user: String,
    /// `HELM_KUBEASGROUPS`, separated by commas.
    pub as_groups: String,
    /// `HELM_KUBEAPISERVER`.
    pub api_server: String,
    /// `HELM_KUBECAFILE`.
    pub ca_file: String,
    /// `HELM_KUBEINSECURE_SKIP_TLS_VERIFY`.
    pub insecure_skip_tls_verify: bool,
    /// `HELM_KUBETLS_SERVER_NAME`.
    pub tls_server_name: String,
}

impl std::fmt::Debug for Kube {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kube").field("config", &self.config).field("context", &self.context).finish_non_exhaustive()
    }
}

impl Settings {
    /// Reads the environment through `variable`, which returns the value of a variable.
    pub fn new(variable: impl Fn(&str) -> Option<OsString>) -> Settings {
        let text = |name: &str| variable(name).map(|value| value.to_string_lossy().into_owned());
        let non_empty = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = home(&non_empty);
        let folder = |own: &str, xdg: &str, default: PathBuf| match non_empty(own) {
            Some(folder) => clean(&folder),
            None => clean(&non_empty(xdg).unwrap_or(default).join("helm")),
        };
        let defaults = Defaults::new(&home, &non_empty);
        let cache_home = folder("HELM_CACHE_HOME", "XDG_CACHE_HOME", defaults.cache);
        let config_home = folder("HELM_CONFIG_HOME", "XDG_CONFIG_HOME", defaults.config);
        let data_home = folder("HELM_DATA_HOME", "XDG_DATA_HOME", defaults.data);
        // As in Helm, a variable that is set but empty counts.
        let path = |name: &str, default: PathBuf| variable(name).map_or(default, PathBuf::from);
        Settings {
            repository_config: path("HELM_REPOSITORY_CONFIG", config_home.join("repositories.yaml")),
            repository_cache: path("HELM_REPOSITORY_CACHE", cache_home.join("repository")),
            registry_config: path("HELM_REGISTRY_CONFIG", config_home.join("registry").join("config.json")),
            content_cache: path("HELM_CONTENT_CACHE", cache_home.join("content")),
            plugins: path("HELM_PLUGINS", data_home.join("plugins")),
            debug: text("HELM_DEBUG").and_then(|text| parse_bool(&text)).unwrap_or(false),
            namespace: text("HELM_NAMESPACE").unwrap_or_default(),
            max_history: text("HELM_MAX_HISTORY").and_then(|text| text.parse().ok()).unwrap_or(10),
            burst_limit: text("HELM_BURST_LIMIT").and_then(|text| text.parse().ok()).unwrap_or(100),
            qps: text("HELM_QPS").and_then(|text| text.parse().ok()).unwrap_or(0.0),
            color: color(&text),
            kube: Kube::new(&text),
            docker_config: non_empty("DOCKER_CONFIG").unwrap_or_else(|| home.join(".docker")),
            keyring: non_empty("GNUPGHOME").unwrap_or_else(|| home.join(".gnupg")).join("pubring.gpg"),
            network: Network::new(&text),
            cache_home,
            config_home,
            data_home,
            home,
        }
    }

    /// Reads the environment of the process.
    pub fn from_environment() -> Settings {
        Settings::new(|name| std::env::var_os(name))
    }

    /// Returns what `helm env` prints, sorted by name. `program` is the name under which the program was called.
    pub fn variables(&self, program: &str) -> Vec<(&'static str, String)> {
        let path = |path: &Path| path.to_string_lossy().into_owned();
        let kube = &self.kube;
        let mut variables = vec![
            ("HELM_BIN", program.to_owned()),
            ("HELM_BURST_LIMIT", self.burst_limit.to_string()),
            ("HELM_CACHE_HOME", path(&self.cache_home)),
            ("HELM_CONFIG_HOME", path(&self.config_home)),
            ("HELM_CONTENT_CACHE", path(&self.content_cache)),
            ("HELM_DATA_HOME", path(&self.data_home)),
            ("HELM_DEBUG", self.debug.to_string()),
            ("HELM_KUBEAPISERVER", kube.api_server.clone()),
            ("HELM_KUBEASGROUPS", kube.as_groups.clone()),
            ("HELM_KUBEASUSER", kube.as_user.clone()),
            ("HELM_KUBECAFILE", kube.ca_file.clone()),
            ("HELM_KUBECONTEXT", kube.context.clone()),
            ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", kube.insecure_skip_tls_verify.to_string()),
            ("HELM_KUBETLS_SERVER_NAME", kube.tls_server_name.clone()),
            ("HELM_KUBETOKEN", kube.token.clone()),
            ("HELM_MAX_HISTORY", self.max_history.to_string()),
            ("HELM_NAMESPACE", if self.namespace.is_empty() { "default".into() } else { self.namespace.clone() }),
            ("HELM_PLUGINS", path(&self.plugins)),
            ("HELM_QPS", format!("{:.2}", self.qps)),
            ("HELM_REGISTRY_CONFIG", path(&self.registry_config)),
            ("HELM_REPOSITORY_CACHE", path(&self.repository_cache)),
            ("HELM_REPOSITORY_CONFIG", path(&self.repository_config)),
        ];
        if !kube.config.is_empty() {
            variables.push(("KUBECONFIG", kube.config.clone()));
        }
        variables
    }
}

impl Kube {
    fn new(text: &impl Fn(&str) -> Option<String>) -> Kube {
        let or_empty = |name| text(name).unwrap_or_default();
        Kube {
            config: String::new(),
            context: or_empty("HELM_KUBECONTEXT"),
            token: or_empty("HELM_KUBETOKEN"),
            as_user: or_empty("HELM_KUBEASUSER"),
            as_groups: or_empty("HELM_KUBEASGROUPS").trim_matches([',', ' ']).to_owned(),
            api_server: or_empty("HELM_KUBEAPISERVER"),
            ca_file: or_empty("HELM_KUBECAFILE"),
            insecure_skip_tls_verify: parse_bool(&or_empty("HELM_KUBEINSECURE_SKIP_TLS_VERIFY")).unwrap_or(false),
            tls_server_name: or_empty("HELM_KUBETLS_SERVER_NAME"),
        }
    }
}

/// The base folders of the operating system.
struct Defaults {
    cache: PathBuf,
    config: PathBuf,
    data: PathBuf,
}

impl Defaults {
    fn new(home: &Path, non_empty: &impl Fn(&str) -> Option<PathBuf>) -> Defaults {
        if cfg!(target_os = "macos") {
            let library = home.join("Library");
            return Defaults { cache: library.join("Caches"), config: library.join("Preferences"), data: library };
        }
        if cfg!(windows) {
            let roaming = non_empty("APPDATA").unwrap_or_default();
            let cache = non_empty("TEMP").unwrap_or_default();
            return Defaults { cache, config: roaming.clone(), data: roaming };
        }
        Defaults { cache: home.join(".cache"), config: home.join(".config"), data: home.join(".local").join("share") }
    }
}

fn home(non_empty: &impl Fn(&str) -> Option<PathBuf>) -> PathBuf {
    let on_windows = || non_empty("USERPROFILE").filter(|_| cfg!(windows));
    non_empty("HOME").or_else(on_windows).unwrap_or_default()
}

fn color(text: &impl Fn(&str) -> Option<String>) -> String {
    if text("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        return "never".into();
    }
    let color = text("HELM_COLOR").unwrap_or_default().to_lowercase();
    if ["never", "auto", "always"].contains(&color.as_str()) { color } else { "auto".into() }
}

/// Parses a boolean as Go's `strconv.ParseBool`.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// Removes `.` and `..` from a path by its text, as Go's `filepath.Clean`: symbolic links are not followed.
fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match clean.components().next_back() {
                Some(Component::Normal(_)) => _ = clean.pop(),
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => clean.push(".."),
            },
            component => clean.push(component),
        }
    }
    clean
}
