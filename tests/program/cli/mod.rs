//! The command line itself: help texts, completions, man pages, exit codes and streams.

mod completions;
mod help;
mod install;
mod notes;
mod schemas;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use mkmanifests::cli::{self, Streams};
use mkmanifests::components;

/// Runs the program without a terminal, so that help has its maximum width.
fn run(args: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mkmanifests"))
        .args(args)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // A program that does not read its input may be gone by now.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin);
    child.wait_with_output().expect("the program ends")
}

/// Returns the output of a run that succeeds.
#[track_caller]
fn printed(args: &[&str], stdin: &[u8]) -> String {
    let output = run(args, stdin);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn subcommands() -> Vec<String> {
    cli::command().get_subcommands().map(|subcommand| subcommand.get_name().to_owned()).collect()
}

#[test]
fn clap_accepts_the_command_line() {
    cli::command().debug_assert();
}

#[test]
fn every_subcommand_has_a_man_page() {
    assert!(printed(&["man"], b"").contains(".SH NAME"));
    for subcommand in subcommands() {
        let page = printed(&["man", &subcommand], b"");
        assert!(page.contains(".SH NAME") && page.contains(".SH OPTIONS"), "{subcommand}");
    }
}

#[test]
fn defaults_given_as_values_change_nothing() {
    for component in components::all() {
        let needed = match component.name() {
            "irsa" => "accountId=111122223333",
            "ray-job" => "entrypoint=main",
            "ray-cron-job" => "entrypoint=main,schedule=@daily,operator.featureGates.RayCronJob=true",
            "ray-service" => "serveConfigV2=applications: [{import_path: main:app}]",
            _ => "",
        };
        let flags = ["--cluster", "foo", "--set", needed];
        let flags = if needed.is_empty() { &flags[..2] } else { &flags };
        let plain = printed(&[&[component.name()], flags].concat(), b"");
        let values = printed(&["values", component.name()], b"");
        let given = printed(&[&[component.name(), "-f", "-"], flags].concat(), values.as_bytes());
        assert_eq!(plain, given);
    }
}

#[test]
fn schemas_are_json() {
    for component in components::all() {
        let schema: serde_json::Value =
            serde_json::from_str(&printed(&["schema", component.name()], b"")).expect("JSON");
        assert_eq!(schema["additionalProperties"], false, "{}", component.name());
    }
}

#[test]
fn errors_go_to_stderr_and_exit_with_2() {
    for args in [&[][..], &["rya"], &["ray", "--clutser", "foo"], &["ray"], &["values", "rya"], &["man", "rya"]] {
        let output = run(args, b"");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
}

/// A stream that fails as a pipe without a reader does, or as a full disk.
struct Broken(std::io::ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_quiet_and_a_full_disk_is_not() {
    let code = |kind| {
        let mut stderr = Vec::new();
        let streams = Streams {
            stdin: &mut std::io::empty(),
            stdout: &mut Broken(kind),
            stderr: &mut stderr,
            color: false,
            color_stdout: false,
            terminal: false,
        };
        let args = ["mkmanifests", "ray", "--cluster", "foo", "-q"].map(Into::into);
        (cli::run(args, streams), String::from_utf8(stderr).expect("UTF-8"))
    };
    assert_eq!(code(std::io::ErrorKind::BrokenPipe), (cli::DONE, String::new()));
    let (failed, message) = code(std::io::ErrorKind::StorageFull);
    assert_eq!(failed, cli::FAILED);
    assert!(message.starts_with("error: cannot write the output"), "{message}");
}
