//! The namespace of a release, found as `kubectl` and Helm find it.
//!
//! Source: <https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/>.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use crate::files::{self, MAX_TEXT};
use crate::values::Values;

type Variable<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// Where a pod finds the namespace and the token of its service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Returns the namespace of the flag, of `HELM_NAMESPACE`, of the kubeconfig's context or of the pod, else `default`.
pub(super) fn of(globals: &ArgMatches, variable: Variable<'_>) -> String {
    let flag = globals.get_one::<String>("namespace").cloned();
    let given = flag.or_else(|| variable("HELM_NAMESPACE").map(|name| name.to_string_lossy().into_owned()));
    let given = given.filter(|name| !name.is_empty());
    let found = given.or_else(|| of_kubeconfig(globals, variable)).or_else(|| of_pod(variable));
    found.unwrap_or_else(|| "default".to_owned())
}

fn of_kubeconfig(globals: &ArgMatches, variable: Variable<'_>) -> Option<String> {
    let configs: Vec<Values> = paths(globals, variable).iter().filter_map(|path| read(path)).collect();
    let flag = globals.get_one::<String>("kube-context").cloned();
    let variable = || variable("HELM_KUBECONTEXT").map(|name| name.to_string_lossy().into_owned());
    let given = flag.or_else(variable).filter(|name| !name.is_empty());
    let text = |config: &Values| config.root.get("current-context")?.as_str().map(str::to_owned);
    let current = given.or_else(|| configs.iter().filter_map(text).find(|name| !name.is_empty()))?;
    let context = configs.iter().find_map(|config| {
        let mut contexts = config.root.get("contexts")?.as_seq()?.iter();
        contexts.find(|context| context.get("name").and_then(|name| name.as_str()) == Some(&current))?.get("context")
    })?;
    context.get("namespace")?.as_str().filter(|name| !name.is_empty()).map(str::to_owned)
}

/// Returns the kubeconfig files: that of the flag, those of `KUBECONFIG`, or that of the user.
fn paths(globals: &ArgMatches, variable: Variable<'_>) -> Vec<PathBuf> {
    if let Some(path) = globals.get_one::<String>("kubeconfig").filter(|path| !path.is_empty()) {
        return vec![PathBuf::from(path)];
    }
    match variable("KUBECONFIG").filter(|list| !list.is_empty()) {
        Some(list) => std::env::split_paths(&list).filter(|path| path.as_os_str() != OsStr::new("")).collect(),
        None => variable("HOME").map(|home| Path::new(&home).join(".kube/config")).into_iter().collect(),
    }
}

fn read(path: &Path) -> Option<Values> {
    let bytes = files::read(path, MAX_TEXT).ok()?;
    Values::parse("kubeconfig", &String::from_utf8_lossy(&bytes)).ok()
}

/// Returns the namespace of the pod that the program runs in, if it has a service account.
fn of_pod(variable: Variable<'_>) -> Option<String> {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    let folder = Path::new(SERVICE_ACCOUNT);
    if !is_set("KUBERNETES_SERVICE_HOST") || !is_set("KUBERNETES_SERVICE_PORT") || !folder.join("token").is_file() {
        return None;
    }
    if let Some(name) = variable("POD_NAMESPACE").filter(|name| !name.is_empty()) {
        return Some(name.to_string_lossy().into_owned());
    }
    let name = std::fs::read_to_string(folder.join("namespace")).ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
