//! Runs against the stand-in for Vault's API, each with every available `vault` command.

use serde_json::{Value, json};

use super::run::{Client, apply, clients, document, files, run, shells, stand_in};
use super::server::{Server, TOKEN};

tests! {
    the_first_run_creates_and_the_second_writes_nothing: first_and_second,
    a_changed_policy_is_one_write: changed_policy,
    a_changed_lifetime_is_one_write: changed_lifetime,
    manual_changes_are_reverted: drift,
    entries_created_by_the_seed_are_not_rewritten: seed,
    entries_removed_from_the_values_are_reported: removed_entries,
    prune_removes_what_earlier_runs_created: pruned,
    prune_keeps_what_existed_before: existing_entries,
    prune_keeps_a_mount_with_other_entries: mount_with_other_entries,
    roles_of_other_accounts_are_looked_up_by_sts_roles: sts_roles,
    the_job_logs_in_and_revokes_its_token: job,
}

/// Values with one entry of every kind.
pub(super) const VALUES: &str = r#"
policies:
  users:
    paths:
      aws/sts/userrole-*: { capabilities: [read, update], maxWrappingTtl: 5m }
  app:
    paths:
      kv/data/app/*: { capabilities: [create, read, update], allowedParameters: { "*": [], kind: ["it's", 7, true] } }
      kv/metadata/app/*: { capabilities: [list] }
authMethods:
  aws:
    aws:
      description: 'Services <of> "AWS" & it''s $HOME $(id) `id` %s \n \\'
      maxLeaseTtl: 1d
      roles:
        service:
          boundIamPrincipalArn: ["arn:aws:iam::111122223333:role/foo", "arn:aws:iam::111122223333:role/team/*"]
          tokenPolicies: [users, default]
          tokenTtl: 15m
          tokenBoundCidrs: [10.0.0.0/8, 192.0.2.7/32]
  kubernetes:
    kubernetes:
      kubernetesHost: https://kubernetes.default.svc
      roles:
        app:
          boundServiceAccountNames: [app]
          boundServiceAccountNamespaces: [apps]
          audience: vault
          tokenPolicies: [app]
          tokenType: batch
secretsEngines:
  aws:
    aws:
      defaultLeaseTtl: 1h
      roles:
        deploy:
          credentialType: iam_user
          policyDocument: { Version: "2012-10-17", Statement: [{ Effect: Allow, Action: "s3:*", Resource: "*" }] }
          iamTags: { team: "data & more", cost: "1" }
          userPath: /vault/
      userRoles:
        ann@example.com: { roleArns: ["arn:aws:iam::444455556666:role/vault"], defaultStsTtl: 1h }
  kv:
    kv: { maxVersions: 5, deleteVersionAfter: 1h, description: "é \u2028 😀" }
auditDevices:
  file:
    stdout: { filePath: stdout, description: "to the log" }
"#;

/// The number of entries in [`VALUES`]; one of them is the configuration of a mount.
pub(super) const ENTRIES: usize = 13;

/// Returns the values without the lines that contain any of `texts`.
pub(super) fn without(texts: &[&str]) -> String {
    VALUES.lines().filter(|line| !texts.iter().any(|text| line.contains(text))).collect::<Vec<_>>().join("\n")
}

pub(super) fn record(server: &Server) -> Vec<String> {
    let state = server.state();
    let text = state.policies.get("mkmanifests-foo-vault-config").cloned().unwrap_or_default();
    text.lines().skip(1).map(|line| line.trim_start_matches("# ").to_owned()).collect()
}

pub(super) fn set_up(client: &Client) -> Server {
    let server = Server::start();
    apply(client, &server, VALUES).succeeds();
    server.writes();
    server
}

fn first_and_second(client: &Client) {
    let server = Server::start();
    let run = apply(client, &server, VALUES).succeeds();
    // A KV engine has a configuration as soon as it exists, so writing to it is a change.
    run.prints("11 created, 2 changed, 0 removed, 0 unchanged, 0 failed")
        .prints("created role aws/roles/userrole-ann@example.com");
    let writes = server.writes();
    assert_eq!(writes.len(), ENTRIES + 1, "{writes:#?}");
    assert_eq!(
        writes.first().map(String::as_str),
        Some("PUT sys/audit/stdout"),
        "audit devices are enabled before everything else"
    );
    assert_eq!(writes.last().map(String::as_str), Some("PUT sys/policies/acl/mkmanifests-foo-vault-config"));
    assert_eq!(record(&server).len(), 11);
    let run = apply(client, &server, VALUES).succeeds();
    assert_eq!(run.stdout, "0 created, 0 changed, 0 removed, 13 unchanged, 0 failed\n");
    assert_eq!(server.writes(), [""; 0]);
}

fn changed_policy(client: &Client) {
    let server = set_up(client);
    let changed = VALUES.replace("capabilities: [list]", "capabilities: [list, read]");
    let run = apply(client, &server, &changed).succeeds();
    assert_eq!(server.writes(), ["PUT sys/policies/acl/app"]);
    run.prints("changed policy app\n").prints("0 created, 1 changed, 0 removed, 12 unchanged, 0 failed");
}

fn changed_lifetime(client: &Client) {
    let server = set_up(client);
    apply(client, &server, &VALUES.replace("tokenTtl: 15m", "tokenTtl: 20m")).succeeds();
    assert_eq!(server.writes(), ["PUT auth/aws/role/service"]);
    assert_eq!(server.state().entries["auth/aws/role/service"]["token_ttl"], 1200);
    apply(client, &server, &VALUES.replace("defaultLeaseTtl: 1h", "defaultLeaseTtl: 2h").replace("15m", "20m"))
        .succeeds();
    assert_eq!(server.writes(), ["PUT sys/mounts/aws/tune"]);
    assert_eq!(server.state().tables["sys/mounts"]["aws/"]["config"]["default_lease_ttl"], 7200);
}

fn drift(client: &Client) {
    let server = set_up(client);
    {
        let mut state = server.state();
        // An extra policy, a parameter that is not in the values, a removed policy, another description.
        state.by_hand("PUT", "auth/aws/role/service", json!({ "token_policies": ["users", "default", "admin"] }));
        state.by_hand("PUT", "aws/roles/userrole-ann@example.com", json!({ "external_id": "by-hand" }));
        state.by_hand("DELETE", "sys/policies/acl/app", Value::Null);
        state.by_hand("PUT", "sys/auth/aws/tune", json!({ "description": "" }));
    }
    let run = apply(client, &server, VALUES).succeeds();
    run.prints("changed role auth/aws/role/service").prints("created policy app").prints("changed auth aws");
    assert_eq!(server.writes().len(), 4);
    assert_eq!(server.state().entries["auth/aws/role/service"]["token_policies"], json!(["users", "default"]));
    assert_eq!(server.state().entries["aws/roles/userrole-ann@example.com"]["external_id"], "");
    apply(client, &server, VALUES).succeeds().prints("0 created, 0 changed");
    assert_eq!(server.writes(), [""; 0]);
}

/// Returns the account and the cluster of the golden case.
fn seed_facts() -> (&'static str, &'static str) {
    let args = include_str!("../../../golden/cases/vault-config/seed/args");
    let account = SEED.split('"').nth(1).expect("an account in quotes");
    (account, args.split(' ').nth(2).expect("a cluster"))
}

/// Returns the values of the golden case, for the cluster that these tests use.
fn seed_values() -> String {
    SEED.replace("<cluster>", seed_facts().1)
}

/// Runs the commands that the seed ran, as the `vault` command sends them.
fn seed_by_hand(server: &Server) {
    let (account, cluster) = seed_facts();
    let principal = format!("arn:aws:iam::{account}:role/{cluster}DaftServiceRole");
    let policy = "path \"aws/sts/userrole-*\" {\n  capabilities = [\"read\", \"update\"]\n}\n";
    let mut state = server.state();
    state.by_hand("POST", "sys/auth/aws", json!({ "type": "aws", "description": "", "config": {}, "options": null }));
    state.by_hand("POST", "sys/mounts/aws", json!({ "type": "aws", "description": "", "config": {}, "options": null }));
    state.by_hand("PUT", "sys/policies/acl/read-all-user-roles", json!({ "policy": policy }));
    let role = json!({ "auth_type": "iam", "policies": "read-all-user-roles", "bound_iam_principal_arn": principal });
    state.by_hand("PUT", "auth/aws/role/daft-service-role", role);
    let user =
        json!({ "role_arns": "arn:aws:iam::444455556666:role/EventualVault", "credential_type": "assumed_role" });
    state.by_hand("PUT", "aws/roles/userrole-jay@example.com", user);
}

const SEED: &str = include_str!("../../../golden/cases/vault-config/seed/values.yaml");

fn seed(client: &Client) {
    let server = Server::start();
    seed_by_hand(&server);
    let values = seed_values();
    let run = apply(client, &server, &values).succeeds();
    run.prints("0 created, 0 changed, 0 removed, 5 unchanged, 0 failed");
    assert_eq!(server.writes(), ["PUT sys/policies/acl/mkmanifests-foo-vault-config"]);
    assert!(record(&server).iter().all(|line| line.starts_with("existing ")), "{:?}", record(&server));
    apply(client, &server, &values).succeeds();
    assert_eq!(server.writes(), [""; 0]);
}

fn removed_entries(client: &Client) {
    let server = set_up(client);
    let run = apply(client, &server, &without(&["ann@example.com"])).succeeds();
    run.prints("kept role aws/roles/userrole-ann@example.com: no longer in the values").prints("0 removed");
    assert_eq!(server.writes(), [""; 0], "a run without `prune` removes nothing");
    // Reported again until somebody removes it by hand.
    apply(client, &server, &without(&["ann@example.com"])).succeeds().prints("kept role");
    server.state().by_hand("DELETE", "aws/roles/userrole-ann@example.com", Value::Null);
    let run = apply(client, &server, &without(&["ann@example.com"])).succeeds();
    assert!(!run.stdout.contains("kept"), "{}", run.stdout);
    assert_eq!(server.writes(), ["PUT sys/policies/acl/mkmanifests-foo-vault-config"]);
}

fn pruned(client: &Client) {
    let server = set_up(client);
    let values = "prune: true\n".to_owned() + &without(&["ann@example.com"]);
    apply(client, &server, &values)
        .succeeds()
        .prints("removed role aws/roles/userrole-ann@example.com\n")
        .prints("1 removed");
    let record = "PUT sys/policies/acl/mkmanifests-foo-vault-config";
    assert_eq!(server.writes(), ["DELETE aws/roles/userrole-ann@example.com", record]);
    apply(client, &server, &values).succeeds();
    assert_eq!(server.writes(), [""; 0]);
    // Prunes everything: roles before their mounts, audit devices last, and the record.
    apply(client, &server, "prune: true\n").succeeds().prints("10 removed");
    let writes = server.writes();
    let at =
        |path: &str| writes.iter().position(|write| write == path).unwrap_or_else(|| panic!("{path}: {writes:#?}"));
    assert!(at("DELETE auth/aws/role/service") < at("DELETE sys/auth/aws"));
    assert!(at("DELETE sys/policies/acl/app") < at("DELETE sys/audit/stdout"));
    assert_eq!(writes.last().map(String::as_str), Some("DELETE sys/policies/acl/mkmanifests-foo-vault-config"));
    let state = server.state();
    assert_eq!(state.policies.keys().collect::<Vec<_>>(), ["default"]);
    assert_eq!((state.tables["sys/mounts"].len(), state.tables["sys/auth"].len(), state.entries.len()), (3, 1, 0));
}

fn existing_entries(client: &Client) {
    let server = Server::start();
    seed_by_hand(&server);
    let values = seed_values();
    let more = values.clone() + "        new@example.com: { roleArns: [\"arn:aws:iam::444455556666:role/new\"] }\n";
    apply(client, &server, &more).succeeds().prints("1 created");
    server.writes();
    let run = apply(client, &server, "prune: true\n").succeeds();
    run.prints("removed role aws/roles/userrole-new@example.com").prints("1 removed");
    run.prints("kept policy read-all-user-roles: no longer in the values, but it existed before the first run");
    assert_eq!(server.writes().len(), 2, "the role, and the record");
    assert!(server.state().entries.contains_key("aws/roles/userrole-jay@example.com"));
    // None of these entries belongs to this release any more, so it does not report them.
    let run = apply(client, &server, "prune: true\n").succeeds();
    assert_eq!(run.stdout, "0 created, 0 changed, 0 removed, 0 unchanged, 0 failed\n");
}

fn mount_with_other_entries(client: &Client) {
    let server = set_up(client);
    {
        let mut state = server.state();
        let body = json!({ "credential_type": "assumed_role", "role_arns": ["arn:aws:iam::111122223333:role/x"] });
        state.by_hand("PUT", "aws/roles/by-hand", body);
        state.by_hand("PUT", "kv/metadata/secret", json!({}));
    }
    let run = apply(client, &server, "prune: true\n").succeeds();
    run.prints("kept secrets aws: no longer in the values, but it contains data that no run created")
        .prints("kept secrets kv:");
    let mounts = &server.state().tables["sys/mounts"];
    assert!(mounts.contains_key("aws/") && mounts.contains_key("kv/"));
    drop(run);
}

/// Returns an AWS auth method for a principal of another account, with `lines` of `stsRoles`.
fn other_account(lines: &str) -> String {
    format!(
        "accountId: '111122223333'
prune: true
authMethods:
  aws:
    aws:
      stsRoles:
{lines}
      roles:
        app: {{ boundIamPrincipalArn: ['arn:aws:iam::444455556666:role/app'], tokenTtl: 15m }}
"
    )
}

fn sts_roles(client: &Client) {
    let server = Server::start();
    let role = |id: &str| {
        format!(
            "        '444455556666': {{ stsRole: 'arn:aws:iam::444455556666:role/vault-lookup', externalId: {id} }}\n"
        )
    };
    let second = "        '777788889999': { stsRole: 'arn:aws:iam::777788889999:role/<cluster>-lookup' }\n";
    let values = other_account(&(role("example") + second));
    apply(client, &server, &values)
        .succeeds()
        .prints("created role auth/aws/config/sts/444455556666\n")
        .prints("4 created");
    let writes = server.writes();
    let at = |path: &str| writes.iter().position(|write| write == path).expect("the path was written");
    assert!(at("PUT auth/aws/config/sts/444455556666") < at("PUT auth/aws/role/app"), "{writes:#?}");
    let entry = server.state().entries["auth/aws/config/sts/777788889999"].clone();
    assert_eq!(entry["sts_role"], "arn:aws:iam::777788889999:role/foo-lookup");
    apply(client, &server, &values).succeeds().prints("0 created, 0 changed, 0 removed, 4 unchanged, 0 failed");
    assert_eq!(server.writes(), [""; 0], "a second run writes nothing");
    // Entries that are in the values again are restored; others are removed, and the role that uses one is kept.
    apply(client, &server, &other_account(&(role("other") + second))).succeeds().prints("1 changed");
    assert_eq!(server.writes(), ["PUT auth/aws/config/sts/444455556666"]);
    let run = apply(client, &server, &other_account(&role("other"))).succeeds();
    run.prints("removed role auth/aws/config/sts/777788889999\n").prints("1 removed");
    server.writes();
    // A role that somebody created by hand keeps its mount.
    let by_hand = json!({ "sts_role": "arn:aws:iam::222233334444:role/by-hand" });
    server.state().by_hand("PUT", "auth/aws/config/sts/222233334444", by_hand);
    apply(client, &server, "prune: true\n").succeeds().prints("kept auth aws:").prints("2 removed");
}

/// Returns the script of the ConfigMap, with its folders replaced.
fn job_script(values: &str, folder: &std::path::Path) -> String {
    let mut script = String::new();
    for (name, text) in files(values) {
        let text = text.replace("/etc/vault-config", &folder.display().to_string());
        let text = text.replace("/var/run/secrets/vault-config", &folder.display().to_string());
        std::fs::write(folder.join(&name), &text).expect("a file");
        if name == "apply.sh" {
            script = text;
        }
    }
    script
}

fn job(client: &Client) {
    let server = Server::start();
    let folder = tempfile::tempdir().expect("a folder");
    let script = job_script(VALUES, folder.path());
    std::fs::write(folder.path().join("token"), "token of the account").expect("a file");
    run(client, "sh", &server.address, "", &script).succeeds().prints("11 created, 2 changed");
    assert_eq!(server.state().login, None, "the token is revoked");
    server.writes();
    // On a user's machine, the script finds everything as the Job left it.
    apply(client, &server, VALUES).succeeds().prints("13 unchanged");
    assert_eq!(server.writes(), [""; 0]);

    std::fs::write(folder.path().join("token"), "token of another account").expect("a file");
    let refused = run(client, "sh", &server.address, "", &script);
    assert_eq!(refused.code, Some(1));
    refused.prints("error: the login at auth/kubernetes/login was refused").prints("permission denied");

    let script = job_script(&format!("login: {{ tokenSecret: {{ secretName: vault }} }}\n{VALUES}"), folder.path());
    std::fs::write(folder.path().join("token"), TOKEN).expect("a file");
    run(client, "sh", &server.address, "", &script).succeeds().prints("13 unchanged");
    let revoked = |request: &&String| *request == "PUT auth/token/revoke-self";
    assert_eq!(
        server.state().requests.iter().filter(revoked).count(),
        1,
        "the Secret's token is not the Job's to revoke"
    );
}

/// Every shell of this machine makes the same requests.
#[test]
fn every_shell_makes_the_same_requests() {
    let client = &stand_in();
    let script = document("script", VALUES);
    for shell in shells() {
        let server = Server::start();
        run(client, shell, &server.address, TOKEN, &script).succeeds().prints("11 created, 2 changed");
        run(client, shell, &server.address, TOKEN, &script).succeeds().prints("13 unchanged");
        assert_eq!(server.writes().len(), ENTRIES + 1, "{shell}");
    }
}
