//! `repositories.yaml` and its lock.

use std::fs;
use std::process::Command;

use mkmanifests_fetch::repository::{Entry, FileLock, Repositories};

use crate::support::archive::{chart, index};
use crate::support::server::Server;

fn entry(name: &str, url: &str) -> Entry {
    Entry { name: name.into(), url: url.into(), ..Entry::default() }
}

#[test]
fn a_file_is_written_as_helm_writes_it() {
    let Some(helm) = mkmanifests_testing::program("helm") else { return };
    let archive = chart("web", "1.0.0");
    let server = Server::files(vec![("index.yaml".into(), index(&[("web", "1.0.0", "web-1.0.0.tgz", &archive)]))]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("repositories.yaml");
    let add = |name: &str, rest: &[&str]| {
        let mut command = Command::new(&helm);
        command.env_clear().env("HOME", folder.path()).env("HELM_REPOSITORY_CONFIG", &file);
        let output = command.args(["repo", "add", name, &server.url]).args(rest).output().expect("helm runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    add("one", &[]);
    add("yes", &["--username", "me", "--password", "0x10: \"#", "--pass-credentials", "--insecure-skip-tls-verify"]);
    let expected = fs::read(&file).expect("the file of helm");
    let mut repositories = Repositories::default();
    repositories.update(entry("one", &server.url));
    repositories.update(Entry {
        username: "me".into(),
        password: "0x10: \"#".into(),
        insecure_skip_tls_verify: true,
        pass_credentials_all: true,
        ..entry("yes", &server.url)
    });
    assert_eq!(String::from_utf8_lossy(&repositories.to_yaml()), String::from_utf8_lossy(&expected));
    assert_eq!(Repositories::load(&file).expect("readable"), Some(repositories.clone()));
    repositories.save(&file).expect("writable");
    assert_eq!(fs::read(&file).expect("the file"), expected);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).expect("metadata").permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_missing_file_is_none_and_a_broken_one_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("repositories.yaml");
    assert_eq!(Repositories::load(&file), Ok(None));
    let error = |text: &str| Repositories::parse(text.as_bytes()).expect_err(text).to_string();
    let prefix = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal";
    assert_eq!(error("- a\n"), format!("{prefix} array into Go value of type repo.File"));
    assert_eq!(
        error("repositories: x\n"),
        format!("{prefix} string into Go struct field File.repositories of type []*repo.Entry")
    );
    assert_eq!(
        error("a: b: c\n"),
        "error converting YAML to JSON: yaml: mapping values are not allowed in this context"
    );
    assert_eq!(Repositories::parse(b"").expect("an empty file"), Repositories::default());
}

#[test]
fn entries_are_replaced_and_removed_by_name() {
    let mut repositories = Repositories::default();
    repositories.update(entry("a", "http://one"));
    repositories.update(entry("b", "http://two"));
    repositories.update(entry("a", "http://three"));
    assert_eq!(repositories.get("a").map(|entry| entry.url.as_str()), Some("http://three"));
    assert!(repositories.remove("a"));
    assert!(!repositories.remove("a"));
    assert_eq!(repositories.entries.len(), 1);
    assert!(
        !format!("{:?}", Entry { password: "s3cret".into(), ..entry("a", "http://me:s3cret@host") }).contains("s3cret")
    );
}

#[test]
fn one_process_at_a_time_has_the_lock() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config/repositories.yaml");
    let counter = folder.path().join("counter");
    fs::write(&counter, "0").expect("a file");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let _lock = FileLock::acquire(&file).expect("the lock");
                let count: u32 = fs::read_to_string(&counter).expect("a file").parse().expect("a number");
                fs::write(&counter, (count + 1).to_string()).expect("a file");
            });
        }
    });
    assert_eq!(fs::read_to_string(&counter).expect("a file"), "8");
    assert!(folder.path().join("config/repositories.lock").exists());
}
