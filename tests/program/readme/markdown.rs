//! Finds the parts of a document that a test can use.

use std::ops::Range;

/// Begins a block that no test runs, after the comment sign of its language.
const NOT_RUN: &str = "not run by the tests: ";

/// Languages of blocks that show no commands: drawings, output of other programs, listings.
const QUIET: [&str; 2] = ["text", "mermaid"];

/// What a reader would type: none of it belongs into a block of text.
const COMMANDS: [&str; 8] = ["aws ", "cargo ", "flux ", "helm ", "kubectl ", "mkmanifests ", "vault ", "$ "];

/// A part of a document that a test can use. Lines count from 1.
#[derive(Debug)]
pub enum Part<'a> {
    /// A file that the following commands read.
    File { name: &'a str, text: String },
    /// A command, and which lines (from 0) of the document are its output.
    Command { line: usize, text: String, output: Option<Range<usize>> },
    /// YAML or JSON that belongs to no file.
    Snippet { language: &'a str, line: usize, text: String },
    /// Something that looks like a command and is none of the above.
    Unknown { line: usize, text: String },
}

/// Returns the parts of a document, in its order.
pub fn parts(markdown: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut before = "";
    let lines: Vec<&str> = markdown.lines().collect();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        let Some(language) = line.trim_start().strip_prefix("```") else {
            before = if line.is_empty() { before } else { line };
            continue;
        };
        let first = at;
        while at < lines.len() && lines[at].trim_start() != "```" {
            at += 1;
        }
        let block = &lines[first..at];
        at += 1;
        if !block.first().is_some_and(|line| is_marked(line)) {
            let file = before.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:"));
            block_parts(&mut parts, file, language, block, first);
        }
        before = "";
    }
    parts
}

fn is_marked(line: &str) -> bool {
    line.trim_start().trim_start_matches(['#', '/', ' ']).starts_with(NOT_RUN)
}

fn block_parts<'a>(parts: &mut Vec<Part<'a>>, file: Option<&'a str>, language: &'a str, block: &[&str], first: usize) {
    let text = || block.join("\n") + "\n";
    match (file, language) {
        (Some(name), _) => parts.push(Part::File { name, text: text() }),
        (None, "console") => session(parts, block, first),
        (None, "sh") => commands(parts, block, first),
        (None, "yaml" | "json") => parts.push(Part::Snippet { language, line: first + 1, text: text() }),
        (None, language) if QUIET.contains(&language) => {
            let numbered = block.iter().enumerate();
            let found = numbered.filter(|(_, line)| COMMANDS.iter().any(|word| line.trim_start().starts_with(word)));
            parts.extend(found.map(|(at, line)| Part::Unknown { line: first + at + 1, text: (*line).to_owned() }));
        }
        (None, language) => parts.push(Part::Unknown { line: first, text: format!("```{language}") }),
    }
}

/// Commands without their output. A backslash at the end of a line continues it.
fn commands(parts: &mut Vec<Part<'_>>, block: &[&str], first: usize) {
    let mut text = String::new();
    for (at, line) in block.iter().enumerate() {
        text += line.trim_start();
        if text.ends_with('\\') {
            text += "\n";
            continue;
        }
        let text = std::mem::take(&mut text);
        if text.starts_with("mkmanifests ") {
            parts.push(Part::Command { line: first + at + 1, text, output: None });
        } else if !text.is_empty() && !text.starts_with('#') {
            parts.push(Part::Unknown { line: first + at + 1, text });
        }
    }
}

/// Commands with their output.
fn session(parts: &mut Vec<Part<'_>>, block: &[&str], first: usize) {
    for (at, line) in block.iter().enumerate() {
        let number = first + at;
        if let Some(text) = line.strip_prefix("$ ") {
            let output = Some(number + 1..number + 1);
            parts.push(Part::Command { line: number + 1, text: text.to_owned(), output });
        } else if let Some(Part::Command { output: Some(output), .. }) = parts.last_mut() {
            output.end = number + 1;
        }
    }
}

#[test]
fn blocks_that_nothing_runs_are_found() {
    let unknown = |markdown: &str| parts(markdown).iter().any(|part| matches!(part, Part::Unknown { .. }));
    assert!(unknown("```sh\nkubectl get pod\n```\n"));
    assert!(unknown("```text\nhelm template a\n```\n"));
    assert!(unknown("```rust\nfn main() {}\n```\n"));
    assert!(!unknown("```sh\n# not run by the tests: needs a cluster\nkubectl get pod\n```\n"));
    assert!(!unknown("```rust\n// not run by the tests: an excerpt\nfn main() {}\n```\n"));
    assert!(!unknown("`a.rs`:\n\n```rust\nfn main() {}\n```\n"));
}
