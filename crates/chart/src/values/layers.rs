//! Collects defaults, values files and flags, and merges them at the end, so that all diagnostics are reported
//! together.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::set::apply_within;
use super::{Flag, MAX_ITEMS, Values, apply, coalesce, merge, overlay};
use crate::behaviour::Behaviour;
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Location, Sources};
use mkmanifests_yaml::tree::{Entry, Kind, Map, Node, read};

/// The layers of values: defaults, files, flags, each over the ones before.
///
/// Files apply in the order in which they are given, and so do flags. (Helm applies all flags of one kind before those
/// of the next; sort by [`Flag`] for that.) As in Helm, flags change the values of the files, and the result is merged
/// over the defaults: `list[0]=x` creates a new list and does not change a default one.
#[derive(Clone)]
pub struct Layers<'a> {
    defaults: &'a Values,
    sources: Sources,
    files: Node,
    flags: Vec<GivenFlag>,
    top: Node,
    diagnostics: Vec<Diagnostic>,
    helm: Behaviour,
}

/// A flag, with the content of the files that it names.
#[derive(Clone)]
struct GivenFlag {
    flag: Flag,
    text: String,
    files: BTreeMap<String, Result<Vec<u8>, String>>,
}

impl<'a> Layers<'a> {
    /// Creates layers over defaults, which are copied only in [`Layers::merge`].
    pub fn over(defaults: &'a Values) -> Self {
        Layers {
            defaults,
            sources: defaults.sources.clone(),
            files: Node::new(Kind::Map(Map::new()), Location::UNKNOWN),
            flags: Vec::new(),
            top: Node::from(Map::new()),
            diagnostics: Vec::new(),
            helm: Behaviour::default(),
        }
    }

    /// Applies the flags as a release of Helm does.
    pub fn helm(&mut self, helm: Behaviour) -> &mut Self {
        self.helm = helm;
        self
    }

    /// Adds a values file over the earlier ones. `bytes` is YAML, `name` its name in diagnostics. An error in it is
    /// reported when the layers are merged.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> &mut Self {
        match read::values(&mut self.sources, name, bytes) {
            Ok(node) => self.files = overlay(std::mem::take(&mut self.files), node),
            Err(diagnostics) => self.diagnostics.extend(diagnostics),
        }
        self
    }

    /// Adds values that have been read over the earlier files.
    pub fn values(&mut self, values: Values) -> &mut Self {
        let Values { mut root, sources } = values;
        let by = self.sources.append(&sources);
        root.shift_locations(by);
        self.files = overlay(std::mem::take(&mut self.files), root);
        self
    }

    /// Adds the diagnostic of a layer that cannot be read, such as a missing file.
    pub fn diagnostic(&mut self, diagnostic: Diagnostic) -> &mut Self {
        self.diagnostics.push(diagnostic);
        self
    }

    /// Adds a flag. `read_file` returns the content of a file that `--set-file` names, or the reason why it cannot be
    /// read.
    pub fn set(
        &mut self,
        flag: Flag,
        text: &str,
        mut read_file: impl FnMut(&str) -> Result<Vec<u8>, String>,
    ) -> &mut Self {
        let mut files = BTreeMap::new();
        if flag == Flag::SetFile {
            // A trial finds the files that the flag names. Its diagnostics are reported when the flag is applied.
            let mut record = |path: &str| {
                files.entry(path.to_owned()).or_insert_with(|| read_file(path));
                Ok(Vec::new())
            };
            let mut trial = Node::from(Map::new());
            let _ = apply(&mut trial, flag, text, &mut Sources::default(), &mut record);
        }
        self.flags.push(GivenFlag { flag, text: text.to_owned(), files });
        self
    }

    /// Sets a text at a path, over all other layers, for a flag such as `--cluster`. `source` is the flag's name in
    /// diagnostics.
    pub fn set_text(&mut self, source: &str, path: &[&'static str], text: &str) -> &mut Self {
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

    /// Merges all layers: a `null` removes a default, and does not occur in the result except in lists and defaults.
    ///
    /// # Errors
    ///
    /// All diagnostics of all layers.
    pub fn merge(self) -> Result<Values, Failure> {
        let defaults = self.defaults;
        let Values { root, sources } = self.overlaid()?;
        Ok(Values { root: merge(defaults.root.clone(), root), sources })
    }

    /// Merges all layers as Helm does: a `null` removes a default, and stays if there is no default.
    ///
    /// # Errors
    ///
    /// All diagnostics of all layers.
    pub fn coalesce(self) -> Result<Values, Failure> {
        let defaults = self.defaults;
        let Values { root, sources } = self.overlaid()?;
        Ok(Values { root: coalesce(defaults.root.clone(), root), sources })
    }

    /// Merges all layers except the defaults. Every `null` stays, to remove a default of the chart later.
    /// [`prepare`](fn@crate::prepare) takes these values.
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
            let text = (given.flag, given.text.as_str());
            let applied = apply_within(&mut values, text, self.helm, sources, &mut read_file, &room);
            self.diagnostics.extend(applied.err().into_iter().flatten());
        }
        if !self.diagnostics.is_empty() {
            return Err(Failure::new(self.diagnostics, self.sources));
        }
        Ok(Values { root: overlay(values, self.top), sources: self.sources })
    }
}
