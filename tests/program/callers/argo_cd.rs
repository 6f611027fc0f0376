//! The config management plugin in `docs/argocd/plugin.yaml` has the form that Argo CD reads, and renders what Helm renders.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use mkmanifests_testing as common;
use serde::Deserialize;

use super::ours;
use super::run::{Runner, environment, output};
use super::servers::Servers;

/// `PluginConfig` in cmpserver/plugin/config.go of argoproj/argo-cd.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Plugin {
    api_version: String,
    kind: String,
    metadata: BTreeMap<String, String>,
    spec: Spec,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Spec {
    init: Script,
    generate: Script,
    discover: Discover,
    parameters: Parameters,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    command: Vec<String>,
    args: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Discover {
    file_name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    r#static: Vec<Announcement>,
}

/// `ParameterAnnouncement` in reposerver/repository/repository.proto.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Announcement {
    name: String,
    title: String,
    tooltip: String,
    collection_type: String,
    array: Vec<String>,
}

fn plugin() -> Plugin {
    let text = fs::read_to_string(common::root().join("docs/argocd/plugin.yaml")).expect("the plugin");
    serde_yaml::from_str(&text).expect("a ConfigManagementPlugin")
}

/// Runs a script as `argocd-cmp-server` does: in the folder of the application, with the variables of Argo CD.
fn script(script: &Script, folder: &Path, run: &Path, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(&script.command[0]);
    command.args(&script.command[1..]).args(&script.args);
    environment(&mut command, run);
    let path = std::env::join_paths([ours().parent().expect("a folder"), Path::new("/usr/bin"), Path::new("/bin")]);
    command.env("PATH", path.expect("a search path")).current_dir(folder);
    command.envs(variables.iter().copied());
    output(command, "")
}

#[test]
fn the_plugin_has_the_form_of_argo_cd() {
    let plugin = plugin();
    assert_eq!((plugin.api_version.as_str(), plugin.kind.as_str()), ("argoproj.io/v1alpha1", "ConfigManagementPlugin"));
    assert_eq!(plugin.metadata.keys().collect::<Vec<_>>(), ["name"]);
    assert_eq!(plugin.spec.discover.file_name, "./Chart.yaml");
    let announcement = &plugin.spec.parameters.r#static[0];
    assert_eq!((announcement.name.as_str(), announcement.collection_type.as_str()), ("values-files", "array"));
    assert!(announcement.array.is_empty() && !announcement.title.is_empty() && !announcement.tooltip.is_empty());
}

#[test]
fn the_plugin_renders_what_helm_renders() {
    let Some(real) = common::program("helm") else { return };
    let plugin = plugin();
    let servers = Servers::repositories();
    Runner::new(&servers).in_folder(&real, "plugin", |run| {
        for (chart, files, api_versions) in [
            ("web", &["../../values/shop.yaml", "../../values/tag.yaml"][..], "apps/v1,monitoring.coreos.com/v1"),
            ("missing", &[], ""),
        ] {
            let folder = run.join("work/charts").join(chart);
            let names: Vec<String> = (0..files.len()).map(|number| format!("PARAM_VALUES_FILES_{number}")).collect();
            let mut variables = vec![
                ("ARGOCD_APP_NAME", "shop"),
                ("ARGOCD_APP_NAMESPACE", "shop"),
                ("KUBE_VERSION", "1.31.4"),
                ("KUBE_API_VERSIONS", api_versions),
                ("ARGOCD_ENV_CHECK", "warn"),
            ];
            variables.extend(names.iter().map(String::as_str).zip(files.iter().copied()));
            let init = script(&plugin.spec.init, &folder, run, &variables);
            assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
            let mine = script(&plugin.spec.generate, &folder, run, &variables);
            let mut helm = Command::new(&real);
            environment(&mut helm, run);
            helm.args(["template", ".", "--name-template", "shop", "--namespace", "shop", "--include-crds"]);
            helm.args(["--kube-version", "1.31.4"]).args(files.iter().flat_map(|file| ["--values", file]));
            helm.args(
                api_versions.split(',').filter(|text| !text.is_empty()).flat_map(|text| ["--api-versions", text]),
            );
            helm.current_dir(&folder);
            let helms = output(helm, "");
            assert!(helms.status.success(), "{}", String::from_utf8_lossy(&helms.stderr));
            let (helms, text) = (String::from_utf8_lossy(&helms.stdout), String::from_utf8_lossy(&mine.stdout));
            assert_eq!(helms, text, "{}", String::from_utf8_lossy(&mine.stderr));
        }
        Vec::new()
    });
}

/// An invalid object stops the synchronization, and the message says why.
#[test]
fn the_plugin_refuses_invalid_objects() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("templates")).expect("a folder");
    fs::write(folder.path().join("Chart.yaml"), "apiVersion: v2\nname: web\nversion: 0.1.0\n").expect("a file");
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ExternalName}\n";
    fs::write(folder.path().join("templates/service.yaml"), service).expect("a file");
    let variables = [("ARGOCD_APP_NAME", "shop"), ("ARGOCD_APP_NAMESPACE", "shop")];
    let output = script(&plugin().spec.generate, folder.path(), folder.path(), &variables);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && text.contains("spec.externalName"), "{text}");
}
