//! Runs against a real server in dev mode, if `bao` or `vault` is installed.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use mkmanifests::components::vault_config::policy_text;
use mkmanifests::components::vault_config::values::{Capability, PathRule, Scalar};
use serde_json::Value;

use super::run::{Client, Run, clients, document, run};

pub(super) const TOKEN: &str = "root-of-the-dev-server";

/// A server on loopback, which is killed on drop.
pub(super) struct Server {
    pub(super) client: Client,
    pub(super) address: String,
    child: Child,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(client: &Client) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
        let config = folder.path().join("server.hcl");
        // OpenBao accepts audit devices over its API only with this setting, which Vault does not know.
        let audit = if client.name == "bao" { "unsafe_allow_api_audit_creation = true\n" } else { "" };
        std::fs::write(&config, audit).expect("a file");
        let child = Command::new(&client.program)
            .args(["server", "-dev", "-dev-no-store-token", &format!("-dev-root-token-id={TOKEN}")])
            .args([&format!("-dev-listen-address=127.0.0.1:{port}"), &format!("-config={}", config.display())])
            .env_clear()
            .env("HOME", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let server = Server { client: client.clone(), address: format!("http://127.0.0.1:{port}"), child, folder };
        let begun = Instant::now();
        while server.call(&["token", "lookup"]).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the server did not start");
            std::thread::sleep(Duration::from_millis(100));
        }
        server
    }

    /// Runs a command with the root token.
    fn call(&self, args: &[&str]) -> Result<String, String> {
        let output = Command::new(&self.client.program)
            .args(args)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("VAULT_ADDR", &self.address)
            .env("VAULT_TOKEN", TOKEN)
            .stdin(Stdio::null())
            .output()
            .expect("the command runs");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    #[track_caller]
    fn by_hand(&self, args: &[&str]) -> String {
        self.call(args).unwrap_or_else(|error| panic!("{args:?}: {error}"))
    }

    fn apply(&self, token: &str, values: &str) -> Run {
        run(&self.client, "sh", &self.address, token, &document("script", values))
    }

    fn values(&self) -> String {
        // OpenBao has no plugins for AWS. Without access to AWS, Vault cannot look up the ids of principals.
        if self.client.name == "bao" { VALUES.to_owned() } else { VALUES.to_owned() + AWS }
    }
}

