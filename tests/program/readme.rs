//! What the documents show is what the program does: every command of README.md and docs/*.md runs.
//!
//! - A fenced block after a line that is a file name in backticks and a colon is that file.
//! - In `sh` and `console` blocks, commands start with `mkmanifests`, `$ mkmanifests` or `cargo run --release --`. They run
//!   in a shell with the files that the document has shown so far; pipes into `kubectl` and `aws` are left out.
//! - In `console` blocks, what follows a command is what it prints on both streams; a line `...` stands for any lines.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Programs that are not run: they need a cluster or an account.
const OTHERS: [&str; 2] = ["| kubectl ", "| aws "];

/// A part of a document that a test can use.
enum Part {
    File { name: String, text: String },
    Command { line: usize, text: String, output: Option<Vec<String>> },
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn documents() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("docs")).expect("docs/ is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    files.push(root().join("README.md"));
    files.sort();
    files
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The files and commands of a document, in its order.
fn parts(markdown: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut before = "";
    let mut lines = markdown.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(language) = line.trim_start().strip_prefix("```") else {
            before = if line.is_empty() { before } else { line };
            continue;
        };
        let block: Vec<&str> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim_start() != "```").collect();
        match before.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:")) {
            Some(name) => parts.push(Part::File { name: name.to_owned(), text: block.join("\n") + "\n" }),
            None if language == "sh" => parts.extend(commands(&block, at + 2)),
            None if language == "console" => parts.extend(session(&block, at + 2)),
            None => {}
        }
        before = "";
    }
    parts
}

/// The command of this program on a line, if there is one.
fn command(line: &str) -> Option<String> {
    let text = line.strip_prefix("$ ").unwrap_or(line).trim_start();
    let text = match text.strip_prefix("cargo run --release -- ") {
        Some(arguments) => format!("mkmanifests {arguments}"),
        None => text.to_owned(),
    };
    text.starts_with("mkmanifests ").then(|| {
        let end = OTHERS.iter().filter_map(|other| text.find(other)).min().unwrap_or(text.len());
        text[..end].to_owned()
    })
}

/// Commands without what they print.
fn commands(block: &[&str], first: usize) -> Vec<Part> {
    let numbered = block.iter().enumerate();
    numbered
        .filter_map(|(at, line)| Some(Part::Command { line: first + at, text: command(line)?, output: None }))
        .collect()
}

/// Commands with what they print.
fn session(block: &[&str], first: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (at, line) in block.iter().enumerate() {
        if line.starts_with("$ ") {
            let text = command(line).unwrap_or_else(|| panic!("line {}: not a command of this program", first + at));
            parts.push(Part::Command { line: first + at, text, output: Some(Vec::new()) });
        } else if let Some(Part::Command { output: Some(output), .. }) = parts.last_mut() {
            output.push((*line).to_owned());
        }
    }
    parts
}

/// Whether `actual` is what is shown, where `...` stands for any lines, also none.
fn matches(shown: &[String], actual: &[&str]) -> bool {
    match shown.split_first() {
        None => actual.is_empty(),
        Some((first, rest)) if first == "..." => (0..=actual.len()).any(|from| matches(rest, &actual[from..])),
        Some((first, rest)) => actual.split_first().is_some_and(|(line, more)| first == line && matches(rest, more)),
    }
}

/// What is wrong with a command.
fn run(dir: &Path, text: &str, shown: Option<&[String]>) -> Option<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_mkmanifests")).parent().expect("a program is in a folder");
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{text}")])
        .current_dir(dir)
        .env_clear()
        .env("PATH", std::env::join_paths([program, Path::new("/usr/bin"), Path::new("/bin")]).expect("a search path"))
        .output()
        .expect("sh runs");
    let actual = String::from_utf8_lossy(&output.stdout);
    let fails = shown.is_some_and(|shown| shown.iter().any(|line| line.starts_with("error: ")));
    // 1 is the answer no, 2 that it could not be done.
    let expected: &[i32] = if fails { &[1, 2] } else { &[0] };
    if !output.status.code().is_some_and(|code| expected.contains(&code)) {
        return Some(format!("{} of\n{text}\n{actual}", output.status));
    }
    let lines: Vec<&str> = actual.lines().collect();
    shown.filter(|shown| !matches(shown, &lines)).map(|shown| {
        let shown = shown.join("\n") + "\n";
        let diff = similar::TextDiff::from_lines(shown.as_str(), &actual);
        format!("{text}\n{}", diff.unified_diff().header("shown", "printed"))
    })
}

