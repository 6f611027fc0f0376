//! `version` and `link-helm`.

use std::fs;

use serde_json::Value;
use tempfile::tempdir;

use super::{printed, run};

#[test]
fn the_version_is_printed_as_text_and_json() {
    let version: Value = serde_json::from_str(&printed(&["version", "-o", "json"], b"")).expect("JSON");
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    // Both are what the program does without `--helm-version` and `--kube-version`.
    let helm = printed(&["helm", "version", "--short"], b"");
    assert_eq!(helm.split('+').next(), version["helm"]["default"].as_str().map(|it| format!("v{it}")).as_deref());
    let newest = version["kubernetes"]["newest"].as_str().expect("a version");
    let text = printed(&["version"], b"");
    assert!(text.starts_with(&format!("mkmanifests {}", env!("CARGO_PKG_VERSION"))), "{text}");
    assert!(text.contains(&format!("to {newest})")), "{text}");
}

#[test]
#[cfg(unix)]
fn link_helm_makes_a_link_that_answers_as_helm() {
    use std::process::Command;

    let folder = tempdir().expect("a folder");
    let program = folder.path().join("mkmanifests");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_mkmanifests"), &program).expect("a link");
    let link = folder.path().join("helm");
    for _ in 0..2 {
        let output = Command::new(&program).arg("link-helm").output().expect("it runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{}\n", link.display()));
        assert!(output.status.success());
    }
    let output = Command::new(&link).args(["version", "--short"]).output().expect("it runs");
    assert!(output.stdout.starts_with(b"v4."));
    // Found on PATH, and linked elsewhere.
    let other = tempdir().expect("a folder");
    let output = Command::new("mkmanifests")
        .env("PATH", folder.path())
        .arg("link-helm")
        .arg(other.path())
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_link(other.path().join("helm")).expect("a link"), program);
}

#[test]
fn link_helm_replaces_no_other_program() {
    let folder = tempdir().expect("a folder");
    let helm = folder.path().join(if cfg!(windows) { "helm.exe" } else { "helm" });
    fs::write(&helm, "the real one").expect("written");
    let output = run(&["link-helm", &folder.path().to_string_lossy()], b"");
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("already exists, and is another program"), "{message}");
    assert_eq!(fs::read_to_string(&helm).expect("it is there"), "the real one");
}
