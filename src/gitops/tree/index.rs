//! The index of a folder: the files that were written, each with its SHA-256.
//!
//! Its format is that of `sha256sum`, so that `sha256sum --check` can read it. While files are being replaced, it contains the old and
//! the new hash of each: if a run is killed, the next one still knows every file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;

use super::line_ends::with_lf;
use crate::diagnostic::{Diagnostic, io_reason};
use crate::files::{self, FileCode, MAX_RENDERED};
use crate::gitops::GitopsCode;
use crate::gitops::layout::File;
use crate::gitops::text::{Hash, hash};

/// The name of the index. It is hidden, so that no tool reads it as a manifest. `check` finds the folders of clusters by it.
pub(in super::super) use crate::check::input::TREE_INDEX as INDEX;

/// Paths relative to a folder, with the hashes that their files may have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Index(BTreeMap<String, Vec<Hash>>);

impl Index {
    /// Returns the index of files to write.
    pub fn of(files: &[File]) -> Index {
        Index(files.iter().map(|file| (file.path.clone(), vec![file.text.hash()])).collect())
    }

    /// Reads the index in `folder`; it is empty if the file does not exist.
    pub fn read(folder: &Path) -> Result<Index, Diagnostic> {
        let path = folder.join(INDEX);
        let text = match files::read(&path, MAX_RENDERED) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Index::default()),
            Err(error) => {
                return Err(Diagnostic::error(
                    FileCode::of_reading(&error),
                    format!("cannot read `{}`: {}", path.display(), io_reason(&error)),
                ));
            }
        };
        Index::parse(&text).map_err(|line| {
            let message = format!("`{}`, line {line}: expected a SHA-256 and a path", path.display());
            Diagnostic::error(GitopsCode::InvalidIndex, message)
                .help("restore it from Git: it lists the files that mkmanifests has written")
        })
    }

    fn parse(text: &[u8]) -> Result<Index, usize> {
        let text = str::from_utf8(text).map_err(|_| 1_usize)?;
        let mut index = Index::default();
        for (number, line) in text.lines().enumerate() {
            let (hash, path) =
                line.split_once("  ").and_then(|(hash, path)| Some((from_hex(hash)?, path))).ok_or(number + 1)?;
            if !is_inside(path) {
                return Err(number + 1);
            }
            index.0.entry(path.to_owned()).or_default().push(hash);
        }
        Ok(index)
    }

    /// Returns the text of the file.
    pub fn text(&self) -> Vec<u8> {
        let mut text = String::with_capacity(self.0.len() * 100);
        for (path, hashes) in &self.0 {
            for hash in hashes {
                for byte in hash {
                    // Writing to a string never fails.
                    let _ = write!(text, "{byte:02x}");
                }
                text.push_str("  ");
                text.push_str(path);
                text.push('\n');
            }
        }
        text.into_bytes()
    }

    /// Merges two indexes.
    pub fn merged_with(&self, other: &Index) -> Index {
        let mut both = self.clone();
        for (path, hashes) in &other.0 {
            let known = both.0.entry(path.clone()).or_default();
            for hash in hashes {
                if !known.contains(hash) {
                    known.push(*hash);
                }
            }
        }
        both
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// Returns whether a file with that content was written there. Git may have converted its line endings since.
    pub fn wrote(&self, path: &str, content: &[u8]) -> bool {
        let hashes = self.0.get(path).map(Vec::as_slice).unwrap_or_default();
        !hashes.is_empty() && (hashes.contains(&hash(content)) || hashes.contains(&hash(&with_lf(content))))
    }

    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// Checks that a path stays inside the folder: files in the index may be removed, whoever wrote it.
fn is_inside(path: &str) -> bool {
    !path.is_empty() && path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !path.contains('\\')
}

fn from_hex(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, at) in hash.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_indexes_are_read() {
        let files = [("ray/a.yaml", "a"), ("ray/b.yaml", "b")];
        let files = files.map(|(path, text)| File::new(path.to_owned(), text.into()));
        let index = Index::of(&files);
        assert_eq!(Index::parse(&index.text()), Ok(index.clone()));
        assert!(Index::of(&[File::new("a".to_owned(), b"a\n".to_vec())]).wrote("a", b"a\r\n"));
        assert!(index.wrote("ray/a.yaml", b"a") && !index.wrote("ray/a.yaml", b"b") && !index.wrote("x", b"a"));
        // echo -n a | sha256sum
        let a = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  ray/a.yaml\n";
        assert!(index.text().starts_with(a.as_bytes()));
    }

    #[test]
    fn no_index_leads_out_of_its_folder() {
        let hash = "0".repeat(64);
        for path in ["../x", "/etc/passwd", "a/../../x", "a//b", "", ".", "a\\..\\b"] {
            assert_eq!(Index::parse(format!("{hash}  {path}\n").as_bytes()), Err(1), "{path}");
        }
        assert_eq!(Index::parse(format!("{hash}  a\nxyz  b\n").as_bytes()), Err(2));
    }
}
