//! As `helm`, the program prints what the real Helm prints, with the same exit codes.
//!
//! Each file `tests/data/program/helm/*.txt` has command lines (`$ template web`) with the recorded answer of Helm: the
//! exit code, stdout and stderr. They run in `tests/data/program/helm/charts`, whose path is `{here}` in the answers; `{home}` is the home folder.
//! Lines that begin with `@` choose another Helm program, or set a variable for both programs.
//! `tests/renew program::helm` records the answers again. To add a case, add its `$` line.

mod handed_over;

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mkmanifests_testing as common;

/// One file of command lines.
struct Table {
    file: PathBuf,
    /// The name of the real program.
    program: String,
    variables: Vec<(String, String)>,
    /// The lines that begin with `@`.
    head: String,
    cases: Vec<Case>,
}

struct Case {
    line: String,
    answer: String,
}

fn charts() -> PathBuf {
    common::data("program/helm/charts")
}

fn tables() -> Vec<Table> {
    let entries = fs::read_dir(common::data("program/helm")).expect("the folder of tables");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    files.into_iter().map(Table::read).collect()
}

impl Table {
    fn read(file: PathBuf) -> Table {
        let text = fs::read_to_string(&file).expect("a table is text");
        let mut table =
            Table { file, program: "helm".to_owned(), variables: Vec::new(), head: String::new(), cases: Vec::new() };
        for line in text.lines() {
            if let Some(setting) = line.strip_prefix("@ ") {
                let _ = writeln!(table.head, "{line}");
                match setting.split_once(' ').expect("a name and a value") {
                    ("program", name) => name.clone_into(&mut table.program),
                    (name, value) => table.variables.push((name.to_owned(), value.to_owned())),
                }
            } else if let Some(line) = line.strip_prefix("$ ") {
                table.cases.push(Case { line: line.to_owned(), answer: String::new() });
            } else if let Some(case) = table.cases.last_mut() {
                let _ = writeln!(case.answer, "{line}");
            }
        }
        table
    }

    /// Runs all command lines with a program, and returns the table with its answers.
    fn answers(&self, program: &Path) -> String {
        let home = tempfile::tempdir().expect("a folder");
        let mut text = self.head.clone();
        for Case { line, .. } in &self.cases {
            let _ = write!(text, "$ {line}\n{}", answer(program, line, &self.variables, home.path()));
        }
        text
    }
}

/// Starts a program under the name `helm`, in an environment of its own.
fn helm(program: &Path, line: &str, home: &Path) -> Command {
    let words = shlex::split(line).expect("words of a shell");
    let mut command = Command::new(program);
    command.arg0("helm").args(words).current_dir(charts()).stdin(Stdio::null()).env_clear();
    command.env("HOME", home).env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

fn answer(program: &Path, line: &str, variables: &[(String, String)], home: &Path) -> String {
    let output = helm(program, line, home).envs(variables.iter().cloned()).output().expect("the program runs");
    let names = [(charts(), "{here}"), (common::data("program/helm"), "{data}"), (home.to_owned(), "{home}")];
    let mut text = format!("exit {}\n", output.status.code().unwrap_or(-1));
    for (name, bytes) in [("out", &output.stdout), ("err", &output.stderr)] {
        let shown = String::from_utf8_lossy(bytes).into_owned();
        let shown = names.iter().fold(shown, |text, (path, name)| text.replace(&path.display().to_string(), name));
        for line in shown.split_inclusive('\n') {
            let end = if line.ends_with('\n') { "" } else { " (no newline)\n" };
            let _ = write!(text, "{name}: {line}{end}");
        }
    }
    text
}

fn ours() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_mkmanifests"))
}

#[test]
fn every_command_line_has_helms_answer() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for table in tables() {
        if common::is_renewing() {
            let Some(program) = common::program(&table.program) else { continue };
            common::renew(&table.file, table.answers(&program).as_bytes());
        }
        let table = Table::read(table.file);
        count += table.cases.len();
        let expected: String = fs::read_to_string(&table.file).expect("a table is text");
        let actual = table.answers(ours());
        if expected != actual {
            let diff = similar::TextDiff::from_lines(expected.as_str(), actual.as_str());
            wrong.push(diff.unified_diff().header(&table.file.display().to_string(), "ours").to_string());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 100, "too few command lines were found");
}

