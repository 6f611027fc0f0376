//! `helm registry` and `helm push` beside the real helm, with the same registries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mkmanifests::fetch::http::Connection;
use mkmanifests::fetch::{Settings, oci};
use mkmanifests_testing::registry::{Registry, Setup};

/// A folder with charts, and one configuration for each of the two programs.
struct Bench {
    helm: PathBuf,
    folder: tempfile::TempDir,
}

/// What a program did: exit code, stdout, stderr, and the file with the credentials.
type Outcome = (Option<i32>, String, String, String);

impl Bench {
    fn new() -> Option<Bench> {
        let helm = mkmanifests_testing::program("helm")?;
        let bench = Bench { helm, folder: tempfile::tempdir().expect("a folder") };
        let chart = bench.folder.path().join("chart");
        fs::create_dir_all(chart.join("templates")).expect("a folder");
        fs::write(chart.join("Chart.yaml"), CHART).expect("a file");
        fs::write(chart.join("templates/a.yaml"), "a: b\n").expect("a file");
        for version in ["0.1.0", "0.2.0", "1.0.0+b.1", "2.0.0-beta"] {
            let package = bench.helm(&["package", "chart", "--version", version]);
            assert_eq!(package.0, Some(0), "{package:?}");
        }
        fs::write(bench.folder.path().join("web-0.2.0.tgz.prov"), "signature").expect("a file");
        Some(bench)
    }

    fn helm(&self, arguments: &[&str]) -> Outcome {
        self.run(Command::new(&self.helm).args(arguments), "helm", "")
    }

    fn run(&self, command: &mut Command, name: &str, stdin: &str) -> Outcome {
        let home = self.folder.path().join(name);
        let path = std::env::join_paths([self.folder.path().join("bin"), "/usr/bin".into(), "/bin".into()]);
        command.env_clear().env("HOME", &home).env("PATH", path.expect("a path")).env("TZ", "Europe/Berlin");
        command.env("HELPER", &home).current_dir(self.folder.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        // A program that does not read closes the pipe.
        let _ = std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), stdin.as_bytes());
        let output = child.wait_with_output().expect("the program ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let config = fs::read_to_string(self.config(name)).unwrap_or_default();
        (output.status.code(), text(&output.stdout), text(&output.stderr), config)
    }

    fn config(&self, name: &str) -> PathBuf {
        self.folder.path().join(name).join(".config/helm/registry/config.json")
    }

    /// Runs a command line with both programs, which have to do the same. Returns what it prints.
    fn both(&self, line: &str) -> String {
        self.both_with(line, "")
    }

    fn both_with(&self, line: &str, stdin: &str) -> String {
        let words: Vec<&str> = line.split(' ').collect();
        let theirs = self.run(Command::new(&self.helm).args(&words), "helm", stdin);
        let mut ours = Command::new(env!("CARGO_BIN_EXE_mkmanifests"));
        let ours = self.run(ours.arg("helm").args(&words), "ours", stdin);
        assert_eq!(ours, theirs, "{line}");
        format!("{}{}", ours.1, ours.2)
    }

    fn settings(&self, name: &str) -> Settings {
        let home = self.folder.path().join(name);
        Settings::new(|variable| (variable == "HOME").then(|| home.clone().into()))
    }

    fn archive(&self, version: &str) -> Vec<u8> {
        fs::read(self.folder.path().join(format!("web-{version}.tgz"))).expect("an archive")
    }
}

