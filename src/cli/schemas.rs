//! `mkmanifests schema --all DIR`: all JSON Schemas, a catalogue of them, and the settings of an editor.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::console::Console;
use super::{DONE, Error};
use crate::components;
use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::FileCode;
use crate::gitops;

/// The name of the catalogue.
const CATALOG: &str = "catalog.json";

/// A schema, and the files that it is for.
struct Entry {
    name: &'static str,
    description: String,
    text: String,
    /// Patterns of paths, as editors read them.
    files: Vec<String>,
}

impl Entry {
    fn file(&self) -> String {
        format!("{}.schema.json", self.name)
    }
}

/// Writes the schemas and the catalogue into a folder, and prints the settings of VS Code that use them.
pub(super) fn write_all(folder: &Path, url: Option<&str>, console: &mut Console<'_>) -> Result<u8, Error> {
    let entries = entries();
    let url = url.map_or_else(|| file_url(folder), |url| url.trim_end_matches('/').to_owned());
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let schemas = entries.iter().map(|entry| (entry.file(), entry.text.clone()));
    for (name, text) in schemas.chain([(CATALOG.to_owned(), pretty(&catalog(&entries, &url)))]) {
        let path = folder.join(name);
        fs::write(&path, text).map_err(|error| unwritable(&path, &error))?;
    }
    console.stdout.write_all(pretty(&settings(&entries, folder)).as_bytes())?;
    console.stdout.flush()?;
    Ok(DONE)
}

fn entries() -> Vec<Entry> {
    let component = |component: &&'static dyn components::Component| {
        let name = component.name();
        Entry {
            name,
            description: format!("Values of the component {name} of mkmanifests"),
            text: components::schema_text(*component),
            // An app of a fleet, and one of several apps of the same component.
            files: vec![format!("**/{name}.yaml"), format!("**/{name}/*.yaml")],
        }
    };
    let file = |name, description: &str, text, file: &str| {
        let (description, files) = (description.to_owned(), vec![file.to_owned()]);
        Entry { name, description, text, files }
    };
    let of_fleets = [
        file("cluster", "A cluster in a fleet of mkmanifests", gitops::cluster_schema_text(), "**/cluster.yaml"),
        file("chart", "A Helm chart in a fleet of mkmanifests", gitops::chart_schema_text(), "**/*.chart.yaml"),
    ];
    components::all().iter().map(component).chain(of_fleets).collect()
}

/// Returns a catalogue in the format of <https://www.schemastore.org>.
fn catalog(entries: &[Entry], url: &str) -> Value {
    let schemas = entries.iter().map(|entry| {
        json!({
            "name": format!("mkmanifests {}", entry.name),
            "description": entry.description,
            "fileMatch": entry.files,
            "url": format!("{url}/{}", entry.file()),
        })
    });
    let schemas: Vec<Value> = schemas.collect();
    json!({"$schema": "https://json.schemastore.org/schema-catalog.json", "version": 1, "schemas": schemas})
}

/// Returns settings of VS Code with the extension YAML: paths are relative to the opened folder.
fn settings(entries: &[Entry], folder: &Path) -> Value {
    let path = |entry: &Entry| folder.join(entry.file()).to_string_lossy().replace('\\', "/");
    let schemas: Map<String, Value> = entries.iter().map(|entry| (path(entry), json!(entry.files))).collect();
    json!({"yaml.schemas": schemas})
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
