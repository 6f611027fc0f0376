//! `helm registry login` and `logout`: credentials of OCI registries.

use std::io::Read;

use clap::{Arg, ArgAction, ArgMatches, Command};

use super::{Context, Error, flags, print, warn};
use crate::fetch::http::Connection;
use crate::fetch::oci;

/// What Go says if the echo of a stdin that is no terminal shall be turned off.
const NO_TERMINAL: &str = "inappropriate ioctl for device";

/// The most bytes of a line or a password.
const MAX_INPUT_BYTES: u64 = 64 << 10;

pub(super) fn command() -> Command {
    let host =
        || Arg::new("host").value_name("HOST").required(true).num_args(1..).help("Host of the registry, and its port");
    let login = Command::new("login")
        .about("Checks credentials for a registry and stores them")
        .override_usage("helm registry login [host] [flags]")
        .args([
            flags::text("username", "NAME", "User of the registry").short('u'),
            flags::text("password", "TEXT", "Password or identity token; other users of the machine may see it")
                .short('p'),
            flags::switch("password-stdin", "Read the password or identity token from stdin"),
            flags::switch("insecure", "Accept any certificate of the registry"),
            flags::file("cert-file", "Certificate of the client"),
            flags::file("key-file", "Key of the client"),
            flags::file("ca-file", "Certificates of the authorities that the registry may have"),
            flags::switch("plain-http", "Use HTTP without TLS"),
        ])
        .arg(host().action(ArgAction::Append));
    let logout = Command::new("logout")
        .about("Removes the stored credentials of a registry")
        .override_usage("helm registry logout [host] [flags]")
        .arg(host().action(ArgAction::Append));
    Command::new("registry").about("Stores and removes credentials of registries").subcommands([login, logout])
}

pub(super) fn run(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    match matches.subcommand() {
        Some(("login", matches)) => login(matches, context),
        Some((_, matches)) => {
            let host = host(matches);
            oci::logout(&context.settings, &host)?;
            print(format!("Removing login credentials for {host}\n").as_bytes(), context)
        }
        None => Err(Error::Message("no subcommand".to_owned())),
    }
}

/// Returns the host. Helm ignores further words.
fn host(matches: &ArgMatches) -> String {
    flags::texts_of(matches, "host").into_iter().next().unwrap_or_default()
}

fn login(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<u8, Error> {
    let host = host(matches);
    let (username, password) = credentials(matches, context)?;
    if let Some((suggested, _)) = host.split_once('/') {
        let text = "registry login currently only supports registry hostname, not a repository path";
        let attributes = format!("host={} suggested={}", attribute(&host), attribute(suggested));
        context.console.write_error(&format!("level=WARN msg=\"{text}\" {attributes}\n"));
    }
    let connection = Connection {
        username,
        password,
        insecure_skip_tls_verify: flags::is_set(matches, "insecure"),
        ..flags::connection_of(matches)
    };
    oci::login(&context.settings, &connection, &host)?;
    print(b"Login Succeeded\n", context)
}

/// Returns a value as Helm's log writes it.
fn attribute(text: &str) -> String {
    let is_plain = |char: char| char.is_ascii_graphic() && !matches!(char, '"' | '=');
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        crate::go::quote::quote(text.as_bytes())
    }
}

/// Returns user name and password from the flags, from stdin, or from the person at the terminal.
fn credentials(matches: &ArgMatches, context: &mut Context<'_, '_>) -> Result<(String, String), Error> {
    let mut username = flags::text_of(matches, "username");
    let password = flags::text_of(matches, "password");
    if flags::is_set(matches, "password-stdin") {
        let mut text = String::new();
        let read = (&mut context.console.stdin).take(MAX_INPUT_BYTES).read_to_string(&mut text);
        read.map_err(|error| Error::Message(error.to_string()))?;
        let text = text.strip_suffix('\n').unwrap_or(&text);
        return Ok((username, text.strip_suffix('\r').unwrap_or(text).to_owned()));
    }
    if !password.is_empty() {
        warn("using --password via the CLI is insecure. Use --password-stdin", context.console);
        return Ok((username, password));
    }
    if username.is_empty() {
        print(b"Username: ", context)?;
        username = line(context)?.trim().to_owned();
    }
    let what = if username.is_empty() { "Token" } else { "Password" };
    print(format!("{what}: ").as_bytes(), context)?;
    let password = secret(context)?;
    if password.is_empty() {
        return Err(Error::Message(format!("{} required", what.to_lowercase())));
    }
    Ok((username, password))
}

/// Reads a line from stdin, byte by byte: what follows it stays there.
fn line(context: &mut Context<'_, '_>) -> Result<String, Error> {
    let mut line = Vec::new();
    let mut byte = [0];
    while (line.len() as u64) < MAX_INPUT_BYTES && context.console.stdin.read(&mut byte)? == 1 {
        match byte[0] {
            b'\n' => return Ok(String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line)).into_owned()),
            byte => line.push(byte),
        }
    }
    if line.is_empty() {
        return Err(Error::Message("EOF".to_owned()));
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}

/// Reads a line while the terminal does not show it.
#[cfg(unix)]
fn secret(context: &mut Context<'_, '_>) -> Result<String, Error> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    use std::io::stdin;
    let no_terminal = |_| Error::Message(NO_TERMINAL.to_owned());
    let before = tcgetattr(stdin()).map_err(no_terminal)?;
    let mut hidden = before.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    tcsetattr(stdin(), OptionalActions::Flush, &hidden).map_err(no_terminal)?;
    let line = line(context);
    let _ = tcsetattr(stdin(), OptionalActions::Flush, &before);
    let line = line?;
    print(b"\n", context)?;
    Ok(line)
}

#[cfg(not(unix))]
fn secret(_: &mut Context<'_, '_>) -> Result<String, Error> {
    Err(Error::Message(format!("{NO_TERMINAL}: use --password-stdin")))
}