const CHART: &str = r#"apiVersion: v2
name: web
version: 0.1.0
description: Serves <pages> & "more"
type: application
appVersion: "1"
home: https://example.com
sources: [https://example.com/source]
keywords: [web, "é"]
maintainers:
- {name: A, email: a@example.com, url: https://example.com/a}
- {email: b@example.com}
annotations:
  z: last
  a: first
  org.opencontainers.image.title: ignored
  org.opencontainers.image.description: replaced
"#;

#[test]
fn logins_and_pushes_are_helms() {
    let Some(bench) = Bench::new() else { return };
    let Some(registry) = Registry::start(Setup { password: true, tls: false }) else { return };
    let host = &registry.host;
    for line in [
        "registry login",
        "registry logout",
        "push web-0.1.0.tgz",
        "push web-0.1.0.tgz oci://HOST/charts --plain-http",
        "registry login HOST -u u -p wrong --plain-http",
        "registry login HOST -u u -p secret",
        "registry login HOST/charts -u u -p secret --plain-http",
        "registry login oci://HOST -u u -p secret --plain-http",
        "registry login HOST -u u --plain-http",
        "registry login HOST --plain-http",
        "registry login HOST -p x --plain-http",
        "registry login HOST -u u:v -p secret --plain-http",
        "push web-0.1.0.tgz oci://HOST/charts --plain-http --username u --password wrong",
        "registry login HOST -u u -p secret --plain-http",
        "push web-0.1.0.tgz oci://HOST/charts --plain-http",
        "push web-0.2.0.tgz oci://HOST/charts --plain-http",
        "push web-1.0.0+b.1.tgz oci://HOST/charts --plain-http",
        "push web-2.0.0-beta.tgz oci://HOST --plain-http",
        "push web-2.0.0-beta.tgz oci://HOST/a/../charts/ --plain-http",
        "push web-0.1.0.tgz oci://HOST/Charts --plain-http",
        "push web-0.1.0.tgz oci://HOST/charts",
        "push web-0.1.0.tgz oci://HOST/charts --plain-http --insecure-skip-tls-verify",
        "push web-0.1.0.tgz oci://HOST/charts --plain-http --ca-file none",
        "push web-0.1.0.tgz https://HOST/charts",
        "push web-0.1.0.tgz HOST/charts",
        "push web-0.1.0.tgz charts",
        "push chart oci://HOST/charts",
        "push none.tgz oci://HOST/charts",
        "registry logout HOST",
        "registry logout HOST",
        "push web-0.1.0.tgz oci://HOST/charts --plain-http",
    ] {
        let printed = bench.both(&line.replace("HOST", host));
        assert!(!printed.contains("secret") && !printed.contains("wrong"), "{line}: {printed}");
    }
    let login = format!("registry login {host} -u u --password-stdin --plain-http");
    assert_eq!(bench.both_with(&login, "secret\r\n"), "Login Succeeded\n");
    assert!(bench.both_with(&login, "wrong\n").contains("response status code 401"));
}

#[test]
fn what_one_program_pushes_the_other_pulls() {
    let Some(bench) = Bench::new() else { return };
    let Some(registry) = Registry::start(Setup::default()) else { return };
    let host = &registry.host;
    let plain = Connection { plain_http: true, ..Connection::default() };
    let settings = bench.settings("ours");
    for version in ["0.1.0", "0.2.0", "1.0.0+b.1", "2.0.0-beta"] {
        let file = format!("web-{version}.tgz");
        let pushed = bench.helm(&["push", &file, &format!("oci://{host}/theirs"), "--plain-http"]);
        assert_eq!(pushed.0, Some(0), "{pushed:?}");
        let reference = format!("oci://{host}/theirs/web:{version}");
        let pulled = oci::pull(&settings, &plain, &reference, true).expect("a chart");
        assert_eq!(pulled.archive, bench.archive(version));
        assert_eq!(pulled.provenance.is_some(), version == "0.2.0");
        let by_digest = format!("oci://{host}/theirs/web@{}", pulled.origin.digest);
        assert_eq!(oci::pull(&settings, &plain, &by_digest, false).expect("a chart").archive, pulled.archive);

        fs::create_dir_all(bench.folder.path().join("pulled")).expect("a folder");
        let remote = format!("oci://{host}/ours");
        let pushed = oci::push(&settings, &plain, &bench.folder.path().join(&file), &remote).expect("a push");
        let chart = format!("oci://{host}/ours/web");
        let theirs = bench.helm(&["pull", &chart, "--version", version, "--plain-http", "-d", "pulled", "--prov"]);
        assert!(theirs.1.contains(&oci::report("Pulled", &pushed.reference, &pushed.digest)), "{theirs:?}");
        let pulled = fs::read(bench.folder.path().join("pulled").join(&file)).expect("an archive");
        assert_eq!(pulled, bench.archive(version));
    }
    assert!(bench.folder.path().join("pulled/web-0.2.0.tgz.prov").is_file());
    for version in ["", "^0.1", "0.x", ">0.1 <1", ">0.0.0-0", "1.0.0+b.1", "^7", "x y", "1.0"] {
        let url = format!("oci://{host}/theirs/web");
        let theirs = bench.helm(&["show", "chart", &url, "--version", version, "--plain-http"]);
        let ours = oci::resolve(&settings, &plain, &url, version).and_then(|resolved| {
            let pulled = oci::pull(&settings, &plain, &resolved.url, false)?;
            Ok(pulled.origin.to_string())
        });
        assert_eq!(theirs.2, ours.unwrap_or_else(|error| format!("Error: {error}\n")), "{version}");
    }
}

#[test]
fn a_pull_reports_its_provenance_as_helm_does() {
    let Some(bench) = Bench::new() else { return };
    let Some(registry) = Registry::start(Setup::default()) else { return };
    let host = &registry.host;
    for version in ["0.1.0", "0.2.0"] {
        let pushed = bench.helm(&["push", &format!("web-{version}.tgz"), &format!("oci://{host}/a"), "--plain-http"]);
        assert_eq!(pushed.0, Some(0), "{pushed:?}");
    }
    // Helm pulls the provenance file by itself, and reports it like a chart.
    for (flags, version, reports) in [
        ("", "0.1.0", 1),
        ("--prov", "0.1.0", 1),
        ("--verify", "0.1.0", 1),
        ("--prov --verify", "0.1.0", 1),
        ("", "0.2.0", 1),
        ("--prov", "0.2.0", 2),
        // There are no keys.
        ("--verify --keyring none", "0.2.0", 2),
    ] {
        let line = format!("pull oci://{host}/a/web --plain-http --version {version} {flags}");
        let printed = bench.both(line.trim());
        assert_eq!(printed.matches("Pulled: ").count(), reports, "{line}: {printed}");
    }
}

#[test]
fn registries_with_tls_are_verified() {
    let Some(bench) = Bench::new() else { return };
    let Some(registry) = Registry::start(Setup { password: true, tls: true }) else { return };
    let (host, authority) = (&registry.host, registry.authority());
    let authority = authority.display();
    for line in [
        format!("registry login {host} -u u -p secret"),
        format!("registry login {host} -u u -p secret --ca-file {authority}"),
        format!("push web-0.1.0.tgz oci://{host}/charts --ca-file {authority}"),
        format!("push web-0.2.0.tgz oci://{host}/charts --insecure-skip-tls-verify"),
        format!("registry login {host} -u u -p secret --insecure"),
        format!("push web-0.1.0.tgz oci://{host}/charts"),
        format!("push web-0.1.0.tgz oci://{host}/charts --plain-http"),
    ] {
        bench.both(&line);
    }
}

#[test]
fn credential_helpers_keep_the_password() {
    let Some(bench) = Bench::new() else { return };
    let Some(registry) = Registry::start(Setup { password: true, tls: false }) else { return };
    let host = &registry.host;
    helper(&bench.folder.path().join("bin"));
    for name in ["helm", "ours"] {
        let config = bench.config(name);
        fs::create_dir_all(config.parent().expect("a folder")).expect("a folder");
        fs::write(config, "{\n\t\"auths\": {},\n\t\"credsStore\": \"test\"\n}").expect("a file");
    }
    for line in [
        format!("push web-0.1.0.tgz oci://{host}/charts --plain-http"),
        format!("registry login {host} -u u -p secret --plain-http"),
        format!("push web-0.1.0.tgz oci://{host}/charts --plain-http"),
        format!("registry logout {host}"),
        format!("registry logout {host}"),
        format!("push web-0.1.0.tgz oci://{host}/charts --plain-http"),
    ] {
        bench.both(&line);
        let log = |name: &str| fs::read_to_string(bench.folder.path().join(name).join("log")).unwrap_or_default();
        assert_eq!(log("ours"), log("helm"), "{line}");
        assert!(!fs::read_to_string(bench.config("ours")).expect("a file").contains("dTpzZWNyZXQ="));
    }
}

/// Writes `docker-credential-test`, which keeps the last credentials in the folder `HELPER` and logs what it is asked.
fn helper(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let script = r#"#!/bin/sh
input=$(cat)
echo "$1 $input" >> "$HELPER/log"
case $1 in
store) echo "$input" > "$HELPER/kept" ;;
get) if [ -f "$HELPER/kept" ]; then cat "$HELPER/kept"; else echo "credentials not found in native keychain"; exit 1; fi ;;
erase) if [ -f "$HELPER/kept" ]; then rm "$HELPER/kept"; else echo "nothing to erase"; exit 1; fi ;;
esac
"#;
    fs::create_dir_all(folder).expect("a folder");
    let path = folder.join("docker-credential-test");
    fs::write(&path, script).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a mode");
}
