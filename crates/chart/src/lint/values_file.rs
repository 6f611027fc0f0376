//! The rules about `values.yaml`.

use std::fs;
use std::io;
use std::path::Path;

use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_json_schema::SchemaFiles;
use mkmanifests_yaml::diagnostic::io_reason;
use mkmanifests_yaml::tree::read::{Duplicates, first_document};

use super::Severity::{Error, Info};
use super::{Linter, Options};
use crate::behaviour::Behaviour;
use crate::coalesce::Coalescer;
use crate::go_struct::{self, Shape};
use crate::limits::MAX_COALESCED;
use crate::schema;
use crate::yaml_bridge::to_value;

const FILE: &str = "values.yaml";

/// The values as Go sees them.
const VALUES: Shape = Shape::Map("common.Values", &Shape::Any);

pub(super) fn check(linter: &mut Linter, user: &Map, options: &Options) {
    let path = linter.folder.join(FILE);
    if fs::metadata(&path).is_err() {
        linter.push(Info, FILE, "file does not exist");
        return;
    }
    let error = validate(linter, &path, user, options).err();
    linter.require(Error, FILE, error);
}

/// Merges the values of the file into those of the user, and validates the result. Subcharts do not count.
fn validate(linter: &mut Linter, path: &Path, user: &Map, options: &Options) -> Result<(), String> {
    let values = read(path).map_err(|error| format!("unable to parse YAML: {error}"))?;
    let mut coalescer = Coalescer::new(MAX_COALESCED, Behaviour::default());
    let coalesced = Map::new();
    coalescer.tables(&coalesced, user);
    coalescer.tables(&coalesced, &values);
    for warning in coalescer.warnings {
        linter.log("INFO", &format!("warning: {warning}"));
    }
    let schema = match fs::read(path.with_extension("schema.json")) {
        Ok(schema) if !schema.is_empty() && !options.skip_schema => schema,
        _ => return Ok(()),
    };
    schema::check_one(&schema, &coalesced, &SchemaFiles::default())
}

fn read(path: &Path) -> Result<Map, String> {
    let text = fs::read(path).map_err(|error| unreadable(path, &error))?;
    let node = first_document(Default::default(), &text, Duplicates::LastWins);
    let node = node.map_err(|refused| format!("error converting YAML to JSON: {}", refused.go))?;
    go_struct::check(&node, &VALUES, false)?;
    Ok(match to_value(node) {
        Value::Map(map) => map,
        _ => Map::new(),
    })
}

/// Returns Go's text for a file that cannot be read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> String {
    let verb = if error.kind() == io::ErrorKind::IsADirectory { "read" } else { "open" };
    format!("{verb} {}: {}", path.display(), io_reason(error))
}
