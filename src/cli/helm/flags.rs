//! The flags that several commands of Helm share, with Helm's names and meanings.
//!
//! A command declares its flags with clap, and `pflag` reads them as Helm does: a flag with [`ArgAction::SetTrue`] is a
//! boolean, one with [`ArgAction::Append`] a list, and with the delimiter `,` a list in CSV.

use std::path::PathBuf;

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, ArgMatches, ValueHint};

use super::typed;
use crate::fetch::http::Connection;
use crate::fetch::{Request, Settings};

/// Flags that Helm still accepts, with the text that it prints about them.
pub(super) const DEPRECATED: &[(&str, &str)] = &[
    ("atomic", "use --rollback-on-failure instead"),
    ("force", "use --force-replace instead"),
    ("hide-notes", "this flag has no effect for 'helm template' and will be removed in Helm 5"),
    ("render-subchart-notes", "this flag has no effect for 'helm template' and will be removed in Helm 5"),
    ("validate", "use '--dry-run=server' instead"),
];

/// Returns a boolean flag.
pub(super) fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
}

/// Returns a flag with a text; the last one counts.
pub(super) fn text(name: &'static str, value_name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).value_name(value_name).action(ArgAction::Set)
}

/// Returns a repeatable flag.
pub(super) fn list(name: &'static str, value_name: &'static str, help: &'static str) -> Arg {
    text(name, value_name, help).action(ArgAction::Append)
}

/// Returns a repeatable flag whose value is a list in CSV.
pub(super) fn csv(name: &'static str, value_name: &'static str, help: &'static str) -> Arg {
    list(name, value_name, help).value_delimiter(',')
}

/// Returns the flag of a file.
pub(super) fn file(name: &'static str, help: &'static str) -> Arg {
    text(name, "FILE", help).value_hint(ValueHint::FilePath)
}

fn folder(name: &'static str, help: &'static str) -> Arg {
    text(name, "DIR", help).value_hint(ValueHint::DirPath)
}

/// Returns a flag whose value may be left out, as in `--wait` and `--wait=legacy`.
pub(super) fn optional(name: &'static str, value_name: &'static str, missing: &'static str, help: &'static str) -> Arg {
    text(name, value_name, help).num_args(0..=1).require_equals(true).default_missing_value(missing)
}

/// Returns the flags that every command has.
pub(super) fn global() -> Vec<Arg> {
    let color = |name| text(name, "WHEN", "Whether to use colours: never, auto or always");
    let mut flags = vec![
        text("namespace", "NAME", "Namespace of the release").short('n'),
        switch("debug", "Print more about what happens"),
        file("kubeconfig", "Path of the kubeconfig file"),
        text("kube-context", "NAME", "Context of the kubeconfig file"),
        file("registry-config", "File with the credentials of registries"),
        file("repository-config", "File with the names and addresses of repositories"),
        folder("repository-cache", "Folder of the downloaded indexes"),
        folder("content-cache", "Folder of the downloaded charts"),
        color("color"),
        color("colour").hide(true),
        text("helm-version", "VERSION", "Answer as this release of Helm, such as 3.17 [default: 4.3]"),
        text("burst-limit", "N", "For commands that need a cluster").value_parser(typed::integer()),
        text("qps", "N", "For commands that need a cluster").value_parser(typed::float()),
        switch("kube-insecure-skip-tls-verify", "For commands that need a cluster"),
        list("kube-as-group", "GROUP", "For commands that need a cluster"),
    ];
    let cluster = ["kube-apiserver", "kube-as-user", "kube-ca-file", "kube-tls-server-name", "kube-token"];
    flags.extend(cluster.map(|name| text(name, "TEXT", "For commands that need a cluster")));
    flags.extend(klog());
    flags
}

/// Returns the flags of the Kubernetes client's log, which Helm accepts and hides.
fn klog() -> impl Iterator<Item = Arg> {
    let switches =
        ["add-dir-header", "alsologtostderr", "logtostderr", "one-output", "skip-headers", "skip-log-headers"];
    let texts = ["log-backtrace-at", "log-dir", "log-file", "log-file-max-size", "stderrthreshold", "vmodule"];
    let verbosity = text("v", "N", "Verbosity of the Kubernetes client's log").short('v');
    let switches = switches.map(|name| switch(name, "For the log of the Kubernetes client"));
    let texts = texts.map(|name| text(name, "TEXT", "For the log of the Kubernetes client"));
    switches.into_iter().chain(texts).chain([verbosity]).map(|arg| arg.hide(true))
}

/// Returns the flags that give values: `-f` and the `--set` flags.
pub(super) fn values() -> [Arg; 6] {
    [
        csv("values", "FILE", "Values file or URL; `-` reads stdin").short('f').value_hint(ValueHint::FilePath),
        list("set", "KEY=VALUE", "Set values: a.b=c, list[0]=x or list={x,y}"),
        list("set-string", "KEY=TEXT", "Set values as strings"),
        list("set-json", "KEY=JSON", "Set values from JSON"),
        list("set-file", "KEY=FILE", "Set values to the contents of files"),
        list("set-literal", "KEY=TEXT", "Set one value as a string, keeping commas and braces"),
    ]
}

