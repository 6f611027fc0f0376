//! The parsed templates of a loaded chart, which all its renderings share.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::model::File;
use mkmanifests_gotmpl::ast::Tree;
use mkmanifests_gotmpl::{Error, Functions, parse_bytes};

/// The result of parsing one template. Cloning is cheap.
pub(super) type ParseResult = Result<Arc<[Arc<Tree>]>, Arc<Error>>;

/// The parsed templates of one chart, by the name that they were parsed with: aliases of a chart have other names, which
/// errors contain.
///
/// The copies of a chart share the cache. It never has more than the chart has templates, aliases and sets of functions.
#[derive(Default)]
pub(super) struct TreeCache(RwLock<HashMap<String, Vec<TreeSlot>>>);

/// A template, and its trees once someone has parsed it. Whoever needs them meanwhile waits.
#[derive(Clone)]
pub(super) struct TreeSlot {
    data: Arc<[u8]>,
    functions: Arc<Functions>,
    parsed: Arc<OnceLock<ParseResult>>,
}

impl TreeCache {
    /// Returns the slot of a template. The trees refer to the functions, so that only renderings with the same ones share
    /// them.
    pub fn slot(&self, functions: &Arc<Functions>, name: &str, file: &File) -> TreeSlot {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = known.get(name).and_then(|slots| slots.iter().find(|slot| slot.is_of(functions, file))) {
            return slot.clone();
        }
        drop(known);
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let slots = known.entry(name.to_owned()).or_default();
        if let Some(slot) = slots.iter().find(|slot| slot.is_of(functions, file)) {
            return slot.clone();
        }
        // A caller may have replaced the file: the trees of the old one are not needed any more.
        slots.retain(|slot| Arc::ptr_eq(&slot.data, &file.data));
        let slot = TreeSlot { data: Arc::clone(&file.data), functions: Arc::clone(functions), parsed: Arc::default() };
        slots.push(slot.clone());
        slot
    }

    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.0.read().unwrap_or_else(PoisonError::into_inner).values().map(Vec::len).sum()
    }
}

impl TreeSlot {
    fn is_of(&self, functions: &Arc<Functions>, file: &File) -> bool {
        Arc::ptr_eq(&self.functions, functions) && Arc::ptr_eq(&self.data, &file.data)
    }

    /// Returns whether the template is parsed already.
    pub fn is_parsed(&self) -> bool {
        self.parsed.get().is_some()
    }

    /// Returns the parsed template. `name` is the one that the slot was created for.
    pub fn parsed(&self, name: &str) -> ParseResult {
        self.parsed.get_or_init(|| parse(&self.functions, name, &self.data)).clone()
    }
}

/// Parses one template.
pub(super) fn parse(functions: &Functions, name: &str, data: &[u8]) -> ParseResult {
    parse_bytes(functions, name, data).map(Arc::from).map_err(Arc::from)
}

impl fmt::Debug for TreeCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TreeCache")
    }
}
