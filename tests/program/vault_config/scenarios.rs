//! Runs against the stand-in for Vault's API, each with every `vault` command there is.

use serde_json::{Value, json};

use super::run::{Client, apply, clients, document, files, run, shells, stand_in};
use super::server::{Server, TOKEN};

tests! {
    the_first_run_creates_and_the_second_writes_nothing: first_and_second,
    a_changed_policy_is_one_write: changed_policy,
    a_changed_life_is_one_write: changed_life,
    what_was_changed_by_hand_is_put_back: drift,
    the_commands_of_the_seed_are_left_as_they_are: seed,
    what_left_the_values_is_told: told,
    prune_removes_what_runs_made: pruned,
    prune_leaves_what_was_there_before: found,
    prune_leaves_a_mount_that_holds_anything_else: holding,
    roles_of_other_accounts_are_looked_up_by_sts_roles: sts_roles,
    the_job_logs_in_and_gives_its_token_back: job,
}

/// Something of every kind.
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

/// How many things those are; one of them is the configuration of a mount.
pub(super) const THINGS: usize = 13;

/// The values without the lines that contain any of `texts`.
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
    apply(client, &server, VALUES).good();
    server.writes();
    server
}

fn first_and_second(client: &Client) {
    let server = Server::start();
    let run = apply(client, &server, VALUES).good();
    // A KV engine's configuration is there as soon as the engine: what is written to it is a change.
    run.says("11 created, 2 changed, 0 removed, 0 as they were, 0 failed")
        .says("created role aws/roles/userrole-ann@example.com");
    let writes = server.writes();
    assert_eq!(writes.len(), THINGS + 1, "{writes:#?}");
    assert_eq!(writes.first().map(String::as_str), Some("PUT sys/audit/stdout"), "audit devices see the rest");
    assert_eq!(writes.last().map(String::as_str), Some("PUT sys/policies/acl/mkmanifests-foo-vault-config"));
    assert_eq!(record(&server).len(), 11);
    let run = apply(client, &server, VALUES).good();
    assert_eq!(run.stdout, "0 created, 0 changed, 0 removed, 13 as they were, 0 failed\n");
    assert_eq!(server.writes(), [""; 0]);
}

fn changed_policy(client: &Client) {
    let server = set_up(client);
    let changed = VALUES.replace("capabilities: [list]", "capabilities: [list, read]");
    let run = apply(client, &server, &changed).good();
    assert_eq!(server.writes(), ["PUT sys/policies/acl/app"]);
    run.says("changed policy app\n").says("0 created, 1 changed, 0 removed, 12 as they were, 0 failed");
}

fn changed_life(client: &Client) {
    let server = set_up(client);
    apply(client, &server, &VALUES.replace("tokenTtl: 15m", "tokenTtl: 20m")).good();
    assert_eq!(server.writes(), ["PUT auth/aws/role/service"]);
    assert_eq!(server.state().entries["auth/aws/role/service"]["token_ttl"], 1200);
    apply(client, &server, &VALUES.replace("defaultLeaseTtl: 1h", "defaultLeaseTtl: 2h").replace("15m", "20m")).good();
    assert_eq!(server.writes(), ["PUT sys/mounts/aws/tune"]);
    assert_eq!(server.state().tables["sys/mounts"]["aws/"]["config"]["default_lease_ttl"], 7200);
}

fn drift(client: &Client) {
    let server = set_up(client);
    {
        let mut state = server.state();
        // A policy too many, a parameter that the values do not name, a policy that is gone, another description.
        state.by_hand("PUT", "auth/aws/role/service", json!({ "token_policies": ["users", "default", "admin"] }));
        state.by_hand("PUT", "aws/roles/userrole-ann@example.com", json!({ "external_id": "by-hand" }));
        state.by_hand("DELETE", "sys/policies/acl/app", Value::Null);
        state.by_hand("PUT", "sys/auth/aws/tune", json!({ "description": "" }));
    }
    let run = apply(client, &server, VALUES).good();
    run.says("changed role auth/aws/role/service").says("created policy app").says("changed auth aws");
    assert_eq!(server.writes().len(), 4);
    assert_eq!(server.state().entries["auth/aws/role/service"]["token_policies"], json!(["users", "default"]));
    assert_eq!(server.state().entries["aws/roles/userrole-ann@example.com"]["external_id"], "");
    apply(client, &server, VALUES).good().says("0 created, 0 changed");
    assert_eq!(server.writes(), [""; 0]);
}