/// Returns the flags about the connection to a repository or registry.
pub(super) fn connection() -> [Arg; 8] {
    [
        text("username", "NAME", "User of the repository"),
        text("password", "TEXT", "Password of the repository"),
        switch("pass-credentials", "Send the credentials to all hosts"),
        file("ca-file", "Certificates of the authorities that the server may have"),
        file("cert-file", "Certificate of the client"),
        file("key-file", "Key of the client"),
        switch("insecure-skip-tls-verify", "Accept any certificate of the server"),
        switch("plain-http", "Use HTTP without TLS"),
    ]
}

/// Returns the flags of commands that take a chart from a repository or registry: [`connection`], which repository and
/// version, and how to verify it.
pub(super) fn chart_source() -> Vec<Arg> {
    let mut flags = connection().to_vec();
    flags.extend([
        text("repo", "URL", "Address of the repository that has the chart"),
        text("version", "VERSION", "Version of the chart, or a range such as ^2.0.0 [default: the newest]"),
        switch("devel", "Also use pre-releases; ignored with --version"),
        switch("verify", "Verify the provenance of the chart"),
        keyring(),
    ]);
    flags
}

/// Returns the flag for the file of public keys.
pub(super) fn keyring() -> Arg {
    file("keyring", "Public keys for --verify [default: ~/.gnupg/pubring.gpg]")
}

/// Returns the flag of the output format, for commands that print a table.
pub(super) fn output() -> Arg {
    let help = "Output format: table, json or yaml";
    text("output", "FORMAT", help).short('o').value_parser(ValueParser::new(typed::format)).default_value("table")
}

/// Returns the flag `--timeout` for the wait for a cluster or server.
pub(super) fn timeout(help: &'static str) -> Arg {
    text("timeout", "DURATION", help).value_parser(ValueParser::new(typed::duration))
}

/// Reads a text flag; a flag that was not given, or that the command does not have, is empty.
pub(super) fn text_of(matches: &ArgMatches, name: &str) -> String {
    matches.try_get_one::<String>(name).ok().flatten().cloned().unwrap_or_default()
}

/// Reads a repeatable flag.
pub(super) fn texts_of(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches.try_get_many::<String>(name).ok().flatten().into_iter().flatten().cloned().collect()
}

/// Reads a boolean flag; one that the command does not have is false.
pub(super) fn is_set(matches: &ArgMatches, name: &str) -> bool {
    matches.try_get_one::<bool>(name).ok().flatten().copied().unwrap_or_default()
}

/// Reads a file flag.
pub(super) fn path_of(matches: &ArgMatches, name: &str) -> Option<PathBuf> {
    Some(text_of(matches, name)).filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Reads the flags of [`connection`].
pub(super) fn connection_of(matches: &ArgMatches) -> Connection {
    Connection {
        username: text_of(matches, "username"),
        password: text_of(matches, "password"),
        pass_credentials: is_set(matches, "pass-credentials"),
        ca_file: path_of(matches, "ca-file"),
        cert_file: path_of(matches, "cert-file"),
        key_file: path_of(matches, "key-file"),
        insecure_skip_tls_verify: is_set(matches, "insecure-skip-tls-verify"),
        plain_http: is_set(matches, "plain-http"),
    }
}

/// Reads the flags of [`chart_source`] for the chart that a user named.
pub(super) fn request_of(matches: &ArgMatches, chart: &str) -> Request {
    Request {
        chart: chart.to_owned(),
        repository: text_of(matches, "repo"),
        version: text_of(matches, "version"),
        devel: is_set(matches, "devel"),
        connection: connection_of(matches),
    }
}

/// Applies the global flags to Helm's settings.
pub(super) fn apply_to_settings(globals: &ArgMatches, settings: &mut Settings) {
    let given = |name| globals.get_one::<String>(name);
    let files = [
        ("registry-config", &mut settings.registry_config),
        ("repository-config", &mut settings.repository_config),
        ("repository-cache", &mut settings.repository_cache),
        ("content-cache", &mut settings.content_cache),
    ];
    for (name, path) in files {
        if let Some(given) = given(name) {
            *path = PathBuf::from(given);
        }
    }
    let kube = &mut settings.kube;
    // Helm prints the flag only.
    kube.config.clear();
    let texts = [
        ("kubeconfig", &mut kube.config),
        ("kube-context", &mut kube.context),
        ("kube-token", &mut kube.token),
        ("kube-as-user", &mut kube.as_user),
        ("kube-apiserver", &mut kube.api_server),
        ("kube-ca-file", &mut kube.ca_file),
        ("kube-tls-server-name", &mut kube.tls_server_name),
    ];
    for (name, text) in texts {
        if let Some(given) = given(name) {
            text.clone_from(given);
        }
    }
    let groups = texts_of(globals, "kube-as-group");
    if !groups.is_empty() {
        kube.as_groups = groups.join(",");
    }
    kube.insecure_skip_tls_verify |= is_set(globals, "kube-insecure-skip-tls-verify");
    settings.debug |= is_set(globals, "debug");
    settings.burst_limit = given("burst-limit").and_then(|text| text.parse().ok()).unwrap_or(settings.burst_limit);
    settings.qps = given("qps").and_then(|text| text.parse().ok()).unwrap_or(settings.qps);
}
