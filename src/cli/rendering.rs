//! What `chart` and `helm template` share: the release, and how the output is written.

use std::io::Write;
use std::path::Path;

use super::console::Console;
use super::{Error, UsageCode};
use crate::chart::{self, HelmOutput};
use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::FileCode;
use crate::release::Release;

/// The namespace that Helm uses if none is given, or an empty one.
pub(super) const DEFAULT_NAMESPACE: &str = "default";

/// The release name if none is given, as `helm template PATH` has it.
const DEFAULT_NAME: &str = "release-name";

/// The name of the release as a command line gives it.
pub(super) struct ReleaseName<'a> {
    /// The argument.
    pub given: Option<&'a str>,
    /// `--name-template`.
    pub template: Option<&'a str>,
    /// `--generate-name`.
    pub is_generated: bool,
}

impl ReleaseName<'_> {
    /// Returns the name. `generate` makes one, if `--generate-name` has an effect.
    ///
    /// # Errors
    /// Two ways to name the release, or a template that fails.
    pub fn find(&self, generate: Option<&dyn Fn() -> String>) -> Result<String, Diagnostic> {
        let template = self.template.filter(|template| !template.is_empty());
        let twice = |flag: &str| {
            let message = format!("cannot set {flag} and also specify a name");
            Err(Diagnostic::error(UsageCode::ConflictingFlags, message))
        };
        match (self.given, template, generate.filter(|_| self.is_generated)) {
            (Some(_), _, _) if self.is_generated => twice("--generate-name"),
            (Some(_), Some(_), _) => twice("--name-template"),
            (Some(name), None, _) => Ok(name.to_owned()),
            (None, Some(template), _) => chart::name_from_template(template),
            (None, None, Some(generate)) => Ok(generate()),
            (None, None, None) => Ok(DEFAULT_NAME.to_owned()),
        }
    }
}

/// Returns the release; an empty namespace is the default one.
pub(super) fn release(name: String, namespace: &str, is_upgrade: bool) -> Release {
    let namespace = if namespace.is_empty() { DEFAULT_NAMESPACE } else { namespace };
    let mut release = Release::named(name, namespace);
    release.is_upgrade = is_upgrade;
    release
}

/// Writes the files of `helm template --output-dir`, each whole or not at all, and prints their paths as Helm does. Files
/// below `crds/` go to `crds_dir`.
pub(super) fn write_files(
    rendered: &HelmOutput,
    dir: &str,
    crds_dir: &str,
    console: &mut Console<'_>,
) -> Result<(), Error> {
    let folder = |path: &str| if rendered.crds.iter().any(|crd| crd.full_name == path) { crds_dir } else { dir };
    for file in rendered.files() {
        let to = Path::new(folder(&file.path)).join(&file.path);
        write_file(&to, &file.text).map_err(|error| {
            let reason = io_reason(&error);
            let parent = to.parent().unwrap_or(Path::new(dir)).display();
            Diagnostic::error(FileCode::Unwritable, format!("cannot write `{}`: {reason}", to.display()))
                .names_file(to.display().to_string())
                .original(format!("stat {parent}: {reason}"))
        })?;
    }
    // Helm appends the documents one by one, and prints the path for each.
    for path in rendered.document_paths() {
        writeln!(console.stdout, "wrote {}/{path}", folder(path))?;
    }
    Ok(())
}

fn write_file(to: &Path, text: &str) -> std::io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut part = new_file(folder)?;
    part.write_all(text.as_bytes())?;
    part.persist(to)?;
    Ok(())
}

/// Creates a temporary file that others may read as far as the umask allows, as any new file.
#[cfg(unix)]
fn new_file(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}

#[cfg(not(unix))]
fn new_file(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    tempfile::NamedTempFile::new_in(folder)
}
