//! Assigns the files of a rendered tree to clusters, since two clusters may have the same objects.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The name of the index file in each cluster folder of a rendered tree.
pub const TREE_INDEX: &str = ".mkmanifests.sha256";

/// Numbers of clusters; 0 for files outside of rendered trees.
#[derive(Debug, Clone, Default)]
pub(super) struct Clusters {
    by_folder: HashMap<PathBuf, usize>,
    count: usize,
}

impl Clusters {
    /// Returns the cluster of a file: that of the closest parent folder with an index.
    pub fn of(&mut self, file: &Path) -> usize {
        file.parent().map_or(0, |folder| self.of_folder(folder))
    }

    fn of_folder(&mut self, folder: &Path) -> usize {
        if let Some(known) = self.by_folder.get(folder) {
            return *known;
        }
        let cluster = if folder.join(TREE_INDEX).is_file() {
            self.count += 1;
            self.count
        } else {
            folder.parent().map_or(0, |above| self.of_folder(above))
        };
        self.by_folder.insert(folder.to_owned(), cluster);
        cluster
    }
}
