//! Go's maps: shared and mutable.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::entries::Entries;
use super::list::drop_flat;
use super::{Elem, Str, Value};
use crate::function::{Args, CallError, Caller, Type};

/// A map with string keys. As in Go, all clones are the same map: a change through one is visible in all.
///
/// The lock on the entries is held only for one operation, and the entries are copied on write while a
/// [`Map::snapshot`] exists. There is no deadlock, even if a map contains itself.
#[derive(Clone)]
pub struct Map {
    cell: Arc<Cell>,
    kind: &'static MapType,
    nil: bool,
}

struct Cell(Mutex<Arc<Shared>>);

#[derive(Clone, Default)]
struct Shared(Entries);

/// A method of a named map type, called with the map itself.
pub struct MapMethod {
    /// The name, by which templates call it.
    pub name: &'static str,
    /// The types of its parameters; none is variadic.
    pub params: &'static [Type],
    /// The code.
    pub call: fn(&mut Caller<'_>, &Map, Args<'_>) -> Result<Value, CallError>,
}

/// The type of a map: its element type, and the name and methods of a named type.
pub struct MapType {
    /// Go's name of a named type, such as `common.Values`.
    pub name: Option<&'static str>,
    /// The type of the values.
    pub elem: Elem,
    /// The methods. A template finds them before keys of the same name.
    pub methods: &'static [MapMethod],
}

impl MapType {
    /// `map[string]interface {}`.
    pub const ANY: &'static MapType = &MapType { name: None, elem: Elem::Any, methods: &[] };
    /// `map[string]string`.
    pub const STR: &'static MapType = &MapType { name: None, elem: Elem::Str, methods: &[] };
    /// `map[string][]uint8`.
    pub const BYTES: &'static MapType = &MapType { name: None, elem: Elem::Bytes, methods: &[] };
}

/// The error of a write to Go's nil map, which panics in Go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NilMap;

impl fmt::Display for NilMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("assignment to entry in nil map")
    }
}

impl std::error::Error for NilMap {}

impl Map {
    /// Creates an empty `map[string]interface{}`.
    pub fn new() -> Map {
        Map::typed(Entries::new(), MapType::ANY)
    }

    /// Creates a map of a type. All values must have its element type.
    pub fn typed(entries: Entries, kind: &'static MapType) -> Map {
        Map { cell: Arc::new(Cell(Mutex::new(Arc::new(Shared(entries))))), kind, nil: false }
    }

    /// Creates Go's nil map: empty, read-only, and `null` in JSON.
    pub fn nil(kind: &'static MapType) -> Map {
        Map { nil: true, ..Map::typed(Entries::new(), kind) }
    }

    /// Returns the same map (not a copy) as another type, as Go's conversion `Values(m)` does.
    #[must_use]
    pub fn with_type(mut self, kind: &'static MapType) -> Map {
        self.kind = kind;
        self
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Shared>> {
        self.cell.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the current entries without copying them. Later changes of the map are not visible in it.
    pub fn snapshot(&self) -> impl std::ops::Deref<Target = Entries> + use<> {
        Snapshot(Arc::clone(&self.lock()))
    }

    /// Returns a copy of the value of a key; `None` if the key does not exist.
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        self.lock().0.get(key.as_ref()).cloned()
    }

    /// Returns whether the map has a key.
    pub fn contains(&self, key: impl AsRef<[u8]>) -> bool {
        self.lock().0.contains_key(key.as_ref())
    }

    /// Sets a key.
    ///
    /// # Errors
    /// Go's nil map.
    pub fn insert(&self, key: impl Into<Str>, value: Value) -> Result<(), NilMap> {
        if self.nil {
            return Err(NilMap);
        }
        // The old value is dropped after the lock is released, since its destructor may be slow.
        let old = Arc::make_mut(&mut *self.lock()).0.insert(key.into(), value);
        drop(old);
        Ok(())
    }

    /// Removes a key. Returns its value, if any.
    pub fn remove(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        Arc::make_mut(&mut *self.lock()).0.remove(key.as_ref())
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.lock().0.len()
    }

    /// Returns whether the map is empty.
    pub fn is_empty(&self) -> bool {
        self.lock().0.is_empty()
    }

    /// Returns the type of the map.
    pub fn kind(&self) -> &'static MapType {
        self.kind
    }

    /// Returns whether it is Go's nil map.
    pub fn is_nil(&self) -> bool {
        self.nil
    }

    /// Returns whether both are the same map in memory.
    pub fn is_same(&self, other: &Map) -> bool {
        Arc::ptr_eq(&self.cell, &other.cell)
    }

    /// Returns a number that identifies the map while it lives, to detect maps that contain themselves.
    pub fn identity(&self) -> usize {
        Arc::as_ptr(&self.cell).addr()
    }

    /// Returns Go's name of the type.
    pub fn type_name(&self) -> Cow<'static, str> {
        match (self.kind.name, self.kind.elem) {
            (Some(name), _) => name.into(),
            (None, Elem::Any) => "map[string]interface {}".into(),
            (None, elem) => format!("map[string]{}", elem.name()).into(),
        }
    }

    /// Moves the values out if this is the last clone of the map.
    pub(super) fn take_last(map: Map, into: &mut Vec<Value>) {
        let Some(mut cell) = Arc::into_inner(map.cell) else { return };
        into.extend(cell.take());
    }
}

struct Snapshot(Arc<Shared>);

impl std::ops::Deref for Snapshot {
    type Target = Entries;

    fn deref(&self) -> &Entries {
        &self.0.0
    }
}

impl Cell {
    fn take(&mut self) -> Vec<Value> {
        let shared = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        match Arc::get_mut(shared) {
            Some(shared) => std::mem::take(&mut shared.0).into_values(),
            None => Vec::new(),
        }
    }
}

/// A snapshot of the entries may outlive the map, so both have the destructor.
impl Drop for Shared {
    fn drop(&mut self) {
        if !self.0.is_empty() {
            drop_flat(std::mem::take(&mut self.0).into_values());
        }
    }
}

impl Default for Map {
    fn default() -> Self {
        Map::new()
    }
}

impl<K: Into<Str>> FromIterator<(K, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(entries: I) -> Map {
        Map::typed(entries.into_iter().map(|(key, value)| (key.into(), value)).collect(), MapType::ANY)
    }
}

/// Prints only the keys: the map may contain itself.
impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.snapshot().keys()).finish()
    }
}
