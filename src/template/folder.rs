//! Reads a template folder. Only this module accesses files.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::WalkDir;

use super::TemplateCode;
use super::schema::Compiled;
use crate::diagnostic::{Code, Diagnostic, Failure, Sources, io_reason};
use crate::files::{self, FileCode};
use crate::values::Values;

/// The largest file in bytes. Manifests are smaller: etcd rejects requests of more than 1.5 MiB.
const MAX_FILE_SIZE: usize = 4 << 20;
/// The most files. Real folders have fewer; a home directory that is passed by mistake has more.
const MAX_FILES: usize = 2_000;

/// The content of a template folder.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The name of the folder, with which `# Source:` comments start.
    pub name: String,
    /// `values.yaml`: the documented defaults.
    pub values: Option<File>,
    /// `values.schema.json`: the JSON Schema of the values.
    pub schema: Option<File>,
    /// The compiled JSON Schema, which all renderings of the folder share.
    pub compiled: Compiled,
    /// All files below `templates/`, sorted by path.
    pub templates: Vec<File>,
}

/// A file of a [`Folder`].
#[derive(Debug, Clone)]
pub struct File {
    /// The path for messages, relative to the working directory.
    pub name: String,
    /// The path relative to the folder, with slashes: `templates/deployment.yaml`.
    pub path: String,
    /// The content.
    pub text: Arc<str>,
}

impl File {
    /// Returns the name for `include`: the path relative to `templates/`.
    pub fn template_name(&self) -> &str {
        self.path.strip_prefix("templates/").unwrap_or(&self.path)
    }

    /// Returns whether it renders manifests: its name ends with `.yaml`, `.yml` or `.json`, optionally followed by `.j2`, and does not
    /// start with `_`. Other files are partials, which templates include, import or extend.
    pub fn is_output(&self) -> bool {
        let file = self.path.rsplit('/').next().unwrap_or_default();
        let stem = file.strip_suffix(".j2").unwrap_or(file);
        !file.starts_with('_') && [".yaml", ".yml", ".json"].iter().any(|end| stem.ends_with(end))
    }
}

impl Folder {
    /// Returns the name of a release: the one that is given, or else the name of the cluster, or else that of the folder.
    pub fn release_name<'n>(&'n self, given: Option<&'n str>, cluster: &'n str) -> &'n str {
        given.unwrap_or(if cluster.is_empty() { &self.name } else { cluster })
    }

    /// Reads a folder: `values.yaml` and `values.schema.json` if they exist, and all of `templates/`. Hidden files are ignored.
    ///
    /// # Errors
    ///
    /// Returns all errors: the folder does not exist or has no template, a symlink points outside of it, a file is not UTF-8, larger
    /// than 4 MiB or not readable, or there are more than 2,000 files.
    pub fn read(dir: &Path) -> Result<Folder, Failure> {
        let mut diagnostics = Vec::new();
        let folder = read_folder(dir, &mut diagnostics);
        match folder {
            Some(folder) if diagnostics.is_empty() => Ok(folder),
            _ => Err(Failure::new(diagnostics, Sources::default())),
        }
    }

    /// Parses the defaults in `values.yaml`; they are empty without this file.
    ///
    /// # Errors
    ///
    /// Returns all errors in `values.yaml`.
    pub fn defaults(&self) -> Result<Values, Failure> {
        match &self.values {
            Some(file) => Values::parse(&file.name, &file.text),
            None => Values::parse("values.yaml", ""),
        }
    }
}

fn read_folder(dir: &Path, diagnostics: &mut Vec<Diagnostic>) -> Option<Folder> {
    let root = match fs::canonicalize(dir) {
        Ok(root) if root.is_dir() => root,
        Ok(_) => {
            diagnostics.push(about(dir, FileCode::NotAFolder, "is not a folder"));
            return None;
        }
        Err(error) => {
            let message = format!("cannot read `{}`: {}", dir.display(), io_reason(&error));
            diagnostics
                .push(Diagnostic::error(FileCode::of_reading(&error), message).names_file(dir.display().to_string()));
            return None;
        }
    };
    if root.join("Chart.yaml").is_file() {
        let diagnostic = about(dir, TemplateCode::HelmChart, "is a Helm chart");
        diagnostics.push(diagnostic.help(format!("`mkmanifests chart {}` renders it", dir.display())));
        return None;
    }
    if !root.join("templates").is_dir() {
        diagnostics.push(without_templates(dir, &root));
        return None;
    }
    let name = root.file_name().map_or_else(|| "templates".to_owned(), |name| name.to_string_lossy().into_owned());
    let mut reader = Reader { dir, root, diagnostics };
    let values = reader.optional("values.yaml");
    let schema = reader.optional("values.schema.json");
    let templates = reader.templates();
    if reader.diagnostics.is_empty() && !templates.iter().any(File::is_output) {
        reader.diagnostics.push(about(&dir.join("templates"), TemplateCode::NoTemplate, "has no template").help(
            "the name of a template ends with `.yaml`, `.yml` or `.json`, optionally followed by `.j2`, and does not start with `_`",
        ));
    }
    Some(Folder { name, values, schema, compiled: Compiled::default(), templates })
}

