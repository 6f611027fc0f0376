//! Runs the post-renderer of a suite: a program that reads all rendered files as one text, and writes what is tested.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mkmanifests_chart::OutputFile;
use mkmanifests_go::quote::quote;
use mkmanifests_yaml::diagnostic::io_reason;

use crate::suite::PostRenderer;

/// What precedes the text of each file, before its path.
const SEPARATOR: &str = "---\n#### file:";
/// What precedes the path in a separator.
const PATH: &str = "#### file: ";
/// The path of all output that names no file.
const WHOLE: &str = "manifest.yaml";

/// Returns the files that the post-renderer makes of rendered ones.
///
/// # Errors
/// Go's text about a program that does not exist or fails.
pub(super) fn run(renderer: &PostRenderer, files: &[OutputFile]) -> Result<Vec<OutputFile>, String> {
    let program = find(&renderer.command)?;
    Ok(split(&output(&program, &renderer.args, &merged(files))?))
}

/// Joins the files in the order of their paths.
fn merged(files: &[OutputFile]) -> String {
    let mut files: Vec<&OutputFile> = files.iter().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.iter().map(|file| format!("{SEPARATOR} {}\n{}\n", file.path, file.text.trim())).collect()
}

/// Takes the output apart again. What does not follow a separator belongs to no file, unless there is none at all.
fn split(output: &str) -> Vec<OutputFile> {
    let starts: Vec<usize> = output.match_indices(SEPARATOR).map(|(at, _)| at).collect();
    let ends = starts.iter().skip(1).copied().chain([output.len()]);
    let blocks =
        std::iter::once((0, starts.first().copied().unwrap_or(output.len()))).chain(starts.iter().copied().zip(ends));
    let mut files: Vec<OutputFile> = Vec::new();
    for block in blocks.filter_map(|(start, end)| output.get(start..end)) {
        let Some(at) = block.find(PATH) else { continue };
        let path = block[at + PATH.len()..].split('\n').next().unwrap_or_default().to_owned();
        let head = format!("---\n{PATH}{path}\n");
        let text = block.strip_prefix(&head).unwrap_or(block).to_owned();
        match files.iter_mut().find(|file| file.path == path) {
            Some(file) => file.text = text,
            None => files.push(OutputFile { path, text }),
        }
    }
    if files.is_empty() {
        files.push(OutputFile { path: WHOLE.to_owned(), text: output.to_owned() });
    }
    files
}

fn output(program: &Path, args: &[String], input: &str) -> Result<String, String> {
    let name = program.display();
    let failed = |stderr: &str, why: &str| {
        format!("post-render failed: error while running command {name}. error output:\n{stderr}: {why}")
    };
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed("", &format!("fork/exec {name}: {}", io_reason(&error))))?;
    let stdin = child.stdin.take();
    let done = std::thread::scope(|scope| {
        scope.spawn(move || {
            // A program need not read its input.
            let _ = stdin.map(|mut stdin| stdin.write_all(input.as_bytes()));
        });
        child.wait_with_output()
    });
    let done = done.map_err(|error| failed("", &io_reason(&error)))?;
    if !done.status.success() {
        let why = match done.status.code() {
            Some(code) => format!("exit status {code}"),
            None => "signal: killed".to_owned(),
        };
        return Err(failed(&String::from_utf8_lossy(&done.stderr), &why));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Finds a program: in the folders of `PATH`, or at a path relative to the working directory.
fn find(command: &str) -> Result<PathBuf, String> {
    let missing = |why: &str| format!("unable to find binary at {command}: exec: {}: {why}", quote(command.as_bytes()));
    let path = match command.contains('/') {
        true => match std::fs::metadata(command) {
            Ok(metadata) if metadata.is_dir() => return Err(missing("is a directory")),
            Ok(_) => PathBuf::from(command),
            Err(error) => return Err(missing(&format!("stat {command}: {}", io_reason(&error)))),
        },
        false => {
            let folders = std::env::var_os("PATH").unwrap_or_default();
            let found = std::env::split_paths(&folders).map(|folder| folder.join(command)).find(|path| path.is_file());
            found.ok_or_else(|| missing("executable file not found in $PATH"))?
        }
    };
    std::path::absolute(&path).map_err(|error| missing(&io_reason(&error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> OutputFile {
        OutputFile { path: path.to_owned(), text: text.to_owned() }
    }

    #[test]
    fn output_is_taken_apart_at_the_paths() {
        let text = merged(&[file("web/b.yaml", "\nb: 1\n\n"), file("web/a.yaml", "a: 1\n---\nc: 1")]);
        assert_eq!(text, "---\n#### file: web/a.yaml\na: 1\n---\nc: 1\n---\n#### file: web/b.yaml\nb: 1\n");
        assert_eq!(split(&text), [file("web/a.yaml", "a: 1\n---\nc: 1\n"), file("web/b.yaml", "b: 1\n")]);
        assert_eq!(split("a: 1\n"), [file("manifest.yaml", "a: 1\n")]);
    }
}
