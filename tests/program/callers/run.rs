//! Runs a row with one program, in a new folder with a copy of the data.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use mkmanifests_testing as common;
use walkdir::WalkDir;

use super::rows::{Caller, Row, Step};
use super::servers::Servers;

/// Runs rows in a temporary folder of its own.
pub struct Runner<'a> {
    servers: &'a Servers,
    folder: tempfile::TempDir,
}

/// What a program answered to a row.
pub struct Answers {
    /// One output for each step.
    pub outputs: Vec<Output>,
    /// The folder that the program has left behind.
    pub folder: PathBuf,
}

impl<'a> Runner<'a> {
    pub fn new(servers: &'a Servers) -> Self {
        Runner { servers, folder: tempfile::tempdir().expect("a folder") }
    }

    /// Runs all steps of a row.
    pub fn run(&self, caller: &Caller, row: &Row, program: &Path, name: &str) -> Answers {
        self.in_folder(program, name, |run| row.steps.iter().map(|step| self.step(caller, row, step, run)).collect())
    }

    /// Calls a function with a new folder: `bin/helm` is the program, `work` has the data, `home` is empty. Both programs get
    /// the folder `run`, so that the same paths are in their answers; it is renamed afterwards.
    pub fn in_folder(&self, program: &Path, name: &str, body: impl FnOnce(&Path) -> Vec<Output>) -> Answers {
        let run = self.folder.path().join("run");
        self.prepare(&run, program);
        let outputs = body(&run);
        let folder = self.folder.path().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::rename(&run, &folder).expect("the folder can be renamed");
        Answers { outputs, folder }
    }

    /// Copies the data, with the addresses of the servers in it, and links the program as `helm`.
    fn prepare(&self, run: &Path, program: &Path) {
        for folder in ["bin", "home"] {
            fs::create_dir_all(run.join(folder)).expect("a folder");
        }
        std::os::unix::fs::symlink(program, run.join("bin/helm")).expect("a link");
        let data = common::data("program/callers");
        for (folder, base) in [("charts", ""), ("values", ""), ("plugins", ""), ("real", "real")] {
            for entry in WalkDir::new(data.join(folder)) {
                let entry = entry.expect("an entry");
                let path = entry.path().strip_prefix(data.join(base)).expect("a path below it");
                let target = run.join("work").join(path);
                if entry.file_type().is_dir() {
                    fs::create_dir_all(target).expect("a folder");
                } else {
                    let text = fs::read_to_string(entry.path()).expect("text");
                    fs::write(&target, self.expand(&text, run)).expect("a file");
                    let permissions = entry.metadata().expect("metadata").permissions();
                    fs::set_permissions(target, permissions).expect("permissions");
                }
            }
        }
    }

    /// Replaces the names of folders and servers in a text.
    pub fn expand(&self, text: &str, run: &Path) -> String {
        let path = |name: &str| run.join(name).display().to_string();
        let text = text.replace("@home@", &path("home")).replace("@work@", &path("work"));
        self.servers.names().iter().fold(text, |text, (name, value)| text.replace(name, value))
    }

    fn step(&self, caller: &Caller, row: &Row, step: &Step, run: &Path) -> Output {
        let mut command = match (&step.helm, &step.shell) {
            (Some(line), _) => {
                let words = shlex::split(&self.expand(line, run)).expect("words of a shell");
                let mut command = Command::new(run.join("bin/helm"));
                command.args(words);
                command
            }
            (None, shell) => {
                let shell = shell.as_deref().expect("a shell command");
                let mut command = Command::new("sh");
                command.args(["-c", &self.expand(shell, run)]);
                command
            }
        };
        let work = run.join("work");
        command.current_dir(if row.folder.is_empty() { work } else { work.join(&row.folder) });
        environment(&mut command, run);
        let environments: [&BTreeMap<_, _>; 3] = [&caller.environment, &row.environment, &step.environment];
        for (name, value) in environments.into_iter().flatten() {
            command.env(name, self.expand(value, run));
        }
        output(command, &step.stdin)
    }
}

/// Replaces the environment: `helm` is the linked program, and the home folder is empty.
pub fn environment(command: &mut Command, run: &Path) {
    let folders = [run.join("bin"), PathBuf::from("/usr/bin"), PathBuf::from("/bin")];
    let path = std::env::join_paths(folders).expect("a search path");
    command.env_clear().env("PATH", path).env("HOME", run.join("home"));
}

/// Runs a command with a text on stdin.
pub fn output(mut command: Command, stdin: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut into = child.stdin.take().expect("stdin");
    // A program need not read its input.
    let _ = into.write_all(stdin.as_bytes());
    drop(into);
    child.wait_with_output().expect("the command ends")
}
