//! `schema --all`.

use std::fs;
use std::path::Path;

use mkmanifests::components;
use serde_json::Value;
use tempfile::tempdir;

use super::{printed, run};

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("the file is there")).expect("JSON")
}

#[test]
fn all_schemas_are_in_the_catalogue_and_in_the_settings() {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("my schemas");
    let arguments = ["schema", "--all", &path.to_string_lossy(), "--url", "https://example.com/schemas/"];
    let settings: Value = serde_json::from_str(&printed(&arguments, b"")).expect("JSON");
    let catalog = read(&path.join("catalog.json"));
    let schemas = catalog["schemas"].as_array().expect("a list");
    assert_eq!(schemas.len(), components::all().len() + 2);
    for schema in schemas {
        let url = schema["url"].as_str().expect("a URL");
        let file = url.strip_prefix("https://example.com/schemas/").expect("below the URL");
        let name = file.strip_suffix(".schema.json").expect("the name of a schema");
        assert_eq!(fs::read_to_string(path.join(file)).expect("the schema"), printed(&["schema", name], b""));
        let file = path.join(file).to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        assert_eq!(settings["yaml.schemas"][file.as_str()], schema["fileMatch"]);
    }
}

#[test]
fn the_catalogue_has_urls_of_this_machine_by_default() {
    let folder = tempdir().expect("a folder");
    let path = folder.path().join("a b");
    printed(&["schema", "--all", &path.to_string_lossy()], b"");
    let url = read(&path.join("catalog.json"))["schemas"][0]["url"].as_str().expect("a URL").to_owned();
    let file = url.strip_prefix(if cfg!(windows) { "file:///" } else { "file://" });
    let file = file.expect("a file").replace("%20", " ");
    assert!(Path::new(&file).is_file(), "{url}");
}

#[test]
fn a_name_and_all_exclude_each_other() {
    for arguments in [&["schema", "ray", "--all", "x"][..], &["schema"], &["schema", "ray", "--url", "x"]] {
        assert_eq!(run(arguments, b"").status.code(), Some(2), "{arguments:?}");
    }
    assert!(!Path::new("x").exists());
}