const VALUES: &str = r#"
policies:
  app:
    paths:
      kv/data/app/*:
        capabilities: [create, read, update]
        minWrappingTtl: 1m
        maxWrappingTtl: 1h
        requiredParameters: [kind]
        allowedParameters: { kind: ["it's", 7, true, "${x} %{y} \"\\ <&>"], "*": [] }
        deniedParameters: { Other: [] }
      auth/token/lookup-self: { capabilities: [read, deny] }
authMethods:
  kubernetes:
    kubernetes:
      description: Pods of <foo> & "bar"
      defaultLeaseTtl: 30m
      maxLeaseTtl: 2h
      kubernetesHost: https://192.0.2.1:6443
      disableLocalCaJwt: true
      kubernetesCaCert: |
        -----BEGIN CERTIFICATE-----
        bm90IGEgY2VydGlmaWNhdGU+PCY=
        -----END CERTIFICATE-----
      roles:
        app:
          boundServiceAccountNames: [app, app-*]
          boundServiceAccountNamespaces: [apps]
          audience: vault
          tokenPolicies: [z, app, default]
          tokenTtl: 15m
          tokenBoundCidrs: [10.0.0.0/8, 192.0.2.7/32, "2001:db8::/32", "2001:db8:0:0::1"]
          tokenNumUses: 3
        batch:
          boundServiceAccountNames: [batch]
          boundServiceAccountNamespaces: ["*"]
          audience: vault
          aliasNameSource: serviceaccount_name
          tokenType: batch
          tokenNoDefaultPolicy: true
secretsEngines:
  kv:
    kv: { description: "Keys é \u2028 😀 $HOME `id` it's %s \\n", maxVersions: 5, casRequired: true, deleteVersionAfter: 26h }
    team/kv: {}
auditDevices:
  file:
    stdout: { filePath: discard, mode: "0600", format: json, description: to the log }
existing: { policies: [z] }
"#;

const AWS: &str = r#"
  aws:
    aws:
      defaultLeaseTtl: 1h
      roles:
        deploy:
          credentialType: iam_user
          policyDocument: '{ "Version": "2012-10-17", "Statement": [] }'
          iamTags: { team: "data & more" }
          userPath: /vault/
      userRoles:
        ann@example.com: { roleArns: ["arn:aws:iam::444455556666:role/vault"], defaultStsTtl: 1h, externalId: "a/b" }
"#;

/// Removes the capability that Vault would drop from the values.
fn allowed(values: String) -> String {
    values.replace("[read, deny]", "[deny]")
}

pub(super) fn each(test: impl Fn(&Server, &str)) {
    for client in clients().iter().filter(|client| client.name != "stand-in") {
        let server = Server::start(client);
        test(&server, &allowed(server.values()));
    }
}

#[test]
fn a_real_server_is_configured_and_a_second_run_changes_nothing() {
    each(|server, values| {
        let first = server.apply(TOKEN, values).succeeds();
        first
            .prints("created auth kubernetes")
            .prints("created role auth/kubernetes/role/batch")
            .prints("created secrets team/kv");
        first.prints(", 0 removed, 0 unchanged, 0 failed");
        let second = server.apply(TOKEN, values).succeeds();
        second.prints("0 created, 0 changed, 0 removed");
        assert_eq!(second.stdout.lines().count(), 1, "{}", second.stdout);

        // Manual changes: an extra policy, a shorter lifetime, a removed policy.
        let role = "auth/kubernetes/role/app";
        server.by_hand(&["write", role, "token_policies=admin,app", "token_ttl=1m"]);
        server.by_hand(&["policy", "delete", "app"]);
        server.by_hand(&["auth", "tune", "-max-lease-ttl=9h", "kubernetes/"]);
        server
            .apply(TOKEN, values)
            .succeeds()
            .prints("changed role auth/kubernetes/role/app")
            .prints("1 created, 2 changed");
        assert_eq!(server.by_hand(&["read", "-field=token_ttl", role]), "900");
        server.apply(TOKEN, values).succeeds().prints("0 created, 0 changed");

        // A mount with something that no run created is kept; everything else is removed.
        server.by_hand(&["kv", "put", "-cas=0", "kv/app/x", "kind=it's"]);
        let pruned = server.apply(TOKEN, "prune: true\n").succeeds();
        pruned.prints("kept secrets kv: no longer in the values, but it contains data that no run created");
        pruned.prints("removed secrets team/kv").prints("removed auth kubernetes").prints("removed audit stdout");
        assert!(server.call(&["policy", "read", "app"]).is_err());
        server.by_hand(&["kv", "metadata", "delete", "kv/app/x"]);
        server.apply(TOKEN, "prune: true\n").succeeds().prints("removed secrets kv").prints("1 removed");
        assert!(
            !server.by_hand(&["policy", "list"]).contains("mkmanifests"),
            "the record is removed with the last entry"
        );
    });
}

#[test]
fn the_policy_of_the_job_is_enough_on_a_real_server() {
    each(|server, values| {
        let policy = server.folder.path().join("job.hcl");
        let allow = |values: &str| {
            std::fs::write(&policy, document("job-policy", values)).expect("a file");
            server.by_hand(&["policy", "write", "job", &policy.display().to_string()]);
        };
        allow(values);
        let token = server.by_hand(&["token", "create", "-policy=job", "-no-default-policy", "-field=token"]);
        server.apply(&token, values).succeeds().prints(" 0 failed");
        server.apply(&token, values).succeeds().prints("0 created, 0 changed, 0 removed");
        let tuned = values.replace("maxLeaseTtl: 2h", "maxLeaseTtl: 3h").replace("\"Keys", "\"More keys");
        server.apply(&token, &tuned).succeeds().prints("changed auth kubernetes").prints("changed secrets kv");

        // Without `prune` the Job cannot remove anything, and does not need to.
        let start = tuned.find("        batch:").expect("a role");
        let end = tuned.find("secretsEngines:").expect("a section");
        let fewer = tuned[..start].to_owned() + &tuned[end..];
        allow(&fewer);
        server.apply(&token, &fewer).succeeds().prints("kept role auth/kubernetes/role/batch");
        let pruning = format!("prune: true\n{fewer}");
        server.apply(&token, &pruning).prints("role auth/kubernetes/role/batch could not be removed");
        allow(&pruning);
        server.apply(&token, &pruning).succeeds().prints("removed role auth/kubernetes/role/batch");
        // The token allows this, and nothing else.
        for command in
            ["kv get kv/app/x", "write sys/mounts/other type=kv", "read auth/token/accessors", "list kv/metadata"]
        {
            let refused =
                run(&server.client, "sh", &server.address, &token, &format!("exec {} {command}", server.client.name));
            assert_eq!(refused.code, Some(2), "{command}: {refused:?}");
            refused.prints("permission denied");
        }
    });
}

/// Names and values of parameters that a parser could misread. Vault uses the parser of HCL 1.
const AWKWARD: &[&str] = &[
    "plain",
    "it's",
    "a \"quoted\" word",
    "back\\slash\\",
    "${var.x}",
    "$${x",
    "%{ if x }",
    "}",
    "{{x}}",
    "a\nb",
    "tab\t",
    "\r",
    "bell\u{7}",
    "é ü 😀",
    "\u{feff}mark",
    "\u{2028}",
    "# no comment",
    "// nor this",
    "/* nor this */",
    "<<EOF",
    "a = [1]",
    "\\u0024{x}",
    "\\n",
    "'",
    "true",
    "7",
];

/// A token with the policy may write exactly what it allows, which proves that all texts were read correctly.
#[test]
fn a_real_server_reads_policies_as_intended() {
    each(|server, _| {
        let allowed =
            AWKWARD.iter().map(|text| (text.to_lowercase(), vec![Scalar::Text((*text).to_owned())])).collect();
        let rule = PathRule {
            capabilities: vec![Capability::Create, Capability::Update],
            allowed_parameters: allowed,
            ..PathRule::default()
        };
        let text = policy_text(&[("cubbyhole/a \"b\" ${c}".to_owned(), rule)].into()).expect("the template renders");
        let file = server.folder.path().join("awkward.hcl");
        std::fs::write(&file, text).expect("a file");
        server.by_hand(&["policy", "write", "awkward", &file.display().to_string()]);
        let token = server.by_hand(&["token", "create", "-policy=awkward", "-no-default-policy", "-field=token"]);
        let write = |name: &str, value: &str| {
            let mut body = serde_json::Map::new();
            body.insert(name.to_owned(), value.into());
            let line = format!("write 'cubbyhole/a \"b\" ${{c}}' - <<'END'\n{}\nEND\n", Value::Object(body));
            run(&server.client, "sh", &server.address, &token, &format!("exec {} {line}", server.client.name))
        };
        for text in AWKWARD {
            let run = write(&text.to_lowercase(), text);
            assert_eq!(run.code, Some(0), "{text:?}: {run:?}");
        }
        for (name, value) in [("plain", "other"), ("another", "plain"), ("\\\\n", "\\n")] {
            write(name, value).prints("permission denied");
        }
    });
}
