//! Defaults, files and flags: collected first and merged at the end, so that every diagnostic is reported.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::set::apply_within;
use super::{Flag, MAX_ITEMS, Values, apply, coalesce, merge, overlay};
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Location, Sources};
use mkmanifests_yaml::tree::{Entry, Kind, Map, Node, read};

/// The layers of one run, from the defaults up.
///
/// Files apply in the order given, then flags in the order given. (Helm applies all flags of one kind before those of
/// another; who wants that sorts them by [`Flag`].) Flags change what the files say; only then do both go over the
/// defaults, as in Helm, so that `list[0]=x` makes a new list and does not reach into a default one.
pub struct Layers<'a> {
    defaults: &'a Values,
    sources: Sources,
    files: Node,
    flags: Vec<Given>,
    top: Node,
    diagnostics: Vec<Diagnostic>,
}

/// A flag as it was given, with the files that it names.
struct Given {
    flag: Flag,
    text: String,
    files: BTreeMap<String, Result<Vec<u8>, String>>,
}

impl<'a> Layers<'a> {
    /// Starts with defaults, which are not copied before [`Layers::merge`].
    pub fn over(defaults: &'a Values) -> Self {
        Layers {
            defaults,
            sources: defaults.sources.clone(),
            files: Node::new(Kind::Map(Map::new()), Location::UNKNOWN),
            flags: Vec::new(),
            top: Node::from(Map::new()),
            diagnostics: Vec::new(),
        }
    }

    /// Adds a values file over the earlier ones; `name` is what messages call it.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> &mut Self {
        match read::values(&mut self.sources, name, bytes) {
            Ok(node) => self.files = overlay(std::mem::take(&mut self.files), node),
            Err(diagnostics) => self.diagnostics.extend(diagnostics),
        }
        self
    }

    /// Adds values that were read already over the earlier files.
    pub fn read(&mut self, values: Values) -> &mut Self {
        let Values { mut root, sources } = values;
        let by = self.sources.append(&sources);
        root.shift_locations(by);
        self.files = overlay(std::mem::take(&mut self.files), root);
        self
    }

    /// Adds a diagnostic that kept a layer from being read, such as a file that is not there.
    pub fn diagnostic(&mut self, diagnostic: Diagnostic) -> &mut Self {
        self.diagnostics.push(diagnostic);
        self
    }

    /// Adds a flag. `read_file` gives the content of a file that `--set-file` names, or why there is none.
    pub fn set(
        &mut self,
        flag: Flag,
        text: &str,
        mut read_file: impl FnMut(&str) -> Result<Vec<u8>, String>,
    ) -> &mut Self {
        let mut files = BTreeMap::new();
        if flag == Flag::SetFile {
            // A trial tells which files are named; its diagnostics come again when the flag is applied.
            let mut record = |path: &str| {
                files.entry(path.to_owned()).or_insert_with(|| read_file(path));
                Ok(Vec::new())
            };
            let mut trial = Node::from(Map::new());
            let _ = apply(&mut trial, flag, text, &mut Sources::default(), &mut record);
        }
        self.flags.push(Given { flag, text: text.to_owned(), files });
        self
    }

    /// Sets one text, over everything else: what a flag such as `--cluster` stands for.
    pub fn put(&mut self, source: &str, path: &[&'static str], text: &str) -> &mut Self {
        let location = Location::new(self.sources.add(source, text), 1, 1);
        let leaf = Node::new(Kind::Str(text.to_owned()), location);
        let node = path.iter().rev().fold(leaf, |value, key| {
            let mut map = Map::with_capacity(1);
            map.insert(Entry { key: (*key).into(), location, value });
            Node::new(Kind::Map(map), location)
        });
        self.top = overlay(std::mem::take(&mut self.top), node);
        self
    }

    /// The values of all layers.
    ///
    /// # Errors
    ///
    /// All diagnostics of all layers.
    pub fn merge(self) -> Result<Values, Failure> {
        let defaults = self.defaults;
        let Values { root, sources } = self.overlaid()?;
        Ok(Values { root: merge(defaults.root.clone(), root), sources })
    }

    /// The same as Helm does it: a `null` that has no default to take away stays.
    ///
    /// # Errors
    ///
    /// All diagnostics of all layers.
    pub fn coalesce(self) -> Result<Values, Failure> {
        let defaults = self.defaults;
        let Values { root, sources } = self.overlaid()?;
        Ok(Values { root: coalesce(defaults.root.clone(), root), sources })
    }

    /// The values of all layers without the defaults, each `null` still there to take one away: what a Helm chart is
    /// given beside its own values.
    ///
    /// # Errors
    ///
    /// All diagnostics of all layers.
    pub fn overlaid(mut self) -> Result<Values, Failure> {
        let mut values = self.files;
        let room = Cell::new(MAX_ITEMS);
        for given in &self.flags {
            let mut read_file = |path: &str| match given.files.get(path) {
                Some(content) => content.clone(),
                None => Err("it was not read".to_owned()),
            };
            let sources = &mut self.sources;
            let applied = apply_within(&mut values, given.flag, &given.text, sources, &mut read_file, &room);
            self.diagnostics.extend(applied.err().into_iter().flatten());
        }
        if !self.diagnostics.is_empty() {
            return Err(Failure::new(self.diagnostics, self.sources));
        }
        Ok(Values { root: overlay(values, self.top), sources: self.sources })
    }
}
