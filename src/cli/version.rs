//! `mkmanifests version`: the version of the program, and of what it behaves as.

use clap::ArgMatches;
use serde_json::json;

use super::console::Console;
use super::{DONE, Error};
use crate::chart::HelmRelease;
use crate::kube_version::KubeVersion;
use crate::unittest::run::VERSION as HELM_UNITTEST;

/// The Kubernetes version that objects are validated for by default: that of the types of k8s-openapi.
const KUBERNETES: &str = "1.36";
/// The release of KubeRay whose custom resources and rules are known.
const KUBERAY: &str = "1.7";

/// The commit that the program was built from; the scripts below `dist/` set it.
const COMMIT: Option<&str> = option_env!("MKMANIFESTS_COMMIT");

pub(super) fn run(matches: &ArgMatches, console: &mut Console<'_>) -> Result<u8, Error> {
    let is_json = matches.get_one::<String>("output").is_some_and(|format| format == "json");
    let text = if is_json { json() } else { text() };
    console.stdout.write_all(text.as_bytes())?;
    console.stdout.flush()?;
    Ok(DONE)
}

fn text() -> String {
    let (oldest, newest) = kubernetes();
    let commit = COMMIT.map(|commit| format!(" ({commit})")).unwrap_or_default();
    let releases = HelmRelease::ALL.map(|release| release.to_string()).join(", ");
    format!(
        "mkmanifests {version}{commit}\n\
         Helm {helm} (with --helm-version: {releases})\n\
         Kubernetes {KUBERNETES} (with --kube-version: {oldest} to {newest})\n\
         helm-unittest {HELM_UNITTEST}\n\
         KubeRay {KUBERAY}\n",
        version = env!("CARGO_PKG_VERSION"),
        helm = HelmRelease::default(),
    )
}

fn json() -> String {
    let (oldest, newest) = kubernetes();
    let value = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "commit": COMMIT,
        "helm": {
            "default": HelmRelease::default().to_string(),
            "releases": HelmRelease::ALL.map(|release| release.to_string()),
        },
        "kubernetes": {"default": KUBERNETES, "oldest": oldest, "newest": newest},
        "helmUnittest": HELM_UNITTEST,
        "kuberay": KUBERAY,
    });
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

/// Returns the oldest and the newest version of Kubernetes whose APIs are known.
fn kubernetes() -> (String, String) {
    let known = KubeVersion::known();
    let text = |(major, minor): &(u64, u64)| format!("{major}.{minor}");
    (text(known.start()), text(known.end()))
}
