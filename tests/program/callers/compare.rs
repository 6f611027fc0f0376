//! Compares what two programs answered to the same row.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Output;

use flate2::read::GzDecoder;
use regex::Regex;
use similar::TextDiff;
use walkdir::WalkDir;

use super::rows::{Row, Step};
use super::run::Answers;

/// The longest difference that is shown, in bytes.
const SHOWN: usize = 3000;

/// Returns a text for each difference.
pub fn row(row: &Row, helm: &Answers, ours: &Answers) -> Vec<String> {
    let mut wrong = Vec::new();
    for ((step, helm), ours) in row.steps.iter().zip(&helm.outputs).zip(&ours.outputs) {
        match &step.helm {
            Some(line) => wrong.extend(answers(step, helm, ours).map(|text| format!("`helm {line}`: {text}"))),
            None => wrong.extend(shell(step, helm, "helm").or_else(|| shell(step, ours, "mkmanifests"))),
        }
    }
    if row.steps.iter().all(|step| step.ours.is_none()) {
        wrong.extend(files(&helm.folder, &ours.folder));
    }
    wrong
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn shell(step: &Step, output: &Output, name: &str) -> Option<String> {
    let shell = step.shell.as_deref().unwrap_or_default();
    (!output.status.success()).then(|| format!("{name}: `{shell}` failed: {}", text(&output.stderr)))
}

/// Compares exit codes and stdout, and looks for what the caller looks for.
fn answers(step: &Step, helm: &Output, ours: &Output) -> Option<String> {
    let code = |output: &Output| output.status.code().unwrap_or(-1);
    let errors = || format!("--- helm\n{}--- mkmanifests\n{}", text(&helm.stderr), text(&ours.stderr));
    if code(helm) != step.exit {
        return Some(format!("helm exits with {}, and the record says {}: {}", code(helm), step.exit, errors()));
    }
    let finds = step.finds.as_deref().map(|pattern| Regex::new(pattern).expect("a regular expression"));
    let finds = finds.as_ref();
    let stream = |output: &Output, pattern: &Regex| {
        [&output.stdout, &output.stderr].iter().position(|bytes| pattern.is_match(&text(bytes)))
    };
    let place = finds.map(|pattern| stream(helm, pattern));
    if place == Some(None) {
        return Some(format!("helm does not print what the record says: {}{}", text(&helm.stdout), errors()));
    }
    if let Some(answer) = &step.ours {
        let pattern = Regex::new(&answer.finds).expect("a regular expression");
        let same = code(ours) == answer.exit && stream(ours, &pattern).is_some();
        return (!same).then(|| format!("exits with {}: {}{}", code(ours), text(&ours.stdout), errors()));
    }
    if code(ours) != code(helm) {
        return Some(format!("exits with {} instead of {}:\n{}", code(ours), code(helm), errors()));
    }
    let mask = step.mask.as_deref().map(|pattern| Regex::new(pattern).expect("a regular expression"));
    let masked = |bytes: &[u8]| {
        let text = updates_in_order(&text(bytes));
        mask.as_ref().map_or(text.clone(), |mask| mask.replace_all(&text, "*").into_owned())
    };
    let (helms, mine) = (masked(&helm.stdout), masked(&ours.stdout));
    if helms != mine {
        return Some(difference(&helms, &mine));
    }
    if place != finds.map(|pattern| stream(ours, pattern)) {
        return Some(format!("the caller finds nothing:\n{}", errors()));
    }
    // Some callers take any text on stderr for a failure.
    (helm.stderr.is_empty() && !ours.stderr.is_empty()).then(|| format!("prints to stderr:\n{}", errors()))
}

/// Sorts the lines of updated repositories, which Helm prints in the order in which they answer.
fn updates_in_order(text: &str) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    for run in lines.chunk_by_mut(|one, other| [one, other].iter().all(|line| line.starts_with("...Successfully got")))
    {
        run.sort_unstable();
    }
    lines.concat()
}

fn difference(helm: &str, ours: &str) -> String {
    let diff = TextDiff::from_lines(helm, ours).unified_diff().header("helm", "mkmanifests").to_string();
    let mut end = diff.len().min(SHOWN);
    while !diff.is_char_boundary(end) {
        end -= 1;
    }
    format!("\n{}", &diff[..end])
}

/// Returns the differences between what a real caller printed and wrote with two programs.
pub fn whole(helm: &Answers, ours: &Answers) -> Vec<String> {
    let mut wrong = Vec::new();
    for (helms, mine) in helm.outputs.iter().zip(&ours.outputs) {
        if !helms.status.success() {
            wrong.push(format!("fails with helm: {}{}", text(&helms.stdout), text(&helms.stderr)));
        } else if !mine.status.success() {
            wrong.push(format!("fails with mkmanifests: {}{}", text(&mine.stdout), text(&mine.stderr)));
        } else if helms.stdout != mine.stdout {
            wrong.push(difference(&text(&helms.stdout), &text(&mine.stdout)));
        }
    }
    wrong.extend(files(&helm.folder, &ours.folder));
    wrong
}

/// Compares the files that two programs left behind.
fn files(helm: &Path, ours: &Path) -> Vec<String> {
    let (helms, mine) = (tree(helm), tree(ours));
    let mut wrong = Vec::new();
    for (name, content) in &helms {
        match mine.get(name) {
            None => wrong.push(format!("the file `{name}` is missing")),
            Some(other) if other != content => {
                wrong.push(format!("the file `{name}` differs: {}", difference(content, other)));
            }
            Some(_) => {}
        }
    }
    let more = mine.keys().filter(|name| !helms.contains_key(*name));
    wrong.extend(more.map(|name| format!("the file `{name}` is not written by helm")));
    wrong
}

/// Returns the comparable content of all files below `work` and `home`, by their paths. Helm's content cache is its own affair:
/// no caller reads it.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    let below = ["work", "home"].map(|name| WalkDir::new(folder.join(name)).sort_by_file_name());
    let files = below.into_iter().flatten().map(|entry| entry.expect("an entry"));
    let mut contents = BTreeMap::new();
    for file in files.filter(|entry| entry.file_type().is_file()) {
        let name = file.path().strip_prefix(folder).expect("a path below it").display().to_string();
        if !name.contains("/content/") && !name.ends_with("/repositories.lock") {
            contents.insert(name, comparable(file.path()));
        }
    }
    contents
}

/// Returns the text of a file without times, or what an archive contains.
fn comparable(file: &Path) -> String {
    let bytes = fs::read(file).expect("a file");
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if file.extension().is_some_and(|extension| extension == "tgz") {
        return entries(&bytes);
    }
    if name.ends_with("-charts.txt") {
        // In Helm's random order.
        let sorted: BTreeSet<String> = text(&bytes).lines().map(str::to_owned).collect();
        return format!("{sorted:?}");
    }
    let times = Regex::new(r#"(?m)^generated: .*$|"generated":"[^"]*""#).expect("a regular expression");
    times.replace_all(&text(&bytes), "generated").into_owned()
}

/// Returns the names and contents of an archive.
fn entries(bytes: &[u8]) -> String {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes));
    let mut listing = String::new();
    for entry in archive.entries().expect("an archive") {
        let mut entry = entry.expect("an entry");
        let name = entry.path().expect("a path").display().to_string();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("the content");
        listing += &format!("==> {name}\n{}\n", text(&content));
    }
    listing
}