/// Help is in our own words, on stdout, with exit code 0.
#[test]
fn every_command_has_help() {
    let home = tempfile::tempdir().expect("a folder");
    let lines =
        ["", "help", "--help", "help template", "template -h", "show", "show values --help", "repo --debug --help"];
    for line in lines {
        let output = helm(ours(), line, home.path()).output().expect("the program runs");
        let text = String::from_utf8_lossy(&output.stdout);
        if line.starts_with("repo") && !output.status.success() {
            continue;
        }
        assert!(output.status.success() && text.contains("Usage: helm"), "{line}: {text}");
    }
    let output = Command::new(ours()).args(["helm", "version", "--short"]).output().expect("the program runs");
    assert!(output.stdout.starts_with(b"v4."));
}

#[test]
fn files_are_written_as_helm_writes_them() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("out");
    let line = format!("template r web --include-crds --release-name --output-dir {}/", folder.display());
    let output = helm(ours(), &line, home.path()).output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout).replace(&folder.display().to_string(), "OUT");
    // CRDs do not go below the name of the release.
    let names = ["/web/crds/site.yaml", "r/web/templates/a.yaml", "r/web/templates/t.yaml"];
    let expected: String = names.map(|name| format!("wrote OUT/{name}\n")).concat();
    assert_eq!(text, expected + "\n");
    let file = folder.join("r/web/templates/t.yaml");
    assert!(fs::read_to_string(&file).expect("a file").starts_with("---\n# Source: web/templates/t.yaml\n"));
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(&file).expect("a file").permissions().mode();
    assert_ne!(mode & 0o044, 0, "others may read it, as far as the umask allows");
}

/// With `--debug`, Helm prints what it rendered before it fails.
#[test]
fn debug_prints_what_was_rendered() {
    let home = tempfile::tempdir().expect("a folder");
    let output =
        helm(ours(), "template r bad --set mode=yaml --debug", home.path()).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.starts_with(b"---\n# Source: bad/templates/a.yaml\n"), "{output:?}");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.starts_with("Error: YAML parse error on bad/templates/a.yaml") && !text.contains("--debug"), "{text}");
}

#[test]
fn values_may_come_from_stdin() {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = helm(ours(), "template r web --values - -s templates/a.yaml", home.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program runs");
    child.stdin.take().expect("stdin").write_all(b"a: from stdin").expect("stdin is read");
    let output = child.wait_with_output().expect("the program ends");
    assert!(String::from_utf8_lossy(&output.stdout).contains("a: \"from stdin\""), "{output:?}");
}

#[test]
fn values_may_come_from_a_server() {
    let home = tempfile::tempdir().expect("a folder");
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = server.local_addr().expect("an address");
    let serving = std::thread::spawn(move || {
        for stream in server.incoming().take(2) {
            let mut stream = stream.expect("a connection");
            let mut request = String::new();
            let mut reader = BufReader::new(&stream);
            while !request.ends_with("\r\n\r\n") {
                reader.read_line(&mut request).expect("a request");
            }
            let (status, body) = if request.contains("/v.yaml") { ("200 OK", "a: 7") } else { ("404 Not Found", "") };
            let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all((head + body).as_bytes()).expect("a response");
        }
    });
    let run = |name: &str| {
        let line = format!("template r web -s templates/a.yaml -f http://{address}/{name}");
        helm(ours(), &line, home.path()).output().expect("the program runs")
    };
    let (found, missing) = (run("v.yaml"), run("nothing.yaml"));
    serving.join().expect("both requests were answered");
    assert!(String::from_utf8_lossy(&found.stdout).contains("a: \"7\""), "{found:?}");
    let text = String::from_utf8_lossy(&missing.stderr).into_owned();
    assert_eq!(text, format!("Error: failed to fetch http://{address}/nothing.yaml : 404 Not Found\n"));
}

#[test]
fn checks_are_off_unless_a_variable_turns_them_on() {
    let home = tempfile::tempdir().expect("a folder");
    let run = |check: &str| {
        let line = "template r web --set b=1";
        helm(ours(), line, home.path()).env("MKMANIFESTS_CHECK", check).output().expect("the program runs")
    };
    let (off, warn, error) = (run(""), run("warn"), run("error"));
    assert!(off.status.success() && off.stderr.is_empty());
    assert!(warn.status.success() && warn.stdout == off.stdout);
    assert!(String::from_utf8_lossy(&warn.stderr).contains("`b`"));
    assert!(error.status.code() == Some(1) && error.stdout.is_empty());
    assert!(String::from_utf8_lossy(&error.stderr).contains("`b`"));
    assert_eq!(run("maybe").status.code(), Some(1));
}

/// Shells get a script that completes commands and flags under the name `helm`.
#[test]
fn shells_can_complete() {
    let home = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "fish", "powershell", "zsh"] {
        let output = helm(ours(), &format!("completion {shell}"), home.path()).output().expect("the program runs");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("template") && text.contains("helm"), "{shell}");
    }
}
