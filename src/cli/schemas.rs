//! `mkmanifests schema --all DIR`: writes all JSON Schemas and a catalogue of them, and prints the settings of an editor.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::console::Console;
use super::{DONE, Error};
use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::FileCode;
use crate::schemas;

/// The name of the catalogue.
const CATALOG: &str = "catalog.json";

pub(super) fn write_all(folder: &Path, url: Option<&str>, console: &mut Console<'_>) -> Result<u8, Error> {
    let all = schemas::all();
    let url = url.map_or_else(|| file_url(folder), |url| url.trim_end_matches('/').to_owned());
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let files = all.iter().map(|schema| (schema.file(), schema.text.clone()));
    for (name, text) in files.chain([(CATALOG.to_owned(), pretty(&schemas::catalog(&all, &url)))]) {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| unwritable(&path, &error))?;
    }
    console.stdout.write_all(pretty(&schemas::vscode_settings(&all, folder)).as_bytes())?;
    console.stdout.flush()?;
    Ok(DONE)
}

/// Returns the URL of a folder of this machine.
fn file_url(folder: &Path) -> String {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let path = absolute.to_string_lossy().replace('\\', "/").replace('%', "%25").replace(' ', "%20");
    format!("file://{}{path}", if path.starts_with('/') { "" } else { "/" })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

fn unwritable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let message = format!("cannot write `{}`: {}", path.display(), io_reason(error));
    Diagnostic::error(FileCode::Unwritable, message).names_file(path.display().to_string())
}
