//! Renders values, and runs the rendered script in a shell.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use mkmanifests::components;
use mkmanifests::release::Release;
use mkmanifests::tree::Node;
use mkmanifests::values::Layers;

use super::server::{Server, TOKEN};

/// A `vault` command.
#[derive(Clone)]
pub struct Client {
    pub name: &'static str,
    pub program: PathBuf,
}

/// Returns the stand-in, which is built beside the program.
pub fn stand_in() -> Client {
    let folder = Path::new(env!("CARGO_BIN_EXE_mkmanifests")).parent().expect("a program is in a folder");
    let program = folder.join("examples/vault-stand-in");
    assert!(program.is_file(), "{} is missing: `cargo build --example vault-stand-in`", program.display());
    Client { name: "stand-in", program }
}

/// Returns the stand-in, and the installed commands.
pub fn clients() -> Vec<Client> {
    let mut clients = vec![stand_in()];
    for name in ["bao", "vault"] {
        if let Some(program) = mkmanifests_testing::program(name) {
            clients.push(Client { name, program });
        }
    }
    clients
}

/// The result of a script.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Asserts that the run succeeded.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{}\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub fn prints(&self, text: &str) -> &Self {
        assert!(
            self.stdout.contains(text) || self.stderr.contains(text),
            "no {text:?} in\n{}\n{}",
            self.stdout,
            self.stderr
        );
        self
    }
}

/// Returns the document that `flag` selects.
pub fn document(flag: &str, values: &str) -> String {
    let component = components::find("vault-config").expect("it exists");
    let mut layers = Layers::over(component.defaults());
    layers.file("values.yaml", values.as_bytes());
    let values = layers.merge().unwrap_or_else(|failure| panic!("{failure}"));
    let document = component.documents().iter().find(|document| document.flag == flag).expect("a document");
    (document.render)(&values, &release(), "").unwrap_or_else(|failure| panic!("{failure}")).text
}

fn release() -> Release {
    Release { name: "vault-config".to_owned(), ..Release::new("foo", "vault") }
}

/// Returns the files of the ConfigMap.
pub fn files(values: &str) -> Vec<(String, String)> {
    let component = components::find("vault-config").expect("it exists");
    let mut layers = Layers::over(component.defaults());
    layers.file("values.yaml", values.as_bytes());
    let values = layers.merge().unwrap_or_else(|failure| panic!("{failure}"));
    let rendered = component.render(&values, &release()).unwrap_or_else(|failure| panic!("{failure}"));
    let map = rendered.manifests.iter().find(|manifest| manifest.id == "config-map").expect("the component renders it");
    let data = map.node.find(["data"]).and_then(Node::as_map).expect("the ConfigMap has files");
    let text = |node: &Node| node.as_str().expect("text").to_owned();
    data.entries().iter().map(|entry| (entry.key.to_string(), text(&entry.value))).collect()
}

/// Runs the script for `values` against the stand-in.
pub fn apply(client: &Client, server: &Server, values: &str) -> Run {
    run(client, "sh", &server.address, TOKEN, &document("script", values))
}

/// Runs a script to its end.
pub fn run(client: &Client, shell: &str, address: &str, token: &str, script: &str) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let output = start(client, shell, address, token, script, folder.path()).wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Starts a script with `folder` as its home.
pub fn start(client: &Client, shell: &str, address: &str, token: &str, script: &str, folder: &Path) -> Child {
    let bin = folder.join("bin");
    std::fs::create_dir_all(&bin).expect("a folder");
    let name = if client.name == "bao" { "bao" } else { "vault" };
    std::os::unix::fs::symlink(&client.program, bin.join(name)).expect("a link");
    let file = folder.join("script");
    std::fs::write(&file, script).expect("a file");
    let mut words = shell.split(' ');
    Command::new(words.next().expect("a shell"))
        .args(words)
        .arg(&file)
        .env_clear()
        .env("PATH", std::env::join_paths([bin.as_path(), Path::new("/usr/bin"), Path::new("/bin")]).expect("a path"))
        .env("HOME", folder)
        .env("TMPDIR", folder)
        .env("VAULT_ADDR", address)
        .env("VAULT_TOKEN", token)
        .env("VAULT_MAX_RETRIES", "0")
        // Variables that users may have in their environment.
        .env("VAULT_FORMAT", "yaml")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a shell starts")
}

/// Returns the shells of this machine.
pub fn shells() -> Vec<&'static str> {
    let mut shells = vec!["sh"];
    for (program, shell) in [
        ("dash", "dash"),
        ("busybox", "busybox sh"),
        ("bash", "bash --posix"),
        ("ksh", "ksh"),
        ("zsh", "zsh --emulate sh"),
    ] {
        if mkmanifests_testing::program(program).is_some() {
            shells.push(shell);
        }
    }
    shells
}