fn write(dir: &Path, name: &str, text: &str) {
    let file = dir.join(name);
    fs::create_dir_all(file.parent().expect("a file is in a folder")).expect("a folder can be made");
    fs::write(file, text).expect("a file can be written");
}

#[cfg(unix)]
#[test]
fn every_command_does_what_is_shown() {
    let (mut wrong, mut ran, mut compared) = (Vec::new(), 0, 0);
    for document in documents() {
        let name = document.strip_prefix(root()).expect("a file of this project").display().to_string();
        let dir = tempfile::tempdir().expect("a folder");
        std::os::unix::fs::symlink(root().join("templates"), dir.path().join("templates")).expect("a link");
        for part in parts(&read(&document)) {
            match part {
                Part::File { name, text } => write(dir.path(), &name, &text),
                Part::Command { line, text, output } => {
                    ran += 1;
                    compared += usize::from(output.is_some());
                    wrong.extend(run(dir.path(), &text, output.as_deref()).map(|why| format!("{name}:{line}: {why}")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(ran >= 20 && compared >= 8, "too few commands were found: {ran}, {compared} with output");
}

#[test]
fn an_ellipsis_stands_for_any_lines() {
    let shown = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(matches(&shown("a\n...\nd"), &["a", "b", "c", "d"]));
    assert!(matches(&shown("...\na\n..."), &["a"]));
    assert!(!matches(&shown("a\n...\nd"), &["a", "b"]));
    assert!(!matches(&shown("a"), &["a", "b"]));
}

#[test]
fn versions_are_those_of_the_manifest() {
    let manifest = read(&root().join("Cargo.toml"));
    let between = |from: &str, to: &str| -> String {
        let rest = manifest.split_once(from).unwrap_or_else(|| panic!("Cargo.toml has no {from}")).1;
        rest.split_once(to).expect("a quote ends it").0.to_owned()
    };
    let rust = between("rust-version = \"", "\"");
    let kubernetes = between("\"v1_", "\"");
    let version = between("\nversion = \"", "\"");
    let (major_minor, _) = version.rsplit_once('.').expect("three numbers");
    for (file, text) in ["README.md", "CONTRIBUTING.md"].map(|file| (file, read(&root().join(file)))) {
        assert_mentions(file, &text, "Rust ", &rust);
        if file == "README.md" {
            assert_mentions(file, &text, "Kubernetes ", &format!("1.{kubernetes}"));
            assert_mentions(file, &text, "| mkmanifests ", major_minor);
        }
    }
}

/// Wherever a number follows `word`, it is `version`; somewhere it does.
fn assert_mentions(file: &str, text: &str, word: &str, version: &str) {
    let named: Vec<&str> = text
        .split(word)
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or_default())
        .map(|number| number.trim_end_matches('.'))
        .filter(|number| !number.is_empty())
        .collect();
    assert!(!named.is_empty(), "{file} does not say {word}{version}");
    assert!(named.iter().all(|number| *number == version), "{file}: {word}{named:?}, and Cargo.toml has {version}");
}

#[test]
fn links_lead_to_files() {
    let mut files = documents();
    files.extend(["CONTRIBUTING.md", "CHANGELOG.md"].map(|file| root().join(file)));
    let mut wrong = Vec::new();
    for file in files {
        let text = read(&file);
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
        for target in targets.filter(|target| !target.starts_with("http")) {
            let path = target.split('#').next().unwrap_or_default();
            if !file.parent().expect("a file is in a folder").join(path).exists() {
                wrong.push(format!("{}: {target}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