/// The account and the cluster of the golden case.
fn seed_facts() -> (&'static str, &'static str) {
    let args = include_str!("../../../golden/cases/vault-config/seed/args");
    let account = SEED.split('"').nth(1).expect("an account in quotes");
    (account, args.split(' ').nth(2).expect("a cluster"))
}

/// The values of the golden case, for whatever cluster these tests name.
fn seed_values() -> String {
    SEED.replace("<cluster>", seed_facts().1)
}

/// The seed's own commands, as the `vault` command sends them.
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
    let run = apply(client, &server, &values).good();
    run.says("0 created, 0 changed, 0 removed, 5 as they were, 0 failed");
    assert_eq!(server.writes(), ["PUT sys/policies/acl/mkmanifests-foo-vault-config"]);
    assert!(record(&server).iter().all(|line| line.starts_with("found ")), "{:?}", record(&server));
    apply(client, &server, &values).good();
    assert_eq!(server.writes(), [""; 0]);
}

fn told(client: &Client) {
    let server = set_up(client);
    let run = apply(client, &server, &without(&["ann@example.com"])).good();
    run.says("left role aws/roles/userrole-ann@example.com: it is not in the values any more").says("0 removed");
    assert_eq!(server.writes(), [""; 0], "a run without `prune` removes nothing");
    // Said again, as long as it is so; and not any more when somebody removed it by hand.
    apply(client, &server, &without(&["ann@example.com"])).good().says("left role");
    server.state().by_hand("DELETE", "aws/roles/userrole-ann@example.com", Value::Null);
    let run = apply(client, &server, &without(&["ann@example.com"])).good();
    assert!(!run.stdout.contains("left"), "{}", run.stdout);
    assert_eq!(server.writes(), ["PUT sys/policies/acl/mkmanifests-foo-vault-config"]);
}

