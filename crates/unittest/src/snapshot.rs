//! Snapshots: the documents that the assertions of a suite have seen before.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use mkmanifests_go::regexp::Pattern;
use mkmanifests_gotmpl::{UintKind, Value};
use mkmanifests_yaml::diagnostic::SourceId;

use crate::go_yaml::{self, AnyMap, Decoder, NodeExt as _, Tag};

/// Returns the snapshot file of a suite file: `__snapshot__/<file>.snap` beside it.
pub fn path_of(suite: &Path) -> PathBuf {
    let mut name = suite.file_name().map(OsString::from).unwrap_or_default();
    name.push(".snap");
    suite.parent().unwrap_or(Path::new("")).join("__snapshot__").join(name)
}

/// What a snapshot must or must not match, in place of the comparison with the old one. Go regular expressions.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    /// `matchRegex.pattern`
    pub matches: String,
    /// `notMatchRegex.pattern`
    pub not_matches: String,
}

/// The result of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Whether the assertion passes: the snapshots are equal, the snapshot is new, or snapshots are updated.
    pub passed: bool,
    /// The current snapshot.
    pub new: String,
    /// The snapshot of the file; empty if it has none.
    pub cached: String,
    /// Why a pattern fails, with a space before it.
    pub message: String,
    /// Go's error of a pattern.
    pub error: Option<String>,
    /// Whether it fails because the file has no such snapshot, and none may be written.
    pub is_missing: bool,
}

/// How many snapshots there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// All comparisons.
    pub current: usize,
    /// Those whose snapshot differs from that of the file.
    pub updated: usize,
    /// Those with no snapshot in the file.
    pub inserted: usize,
    /// Snapshots of the file that no assertion has compared.
    pub vanished: usize,
    /// Those that differ and fail: none if snapshots are updated.
    pub failed: usize,
    /// Those that fail because the file has no such snapshot, and none may be written.
    pub missing: usize,
}

/// The snapshots of each test, by number.
type Snapshots = BTreeMap<String, BTreeMap<u64, String>>;

/// The snapshots of a suite file.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    /// Whether there was a snapshot file.
    pub existed: bool,
    updating: bool,
    read_only: bool,
    shared: bool,
    cached: Snapshots,
    current: Snapshots,
    compared: usize,
    updated: usize,
    inserted: usize,
    missing: usize,
    contradicting: usize,
}

impl Cache {
    /// Creates the snapshots of a suite with no snapshot file; `updating` is whether new ones replace old ones.
    pub fn new(updating: bool) -> Cache {
        Cache { updating, ..Cache::default() }
    }

    /// Reads the text of a snapshot file.
    ///
    /// # Errors
    /// Go's error.
    pub fn read(text: &str, updating: bool) -> Result<Cache, go_yaml::Error> {
        Ok(Cache { existed: true, cached: read(text)?, ..Cache::new(updating) })
    }

    /// Lets a snapshot that is missing fail, and writes none, unless snapshots are updated.
    #[must_use]
    pub fn read_only(self) -> Cache {
        Cache { read_only: !self.updating, ..self }
    }

    /// Lets tests with the same name share their snapshots: the second one has to equal the first, even if that is new.
    #[must_use]
    pub fn shared(self) -> Cache {
        Cache { shared: true, ..self }
    }

    /// Compares a value with a snapshot of a test, counted from 1.
    pub fn compare(&mut self, test: &str, index: u64, content: &Value, patterns: &Patterns) -> Comparison {
        self.compared += 1;
        let new = go_yaml::write_trimmed(content);
        if let Some(first) = self.shared_snapshot(test, index)
            && patterns.compare(&new).is_none()
        {
            self.contradicting += usize::from(first != new);
            return Comparison { passed: first == new, new, cached: first, ..Comparison::default() };
        }
        let old = self.cached.get(test).and_then(|snapshots| snapshots.get(&index)).cloned();
        let mut is_missing = old.is_none() && self.read_only;
        self.inserted += usize::from(old.is_none() && !self.read_only);
        let (mut passed, message, error) = match patterns.compare(&new) {
            Some(result) => {
                is_missing = false;
                result
            }
            None => {
                let equal = old.as_ref().is_none_or(|old| *old == new);
                self.updated += usize::from(!equal);
                self.missing += usize::from(is_missing);
                (equal && !is_missing, String::new(), None)
            }
        };
        passed |= self.updating;
        let kept = if self.updating { &new } else { old.as_ref().unwrap_or(&new) };
        self.current.entry(test.to_owned()).or_default().insert(index, kept.clone());
        Comparison { passed, new, cached: old.unwrap_or_default(), message, error, is_missing }
    }

