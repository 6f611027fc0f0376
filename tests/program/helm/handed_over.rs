//! Commands that need a cluster are handed to the Helm that `MKMANIFESTS_HELM` names.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use super::{helm, ours};

/// Writes a program that prints its arguments and its stdin, and ends with exit code 7.
fn stand_in(folder: &Path) -> PathBuf {
    let file = folder.join("real-helm");
    fs::write(&file, "#!/bin/sh\nprintf '[%s]' \"$@\"\ncat\nexit 7\n").expect("a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("permissions");
    file
}

fn run(line: &str, real: Option<&Path>, home: &Path) -> Output {
    let mut command = helm(ours(), line, home);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(real) = real {
        command.env("MKMANIFESTS_HELM", real);
    }
    let mut child = command.spawn().expect("the program runs");
    let mut stdin = child.stdin.take().expect("stdin");
    // A program that fails early does not read it.
    let _ = stdin.write_all(b"values");
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

#[test]
fn without_helm_they_say_what_to_do() {
    let home = tempfile::tempdir().expect("a folder");
    for (line, advice) in [
        ("install r web -n shop", "kubectl apply"),
        ("--kube-context x upgrade r web --install", "kubectl apply"),
        ("delete r", "kubectl delete"),
        ("ls", "owner=helm"),
        ("get manifest r", "helm template"),
        ("plugin list", "plugins"),
    ] {
        let output = run(line, None, home.path());
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{line}");
        assert!(text.starts_with("Error: ") && text.contains(advice) && text.contains("MKMANIFESTS_HELM"), "{text}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn with_helm_they_are_handed_over_unchanged() {
    let home = tempfile::tempdir().expect("a folder");
    let real = stand_in(home.path());
    for (line, words) in [
        ("install r web --set 'a= b'", "[install][r][web][--set][a= b]"),
        ("--debug list -A", "[--debug][list][-A]"),
        // Perhaps a plugin.
        ("diff upgrade r web", "[diff][upgrade][r][web]"),
    ] {
        let output = run(line, Some(&real), home.path());
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{words}values"), "{line}");
        assert_eq!(output.status.code(), Some(7));
    }
    let own = run("version --short", Some(&real), home.path());
    assert!(own.status.success() && own.stdout.starts_with(b"v4."));
}

#[test]
fn the_program_is_never_handed_to_itself() {
    let home = tempfile::tempdir().expect("a folder");
    let link = home.path().join("helm");
    std::os::unix::fs::symlink(ours(), &link).expect("a link");
    let output = run("list", Some(&link), home.path());
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && text.contains("mkmanifests itself"), "{text}");
    let missing = run("list", Some(Path::new("/nowhere/helm")), home.path());
    assert_eq!(missing.status.code(), Some(1));
}
