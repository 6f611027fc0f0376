//! The environment, and `helm env`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use mkmanifests_fetch::Settings;

fn settings(variables: &[(&str, &str)]) -> Settings {
    let variables: HashMap<String, String> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Settings::new(move |name| variables.get(name).map(Into::into))
}

/// Environments in which Helm finds its files elsewhere.
const ENVIRONMENTS: [&[(&str, &str)]; 8] = [
    &[("HOME", "/home/me")],
    &[],
    &[("HOME", "/home/me"), ("XDG_CACHE_HOME", "/x/../c/"), ("XDG_CONFIG_HOME", "k"), ("XDG_DATA_HOME", "")],
    &[("HOME", "/h"), ("HELM_CACHE_HOME", "/c//./d"), ("HELM_CONFIG_HOME", "../k"), ("HELM_DATA_HOME", "/../d")],
    &[
        ("HOME", "/h"),
        ("HELM_REPOSITORY_CACHE", ""),
        ("HELM_REPOSITORY_CONFIG", "a/../b"),
        ("HELM_CONTENT_CACHE", "/c/"),
    ],
    &[("HOME", "/h"), ("HELM_DEBUG", "T"), ("HELM_MAX_HISTORY", "x"), ("HELM_QPS", "1.255"), ("HELM_BURST_LIMIT", "7")],
    &[
        ("HOME", "/h"),
        ("HELM_KUBEASGROUPS", " ,a,b, "),
        ("HELM_KUBECONTEXT", "c"),
        ("HELM_KUBEAPISERVER", "https://example.com"),
        ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "1"),
        ("HELM_KUBETOKEN", "t"),
        ("HELM_NAMESPACE", "web"),
    ],
    &[("HOME", "/h"), ("KUBECONFIG", "/no/such/file"), ("HELM_KUBECAFILE", "/ca"), ("HELM_KUBEASUSER", "me")],
];

#[test]
fn variables_are_those_of_helm_env() {
    let Some(helm) = mkmanifests_testing::program("helm") else { return };
    for environment in ENVIRONMENTS {
        let output = Command::new(&helm).arg("env").env_clear().envs(environment.iter().copied()).output();
        let expected = String::from_utf8(output.expect("helm runs").stdout).expect("UTF-8");
        let variables = settings(environment).variables(&helm.to_string_lossy());
        let lines: Vec<String> = variables.iter().map(|(name, value)| format!("{name}={value:?}\n")).collect();
        assert_eq!(lines.concat(), expected, "{environment:?}");
    }
}

#[test]
fn docker_and_gnupg_have_their_folders() {
    let home = settings(&[("HOME", "/h")]);
    assert_eq!(home.docker_config, Path::new("/h/.docker"));
    assert_eq!(home.keyring, Path::new("/h/.gnupg/pubring.gpg"));
    let set = settings(&[("HOME", "/h"), ("DOCKER_CONFIG", "/d"), ("GNUPGHOME", "/g")]);
    assert_eq!(set.docker_config, Path::new("/d"));
    assert_eq!(set.keyring, PathBuf::from("/g/pubring.gpg"));
}

#[test]
fn debug_output_has_no_credentials() {
    let settings = settings(&[("HELM_KUBETOKEN", "s3cret"), ("HTTPS_PROXY", "http://me:s3cret@proxy.example.com")]);
    assert!(!format!("{settings:?}").contains("s3cret"));
}
