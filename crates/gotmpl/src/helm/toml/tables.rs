//! Tracks the keys that a document has defined, since TOML allows only some of them to be defined again.

use std::collections::{BTreeMap, BTreeSet};

use crate::value::Elem;
use crate::{List, Map, Value};

/// The parts of a key.
pub(super) type Key = Vec<String>;

#[derive(Debug)]
enum Node {
    Table(Table),
    /// The tables of `[[name]]`, of which the last one is open.
    Tables(Vec<Table>),
    Value(Value),
}

type Table = BTreeMap<String, Node>;

/// The tables of a document.
#[derive(Debug, Default)]
pub(super) struct Tables {
    root: Table,
    /// The table of the current keys.
    pub context: Key,
    /// Tables that were only defined implicitly, on the way to others.
    implicit: BTreeSet<String>,
    arrays: BTreeSet<String>,
}

impl Tables {
    /// Opens the table of a header or an inline table. `in_array` says whether it is an item of an array of tables.
    ///
    /// # Errors
    /// The text of the library's error.
    pub fn open(&mut self, key: &[String], in_array: bool) -> Result<(), String> {
        let Some((last, parents)) = key.split_last() else { return Ok(()) };
        let mut table = &mut self.root;
        for (depth, part) in parents.iter().enumerate() {
            let path = &key[..=depth];
            if !table.contains_key(part) {
                self.implicit.insert(shown(path));
                table.insert(part.clone(), Node::Table(Table::new()));
            }
            let created = || format!("Key '{}' was already created as a hash.", shown(path));
            table = table.get_mut(part).and_then(inner).ok_or_else(created)?;
        }
        self.context = parents.to_vec();
        if in_array {
            match table.entry(last.clone()).or_insert_with(|| Node::Tables(Vec::new())) {
                Node::Tables(tables) => tables.push(Table::new()),
                _ => return Err(format!("Key '{}' was already created and cannot be used as an array.", shown(key))),
            }
        } else {
            self.put(last, Node::Table(Table::new()))?;
        }
        self.context.push(last.clone());
        Ok(())
    }

    /// Opens a table that a part of a dotted key names.
    ///
    /// # Errors
    /// As [`Tables::open`].
    pub fn open_implicit(&mut self, part: &str) -> Result<(), String> {
        let mut key = self.context.clone();
        key.push(part.to_owned());
        self.mark_implicit(&key);
        self.open(&key, false)
    }

    pub fn mark_implicit(&mut self, key: &[String]) {
        self.implicit.insert(shown(key));
    }

    /// Records whether a key of the open table is an array, before its items are read.
    pub fn mark_array(&mut self, key: &str, is_array: bool) {
        let path = self.path(key);
        if is_array {
            self.arrays.insert(path);
        } else {
            self.arrays.remove(&path);
        }
    }

    fn path(&self, key: &str) -> String {
        let mut path = self.context.clone();
        if !key.is_empty() {
            path.push(key.to_owned());
        }
        shown(&path)
    }

    /// Sets a key of the open table.
    ///
    /// # Errors
    /// A key that is already defined.
    pub fn set(&mut self, key: &str, value: Value) -> Result<(), String> {
        self.put(key, Node::Value(value))
    }

    fn put(&mut self, key: &str, node: Node) -> Result<(), String> {
        let defined = |path: &[String]| format!("Key '{}' has already been defined.", shown(path));
        let mut table = &mut self.root;
        for (depth, part) in self.context.iter().enumerate() {
            table = table.get_mut(part).and_then(inner).ok_or_else(|| defined(&self.context[..=depth]))?;
        }
        let mut path = self.context.clone();
        path.push(key.to_owned());
        let name = shown(&path);
        if table.contains_key(key) {
            if !self.implicit.remove(&name) {
                return Err(defined(&path));
            }
            // The table already exists with all its keys; an array contains its tables.
            if !self.arrays.contains(&name) {
                return Ok(());
            }
        }
        table.insert(key.to_owned(), node);
        Ok(())
    }

    /// Returns all values.
    pub fn into_map(self) -> Map {
        map(self.root)
    }
}

/// Returns the open table of a node.
fn inner(node: &mut Node) -> Option<&mut Table> {
    match node {
        Node::Table(table) => Some(table),
        Node::Tables(tables) => tables.last_mut(),
        Node::Value(_) => None,
    }
}

fn map(table: Table) -> Map {
    table.into_iter().map(|(key, node)| (key, value(node))).collect()
}

fn value(node: Node) -> Value {
    match node {
        Node::Table(table) => map(table).into(),
        Node::Tables(tables) => {
            List::typed(tables.into_iter().map(|table| map(table).into()).collect(), Elem::Map).into()
        }
        Node::Value(value) => value,
    }
}

/// Shows a key as errors do, with quotes where they are needed.
pub(super) fn shown(key: &[String]) -> String {
    let parts: Vec<Vec<u8>> = key.iter().map(|part| super::write::key_text(part.as_bytes())).collect();
    String::from_utf8_lossy(&parts.join(&b'.')).into_owned()
}
