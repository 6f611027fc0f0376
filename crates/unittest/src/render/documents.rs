//! Reads the documents of rendered files.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use mkmanifests_chart::{Crd, OutputFile};
use mkmanifests_gotmpl::Value;
use regex::Regex;

use crate::{go_yaml, path};

type Documents = BTreeMap<String, Vec<Value>>;

/// What separates documents, with the white space around it.
static SEPARATOR: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:^|[\t\n\f\r ]*\n)---[\t\n\f\r ]*").ok());

/// Reads CRDs.
///
/// # Errors
/// Go's text about a file that is not YAML.
pub(super) fn of_crds(crds: &[Crd]) -> Result<Documents, String> {
    crds.iter().map(|crd| Ok((crd.full_name.clone(), manifests(&crd.file.text())?))).collect()
}

/// Adds the documents of files to `documents`. `chart` is the name of the root chart, with which all paths begin.
///
/// # Errors
/// Go's text about a file that is not YAML.
pub(super) fn read(
    files: &[OutputFile],
    chart: &str,
    is_successful: bool,
    documents: &mut Documents,
) -> Result<(), String> {
    for file in files {
        let path = path_of(file, chart);
        // An error is YAML, whichever template it is of.
        let extension = if is_successful { path::extension(&path) } else { ".yaml" };
        let read = match extension {
            ".yaml" | ".yml" | ".tpl" => manifests(&file.text)?,
            ".txt" => vec![raw(&file.text)],
            _ => continue,
        };
        documents.insert(path, read);
    }
    Ok(())
}

/// Returns the path of a file as documents are named: it begins with the name of the root chart.
pub(super) fn path_of(file: &OutputFile, chart: &str) -> String {
    match file.path.starts_with(chart) {
        true => file.path.clone(),
        false => path::join(&[chart, &file.path]),
    }
}

/// Returns the document of a text that is not YAML.
pub(super) fn raw(text: &str) -> Value {
    Value::map([("raw", Value::from(text))])
}

/// Reads the manifests of a text.
///
/// # Errors
/// Go's text about a text that is not YAML.
pub(super) fn manifests(text: &str) -> Result<Vec<Value>, String> {
    let text = match text.contains("---") {
        true => SEPARATOR.as_ref().map_or(text.into(), |separator| separator.replace_all(text, "\n---\n")),
        false => text.into(),
    };
    let maps = go_yaml::read_maps(&text).map_err(|error| error.to_string())?;
    Ok(maps.into_iter().filter(|map| !map.is_empty()).map(Value::Map).collect())
}
