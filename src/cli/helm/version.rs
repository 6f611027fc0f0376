//! `helm version`: the release of Helm that this program answers as.

use std::sync::Arc;

use clap::{ArgMatches, Command};

use super::{Context, Error, flags, print};
use crate::chart::HelmVersion;
use crate::gotmpl::{Functions, Templates, Value};

pub(super) fn command() -> Command {
    Command::new("version")
        .about("Prints the release of Helm that this program answers as")
        .override_usage("helm version [flags]")
        .args([
            flags::switch("short", "Print only the version and the commit"),
            flags::text("template", "TEMPLATE", "Go template, such as {{.Version}}"),
            // Helm 4 has it no longer; kustomize up to 5.8.0 runs `helm version -c --short`.
            flags::switch("client", "For Helm 3: has no effect").short('c').hide(true),
        ])
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let is_helm_3 = context.release.is_v3();
    if flags::is_set(matches, "client") && !is_helm_3 {
        return Err(Error::Message(unknown_client_flag(context)));
    }
    let version = HelmVersion::of(context.release);
    let template = flags::text_of(matches, "template");
    let text = if !template.is_empty() {
        render(&template, version)?
    } else if flags::is_set(matches, "short") {
        let commit: String = version.git_commit.chars().take(7).collect();
        format!("{}+g{commit}\n", version.version).into_bytes()
    } else {
        build_info(&version, is_helm_3).into_bytes()
    };
    print(&text, context)
}

/// Returns what Helm 4 says about `-c` and `--client`.
fn unknown_client_flag(context: &Context<'_, '_>) -> String {
    let is_long = |word: &str| word == "--client" || word.starts_with("--client=");
    if context.words.iter().any(|word| word.to_str().is_some_and(is_long)) {
        return "unknown flag: --client".to_owned();
    }
    "unknown shorthand flag: 'c' in -c".to_owned()
}

/// Returns the version as Go prints the struct.
fn build_info(version: &HelmVersion, is_helm_3: bool) -> String {
    let HelmVersion { version, git_commit, git_tree_state, go_version, kube_client_version } = version;
    let client = if is_helm_3 { String::new() } else { format!(", KubeClientVersion:{kube_client_version:?}") };
    format!(
        "version.BuildInfo{{Version:{version:?}, GitCommit:{git_commit:?}, GitTreeState:{git_tree_state:?}, \
         GoVersion:{go_version:?}{client}}}\n"
    )
}

fn render(template: &str, version: HelmVersion) -> Result<Vec<u8>, Error> {
    const NAME: &str = "_";
    let mut templates = Templates::new(Arc::new(Functions::new())).named(NAME);
    templates
        .parse(NAME, template)
        .and_then(|_| Arc::new(templates).render(NAME, Value::object(version)))
        .map_err(|error| Error::Message(error.to_string()))
}
