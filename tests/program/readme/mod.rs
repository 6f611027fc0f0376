//! Runs the documents: every command in `README.md` and `docs/*.md` does what the document shows.
//!
//! - A fenced block after a line that is a file name in backticks and a colon is that file.
//! - Commands of `sh` and `console` blocks run in a shell, in a folder with the files that the document has shown so far.
//!   Pipes into `kubectl` and `aws` are cut off.
//! - In `console` blocks, the lines below a command are what it prints on both streams. A line `...` stands for any lines.
//!   `tests/renew readme` renews them.
//! - `yaml` and `json` blocks are parsed.
//! - Any other command is in a block that begins with `# not run by the tests: ` and the reason.

mod flags;
mod links;
mod markdown;
mod picture;
mod renewal;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mkmanifests::diagnostic::{Failure, Sources};
use mkmanifests::tree::read::{Duplicates, documents as yaml_documents};
use mkmanifests_testing::{is_renewing, renew};

use markdown::{Part, parts};

/// Programs that do not run: they need a cluster or an account.
const OTHERS: [&str; 2] = ["| kubectl ", "| aws "];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns `README.md` and the files below `docs/`.
fn documents() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("docs")).expect("docs/ exists");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.push(root().join("README.md"));
    files.sort();
    files
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn name(file: &Path) -> String {
    file.strip_prefix(root()).expect("a file of this repository").display().to_string()
}

/// How the output of a command differs from the document.
struct Mismatch {
    message: String,
    /// The shown lines as they should be, if `tests/renew` can tell.
    renewed: Option<Vec<String>>,
}

/// Runs a command, and compares its exit code and output with the document.
fn run(dir: &Path, text: &str, shown: Option<&[String]>) -> Option<Mismatch> {
    let program = Path::new(env!("CARGO_BIN_EXE_mkmanifests")).parent().expect("a program is in a folder");
    let end = OTHERS.iter().filter_map(|other| text.find(other)).min().unwrap_or(text.len());
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{}", &text[..end])])
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::join_paths([program, Path::new("/usr/bin"), Path::new("/bin")]).expect("a search path"))
        .output()
        .expect("sh runs");
    let actual = String::from_utf8_lossy(&output.stdout);
    let fails = shown.is_some_and(|shown| shown.iter().any(|line| line.starts_with("error: ")));
    // 1: a check failed, 2: the run failed.
    let expected: &[i32] = if fails { &[1, 2] } else { &[0] };
    if !output.status.code().is_some_and(|code| expected.contains(&code)) {
        return Some(Mismatch { message: format!("{} of\n{text}\n{actual}", output.status), renewed: None });
    }
    let lines: Vec<&str> = actual.lines().collect();
    shown.filter(|shown| !renewal::matches(shown, &lines)).map(|shown| {
        let before = shown.join("\n") + "\n";
        let diff = similar::TextDiff::from_lines(before.as_str(), &actual);
        let message = format!("{text}\n{}", diff.unified_diff().header("shown", "printed"));
        Mismatch { message, renewed: renewal::renewed(shown, &lines) }
    })
}

fn write(dir: &Path, name: &str, text: &str) {
    let file = dir.join(name);
    fs::create_dir_all(file.parent().expect("a file is in a folder")).expect("the folder can be created");
    fs::write(file, text).expect("the file can be written");
}

#[test]
fn every_command_does_what_the_document_shows() {
    let (mut wrong, mut ran, mut compared) = (Vec::new(), 0, 0);
    for document in documents() {
        let text = read(&document);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let dir = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink(root().join("templates"), dir.path().join("templates")).expect("a link");
        let mut changes = Vec::new();
        for part in parts(&text) {
            match part {
                Part::File { name, text } => write(dir.path(), name, &text),
                Part::Command { text, line, output } => {
                    ran += 1;
                    compared += usize::from(output.is_some());
                    let shown = output.clone().map(|range| &lines[range]);
                    let Some(mismatch) = run(dir.path(), &text, shown) else { continue };
                    match (output, mismatch.renewed) {
                        (Some(range), Some(renewed)) if is_renewing() => changes.push((range, renewed)),
                        _ => wrong.push(format!("{}:{line}: {}", name(&document), mismatch.message)),
                    }
                }
                Part::Snippet { .. } | Part::Unknown { .. } => {}
            }
        }
        for (range, renewed) in changes.into_iter().rev() {
            lines.splice(range, renewed);
        }
        if is_renewing() {
            renew(&document, (lines.join("\n") + "\n").as_bytes());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(ran >= 50 && compared >= 20, "too few commands were found: {ran}, {compared} with output");
}

/// No block claims something that nothing verifies.
#[test]
fn every_block_is_run_or_parsed_or_says_that_it_is_not() {
    let mut wrong = Vec::new();
    for document in documents() {
        let text = read(&document);
        for part in parts(&text) {
            match part {
                Part::Snippet { language: "yaml", text, line } => {
                    let mut sources = Sources::default();
                    if let Err(errors) = yaml_documents(&mut sources, "snippet", text.as_bytes(), Duplicates::Refused) {
                        let errors = Failure::new(errors, sources).render(false);
                        wrong.push(format!("{}:{line}: {errors}", name(&document)));
                    }
                }
                Part::Snippet { language: _, text, line } => {
                    if let Err(error) = serde_json::from_str::<serde_json::Value>(&text) {
                        wrong.push(format!("{}:{line}: {error}", name(&document)));
                    }
                }
                Part::Unknown { line, text } => {
                    wrong.push(format!("{}:{line}: nothing runs `{text}`", name(&document)))
                }
                Part::File { .. } | Part::Command { .. } => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
