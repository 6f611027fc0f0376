//! `helm pull` beside the real Helm, against nginx on loopback: TLS, authentication, redirects, queries.

mod nginx;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use mkmanifests_testing::program;
use walkdir::WalkDir;

use nginx::Nginx;

/// What both programs have in common.
enum Same {
    /// Everything.
    All,
    /// Exit code, standard output and files; and a phrase on standard error, where Helm has random or other words.
    Phrase(&'static str),
    /// Exit code and a phrase: this program leaves no files behind when it fails.
    PhraseWithoutFiles(&'static str),
}

/// The arguments after `helm pull`, and what is compared. `HTTP`, `TLS`, `MUTUAL`, `SELF` and `DEAD` are addresses, `CERTS`
/// is the folder of certificates.
const CASES: &[(&str, Same)] = &[
    ("charts/web", Same::All),
    ("charts/web --devel", Same::All),
    ("charts/web --version ^1", Same::All),
    ("charts/web --version 1", Same::All),
    ("charts/web --version 1.0.0", Same::All),
    ("charts/web --version 9", Same::All),
    ("charts/web --version a..b", Same::All),
    ("charts/none", Same::All),
    ("none/web", Same::All),
    ("web", Same::All),
    ("./web", Same::All),
    ("charts/web charts/none", Same::All),
    ("charts/web --untar", Same::All),
    ("charts/web --untar --untardir a/b", Same::All),
    ("charts/web --untar -d .", Same::All),
    ("charts/web charts/web --untar", Same::All),
    ("HTTP/web-1.0.0.tgz", Same::All),
    ("HTTP/web-1.0.0.tgz --untar", Same::All),
    ("HTTP/none.tgz", Same::All),
    ("HTTP", Same::All),
    ("ftp://127.0.0.1/a.tgz", Same::All),
    ("charts/web -d none", Same::Phrase("Error: open none/web-1.1.0.tgz")),
    ("charts/web --prov", Same::All),
    ("charts/web --verify", Same::PhraseWithoutFiles("failed to fetch provenance \"HTTP/web-1.1.0.tgz.prov\"")),
    ("--repo HTTP web", Same::All),
    ("--repo HTTP/ web --version 2.0.0-rc.1", Same::All),
    ("--repo HTTP web --version 9", Same::All),
    ("--repo HTTP none", Same::All),
    ("--repo HTTP/none web", Same::All),
    ("--repo HTTP/page web", Same::All),
    ("--repo HTTP/empty web", Same::All),
    ("--repo HTTP/locked web", Same::All),
    ("--repo HTTP/locked web --username me --password s3cret", Same::All),
    ("--repo HTTP/locked web --username me --password wrong", Same::All),
    ("--repo HTTP/locked web --username me", Same::All),
    ("guarded/web", Same::All),
    ("--repo HTTP/moved web", Same::All),
    ("--repo HTTP/query?key=k1 web", Same::All),
    ("--repo HTTP/query?key=k2 web", Same::Phrase("cannot be reached: failed to fetch HTTP/query/index.yaml?key=")),
    ("--repo HTTP/loop web", Same::Phrase("stopped after 10 redirects")),
    ("--repo DEAD web", Same::All),
    ("--repo TLS web", Same::All),
    ("--repo TLS web --ca-file CERTS/ca.pem", Same::All),
    ("--repo TLS web --insecure-skip-tls-verify", Same::All),
    ("--repo TLS web --ca-file CERTS/none.pem", Same::All),
    ("--repo TLS web --ca-file CERTS/ca.key", Same::All),
    ("--repo MUTUAL web --ca-file CERTS/ca.pem", Same::All),
    ("--repo MUTUAL web --ca-file CERTS/ca.pem --cert-file CERTS/client.pem --key-file CERTS/client.key", Same::All),
    ("--repo MUTUAL web --ca-file CERTS/ca.pem --cert-file CERTS/client.pem", Same::Phrase("unable to read key file")),
    (
        "--repo MUTUAL web --ca-file CERTS/ca.pem --cert-file CERTS/client.pem --key-file CERTS/server.key",
        Same::Phrase("can't create TLS config for client: unable to load cert from key pair: tls: "),
    ),
    ("--repo SELF web --ca-file CERTS/self.pem", Same::All),
    ("--repo SELF web --ca-file CERTS/ca.pem", Same::Phrase("tls: failed to verify certificate: x509: ")),
    ("mutual/web", Same::All),
];

/// What a program did.
struct Outcome {
    code: Option<i32>,
    stdout: String,
    stderr: String,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// Runs a command in an empty folder with Helm's files of `home`.
fn run(program: &Path, words: &[String], home: &Path, nginx: &Nginx) -> Outcome {
    let work = tempfile::tempdir().expect("a folder");
    let Output { status, stdout, stderr } = Command::new(program)
        .args(words)
        .current_dir(work.path())
        .env_clear()
        .env("HOME", home)
        .output()
        .expect("the program runs");
    let entries = WalkDir::new(work.path()).min_depth(1).into_iter().map(|entry| entry.expect("an entry"));
    let files = entries.map(|entry| {
        let path = entry.path().strip_prefix(work.path()).expect("a path below").to_owned();
        (path, fs::read(entry.path()).unwrap_or_default())
    });
    let text = |bytes: &[u8]| nginx.named(&String::from_utf8_lossy(bytes));
    Outcome { code: status.code(), stdout: text(&stdout), stderr: text(&stderr), files: files.collect() }
}

/// Returns how two outcomes differ.
fn difference(same: &Same, ours: &Outcome, helms: &Outcome) -> Option<String> {
    let mut wrong = Vec::new();
    if ours.code != helms.code {
        wrong.push(format!("exit code {:?}, helm {:?}", ours.code, helms.code));
    }
    if ours.stdout != helms.stdout {
        wrong.push(format!("stdout {:?}, helm {:?}", ours.stdout, helms.stdout));
    }
    match same {
        Same::All if ours.stderr != helms.stderr => {
            wrong.push(format!("stderr {:?}, helm {:?}", ours.stderr, helms.stderr))
        }
        Same::Phrase(phrase) | Same::PhraseWithoutFiles(phrase) => {
            for (name, text) in [("ours", &ours.stderr), ("helm", &helms.stderr)] {
                if !text.contains(phrase) {
                    wrong.push(format!("{phrase:?} is not in {name} {text:?}"));
                }
            }
        }
        Same::All => {}
    }
    let names = |outcome: &Outcome| outcome.files.keys().cloned().collect::<Vec<_>>();
    if matches!(same, Same::PhraseWithoutFiles(_)) {
        if !ours.files.is_empty() {
            wrong.push(format!("files {:?}", names(ours)));
        }
    } else if ours.files != helms.files {
        wrong.push(format!("files {:?}, helm {:?}", names(ours), names(helms)));
    }
    (!wrong.is_empty()).then(|| wrong.join("\n  "))
}

#[test]
fn pull_does_what_helm_does() {
    let (Some(helm), Some(nginx), Some(openssl)) = (program("helm"), program("nginx"), program("openssl")) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let server = Nginx::start(&nginx, &openssl, &helm, folder.path());
    let mkmanifests = Path::new(env!("CARGO_BIN_EXE_mkmanifests"));
    let mut wrong = Vec::new();
    for (line, same) in CASES {
        let words = |program: &[&str]| -> Vec<String> {
            let line = server.addressed(line);
            program.iter().map(|word| (*word).to_owned()).chain(line.split(' ').map(str::to_owned)).collect()
        };
        let home = |name: &str| {
            let home = folder.path().join(name);
            let _ = fs::remove_dir_all(&home);
            server.write_home(&home);
            home
        };
        let ours = run(mkmanifests, &words(&["helm", "pull"]), &home("home-ours"), &server);
        let helms = run(&helm, &words(&["pull"]), &home("home-helm"), &server);
        if let Some(difference) = difference(same, &ours, &helms) {
            wrong.push(format!("helm pull {line}:\n  {difference}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn chart_pull_prints_the_path_and_works_offline() {
    let (Some(helm), Some(nginx), Some(openssl)) = (program("helm"), program("nginx"), program("openssl")) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let server = Nginx::start(&nginx, &openssl, &helm, folder.path());
    let home = folder.path().join("home");
    server.write_home(&home);
    let run = |line: &str| {
        let words: Vec<String> = server.addressed(line).split(' ').map(str::to_owned).collect();
        let outcome = run(Path::new(env!("CARGO_BIN_EXE_mkmanifests")), &words, &home, &server);
        (outcome.code, outcome.stdout, outcome.stderr, outcome.files.len())
    };
    let pulled = |path: &str, files| (Some(0), format!("{path}\n"), String::new(), files);
    assert_eq!(run("chart pull charts/web --version 1.0.0"), pulled("web-1.0.0.tgz", 1));
    assert_eq!(run("chart pull web --repo HTTP --version ^1"), pulled("web-1.1.0.tgz", 1));
    assert_eq!(run("chart pull HTTP/web-1.0.0.tgz --untar"), pulled("web", 5));
    drop(server);
    let server = Nginx::stopped(folder.path());
    let offline = |line: &str| {
        let words: Vec<String> = server.addressed(line).split(' ').map(str::to_owned).collect();
        let outcome = self::run(Path::new(env!("CARGO_BIN_EXE_mkmanifests")), &words, &home, &server);
        (outcome.code, outcome.stdout, outcome.stderr, outcome.files.len())
    };
    assert_eq!(offline("chart pull charts/web --version 1.0.0 --offline"), pulled("web-1.0.0.tgz", 1));
    assert_eq!(offline("chart pull web --repo HTTP --version >=1 --offline"), pulled("web-1.1.0.tgz", 1));
    let (code, stdout, stderr, files) = offline("chart pull charts/web --version 2.0.0-rc.1 --offline");
    assert_eq!((code, stdout.as_str(), files), (Some(2), "", 0));
    assert!(stderr.contains("run the command once without `--offline`"), "{stderr}");
}
