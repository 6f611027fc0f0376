//! Local files for the URLs that schemas refer to. Nothing is fetched, and no other files are read.

use mkmanifests_go::quote::quote;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::compile_error::CompileError;
use super::json::Json;
use super::location::split;
use super::read::read;
use mkmanifests_go::url;
use mkmanifests_yaml::diagnostic::io_reason;

/// The maximum number of files, and of bytes in all files.
const MAX_FILES: usize = 10_000;
const MAX_BYTES: u64 = 64 << 20;

/// Documents that the schema of a chart may refer to, read from files. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct SchemaFiles(Arc<Files>);

#[derive(Debug, Clone, Default)]
struct Files {
    maps: Vec<Mapping>,
    folders: Vec<BTreeMap<String, Document>>,
    count: usize,
    bytes: u64,
}

/// Documents, by the rest of their URL after the prefix.
#[derive(Debug, Clone)]
struct Mapping {
    prefix: String,
    documents: BTreeMap<String, Document>,
}

type Document = Arc<[u8]>;

impl SchemaFiles {
    /// Returns whether no documents are given.
    pub fn is_empty(&self) -> bool {
        self.0.count == 0
    }

    /// Returns whether both are clones of the same set, or both empty.
    pub fn is_same(&self, other: &SchemaFiles) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.is_empty() && other.is_empty())
    }

    /// Adds `URL=PATH` (`--schema-map`): a file is the document of the URL; a folder has the documents of all URLs that
    /// start with it. `PATH` may be relative to `base`.
    ///
    /// # Errors
    ///
    /// A message, if `mapping` has another form, or if the files cannot be read or exceed 10,000 files or 64 MiB.
    pub fn add_map(&mut self, mapping: &str, base: &Path) -> Result<(), String> {
        let parts = mapping.split_once('=').filter(|(prefix, path)| !prefix.is_empty() && !path.is_empty());
        let (prefix, path) = parts.ok_or_else(|| format!("`{mapping}` must have the form `URL=PATH`"))?;
        let documents = Arc::make_mut(&mut self.0).read(&base.join(path))?;
        let prefix = prefix.trim_end_matches('#').to_owned();
        Arc::make_mut(&mut self.0).maps.push(Mapping { prefix, documents });
        Ok(())
    }

    /// Adds a folder (`--schema-dir`): its file `HOST/PATH` is the document of `https://HOST/PATH`, and a file with an
    /// `$id` is the document of that URL.
    ///
    /// # Errors
    ///
    /// A message, if the folder cannot be read or exceeds 10,000 files or 64 MiB.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), String> {
        if !folder.is_dir() {
            return Err(format!("`{}` is not a folder", folder.display()));
        }
        let documents = Arc::make_mut(&mut self.0).read(folder)?;
        Arc::make_mut(&mut self.0).folders.push(documents);
        Ok(())
    }

    fn find(&self, url: &str) -> Option<&[u8]> {
        let mapped = self.0.maps.iter().find_map(|mapping| {
            let rest = url.strip_prefix(&mapping.prefix)?;
            mapping.documents.get(rest.trim_start_matches('/'))
        });
        let path = url.split_once("://").map_or(url, |(_, path)| path.trim_start_matches('/'));
        let named = || self.0.folders.iter().find_map(|documents| documents.get(path));
        mapped.or_else(named).or_else(|| self.find_by_id(url)).map(|document| &**document)
    }

    fn find_by_id(&self, url: &str) -> Option<&Document> {
        let is_named = |document: &&Document| {
            let schema = read(document).ok();
            let id = |keyword: &str| Some(split(schema.as_ref()?.get(keyword)?.as_text()?).0);
            [id("$id"), id("id")].contains(&Some(url))
        };
        self.0.folders.iter().flat_map(|documents| documents.values()).find(is_named)
    }

    /// Returns the document of a URL.
    pub(super) fn load(&self, url: &str) -> Result<Json, CompileError> {
        if let Some(text) = self.find(url) {
            return read(text).map_err(|why| CompileError::Load { url: url.to_owned(), why });
        }
        let fail = |why: String| Err(CompileError::Unmapped { url: url.to_owned(), why });
        let parsed = match url::parse(url.as_bytes()) {
            Ok(parsed) => parsed,
            Err(why) => return fail(why),
        };
        match parsed.scheme.as_slice() {
            // Helm accepts everything where it cannot resolve a URN.
            b"urn" => Ok(Json::Bool(true)),
            b"file" => fail(format!("open {}: no such file or directory", String::from_utf8_lossy(&parsed.path))),
            b"http" | b"https" => fail("no file is given for this URL, and schemas are not downloaded".to_owned()),
            _ => fail(format!("no URLLoader registered for {}", quote(url.as_bytes()))),
        }
    }
}

impl Files {
    /// Reads the files in a folder, by their relative path; for a single file, the path is empty.
    fn read(&mut self, path: &Path) -> Result<BTreeMap<String, Document>, String> {
        let mut documents = BTreeMap::new();
        for entry in walkdir::WalkDir::new(path).follow_root_links(true) {
            let entry = entry.map_err(|error| unreadable(path, &error))?;
            if !entry.file_type().is_file() {
                continue;
            }
            let fail = |why: &str| Err(format!("{}: {why}", path.display()));
            self.count += 1;
            self.bytes += entry.metadata().map_err(|error| unreadable(path, &error))?.len();
            if self.count > MAX_FILES || self.bytes > MAX_BYTES {
                return fail("the schemas exceed the limit of 10,000 files or 64 MiB");
            }
            let name = entry.path().strip_prefix(path).unwrap_or(entry.path());
            let name: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
            match std::fs::read(entry.path()) {
                Ok(text) => _ = documents.insert(name.join("/"), text.into()),
                Err(error) => return fail(&error.to_string()),
            }
        }
        Ok(documents)
    }
}

fn unreadable(path: &Path, error: &walkdir::Error) -> String {
    let reason = error.io_error().map_or_else(|| error.to_string(), io_reason);
    format!("cannot read `{}`: {reason}", path.display())
}
