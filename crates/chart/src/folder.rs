//! Reads a chart from a folder: every file that `.helmignore` does not exclude.
//!
//! Symbolic links are followed wherever they lead, as in Helm: many charts link to a LICENSE outside the chart. A chart
//! can therefore print `/etc/passwd`; use [`SymbolicLinks::InsideChart`] for charts that you do not trust.

use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::ChartCode;
use super::archive::without_mark;
use super::ignore::Rules;
use super::limits::{Budget, MAX_FILE_BYTES};
use super::model::File;
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources, io_reason};
use mkmanifests_yaml::files::FileCode;

/// Which symbolic links in a chart's folder are followed. Links in archives are never followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SymbolicLinks {
    /// All links, as in Helm.
    #[default]
    All,
    /// Links to files and folders inside the chart; any other link is an error.
    InsideChart,
}

/// How deep folders may be nested.
const MAX_FOLDERS: usize = 64;

/// Reads the files of a chart's folder, in the order in which Helm walks them. `name` is the folder's name in
/// diagnostics; the text of `.helmignore` is added to `sources`.
///
/// # Errors
/// All files that cannot be read, links that `links` forbids, invalid lines of `.helmignore`, and a `.helmignore` that
/// excludes `Chart.yaml`.
pub(super) fn files(
    folder: &Path,
    name: &str,
    links: SymbolicLinks,
    budget: &mut Budget,
    sources: &mut Sources,
) -> Result<Vec<File>, Vec<Diagnostic>> {
    let root = fs::canonicalize(folder).map_err(|error| vec![unreadable(folder, &error)])?;
    let (files, diagnostics, rules) = (Vec::new(), Vec::new(), Rules::default());
    let mut walk = Walk { root, links, files, diagnostics, budget, rules, open: Vec::new(), buffer: Vec::new() };
    match walk.rules(name, sources) {
        Ok(rules) => walk.rules = rules,
        Err(diagnostics) => walk.diagnostics.extend(diagnostics),
    }
    let root = walk.root.clone();
    if let Err(limit) = walk.folder(&root, "", 0) {
        walk.diagnostics.push(limit);
    }
    walk.diagnostics.extend(excluded_metadata(&walk.rules));
    if walk.diagnostics.is_empty() { Ok(walk.files) } else { Err(walk.diagnostics) }
}

/// Reports the line of `.helmignore` that excludes `Chart.yaml`. Helm only says that the file is missing.
fn excluded_metadata(rules: &Rules) -> Option<Diagnostic> {
    let rule = rules.excluding("Chart.yaml", false)?;
    let diagnostic = Diagnostic::error(ChartCode::MissingMetadata, "Chart.yaml file is missing").at(rule.location);
    let diagnostic = diagnostic.label("this line excludes `Chart.yaml`");
    Some(if rule.negated {
        diagnostic
            .help("in `.helmignore`, a pattern with `!` excludes every file that it does not match: remove the line")
    } else {
        diagnostic.help("remove the line, or narrow the pattern so that it does not match `Chart.yaml`")
    })
}

struct Walk<'b> {
    root: PathBuf,
    links: SymbolicLinks,
    files: Vec<File>,
    diagnostics: Vec<Diagnostic>,
    budget: &'b mut Budget,
    rules: Rules,
    /// The folders that the walk is in, the outermost first.
    open: Vec<PathBuf>,
    /// The bytes of the file that is being read.
    buffer: Vec<u8>,
}