fn pruned(client: &Client) {
    let server = set_up(client);
    let values = "prune: true\n".to_owned() + &without(&["ann@example.com"]);
    apply(client, &server, &values).good().says("removed role aws/roles/userrole-ann@example.com\n").says("1 removed");
    let record = "PUT sys/policies/acl/mkmanifests-foo-vault-config";
    assert_eq!(server.writes(), ["DELETE aws/roles/userrole-ann@example.com", record]);
    apply(client, &server, &values).good();
    assert_eq!(server.writes(), [""; 0]);
    // All of it: roles before their mounts, audit devices last, and the record.
    apply(client, &server, "prune: true\n").good().says("10 removed");
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

fn found(client: &Client) {
    let server = Server::start();
    seed_by_hand(&server);
    let values = seed_values();
    let more = values.clone() + "        new@example.com: { roleArns: [\"arn:aws:iam::444455556666:role/new\"] }\n";
    apply(client, &server, &more).good().says("1 created");
    server.writes();
    let run = apply(client, &server, "prune: true\n").good();
    run.says("removed role aws/roles/userrole-new@example.com").says("1 removed");
    run.says("left policy read-all-user-roles: it is not in the values any more, and was there before the first run");
    assert_eq!(server.writes().len(), 2, "the role, and the record");
    assert!(server.state().entries.contains_key("aws/roles/userrole-jay@example.com"));
    // Nothing here is this release's any more: it says no more of it.
    let run = apply(client, &server, "prune: true\n").good();
    assert_eq!(run.stdout, "0 created, 0 changed, 0 removed, 0 as they were, 0 failed\n");
}

fn holding(client: &Client) {
    let server = set_up(client);
    {
        let mut state = server.state();
        let body = json!({ "credential_type": "assumed_role", "role_arns": ["arn:aws:iam::111122223333:role/x"] });
        state.by_hand("PUT", "aws/roles/by-hand", body);
        state.by_hand("PUT", "kv/metadata/secret", json!({}));
    }
    let run = apply(client, &server, "prune: true\n").good();
    run.says("left secrets aws: it is not in the values any more, but holds what no run made").says("left secrets kv:");
    let mounts = &server.state().tables["sys/mounts"];
    assert!(mounts.contains_key("aws/") && mounts.contains_key("kv/"));
    drop(run);
}

/// An AWS auth method for a principal of another account, with `lines` of `stsRoles`.
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
    apply(client, &server, &values).good().says("created role auth/aws/config/sts/444455556666\n").says("4 created");
    let writes = server.writes();
    let at = |path: &str| writes.iter().position(|write| write == path).expect("it is written");
    assert!(at("PUT auth/aws/config/sts/444455556666") < at("PUT auth/aws/role/app"), "{writes:#?}");
    let entry = server.state().entries["auth/aws/config/sts/777788889999"].clone();
    assert_eq!(entry["sts_role"], "arn:aws:iam::777788889999:role/foo-lookup");
    apply(client, &server, &values).good().says("0 created, 0 changed, 0 removed, 4 as they were, 0 failed");
    assert_eq!(server.writes(), [""; 0], "a second run writes nothing");
    // What the values say again is put back; what they no longer have is removed, and the role that needs it stays.
    apply(client, &server, &other_account(&(role("other") + second))).good().says("1 changed");
    assert_eq!(server.writes(), ["PUT auth/aws/config/sts/444455556666"]);
    let run = apply(client, &server, &other_account(&role("other"))).good();
    run.says("removed role auth/aws/config/sts/777788889999\n").says("1 removed");
    server.writes();
    // A role that somebody set by hand keeps its mount.
    let by_hand = json!({ "sts_role": "arn:aws:iam::222233334444:role/by-hand" });
    server.state().by_hand("PUT", "auth/aws/config/sts/222233334444", by_hand);
    apply(client, &server, "prune: true\n").good().says("left auth aws:").says("2 removed");
}

/// The script of the ConfigMap, with its folders elsewhere.
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
    run(client, "sh", &server.address, "", &script).good().says("11 created, 2 changed");
    assert_eq!(server.state().login, None, "the token is revoked");
    server.writes();
    // The script on somebody's machine finds all as the Job left it.
    apply(client, &server, VALUES).good().says("13 as they were");
    assert_eq!(server.writes(), [""; 0]);

    std::fs::write(folder.path().join("token"), "token of another account").expect("a file");
    let refused = run(client, "sh", &server.address, "", &script);
    assert_eq!(refused.code, Some(1));
    refused.says("error: the login at auth/kubernetes/login was refused").says("permission denied");

    let script = job_script(&format!("login: {{ tokenSecret: {{ secretName: vault }} }}\n{VALUES}"), folder.path());
    std::fs::write(folder.path().join("token"), TOKEN).expect("a file");
    run(client, "sh", &server.address, "", &script).good().says("13 as they were");
    let revoked = |request: &&String| *request == "PUT auth/token/revoke-self";
    assert_eq!(
        server.state().requests.iter().filter(revoked).count(),
        1,
        "the Secret's token is not the Job's to revoke"
    );
}

/// Every shell of this machine makes the same requests.
#[test]
fn every_shell_does_the_same() {
    let client = &stand_in();
    let script = document("script", VALUES);
    for shell in shells() {
        let server = Server::start();
        run(client, shell, &server.address, TOKEN, &script).good().says("11 created, 2 changed");
        run(client, shell, &server.address, TOKEN, &script).good().says("13 as they were");
        assert_eq!(server.writes().len(), THINGS + 1, "{shell}");
    }
}
