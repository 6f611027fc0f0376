//! All JSON Schemas that editors can use: of the values of components, and of the files of fleets.
//!
//! [`all`] returns them, [`catalog`] lists them for editors that read a catalogue, and [`vscode_settings`] for VS Code.
//!
//! ```
//! use mkmanifests::schemas;
//!
//! let all = schemas::all();
//! let catalog = schemas::catalog(&all, "https://example.com/schemas");
//! assert_eq!(catalog["schemas"][0]["url"], "https://example.com/schemas/ray.schema.json");
//! ```

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::components::{self, Component};
use crate::gitops;

/// A JSON Schema, and the files that it is for.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The name: that of a component, `cluster` or `chart`.
    pub name: &'static str,
    /// What it is the schema of.
    pub description: String,
    /// The schema, as `mkmanifests schema NAME` prints it.
    pub text: String,
    /// Patterns of the paths of its files, as editors read them: `**/ray.yaml`.
    pub files: Vec<String>,
}

impl Schema {
    /// Returns the name of its file: `ray.schema.json`.
    pub fn file(&self) -> String {
        format!("{}.schema.json", self.name)
    }
}

/// Returns the schemas of all components, then those of the files of fleets.
pub fn all() -> Vec<Schema> {
    let of_fleets = [
        ("cluster", "A cluster in a fleet of mkmanifests", gitops::cluster_schema_text(), "**/cluster.yaml"),
        ("chart", "A Helm chart in a fleet of mkmanifests", gitops::chart_schema_text(), "**/*.chart.yaml"),
    ];
    let of_fleets = of_fleets.map(|(name, description, text, file)| Schema {
        name,
        description: description.to_owned(),
        text,
        files: vec![file.to_owned()],
    });
    components::all().iter().map(|component| of_component(*component)).chain(of_fleets).collect()
}

fn of_component(component: &'static dyn Component) -> Schema {
    let name = component.name();
    Schema {
        name,
        description: format!("Values of the component {name} of mkmanifests"),
        text: components::schema_text(component),
        // An app of a fleet, and one of several apps of the same component.
        files: vec![format!("**/{name}.yaml"), format!("**/{name}/*.yaml")],
    }
}

/// Returns a catalogue in the format of <https://www.schemastore.org>. `url` is that of the folder with the files of the
/// schemas.
pub fn catalog(schemas: &[Schema], url: &str) -> Value {
    let entry = |schema: &Schema| {
        json!({
            "name": format!("mkmanifests {}", schema.name),
            "description": schema.description,
            "fileMatch": schema.files,
            "url": format!("{url}/{}", schema.file()),
        })
    };
    let schemas: Vec<Value> = schemas.iter().map(entry).collect();
    json!({"$schema": "https://json.schemastore.org/schema-catalog.json", "version": 1, "schemas": schemas})
}

/// Returns settings of VS Code with the extension YAML. `folder` has the files of the schemas; a relative path is relative to
/// the folder that is open.
pub fn vscode_settings(schemas: &[Schema], folder: &Path) -> Value {
    let path = |schema: &Schema| folder.join(schema.file()).to_string_lossy().replace('\\', "/");
    let files: Map<String, Value> = schemas.iter().map(|schema| (path(schema), json!(schema.files))).collect();
    json!({"yaml.schemas": files})
}