impl Walk<'_> {
    fn rules(&mut self, name: &str, sources: &mut Sources) -> Result<Rules, Vec<Diagnostic>> {
        let text = self.ignore_file().map_err(|diagnostic| vec![diagnostic])?;
        let source = sources.add(format!("{name}/.helmignore"), text.as_str());
        Rules::parse(&text, source)
    }

    /// Reads `.helmignore`; empty if the file does not exist.
    fn ignore_file(&mut self) -> Result<String, Diagnostic> {
        let path = self.root.join(".helmignore");
        if !path.exists() {
            return Ok(String::new());
        }
        let real = if path.is_symlink() { self.resolved(&path, ".helmignore")? } else { path };
        match fs::metadata(&real) {
            Ok(metadata) if metadata.is_file() => {
                self.read(&real, ".helmignore", metadata.len())?;
                Ok(String::from_utf8_lossy(&self.buffer).into_owned())
            }
            _ => Err(irregular(".helmignore")),
        }
    }

    /// Walks a folder. An error ends the whole walk.
    fn folder(&mut self, folder: &Path, inner: &str, depth: usize) -> Result<(), Diagnostic> {
        if depth > MAX_FOLDERS {
            return Err(Diagnostic::error(
                ChartCode::TooDeep,
                format!("`{inner}` is nested more than {MAX_FOLDERS} folders deep"),
            ));
        }
        self.budget.take_folder()?;
        self.open.push(folder.to_owned());
        let walked = self.entries(folder, inner, depth);
        self.open.pop();
        walked
    }

    fn entries(&mut self, folder: &Path, inner: &str, depth: usize) -> Result<(), Diagnostic> {
        let mut names = match fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>) {
            Ok(entries) => entries.into_iter().map(|entry| entry.file_name()).collect::<Vec<_>>(),
            Err(error) => {
                self.diagnostics.push(unreadable(Path::new(inner), &error));
                return Ok(());
            }
        };
        names.sort();
        for name in names {
            let text = name.to_string_lossy();
            let inner = if inner.is_empty() { text.into_owned() } else { format!("{inner}/{text}") };
            self.entry(&folder.join(&name), &inner, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, inner: &str, depth: usize) -> Result<(), Diagnostic> {
        let own = fs::symlink_metadata(path);
        let is_link = own.as_ref().is_ok_and(fs::Metadata::is_symlink);
        let metadata = if is_link { fs::metadata(path) } else { own };
        let is_folder = metadata.as_ref().is_ok_and(fs::Metadata::is_dir);
        // An excluded entry may be anything, even a link out of the chart.
        if self.rules.excluding(inner, is_folder).is_some() {
            return Ok(());
        }
        let real = if is_link { self.resolved(path, inner) } else { Ok(path.to_owned()) };
        let real = match real {
            Ok(real) => real,
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                return Ok(());
            }
        };
        if is_folder {
            return self.folder(&real, inner, depth + 1);
        }
        match metadata {
            Ok(metadata) if !metadata.is_file() => self.diagnostics.push(irregular(inner)),
            Ok(metadata) => {
                self.budget.take_file(inner, metadata.len(), "chart")?;
                match self.read(&real, inner, metadata.len()) {
                    Ok(()) => {
                        let file = File::new(inner, without_mark(&self.buffer)).modified_at(modified(&metadata));
                        self.files.push(file);
                    }
                    Err(diagnostic) => self.diagnostics.push(diagnostic),
                }
            }
            Err(error) => self.diagnostics.push(unreadable(Path::new(inner), &error)),
        }
        Ok(())
    }

    /// Reads a file of `length` bytes into the buffer, up to the limit for files, even if it grows meanwhile.
    fn read(&mut self, path: &Path, inner: &str, length: u64) -> Result<(), Diagnostic> {
        self.buffer.clear();
        // One byte more, so that the end of the file is seen without growing the buffer.
        self.buffer.reserve(usize::try_from(length.min(MAX_FILE_BYTES) + 1).unwrap_or_default());
        let read = fs::File::open(path).and_then(|file| file.take(MAX_FILE_BYTES).read_to_end(&mut self.buffer));
        read.map(drop).map_err(|error| unreadable(Path::new(inner), &error))
    }

    /// Returns where a link points to.
    ///
    /// # Errors
    /// A broken link, one that `links` forbids, and one to a folder that the walk is in.
    fn resolved(&self, path: &Path, inner: &str) -> Result<PathBuf, Diagnostic> {
        let real = fs::canonicalize(path).map_err(|error| dangling(path, inner, &error))?;
        if self.links == SymbolicLinks::InsideChart && !real.starts_with(&self.root) {
            let diagnostic = Diagnostic::error(
                ChartCode::ExternalLink,
                format!("the link `{inner}` points out of the chart, to `{}`", real.display()),
            );
            return Err(diagnostic.help(
                "replace the link with a copy, exclude it in `.helmignore`, or allow links that point out of the chart",
            ));
        }
        if self.open.contains(&real) {
            return Err(Diagnostic::error(
                ChartCode::BrokenLink,
                format!("the link `{inner}` points to a folder that contains it"),
            ));
        }
        Ok(real)
    }
}

/// Returns when a file was last changed, rounded to seconds as Go rounds.
fn modified(metadata: &fs::Metadata) -> Option<i64> {
    let time = metadata.modified().ok()?;
    let nanoseconds = match time.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => i128::try_from(since.as_nanos()).ok()?,
        Err(before) => -i128::try_from(before.duration().as_nanos()).ok()?,
    };
    i64::try_from((nanoseconds + 500_000_000).div_euclid(1_000_000_000)).ok()
}

fn dangling(path: &Path, inner: &str, error: &std::io::Error) -> Diagnostic {
    let Ok(target) = fs::read_link(path) else { return unreadable(Path::new(inner), error) };
    let reason = io_reason(error);
    let message = format!("cannot follow the link `{inner}` to `{}`: {reason}", target.display());
    let missing = missing_step(&path.parent().unwrap_or(Path::new("/")).join(target));
    let original = format!("error evaluating symlink {}: lstat {}: {reason}", path.display(), missing.display());
    Diagnostic::error(ChartCode::BrokenLink, message).original(original)
}

/// Returns the first step of a path that does not exist: what Helm names.
fn missing_step(path: &Path) -> PathBuf {
    let mut known = PathBuf::new();
    for step in path.components() {
        match step {
            Component::ParentDir => {
                known.pop();
            }
            step => known.push(step),
        }
        if fs::symlink_metadata(&known).is_err() {
            break;
        }
    }
    known
}

fn irregular(inner: &str) -> Diagnostic {
    Diagnostic::error(
        ChartCode::IrregularFile,
        format!("cannot load irregular file {inner} as it has file mode type bits set"),
    )
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(FileCode::of_reading(error), format!("cannot read `{}`: {}", path.display(), io_reason(error)))
}
