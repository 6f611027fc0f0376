//! Reads files of cases: a line with an expression, and a line with its result.
//!
//! `; ` separates statements, of which the last one is the value. On the next line, `= ` is its type and Go syntax, and
//! `! ` the reason of the error. Lines that begin with `#` are comments.

use std::path::{Path, PathBuf};

/// What a template says.
#[derive(Debug, Clone)]
pub struct Case {
    pub expression: String,
    /// As in the file, with `=` or `!` in front; empty if it is still to be found out.
    pub expected: String,
}

/// A line of a file.
#[derive(Debug, Clone)]
pub enum Line {
    Text(String),
    Case(Case),
}

/// All files, in the order of their names.
pub fn files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(mkmanifests_testing::data("sprig")).expect("the folder of the cases is there");
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    files
}

/// The lines of a file.
pub fn read(file: &Path) -> Vec<Line> {
    let text = std::fs::read_to_string(file).expect("the cases can be read");
    let mut lines: Vec<Line> = Vec::new();
    for line in text.lines() {
        match (line.chars().next(), lines.last_mut()) {
            (Some('=' | '!'), Some(Line::Case(case))) if case.expected.is_empty() => case.expected = line.to_owned(),
            (None | Some('#'), _) => lines.push(Line::Text(line.to_owned())),
            _ => lines.push(Line::Case(Case { expression: line.to_owned(), expected: String::new() })),
        }
    }
    lines
}

/// The text of a file.
pub fn text(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        match line {
            Line::Text(line) => text += &format!("{line}\n"),
            Line::Case(case) => text += &format!("{}\n{}\n", case.expression, case.expected),
        }
    }
    text
}

/// The template that prints what a case expects: its type and its value in Go's syntax.
pub fn template(expression: &str) -> String {
    let mut statements: Vec<&str> = expression.split("; ").collect();
    let last = statements.pop().unwrap_or_default();
    let before: String = statements.iter().map(|statement| format!("{{{{- {statement} -}}}}")).collect();
    format!("{before}{{{{- $result := ({last}) -}}}}{{{{- printf \"%T %#v\" $result $result -}}}}")
}

/// The functions that an expression calls: words other than strings, numbers and variables.
pub fn words(expression: &str) -> Vec<String> {
    let mut bare = String::new();
    let mut letters = expression.chars();
    let mut open = None;
    while let Some(letter) = letters.next() {
        match open {
            Some('"') if letter == '\\' => _ = letters.next(),
            Some(quote) if letter == quote => open = None,
            Some(_) => {}
            None if letter == '"' || letter == '`' => open = Some(letter),
            None => bare.push(letter),
        }
    }
    let apart = |letter: char| !(letter.is_ascii_alphanumeric() || "$._".contains(letter));
    let names = bare.split(apart).filter(|word| word.starts_with(|letter: char| letter.is_ascii_alphabetic()));
    names.map(str::to_owned).collect()
}
