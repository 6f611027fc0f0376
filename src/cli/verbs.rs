//! Maps what people type for Helm and kubectl to the nearest command of this program.

use std::path::Path;

use super::shell;
use crate::components;

/// A verb of Helm or kubectl, and the command of this program that does the same.
struct Verb {
    names: &'static [&'static str],
    /// The subcommands of the verb, such as `list` in `dependency list`.
    parts: &'static [&'static str],
    operands: Operands,
    /// The command. `PATH` and `RELEASE` stand for the operands, `[FLAGS]` for the flags, and `[NAMESPACE]` for
    /// `-n NAMESPACE`: charts leave the namespace of objects to Helm, so that `kubectl` needs it too. `[DOWNLOAD]` stands
    /// for the flag that downloads dependencies.
    command: &'static str,
}

/// The arguments after a verb.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operands {
    /// `CHART`, or `NAME CHART`.
    NameAndChart,
    /// `CHART`.
    Chart,
    /// No arguments that this program can use.
    Other,
}

const VERBS: &[Verb] = &[
    Verb {
        names: &["template"],
        parts: &[],
        operands: Operands::NameAndChart,
        command: "mkmanifests chart PATH RELEASE[FLAGS]",
    },
    Verb {
        names: &["install", "upgrade"],
        parts: &[],
        operands: Operands::NameAndChart,
        command: "mkmanifests chart PATH RELEASE[FLAGS] | kubectl apply[NAMESPACE] -f -",
    },
    Verb {
        names: &["lint"],
        parts: &[],
        operands: Operands::Chart,
        command: "mkmanifests chart PATH RELEASE[FLAGS] --strict",
    },
    Verb {
        names: &["dependency", "dependencies", "dep"],
        parts: &["list", "ls", "build", "update", "up"],
        operands: Operands::Chart,
        command: "mkmanifests chart dependencies PATH[DOWNLOAD]",
    },
    Verb {
        names: &["show", "inspect"],
        parts: &["all", "chart", "crds", "readme", "values"],
        operands: Operands::Chart,
        command: "mkmanifests chart show values PATH",
    },
    Verb {
        names: &["apply"],
        parts: &[],
        operands: Operands::Other,
        command: "mkmanifests chart PATH RELEASE | kubectl apply -f -",
    },
    Verb {
        names: &["diff"],
        parts: &["release", "revision", "upgrade"],
        operands: Operands::Other,
        command: "mkmanifests chart PATH RELEASE | kubectl diff -f -",
    },
    Verb {
        names: &["uninstall", "delete"],
        parts: &[],
        operands: Operands::Other,
        command: "mkmanifests chart PATH RELEASE | kubectl delete -f -",
    },
    Verb { names: &["validate"], parts: &[], operands: Operands::Other, command: "mkmanifests check FILE" },
    Verb { names: &["unittest"], parts: &[], operands: Operands::Chart, command: "mkmanifests chart test PATH" },
];

/// Helm's verbs about clusters, which this program has no counterpart for.
const WITHOUT_COUNTERPART: [&str; 8] = ["create", "get", "history", "list", "ls", "plugin", "rollback", "status"];

/// Helm's verbs that are below `mkmanifests helm` only.
const BELOW_HELM: [&str; 8] = ["fetch", "package", "pull", "push", "registry", "repo", "search", "verify"];

/// Returns what to run instead of a verb of Helm or kubectl, or `None` for a word that is no such verb.
///
/// `words` are the positional words behind the verb, and `flags` those of them that `chart` has.
pub(super) fn instead_of(name: &str, words: &[String], flags: &[String]) -> Option<String> {
    if WITHOUT_COUNTERPART.contains(&name) {
        return Some(format!("mkmanifests renders and validates manifests only; run `helm {name}`"));
    }
    if BELOW_HELM.contains(&name) {
        return Some(format!("run `mkmanifests helm {name}`, which answers as Helm does"));
    }
    let verb = VERBS.iter().find(|verb| verb.names.contains(&name))?;
    let (part, words) = match words {
        [part, rest @ ..] if verb.parts.contains(&part.as_str()) => (part.as_str(), rest),
        words => ("", words),
    };
    let download = match part {
        "build" => " --build",
        "update" | "up" => " --update",
        _ => "",
    };
    let (release, path) = match (verb.operands, words) {
        (Operands::NameAndChart, [release, path, ..]) => (Some(release), Some(path)),
        (Operands::NameAndChart | Operands::Chart, [path]) => (None, Some(path)),
        _ => (None, None),
    };
    if let Some(component) = path.and_then(|path| component(path)) {
        let apply = if verb.command.contains("kubectl apply") { " | kubectl apply -f -" } else { "" };
        return Some(format!("`{component}` is a component: run `mkmanifests {component} --cluster NAME{apply}`"));
    }
    let namespace = namespace(flags).map(|namespace| format!(" -n {}", shell::join([namespace]))).unwrap_or_default();
    let flags = flags.iter().flat_map(|flag| [" ".to_owned(), shell::join([flag.as_str()])]);
    let command = verb.command.replace("[FLAGS]", &flags.collect::<String>()).replace("[NAMESPACE]", &namespace);
    let command = command.replace("[DOWNLOAD]", download);
    let command = match (path, release) {
        (Some(path), Some(release)) => {
            command.replace("RELEASE", &shell::join([release.as_str()])).replace("PATH", &shell::join([path.as_str()]))
        }
        (Some(path), None) => command.replace(" RELEASE", "").replace("PATH", &shell::join([path.as_str()])),
        _ => command,
    };
    Some(format!("run `{command}`"))
}

