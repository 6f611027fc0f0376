//! Go's slices: shared and immutable.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Elem, Map, Value};

/// A list. It is shared and immutable: no template function changes a list in place.
#[derive(Debug, Clone)]
pub struct List {
    items: Arc<Items>,
    elem: Elem,
    nil: bool,
}

/// The items, with a destructor that does not recurse into nested values.
#[derive(Debug, Default)]
pub(super) struct Items(Vec<Value>);

impl List {
    /// Creates a `[]interface{}`.
    pub fn new(items: Vec<Value>) -> List {
        List::typed(items, Elem::Any)
    }

    /// Creates a list of another element type. All items must have that type.
    pub fn typed(items: Vec<Value>, elem: Elem) -> List {
        List { items: Arc::new(Items(items)), elem, nil: false }
    }

    /// Creates Go's nil slice, which prints as `[]` and is `null` in JSON.
    pub fn nil(elem: Elem) -> List {
        List { nil: true, ..List::typed(Vec::new(), elem) }
    }

    /// Returns the items.
    pub fn items(&self) -> &[Value] {
        &self.items.0
    }

    /// Returns the number of items.
    pub fn len(&self) -> usize {
        self.items.0.len()
    }

    /// Returns whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.items.0.is_empty()
    }

    /// Returns the item at an index, from 0; `None` beyond the end.
    pub fn get(&self, index: usize) -> Option<&Value> {
        self.items.0.get(index)
    }

    /// Iterates over the items.
    pub fn iter(&self) -> std::slice::Iter<'_, Value> {
        self.items.0.iter()
    }

    /// Returns the type of the items.
    pub fn elem(&self) -> Elem {
        self.elem
    }

    /// Returns whether it is Go's nil slice.
    pub fn is_nil(&self) -> bool {
        self.nil
    }

    /// Returns whether both are the same list in memory.
    pub fn is_same(&self, other: &List) -> bool {
        Arc::ptr_eq(&self.items, &other.items)
    }

    /// Returns Go's name of the type.
    pub fn type_name(&self) -> Cow<'static, str> {
        match self.elem {
            Elem::Any => "[]interface {}".into(),
            Elem::Str => "[]string".into(),
            elem => format!("[]{}", elem.name()).into(),
        }
    }
}

impl<'a> IntoIterator for &'a List {
    type Item = &'a Value;
    type IntoIter = std::slice::Iter<'a, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> List {
        List::new(items.into_iter().collect())
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        drop_flat(std::mem::take(&mut self.0));
    }
}

/// Drops values without recursion: a template can nest a million lists, which would overflow the stack.
pub(super) fn drop_flat(mut values: Vec<Value>) {
    while let Some(value) = values.pop() {
        match value {
            Value::List(list) => {
                if let Some(mut items) = Arc::into_inner(list.items) {
                    values.append(&mut items.0);
                }
            }
            Value::Map(map) => Map::take_last(map, &mut values),
            _ => {}
        }
    }
}

impl Default for List {
    fn default() -> Self {
        List::nil(Elem::Any)
    }
}
