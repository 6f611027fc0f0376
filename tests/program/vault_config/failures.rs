//! Runs against the stand-in for Vault's API that fail, are refused or interrupted.

use serde_json::json;

use super::run::{Client, apply, clients, document, run, start};
use super::scenarios::{VALUES, record, set_up, without};
use super::server::{Server, TOKEN};

tests! {
    nothing_is_pruned_after_a_failure: prune_after_failure,
    a_sealed_vault_is_reported: sealed,
    an_unreachable_vault_is_reported: unreachable,
    missing_permissions_are_reported: denied,
    a_mount_of_another_type_is_not_changed: other_type,
    an_audit_device_is_not_changed: audit,
    a_write_that_would_lose_a_reviewer_token_is_skipped: reviewer,
    an_interrupted_run_records_what_it_created: interrupted,
    no_output_shows_the_token: silent,
}

fn prune_after_failure(client: &Client) {
    let server = set_up(client);
    let values = "prune: true\n".to_owned() + &without(&["ann@example.com"]);
    server.state().denied.push("auth/kubernetes/role".to_owned());
    let run = apply(client, &server, &values);
    assert_eq!(run.code, Some(1));
    run.prints("kept role aws/roles/userrole-ann@example.com").prints("1 failed");
    assert_eq!(server.writes(), [""; 0]);
}

fn sealed(client: &Client) {
    let server = Server::start();
    server.state().sealed = true;
    let run = apply(client, &server, VALUES);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    run.prints(&format!("error: the Vault at {} is sealed", server.address));
    server.state().initialized = false;
    apply(client, &server, VALUES)
        .prints("is not initialized: `mkmanifests vault-config --first-time` prints the steps");
}

fn unreachable(client: &Client) {
    let run = run(client, "sh", "http://127.0.0.1:1", TOKEN, &document("script", VALUES));
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    run.prints("error: the Vault at http://127.0.0.1:1 could not be reached").prints("refused");
}

fn denied(client: &Client) {
    let server = Server::start();
    let run = run(client, "sh", &server.address, "another", &document("script", VALUES));
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""));
    run.prints("error: the record could not be read").prints("permission denied");
    // Only one request is refused: the others are made, and the record has what was created.
    server.state().denied = vec!["aws/roles/deploy".to_owned(), "sys/policies/acl/app".to_owned()];
    let run = apply(client, &server, VALUES);
    assert_eq!(run.code, Some(1));
    run.prints("error: role aws/roles/deploy could not be read").prints("error: policy app could not be read");
    run.prints("9 created, 2 changed, 0 removed, 0 unchanged, 2 failed");
    assert_eq!(record(&server).len(), 9);
    server.state().denied.clear();
    apply(client, &server, VALUES).succeeds().prints("2 created, 0 changed");
    assert_eq!(record(&server).len(), 11);
    // Entries that cannot be read stay in the record unchanged.
    server.state().denied = vec!["aws/roles/deploy".to_owned()];
    server.writes();
    assert_eq!(apply(client, &server, VALUES).code, Some(1));
    assert_eq!(server.writes(), [""; 0]);
}

fn other_type(client: &Client) {
    let server = Server::start();
    {
        let mut state = server.state();
        state.by_hand("PUT", "sys/mounts/aws", json!({ "type": "kv" }));
        state.by_hand("PUT", "sys/mounts/kv", json!({ "type": "kv", "options": { "version": "1" } }));
    }
    let run = apply(client, &server, VALUES);
    assert_eq!(run.code, Some(1));
    run.prints("secrets aws was not changed: expected the type \"aws\", found \"kv\"");
    run.prints("skipped role aws/roles/deploy").prints("skipped kv/config").prints("vault kv enable-versioning kv/");
    assert!(server.state().entries.keys().all(|path| path.starts_with("auth/")));
    run.prints("2 failed");
}

fn audit(client: &Client) {
    let server = set_up(client);
    let run = apply(client, &server, &VALUES.replace("filePath: stdout", "filePath: /vault/audit.log"));
    assert_eq!(run.code, Some(1));
    run.prints("error: audit stdout differs, and Vault cannot change an audit device");
    assert_eq!(server.writes(), [""; 0]);
}

fn reviewer(client: &Client) {
    let server = set_up(client);
    let config = json!({ "kubernetes_host": "https://other.example.com", "token_reviewer_jwt": "x.y.z" });
    server.state().by_hand("PUT", "auth/kubernetes/config", config);
    let run = apply(client, &server, VALUES);
    assert_eq!(run.code, Some(1));
    run.prints("auth/kubernetes/config differs, but was not changed: a write would remove what was set by hand");
    assert_eq!(server.writes(), [""; 0]);
}

fn interrupted(client: &Client) {
    let server = Server::start();
    server.state().stalled = Some("auth/aws/role/service".to_owned());
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = start(client, "sh", &server.address, TOKEN, &document("script", VALUES), folder.path());
    while !server.state().requests.iter().any(|request| request == "PUT auth/aws/role/service") {
        assert!(child.try_wait().expect("the process exists").is_none(), "the run ended too early");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let killed = std::process::Command::new("sh").args(["-c", "kill -TERM \"$0\"", &child.id().to_string()]).status();
    assert!(killed.expect("sh runs").success());
    server.release();
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
    let created = ["created audit stdout", "created policy app", "created policy users", "created auth aws"];
    assert_eq!(record(&server), created);
    assert!(
        !std::fs::read_dir(folder.path())
            .expect("a folder")
            .any(|entry| { entry.expect("an entry").file_name().to_string_lossy().starts_with("tmp.") })
    );
    apply(client, &server, VALUES).succeeds().prints("7 created, 2 changed, 0 removed, 4 unchanged, 0 failed");
    assert_eq!(record(&server).len(), 11);
}

fn silent(client: &Client) {
    let server = Server::start();
    server.state().denied.push("aws/roles".to_owned());
    let run = apply(client, &server, VALUES);
    assert!(!run.stdout.contains(TOKEN) && !run.stderr.contains(TOKEN), "{run:?}");
}
