//! Which keys a document has defined, and how: what TOML allows to define again, and the values.

use std::collections::{BTreeMap, BTreeSet};

use crate::value::Elem;
use crate::{List, Map, Value};

/// The parts of a key.
pub(super) type Key = Vec<String>;

#[derive(Debug)]
enum Node {
    Table(Table),
    /// What `[[name]]` defines: the last one is open.
    Tables(Vec<Table>),
    Value(Value),
}

type Table = BTreeMap<String, Node>;

/// The tables of a document.
#[derive(Debug, Default)]
pub(super) struct Tables {
    root: Table,
    /// The table that keys belong to.
    pub context: Key,
    /// Tables that were only named on the way to others.
    implicit: BTreeSet<String>,
    arrays: BTreeSet<String>,
}

impl Tables {
    /// Goes into a table, which a header or an inline table defines; `in_array` if it is one of several.
    ///
    /// # Errors
    /// What is wrong.
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

    /// Goes into a table that a part of a key names.
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

    /// Says that a key of the open table is an array, before its items are read.
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
    /// If it is defined already.
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
            // The table is there already, with all its keys; an array holds its tables itself.
            if !self.arrays.contains(&name) {
                return Ok(());
            }
        }
        table.insert(key.to_owned(), node);
        Ok(())
    }

    /// All values.
    pub fn into_map(self) -> Map {
        map(self.root)
    }
}

/// The open table of a node.
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

/// A key as errors show it, with quotes where it needs them.
pub(super) fn shown(key: &[String]) -> String {
    let parts: Vec<Vec<u8>> = key.iter().map(|part| super::write::key_text(part.as_bytes())).collect();
    String::from_utf8_lossy(&parts.join(&b'.')).into_owned()
}