    /// Returns the snapshot that an earlier test with the same name has left.
    fn shared_snapshot(&self, test: &str, index: u64) -> Option<String> {
        self.current.get(test)?.get(&index).filter(|_| self.shared).cloned()
    }

    /// Returns whether the snapshots differ from those of the file.
    pub fn changed(&self) -> bool {
        // A test without snapshots in the file counts as vanished, too.
        self.updated > 0
            || self.inserted > 0
            || self.vanished() > 0
            || self.cached.keys().any(|test| !self.current.contains_key(test))
    }

    /// Returns the text of the snapshot file if it has to be written (`StoreToFileIfNeeded`): not if snapshots only
    /// differ.
    pub fn text_to_write(&self) -> Option<String> {
        let may_write = !self.read_only;
        let is_needed = may_write && self.changed() && (self.updating || self.inserted > 0 || self.vanished() > 0);
        is_needed.then(|| write(&self.current))
    }

    /// Returns the counts.
    pub fn counts(&self) -> Counts {
        Counts {
            current: self.compared,
            updated: self.updated,
            inserted: self.inserted,
            vanished: self.vanished(),
            failed: self.contradicting + if self.updating { 0 } else { self.updated },
            missing: self.missing,
        }
    }

    fn vanished(&self) -> usize {
        let is_current = |test: &str, index: &u64| self.current.get(test).is_some_and(|all| all.contains_key(index));
        let vanished = |(test, all): (&String, &BTreeMap<u64, String>)| {
            all.keys().filter(|index| !is_current(test, index)).count()
        };
        self.cached.iter().map(vanished).sum()
    }
}

impl Patterns {
    /// Returns the result of a comparison by patterns; `None` if there are none.
    fn compare(&self, snapshot: &str) -> Option<(bool, String, Option<String>)> {
        let (wanted, unwanted) = (self.matches.trim(), self.not_matches.trim());
        if wanted.is_empty() && unwanted.is_empty() {
            return None;
        }
        let (mut error, mut passed, mut message) = (None, true, String::new());
        if !wanted.is_empty() {
            passed = found(wanted, snapshot).unwrap_or_else(|reason| {
                error = Some(reason);
                false
            });
            if !passed {
                message = format!(" pattern '{wanted}' not found in snapshot");
            }
        }
        if !unwanted.is_empty() && passed {
            match found(unwanted, snapshot) {
                Ok(true) => {
                    passed = false;
                    message = format!(" pattern '{unwanted}' should not be in snapshot");
                }
                Ok(false) => {}
                Err(reason) => error = Some(reason),
            }
        }
        Some((passed, message, error))
    }
}

fn found(pattern: &str, text: &str) -> Result<bool, String> {
    match Pattern::compile(pattern.as_bytes()) {
        Ok(compiled) => Ok(compiled.is_match(text)),
        Err(reason) => Err(format!("failed to compile regex pattern {pattern}: {reason}")),
    }
}

/// Reads Go's `map[string]map[uint]string`.
fn read(text: &str) -> Result<Snapshots, go_yaml::Error> {
    let mut snapshots = Snapshots::new();
    let Some(root) = go_yaml::parse(SourceId::default(), text)? else { return Ok(snapshots) };
    let mut decoder = Decoder::default();
    let tests = decoder.entries(&root, "map[string]map[uint]string", Decoder::string)?;
    for (test, value) in tests {
        let mut all = BTreeMap::new();
        for (index, value) in decoder.entries(value, "map[uint]string", Decoder::uint)? {
            let is_null = value.short_tag() == Tag::Null;
            let text = decoder.string(value)?;
            if text.is_some() || is_null {
                all.insert(index, text.map(|text| text.text().into_owned()).unwrap_or_default());
            }
        }
        snapshots.insert(test.text().into_owned(), all);
    }
    decoder.errors.finish(snapshots)
}

fn write(snapshots: &Snapshots) -> String {
    let tests = snapshots.iter().map(|(test, all)| {
        let entry = |(index, text): (&u64, &String)| (Value::Uint(*index, UintKind::Uint), text.as_str().into());
        (test.as_str(), Value::object(AnyMap::new(all.iter().map(entry))))
    });
    go_yaml::write(&Value::map(tests))
}
