//! Charts as folders: every file that `.helmignore` does not leave out.
//!
//! Symbolic links are followed wherever they lead, as in Helm: many charts link to a LICENSE beside them. So a chart can
//! print `/etc/passwd`; [`Links::Inside`] is for charts that one does not trust.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::ChartCode;
use super::archive::without_mark;
use super::ignore::Rules;
use super::limits::{Budget, MAX_FILE_BYTES};
use super::model::File;
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::files::FileCode;

/// Which symbolic links of a chart's folder are followed. Links in archives never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Links {
    /// All of them, as in Helm.
    #[default]
    All,
    /// Those that stay inside the folder; others are errors.
    Inside,
}

/// How deep folders may be in folders.
const MAX_FOLDERS: usize = 64;

/// The files of a chart's folder, in the order of their paths as Helm walks them.
///
/// # Errors
/// All files that cannot be read, and links that `links` forbids.
pub(super) fn files(folder: &Path, links: Links, budget: &mut Budget) -> Result<Vec<File>, Vec<Diagnostic>> {
    let root = fs::canonicalize(folder).map_err(|error| vec![unreadable(folder, &error)])?;
    let (files, diagnostics, rules, open) = (Vec::new(), Vec::new(), Rules::default(), Vec::new());
    let mut walk = Walk { root, links, files, diagnostics, budget, rules, open };
    match walk.rules() {
        Ok(rules) => walk.rules = rules,
        Err(diagnostic) => walk.diagnostics.push(diagnostic),
    }
    let root = walk.root.clone();
    if let Err(full) = walk.folder(&root, "", 0) {
        walk.diagnostics.push(full);
    }
    if walk.diagnostics.is_empty() { Ok(walk.files) } else { Err(walk.diagnostics) }
}

struct Walk<'b> {
    root: PathBuf,
    links: Links,
    files: Vec<File>,
    diagnostics: Vec<Diagnostic>,
    budget: &'b mut Budget,
    rules: Rules,
    /// The folders that the walk is in, the outermost first.
    open: Vec<PathBuf>,
}

impl Walk<'_> {
    fn rules(&self) -> Result<Rules, Diagnostic> {
        let path = self.root.join(".helmignore");
        if !path.exists() {
            return Rules::parse("");
        }
        let real = self.target(&path, ".helmignore")?;
        if !real.is_file() {
            return Err(irregular(".helmignore"));
        }
        let data = read(&real, ".helmignore")?;
        Rules::parse(&String::from_utf8_lossy(&data))
    }

    /// Goes through a folder. An error is one that ends the walk.
    fn folder(&mut self, folder: &Path, inner: &str, depth: usize) -> Result<(), Diagnostic> {
        if depth > MAX_FOLDERS {
            return Err(Diagnostic::error(
                ChartCode::TooDeep,
                format!("`{inner}` is more than {MAX_FOLDERS} folders deep"),
            ));
        }
        self.budget.take_folder()?;
        self.open.push(folder.to_owned());
        let done = self.entries(folder, inner, depth);
        self.open.pop();
        done
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
        // What is left out may be anything, a link to the outside as well.
        let is_folder = path.is_dir();
        if self.rules.ignores(inner, is_folder) {
            return Ok(());
        }
        let real = match self.target(path, inner) {
            Ok(real) => real,
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                return Ok(());
            }
        };
        if is_folder {
            return self.folder(&real, inner, depth + 1);
        }
        match fs::metadata(&real) {
            Ok(metadata) if !metadata.is_file() => self.diagnostics.push(irregular(inner)),
            Ok(metadata) => {
                self.budget.take_file(inner, metadata.len(), "chart")?;
                match read(&real, inner) {
                    Ok(data) => self.files.push(File::new(inner, without_mark(&data))),
                    Err(diagnostic) => self.diagnostics.push(diagnostic),
                }
            }
            Err(error) => self.diagnostics.push(unreadable(Path::new(inner), &error)),
        }
        Ok(())
    }

    /// Where a path really is, which must not be a folder that the walk is in.
    fn target(&self, path: &Path, inner: &str) -> Result<PathBuf, Diagnostic> {
        let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        if !is_link {
            return Ok(path.to_owned());
        }
        let real = fs::canonicalize(path).map_err(|error| dangling(path, inner, &error))?;
        if self.links == Links::Inside && !real.starts_with(&self.root) {
            let diagnostic = Diagnostic::error(
                ChartCode::ExternalLink,
                format!("the link `{inner}` leads out of the chart, to `{}`", real.display()),
            );
            return Err(diagnostic.help("put a copy there, leave it out in `.helmignore`, or allow external links"));
        }
        if self.open.contains(&real) {
            return Err(Diagnostic::error(
                ChartCode::BrokenLink,
                format!("the link `{inner}` leads back to a folder that it is in"),
            ));
        }
        Ok(real)
    }
}

fn dangling(path: &Path, inner: &str, error: &std::io::Error) -> Diagnostic {
    match fs::read_link(path) {
        Ok(target) => Diagnostic::error(
            ChartCode::BrokenLink,
            format!("the link `{inner}` to `{}` cannot be followed: {error}", target.display()),
        ),
        Err(_) => unreadable(Path::new(inner), error),
    }
}

/// Reads a file, and no more than a file may have even if it grows meanwhile.
fn read(path: &Path, inner: &str) -> Result<Vec<u8>, Diagnostic> {
    let read = || {
        let file = fs::File::open(path)?;
        // One more, so that the end is seen without more room for it.
        let length = file.metadata()?.len().min(MAX_FILE_BYTES) + 1;
        let mut data = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        file.take(MAX_FILE_BYTES).read_to_end(&mut data)?;
        Ok(data)
    };
    read().map_err(|error| unreadable(Path::new(inner), &error))
}

fn irregular(inner: &str) -> Diagnostic {
    Diagnostic::error(
        ChartCode::IrregularFile,
        format!("cannot load irregular file {inner} as it has file mode type bits set"),
    )
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(FileCode::of_reading(error), format!("error reading {}: {error}", path.display()))
}
