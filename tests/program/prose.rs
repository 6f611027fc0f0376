//! The text of the repository is plain English: no phrase of `tests/data/program/prose.tsv` occurs in it.
//!
//! A line of that file is a regular expression, a tab, and what to write instead. Recorded output, the data of other
//! programs and generated documents are not searched.

use std::fs;
use std::path::Path;

use mkmanifests_testing as common;
use regex::Regex;

/// What is searched, relative to the repository.
const SEARCHED: [&str; 12] = [
    "src",
    "crates",
    "tests",
    "benches",
    "fuzz/src",
    "docs",
    "values",
    "templates",
    "Cargo.toml",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
];

/// Folders of other programs' text or of recorded output, and a document that is generated.
const SKIPPED: [&str; 4] = ["/tests/data/", "/snapshots/", "/values/charts/", "/docs/rules.md"];

/// Returns the phrases with their advice.
fn phrases() -> Vec<(Regex, String)> {
    let text = fs::read_to_string(common::data("program/prose.tsv")).expect("the list of phrases");
    let phrase = |line: &str| {
        let (phrase, advice) = line.split_once('\t').expect("a phrase, a tab, and what to write instead");
        (Regex::new(&format!("(?i){phrase}")).expect("a regular expression"), advice.to_owned())
    };
    text.lines().map(phrase).collect()
}

/// Returns the text of a line without indentation and comment marks.
fn words(line: &str) -> &str {
    line.trim().trim_start_matches(['/', '!', '#', '-', '*', '>']).trim()
}

/// Appends each phrase in a text as `file:line: phrase: advice`, including phrases that continue on the next line.
fn search(path: &str, text: &str, phrases: &[(Regex, String)], found: &mut Vec<String>) {
    let lines: Vec<&str> = text.lines().map(words).collect();
    for (at, line) in lines.iter().enumerate() {
        let with_next = format!("{line} {}", lines.get(at + 1).copied().unwrap_or_default());
        for (phrase, advice) in phrases {
            let starts = phrase.find(&with_next).filter(|found| found.start() < line.len());
            if let Some(phrase) = starts {
                found.push(format!("{path}:{}: `{}`: write: {advice}", at + 1, phrase.as_str().trim()));
            }
        }
    }
}

#[test]
fn the_text_of_the_repository_is_plain_english() {
    let phrases = phrases();
    let (mut found, mut files) = (Vec::new(), 0);
    for entry in SEARCHED.iter().flat_map(|path| walkdir::WalkDir::new(common::root().join(path)).sort_by_file_name()) {
        let entry = entry.expect("an entry");
        let path = entry.path().strip_prefix(common::root()).expect("below the repository").display().to_string();
        let is_skipped = SKIPPED.iter().any(|skipped| format!("/{path}").contains(skipped));
        let is_text = Path::new(&path)
            .extension()
            .is_some_and(|it| ["rs", "md", "yaml", "j2", "toml"].iter().any(|text| it == *text));
        if !entry.file_type().is_file() || is_skipped || !is_text {
            continue;
        }
        files += 1;
        search(&path, &fs::read_to_string(entry.path()).expect("text"), &phrases, &mut found);
    }
    assert!(files > 200, "only {files} files were searched");
    assert!(found.is_empty(), "{} phrases:\n{}", found.len(), found.join("\n"));
}
