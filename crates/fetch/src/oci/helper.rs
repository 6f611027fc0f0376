//! Credential helpers: programs that keep the credentials of registries, such as `docker-credential-pass`.
//!
//! Source: <https://github.com/docker/docker-credential-helpers#development>

use std::io::{self, Write};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::Error;
use super::credentials::Credential;

/// The user name that marks an identity token.
const TOKEN: &str = "<token>";

/// What a helper prints if it has no credentials for a registry.
const NOT_FOUND: &str = "credentials not found in native keychain";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    #[serde(rename = "ServerURL", default)]
    server_url: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    secret: String,
}

/// Asks a helper for credentials; empty ones if it has none.
///
/// # Errors
/// The helper cannot be started, fails, or prints something else.
pub(super) fn get(helper: &str, address: &str) -> Result<Credential, Error> {
    let output = match run(helper, "get", address.as_bytes()) {
        Err(Error::Helper { reason }) if reason == NOT_FOUND => return Ok(Credential::default()),
        output => output?,
    };
    let entry: Entry = serde_json::from_slice(&output)
        .map_err(|_| Error::Helper { reason: format!("`{}` did not print credentials as JSON", program(helper)) })?;
    Ok(if entry.username == TOKEN {
        Credential { refresh_token: entry.secret, ..Credential::default() }
    } else {
        Credential { username: entry.username, password: entry.secret, ..Credential::default() }
    })
}

/// Hands credentials to a helper.
///
/// # Errors
/// The helper cannot be started or fails.
pub(super) fn store(helper: &str, address: &str, credential: &Credential) -> Result<(), Error> {
    let entry = Entry {
        server_url: address.to_owned(),
        username: credential.username.clone(),
        secret: credential.password.clone(),
    };
    run(helper, "store", &serde_json::to_vec(&entry).unwrap_or_default()).map(drop)
}

/// Lets a helper forget credentials.
///
/// # Errors
/// The helper cannot be started or fails.
pub(super) fn erase(helper: &str, address: &str) -> Result<(), Error> {
    run(helper, "erase", address.as_bytes()).map(drop)
}

/// Returns the helper that the platform usually has, if it is installed.
pub(super) fn of_platform() -> Option<&'static str> {
    let helper = if cfg!(target_os = "macos") {
        "osxkeychain"
    } else if cfg!(windows) {
        "wincred"
    } else if is_on_path("pass") {
        "pass"
    } else {
        "secretservice"
    };
    is_on_path(&program(helper)).then_some(helper)
}

fn program(helper: &str) -> String {
    format!("docker-credential-{helper}")
}

fn is_on_path(program: &str) -> bool {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| is_executable(&folder.join(&name)))
}

#[cfg(unix)]
fn is_executable(file: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &std::path::Path) -> bool {
    file.is_file()
}

/// Runs a helper. What it prints to stderr goes to the user.
fn run(helper: &str, action: &str, input: &[u8]) -> Result<Vec<u8>, Error> {
    let program = program(helper);
    let failed = |error: io::Error| {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "executable file not found in $PATH".to_owned(),
            _ => error.to_string(),
        };
        Error::Helper { reason: format!("exec: \"{program}\": {reason}") }
    };
    if helper.contains(['/', '\\']) {
        return Err(failed(io::ErrorKind::NotFound.into()));
    }
    let mut command = Command::new(&program);
    let mut child = command.arg(action).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    // A helper that does not read its input closes the pipe; its exit code says whether that is an error.
    let _ = child.stdin.take().map(|mut stdin| stdin.write_all(input));
    let output = child.wait_with_output().map_err(failed)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Err(Error::Helper { reason: if message.is_empty() { exit(output.status) } else { message } })
}

/// Says how a program ended, as Go does.
fn exit(status: std::process::ExitStatus) -> String {
    status.code().map_or_else(|| "killed by a signal".to_owned(), |code| format!("exit status {code}"))
}
