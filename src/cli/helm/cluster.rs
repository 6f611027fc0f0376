//! Commands that need a cluster, and plugins: they are handed to a real Helm, if there is one.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

use super::{Console, Error};

/// The variable with the path of a real Helm.
const REAL_HELM: &str = "MKMANIFESTS_HELM";

/// Helm's commands that this program has not.
pub(super) const NAMES: &[&str] = &[
    "create",
    "get",
    "history",
    "install",
    "list",
    "ls",
    "plugin",
    "rollback",
    "status",
    "test",
    "uninstall",
    "upgrade",
];

/// Other names of these commands.
const ALIASES: &[(&str, &str)] =
    &[("del", "uninstall"), ("delete", "uninstall"), ("un", "uninstall"), ("hist", "history"), ("ls", "list")];

/// Returns whether a word names one of these commands.
pub(super) fn is_known(name: &str) -> bool {
    NAMES.contains(&name) || ALIASES.iter().any(|(alias, _)| *alias == name)
}

/// Returns the path of the real Helm, if there is one.
pub(super) fn real_helm(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<OsString> {
    variable(REAL_HELM).filter(|path| !path.is_empty())
}

/// Hands the whole command line to the real Helm, or fails with another way to do the same.
pub(super) fn run(
    name: &str,
    words: &[OsString],
    variable: &dyn Fn(&str) -> Option<OsString>,
    console: &mut Console<'_>,
) -> Result<u8, Error> {
    match real_helm(variable) {
        Some(program) => hand_over(&program, words, console),
        None => Err(Error::Message(instead(name))),
    }
}

/// Returns what to do instead of a command that needs a cluster.
fn instead(name: &str) -> String {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, name)| *name);
    let way = match name {
        "install" | "upgrade" => {
            "render the chart and apply it: `helm template NAME CHART | kubectl apply -f -`, or let GitOps apply it"
        }
        "uninstall" => "delete what the chart renders: `helm template NAME CHART | kubectl delete -f -`",
        "list" | "status" | "history" => {
            "releases are in the cluster: `kubectl get secrets --all-namespaces -l owner=helm` lists them"
        }
        "get" => "`helm template NAME CHART` renders the manifests, and `kubectl get -o yaml` prints live objects",
        "rollback" => "render the chart of the earlier commit and apply it with kubectl or GitOps",
        "test" => {
            "render the test hooks and run them: `helm template NAME CHART --show-only TEMPLATE | kubectl apply -f -`"
        }
        "plugin" => "plugins are not supported",
        _ => "it is not supported",
    };
    format!("\"helm {name}\" needs Helm itself: {way}. To run it with Helm, set {REAL_HELM} to the path of the program")
}

/// Runs the real Helm with the same arguments; it reads our stdin and writes to our stdout and stderr.
fn hand_over(program: &OsStr, words: &[OsString], console: &mut Console<'_>) -> Result<u8, Error> {
    let fail = |why: &str| Error::Message(format!("{REAL_HELM}={}: {why}", program.display()));
    if is_this_program(Path::new(program)) {
        return Err(fail("this is mkmanifests itself, not Helm"));
    }
    console.stdout.flush()?;
    let mut command = Command::new(program);
    // Without the variable, a copy of this program ends with an error instead of calling itself forever.
    command.args(words.iter().skip(1)).env_remove(REAL_HELM);
    replace(command).map_err(|error| fail(&crate::diagnostic::io_reason(&error)))
}

fn is_this_program(program: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    let this = std::env::current_exe().ok().and_then(|path| real(&path));
    this.is_some() && this == real(program)
}

/// Becomes the other program, so that signals and the exit code are its own.
#[cfg(unix)]
fn replace(mut command: Command) -> std::io::Result<u8> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

#[cfg(not(unix))]
fn replace(mut command: Command) -> std::io::Result<u8> {
    let code = command.status()?.code().unwrap_or(i32::from(super::FAILED));
    Ok(u8::try_from(code).unwrap_or(super::FAILED))
}