/// Returns an error whose message starts with the path of a file or folder.
fn about(path: &Path, code: impl Into<Code>, why: &str) -> Diagnostic {
    let path = path.display().to_string();
    Diagnostic::error(code, format!("`{path}` {why}")).names_file(path)
}

fn without_templates(dir: &Path, root: &Path) -> Diagnostic {
    let diagnostic = about(dir, TemplateCode::NoTemplatesFolder, "has no folder `templates`");
    if root.join("kustomization.yaml").is_file() {
        diagnostic.help("this is a kustomization; `kubectl kustomize` renders it")
    } else {
        diagnostic.help("move the templates to a folder `templates`, with their defaults in `values.yaml` next to it")
    }
}

struct Reader<'a> {
    dir: &'a Path,
    /// `dir` with symlinks resolved, which must contain every file.
    root: PathBuf,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn refuse(&mut self, path: &Path, code: impl Into<Code>, why: &str) {
        self.diagnostics.push(about(path, code, why));
    }

    fn optional(&mut self, name: &str) -> Option<File> {
        let path = self.dir.join(name);
        if path.symlink_metadata().is_err() || !self.stays_inside(&path) {
            return None;
        }
        self.file(&path)
    }

    fn templates(&mut self) -> Vec<File> {
        let mut files = Vec::new();
        let walk = WalkDir::new(self.dir.join("templates")).follow_links(true).sort_by_file_name();
        let mut walk = walk
            .into_iter()
            .filter_entry(|entry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.'));
        while let Some(entry) = walk.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = error.path().unwrap_or(self.dir).to_owned();
                    let why =
                        error.io_error().map_or("it is a symlink to a folder that contains it".to_owned(), io_reason);
                    let code = error.io_error().map_or(FileCode::LinkLoop, FileCode::of_reading);
                    self.refuse(&path, code, &format!("cannot be read: {why}"));
                    continue;
                }
            };
            if entry.path_is_symlink() && !self.stays_inside(entry.path()) {
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
                continue;
            }
            if entry.file_type().is_file() {
                if files.len() == MAX_FILES {
                    self.refuse(
                        &self.dir.join("templates"),
                        TemplateCode::TooLarge,
                        &format!("has more than {MAX_FILES} files"),
                    );
                    break;
                }
                files.extend(self.file(entry.path()));
            }
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    fn stays_inside(&mut self, path: &Path) -> bool {
        match fs::canonicalize(path) {
            Ok(real) if real.starts_with(&self.root) => return true,
            Ok(_) => self.refuse(
                path,
                TemplateCode::ExternalLink,
                &format!("is a symlink to a file outside of `{}`", self.dir.display()),
            ),
            Err(error) => {
                self.refuse(path, FileCode::of_reading(&error), &format!("cannot be read: {}", io_reason(&error)))
            }
        }
        false
    }

    fn file(&mut self, path: &Path) -> Option<File> {
        let bytes = match files::read(path, MAX_FILE_SIZE) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::FileTooLarge => {
                self.refuse(path, TemplateCode::TooLarge, &format!("is larger than {} MiB", MAX_FILE_SIZE >> 20));
                return None;
            }
            Err(error) => return self.unreadable(path, &error),
        };
        let Ok(text) = String::from_utf8(bytes) else {
            self.refuse(path, TemplateCode::Encoding, "is not UTF-8 text");
            return None;
        };
        let within = path.strip_prefix(self.dir).unwrap_or(path);
        let steps: Vec<_> = within.iter().map(|step| step.to_string_lossy()).collect();
        Some(File { name: path.display().to_string(), path: steps.join("/"), text: text.into() })
    }

    fn unreadable<T>(&mut self, path: &Path, error: &std::io::Error) -> Option<T> {
        self.refuse(path, FileCode::of_reading(error), &format!("cannot be read: {}", io_reason(error)));
        None
    }
}
