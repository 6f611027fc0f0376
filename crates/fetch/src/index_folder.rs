//! Writes the index of a folder with packed charts: `helm repo index`.

use std::fs;
use std::path::{Path, PathBuf};

use mkmanifests_chart::{load, show};
use mkmanifests_go::{time, url};
use mkmanifests_yaml::diagnostic::Sources;
use mkmanifests_yaml::tree::write::{Style, write as write_yaml};
use mkmanifests_yaml::tree::{Kind, Map, Node};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use sha2::{Digest, Sha256};

use crate::dependency::{clean, now};
use crate::repository::{ChartVersion, Index};
use crate::{Error, replace_file};

/// Writes `index.yaml` of the charts in `folder` and in the folders below it. `url` is the address of the repository;
/// without it, addresses are relative. The entries of the index `merge` are added; if that file does not exist, an
/// empty index is written there. `json` writes JSON into the same files.
///
/// # Errors
/// A file cannot be read or written, or `merge` is not an index.
pub fn write(folder: &Path, url: &str, merge: Option<&Path>, json: bool) -> Result<(), Error> {
    let folder = std::path::absolute(folder).map_err(|error| Error::file("stat", folder, &error))?;
    let mut index = index(&folder, url)?;
    if let Some(path) = merge {
        if path.exists() {
            let old = Index::load(path).map_err(|error| error.context("merge failed"))?;
            add_missing(&mut index, old);
        } else {
            save(&empty(), path, json)?;
        }
    }
    index.sort();
    save(&index, &folder.join("index.yaml"), json)
}

fn empty() -> Index {
    Index { api_version: "v1".to_owned(), generated: now(), ..Index::default() }
}

/// Returns the index of a folder. Files that are no charts are left out.
fn index(folder: &Path, base: &str) -> Result<Index, Error> {
    let read = |file: &PathBuf| {
        let failed = |error: std::io::Error| Error::file("open", file, &error);
        let Ok(loaded) = load(file, &mut Sources::default()) else { return Ok(None) };
        let digest = Sha256::digest(fs::read(file).map_err(failed)?);
        let below = file.strip_prefix(folder).unwrap_or(file);
        Ok(Some(ChartVersion {
            metadata: loaded.chart.metadata,
            urls: vec![address(base, &below.to_string_lossy())],
            created: now(),
            removed: false,
            digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        }))
    };
    let files = archives(folder);
    let versions = files.par_iter().map(read).collect::<Result<Vec<_>, Error>>()?;
    let mut index = empty();
    for version in versions.into_iter().flatten() {
        index.entries.entry(version.metadata.name.clone()).or_default().push(version);
    }
    Ok(index)
}

/// Returns the archives in a folder, and then those in the folders directly below it, each sorted by name.
fn archives(folder: &Path) -> Vec<PathBuf> {
    let here = sorted(folder);
    let is_archive = |file: &&PathBuf| file.extension().is_some_and(|extension| extension == "tgz");
    let below: Vec<PathBuf> = here.iter().filter(|file| file.is_dir()).flat_map(|folder| sorted(folder)).collect();
    here.iter().chain(&below).filter(is_archive).cloned().collect()
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// Returns the address of a file below the address of the repository.
fn address(base: &str, file: &str) -> String {
    match url::parse(base.as_bytes()) {
        Ok(mut url) => {
            url.path = join(&String::from_utf8_lossy(&url.path), file).into_bytes();
            url.raw_path.clear();
            String::from_utf8_lossy(&url::write(&url)).into_owned()
        }
        Err(_) => join(base, file),
    }
}

/// Joins two paths as Go's `path.Join`.
fn join(one: &str, other: &str) -> String {
    let joined = if one.is_empty() { other.to_owned() } else { format!("{one}/{other}") };
    clean(Path::new(&joined)).to_string_lossy().into_owned()
}

/// Adds the versions of an older index that `index` lacks.
fn add_missing(index: &mut Index, old: Index) {
    for version in old.entries.into_values().flatten() {
        let name = version.metadata.name.clone();
        if index.get(&name, &version.metadata.version).is_err() {
            index.entries.entry(name).or_default().push(version);
        }
    }
}

fn save(index: &Index, path: &Path, json: bool) -> Result<(), Error> {
    let node = node(index);
    let text = if json {
        show::json(&node, Some(2)).into_bytes()
    } else {
        let mut out = Vec::new();
        // Writing to memory does not fail.
        let _ = write_yaml(&mut out, &node, Style::HELM);
        out
    };
    replace_file(path, &text, 0o644)
}

/// Returns an index without empty fields.
fn node(index: &Index) -> Node {
    let mut entries = Map::new();
    for (name, versions) in &index.entries {
        entries.set(name.clone(), Kind::Seq(versions.iter().map(version_node).collect()));
    }
    let mut map = Map::new();
    map.set("apiVersion", index.api_version.as_str());
    map.set("generated", instant(&index.generated));
    map.set("entries", entries);
    if !index.public_keys.is_empty() {
        map.set("publicKeys", texts(&index.public_keys));
    }
    if !index.annotations.is_empty() {
        let mut texts = Map::new();
        index.annotations.iter().for_each(|(key, text)| texts.set(key.clone(), text.as_str()));
        map.set("annotations", texts);
    }
    map.into()
}

fn version_node(version: &ChartVersion) -> Node {
    let mut node = show::metadata(&version.metadata);
    if let Some(map) = node.as_map_mut() {
        map.set("urls", if version.urls.is_empty() { Kind::Null } else { texts(&version.urls) });
        map.set("created", instant(&version.created));
        if version.removed {
            map.set("removed", Kind::Bool(true));
        }
        if !version.digest.is_empty() {
            map.set("digest", version.digest.as_str());
        }
    }
    node
}

fn texts(texts: &[String]) -> Kind {
    Kind::Seq(texts.iter().map(|text| text.as_str().into()).collect())
}

/// Returns a time as Go writes it; the first second of year 1 for an empty text.
fn instant(text: &str) -> Node {
    let time = time::parse(time::RFC_3339_NANO, text.as_bytes()).unwrap_or_default();
    String::from_utf8_lossy(&time.format(time::RFC_3339_NANO)).as_ref().into()
}