/// Returns the component that a word names, unless a file has that name.
fn component(word: &str) -> Option<&'static str> {
    let component = components::find(word)?;
    (!Path::new(word).exists()).then(|| component.name())
}

/// Returns the value of `--namespace`.
fn namespace(flags: &[String]) -> Option<&str> {
    let mut flags = flags.iter().map(String::as_str);
    while let Some(flag) = flags.next() {
        if flag == "-n" || flag == "--namespace" {
            return flags.next();
        }
        let joined = flag.strip_prefix("--namespace=").or_else(|| flag.strip_prefix("-n"));
        if joined.is_some() {
            return joined.map(|namespace| namespace.trim_start_matches('='));
        }
    }
    None
}

/// Flags of Helm that `chart` lacks, and what to do instead.
const FLAGS: &[(&[&str], &str)] = &[
    (
        &[
            "atomic",
            "cleanup-on-fail",
            "description",
            "dry-run",
            "force",
            "force-conflicts",
            "force-replace",
            "history-max",
            "install",
            "kube-apiserver",
            "kube-ca-file",
            "kube-context",
            "kube-token",
            "kubeconfig",
            "replace",
            "reset-then-reuse-values",
            "reset-values",
            "reuse-values",
            "rollback-on-failure",
            "server-side",
            "take-ownership",
            "timeout",
            "wait",
            "wait-for-jobs",
        ],
        "the flag is about a cluster, and `chart` only renders: leave it out, and pipe the output into `kubectl apply -f -`",
    ),
    (
        &[
            "ca-file",
            "cert-file",
            "dependency-update",
            "devel",
            "insecure-skip-tls-verify",
            "key-file",
            "keyring",
            "pass-credentials",
            "password",
            "plain-http",
            "repo",
            "username",
            "verify",
            "version",
        ],
        "the flag is about downloads, and `chart` reads local charts only: run `mkmanifests chart pull` or `mkmanifests chart dependencies PATH --build` first",
    ),
    (&["post-renderer", "post-renderer-args"], "use `--patch`, or pipe the output into another program"),
    (&["validate"], "`chart` validates what it renders; `--no-check` turns that off"),
    (&["skip-crds"], "`chart` leaves out the files below `crds/` unless `--include-crds` is given"),
    (&["create-namespace"], "run `kubectl create namespace` first"),
];

/// Returns what to do instead of a flag of Helm that `chart` lacks. `name` is without `--`.
pub(super) fn instead_of_flag(name: &str) -> Option<&'static str> {
    FLAGS.iter().find(|(names, _)| names.contains(&name)).map(|(_, advice)| *advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_have_the_operands_that_were_given() {
        let run = |name: &str, words: &str, flags: &str| {
            let [words, flags] = [words, flags].map(|it| it.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
            instead_of(name, &words, &flags).expect("a verb")
        };
        assert_eq!(run("template", "web ./vault", "-n shop"), "run `mkmanifests chart ./vault web -n shop`");
        assert_eq!(run("install", "./vault", ""), "run `mkmanifests chart ./vault | kubectl apply -f -`");
        assert_eq!(
            run("upgrade", "web ./vault", "--namespace=shop"),
            "run `mkmanifests chart ./vault web --namespace=shop | kubectl apply -n shop -f -`"
        );
        assert_eq!(run("dependency", "list", ""), "run `mkmanifests chart dependencies PATH`");
        assert_eq!(run("dep", "build ./vault", ""), "run `mkmanifests chart dependencies ./vault --build`");
        assert_eq!(run("dep", "up", ""), "run `mkmanifests chart dependencies PATH --update`");
        assert_eq!(run("lint", "", ""), "run `mkmanifests chart PATH RELEASE --strict`");
        assert_eq!(run("repo", "add", ""), "run `mkmanifests helm repo`, which answers as Helm does");
        assert_eq!(run("get", "all", ""), "mkmanifests renders and validates manifests only; run `helm get`");
        assert_eq!(
            run("install", "ray", ""),
            "`ray` is a component: run `mkmanifests ray --cluster NAME | kubectl apply -f -`"
        );
        assert_eq!(instead_of("rya", &[], &[]), None);
    }
}
