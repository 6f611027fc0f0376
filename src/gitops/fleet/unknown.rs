//! Reports files that are not known fleet files: a misspelled name must not be ignored silently.

use std::path::{Path, PathBuf};

use crate::components;
use crate::diagnostic::{Diagnostic, did_you_mean, nearest};
use crate::gitops::FleetCode;

/// A file whose name is not that of a fleet file.
pub(in super::super) struct Unknown {
    /// Its path relative to the fleet, with slashes.
    pub path: String,
    /// Whether it is in the folder of a cluster, or in one above.
    pub is_known_folder: bool,
}

impl Unknown {
    /// Returns whether an app refers to it, or to a folder that contains it.
    pub fn is_claimed(&self, root: &Path, claimed: &[PathBuf]) -> bool {
        let path = root.join(&self.path);
        // The links in claimed paths are resolved already.
        let path = std::fs::canonicalize(&path).unwrap_or(path);
        claimed.iter().any(|claim| path.starts_with(claim))
    }

    /// Returns the error about the file.
    pub fn diagnostic(&self, root: &Path) -> Diagnostic {
        let file = self.path.rsplit('/').next().unwrap_or_default();
        let shown = root.join(&self.path).display().to_string();
        let diagnostic = Diagnostic::error(FleetCode::UnknownFile, format!("`{shown}` is not a known fleet file"));
        let diagnostic = diagnostic.names_file(shown);
        if let Some(stem) = file.strip_suffix(".yml") {
            return diagnostic.help(format!("rename it to `{stem}.yaml`"));
        }
        if !self.is_known_folder {
            let folder = self.path.rsplit('/').nth(1).unwrap_or_default();
            let names = components::all().iter().map(|component| component.name());
            return match nearest(folder, names) {
                Some(near) => {
                    diagnostic.help(format!("did you mean the folder `{near}`, which contains instances of `{near}`?"))
                }
                None => diagnostic.help(
                    "no app refers to it; a folder inside a cluster contains instances of a component, or a chart, \
                     templates or values files that an app refers to",
                ),
            };
        }
        let names: Vec<String> = std::iter::once("cluster.yaml".to_owned())
            .chain(components::all().iter().map(|component| format!("{}.yaml", component.name())))
            .collect();
        match nearest(file, names.iter().map(String::as_str)) {
            Some(near) => diagnostic.help(did_you_mean(near)),
            None => diagnostic.help(format!(
                "expected {}, `NAME.chart.yaml`, `NAME.template.yaml`, or a file that one of these refers to",
                names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
            )),
        }
    }
}
