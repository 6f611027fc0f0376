//! `helm env`: the settings that come from the environment and the global flags.

use std::path::{MAIN_SEPARATOR, Path};

use clap::{Arg, ArgMatches, Command};

use super::{Context, Error, flags, print, typed};

pub(super) fn command() -> Command {
    Command::new("env")
        .about("Prints the settings that come from the environment")
        .override_usage("helm env [flags]")
        .arg(Arg::new("name").value_name("NAME").help("Print only the value of this variable"))
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let variables = variables(context);
    let text = match matches.get_one::<String>("name") {
        Some(name) => {
            let value = variables.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
            format!("{value}\n")
        }
        None => variables.iter().map(|(name, value)| format!("{name}=\"{value}\"\n")).collect(),
    };
    print(text.as_bytes(), context)
}

/// Returns all variables in the order of their names.
fn variables(context: &Context<'_, '_>) -> Vec<(&'static str, String)> {
    let settings = &context.settings;
    let path = |path: &Path| path.display().to_string();
    // Helm appends an empty name, which leaves no separator.
    let folder = |path: &Path| path.display().to_string().trim_end_matches(MAIN_SEPARATOR).to_owned();
    let global =
        |flag: &str, name: &str| context.globals.get_one::<String>(flag).cloned().unwrap_or_else(|| variable(name));
    let plugins = std::env::var_os("HELM_PLUGINS").map_or_else(|| settings.data_home.join("plugins"), Into::into);
    let is_insecure = flags::is_set(&context.globals, "kube-insecure-skip-tls-verify")
        || typed::boolean(&variable("HELM_KUBEINSECURE_SKIP_TLS_VERIFY")) == Ok(true);
    let mut all = vec![
        ("HELM_BIN", context.words.first().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default()),
        ("HELM_BURST_LIMIT", number(context, "burst-limit", "HELM_BURST_LIMIT", "100")),
        ("HELM_CACHE_HOME", folder(&settings.cache_home)),
        ("HELM_CONFIG_HOME", folder(&settings.config_home)),
        ("HELM_CONTENT_CACHE", path(&settings.content_cache)),
        ("HELM_DATA_HOME", folder(&settings.data_home)),
        ("HELM_DEBUG", context.debug.to_string()),
        ("HELM_KUBEAPISERVER", global("kube-apiserver", "HELM_KUBEAPISERVER")),
        ("HELM_KUBEASGROUPS", groups(context)),
        ("HELM_KUBEASUSER", global("kube-as-user", "HELM_KUBEASUSER")),
        ("HELM_KUBECAFILE", global("kube-ca-file", "HELM_KUBECAFILE")),
        ("HELM_KUBECONTEXT", global("kube-context", "HELM_KUBECONTEXT")),
        ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", is_insecure.to_string()),
        ("HELM_KUBETLS_SERVER_NAME", global("kube-tls-server-name", "HELM_KUBETLS_SERVER_NAME")),
        ("HELM_KUBETOKEN", global("kube-token", "HELM_KUBETOKEN")),
        ("HELM_MAX_HISTORY", integer_or("HELM_MAX_HISTORY", "10")),
        ("HELM_NAMESPACE", context.namespace.clone()),
        ("HELM_PLUGINS", path(&plugins)),
        ("HELM_QPS", qps(context)),
        ("HELM_REGISTRY_CONFIG", path(&settings.registry_config)),
        ("HELM_REPOSITORY_CACHE", path(&settings.repository_cache)),
        ("HELM_REPOSITORY_CONFIG", path(&settings.repository_config)),
    ];
    if let Some(config) = context.globals.get_one::<String>("kubeconfig").filter(|config| !config.is_empty()) {
        all.push(("KUBECONFIG", config.clone()));
    }
    all
}

fn variable(name: &str) -> String {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()).unwrap_or_default()
}

fn integer_or(name: &str, default: &str) -> String {
    variable(name).parse::<i64>().map_or_else(|_| default.to_owned(), |number| number.to_string())
}

fn number(context: &Context<'_, '_>, flag: &str, name: &str, default: &str) -> String {
    let given = context.globals.get_one::<String>(flag);
    given
        .and_then(|text| text.parse::<i64>().ok())
        .map_or_else(|| integer_or(name, default), |number| number.to_string())
}

fn qps(context: &Context<'_, '_>) -> String {
    let given = context.globals.get_one::<String>("qps").cloned().unwrap_or_else(|| variable("HELM_QPS"));
    format!("{:.2}", given.parse::<f32>().unwrap_or_default())
}

fn groups(context: &Context<'_, '_>) -> String {
    let given = flags::texts_of(&context.globals, "kube-as-group");
    if !given.is_empty() {
        return given.join(",");
    }
    variable("HELM_KUBEASGROUPS").trim_matches([',', ' ']).to_owned()
}
