//! Renders the template folder of a suite, as `mkmanifests template` does.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use super::{Sources, layers, outcome, release};
use crate::diagnostic::{Diagnostic, Failure};
use crate::manifest::Rendered;
use crate::patch::Patches;
use crate::template::{self, Folder};
use crate::unittest::render::{RenderedJob, Source};
use crate::unittest::suite::{Job, Suite};

impl Sources {
    pub(super) fn folder(&self, suite: &Suite, job: &Job) -> RenderedJob {
        let folder = self.read(&path_of(suite));
        match folder.as_ref() {
            Ok(folder) => {
                let source = Source { name: &folder.name, has_templates: true };
                let ids = folder.templates.iter().filter(|file| file.is_output()).map(|file| file.path.as_str());
                outcome(source, ids, rendered(folder, suite, job), (suite, job))
            }
            Err(failure) => {
                let messages: Vec<String> = failure.diagnostics.iter().map(Diagnostic::message).collect();
                RenderedJob::failed(messages.join("\n"))
            }
        }
    }

    fn read(&self, path: &Path) -> Arc<Result<Folder, Failure>> {
        let name = path.display().to_string();
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(folders.entry(name).or_insert_with(|| Arc::new(Folder::read(path))))
    }
}

/// Returns the folder that a suite names, or the folder above `tests/`.
fn path_of(suite: &Suite) -> PathBuf {
    let beside = Path::new(&suite.file).parent().unwrap_or(Path::new(""));
    let path = match suite.folder.as_str() {
        "" if beside.file_name().is_some_and(|name| name == "tests") => beside.parent().unwrap_or(Path::new("")),
        "" => beside,
        folder => return beside.join(folder),
    };
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_owned() }
}

fn rendered(folder: &Folder, suite: &Suite, job: &Job) -> Result<Rendered, Failure> {
    let defaults = folder.defaults()?;
    let values = layers::over(&defaults, suite, job).merge()?;
    let name = folder.release_name(None, &job.cluster);
    template::render(folder, &values, &release(job, name, template::NAMESPACE), &Patches::default())
}
