//! The stand-in for Vault's API answers like a real server.

use serde_json::{Value, json};

use super::real::{TOKEN, each};
use super::run::{Run, run};
use super::server;

/// Returns valid and invalid writes, in order.
fn writes() -> Vec<(&'static str, Value)> {
    let role = |changed: Value| {
        let mut role = json!({ "bound_service_account_names": ["a"], "bound_service_account_namespaces": ["b"] });
        role.as_object_mut().expect("a mapping").extend(changed.as_object().expect("a mapping").clone());
        role
    };
    let policy = |text: &str| json!({ "policy": text });
    vec![
        (
            "sys/auth/kubernetes",
            json!({ "type": "kubernetes", "description": "a <b>", "config": { "max_lease_ttl": "2h" } }),
        ),
        ("sys/auth/kubernetes", json!({ "type": "kubernetes" })),
        ("sys/auth/kubernetes/more", json!({ "type": "kubernetes" })),
        ("sys/auth/other", json!({ "type": "nothing" })),
        ("sys/auth/kubernetes/tune", json!({ "default_lease_ttl": "90", "description": "c" })),
        ("sys/auth/kubernetes/tune", json!({ "default_lease_ttl": "an hour" })),
        ("sys/auth/absent/tune", json!({ "default_lease_ttl": "90" })),
        ("sys/mounts/keys", json!({ "type": "kv", "options": { "version": "2" } })),
        ("sys/mounts/keys", json!({ "type": "kv" })),
        (
            "auth/kubernetes/role/good",
            role(json!({ "token_policies": ["z", "a"], "token_ttl": 60, "token_num_uses": 2 })),
        ),
        (
            "auth/kubernetes/role/good",
            role(json!({ "token_max_ttl": 120, "token_bound_cidrs": ["192.0.2.7/32", "10.0.0.0/8"] })),
        ),
        ("auth/kubernetes/role/batch", role(json!({ "token_type": "batch", "audience": "vault" }))),
        (
            "auth/kubernetes/role/empty",
            json!({ "bound_service_account_names": [], "bound_service_account_namespaces": ["b"] }),
        ),
        ("auth/kubernetes/role/mixed", role(json!({ "bound_service_account_names": ["*", "a"] }))),
        ("auth/kubernetes/role/lives", role(json!({ "token_ttl": 120, "token_max_ttl": 60 }))),
        ("auth/kubernetes/role/period", role(json!({ "token_type": "batch", "token_period": 60 }))),
        ("auth/kubernetes/role/uses", role(json!({ "token_type": "batch", "token_num_uses": 1 }))),
        ("auth/kubernetes/role/type", role(json!({ "token_type": "other" }))),
        ("auth/kubernetes/role/-a", role(json!({}))),
        ("auth/absent/role/a", role(json!({}))),
        ("auth/kubernetes/config", json!({ "kubernetes_host": "" })),
        ("sys/policies/acl/good", policy("path \"a/*\" {\n  capabilities = [\"read\", \"deny\"]\n}\n")),
        ("sys/policies/acl/comments", policy("# created a b\n")),
        ("sys/policies/acl/bad", policy("path \"a/*\" {\n  capabilities = [\"reed\"]\n}\n")),
        ("sys/policies/acl/bad", policy("path \"a/+*\" {\n  capabilities = [\"read\"]\n}\n")),
        ("sys/policies/acl/bad", policy("path \"a\" {\n  capability = [\"read\"]\n}\n")),
        ("sys/policies/acl/bad", policy("path \"a\" {\n")),
        ("sys/policies/acl/bad", policy("")),
        ("sys/policies/acl/root", policy("path \"a\" {\n  capabilities = [\"read\"]\n}\n")),
    ]
}

/// The reads that have to give the same answer, and the fields to compare.
const SHOWN: &[(&str, &[&str])] = &[
    (
        "auth/kubernetes/role/good",
        &[
            "bound_service_account_names",
            "bound_service_account_namespaces",
            "alias_name_source",
            "token_bound_cidrs",
            "token_explicit_max_ttl",
            "token_max_ttl",
            "token_no_default_policy",
            "token_num_uses",
            "token_period",
            "token_policies",
            "token_ttl",
            "token_type",
        ],
    ),
    ("auth/kubernetes/role/batch", &["audience", "token_type", "token_policies", "token_bound_cidrs"]),
    ("sys/auth", &["kubernetes/"]),
    ("sys/mounts", &["keys/"]),
    ("sys/policies/acl/good", &["policy"]),
    ("sys/policies/acl/comments", &["policy"]),
];

/// The tests with the stand-in are only as good as its agreement with a real server.
#[test]
fn the_stand_in_answers_like_a_real_server() {
    each(|real, _| {
        let stand_in = server::Server::start();
        let ask = |address: &str, token: &str, line: &str| {
            let script = format!("exec {} {line}", real.client.name);
            run(&real.client, "sh", address, token, &script)
        };
        for (path, body) in writes() {
            let line = format!("write {path} - <<'END'\n{body}\nEND\n");
            let expected = ask(&real.address, TOKEN, &line);
            let actual = ask(&stand_in.address, server::TOKEN, &line);
            assert_eq!(actual.code, expected.code, "{line}\n{actual:?}\n{expected:?}");
        }
        for (path, names) in SHOWN {
            let line = format!("read -format=json {path}");
            let data = |run: Run| serde_json::from_str::<Value>(&run.succeeds().stdout).expect("JSON")["data"].clone();
            let expected = data(ask(&real.address, TOKEN, &line));
            let actual = data(ask(&stand_in.address, server::TOKEN, &line));
            for name in *names {
                assert_eq!(relevant_fields(&actual[name]), relevant_fields(&expected[name]), "{path} {name}");
            }
        }
    });
}

/// Returns the fields of a mount that the script reads.
fn relevant_fields(value: &Value) -> Value {
    match value.get("config") {
        Some(config) => json!([
            value["type"],
            value["description"],
            value["options"]["version"],
            config["default_lease_ttl"],
            config["max_lease_ttl"]
        ]),
        None => value.clone(),
    }
}
