//! Caches the documents that the schemas of charts refer to, for all clusters with the same paths.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::chart::SchemaFiles;

/// The paths of documents: `schemaMap` and `schemaDirs` of an app.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(in super::super) struct SchemaPaths {
    /// URLs with their files or folders.
    pub map: Vec<(String, PathBuf)>,
    pub folders: Vec<PathBuf>,
}

/// The documents that were read so far, or the errors.
#[derive(Debug, Default)]
pub(in super::super) struct SchemaCache(Mutex<HashMap<SchemaPaths, Result<SchemaFiles, String>>>);

impl SchemaCache {
    pub fn get(&self, paths: &SchemaPaths) -> Result<SchemaFiles, String> {
        if *paths == SchemaPaths::default() {
            return Ok(SchemaFiles::default());
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(paths.clone()).or_insert_with(|| read(paths)).clone()
    }
}

fn read(paths: &SchemaPaths) -> Result<SchemaFiles, String> {
    let mut files = SchemaFiles::default();
    for (url, path) in &paths.map {
        files.add_map(&format!("{url}={}", path.display()), Path::new(""))?;
    }
    paths.folders.iter().try_for_each(|folder| files.add_folder(folder))?;
    Ok(files)
}
