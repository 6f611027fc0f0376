//! Go's slices: shared and never changed.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Elem, Map, Value};

/// A list. No function of a template can change one in place, so it is shared.
#[derive(Debug, Clone)]
pub struct List {
    items: Arc<Items>,
    elem: Elem,
    nil: bool,
}

/// The items, with a destructor that needs no stack for what is nested in them.
#[derive(Debug, Default)]
pub(super) struct Items(Vec<Value>);

impl List {
    /// A `[]interface{}`.
    pub fn new(items: Vec<Value>) -> List {
        List::typed(items, Elem::Any)
    }

    /// A list of another element type; the items must be of that type.
    pub fn typed(items: Vec<Value>, elem: Elem) -> List {
        List { items: Arc::new(Items(items)), elem, nil: false }
    }

    /// Go's nil slice, which prints as `[]` and is `null` in JSON.
    pub fn nil(elem: Elem) -> List {
        List { nil: true, ..List::typed(Vec::new(), elem) }
    }

    /// The items.
    pub fn items(&self) -> &[Value] {
        &self.items.0
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.items.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.0.is_empty()
    }

    /// The item at an index.
    pub fn get(&self, index: usize) -> Option<&Value> {
        self.items.0.get(index)
    }

    /// The items one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Value> {
        self.items.0.iter()
    }

    /// The type of the items.
    pub fn elem(&self) -> Elem {
        self.elem
    }

    /// Whether it is Go's nil slice.
    pub fn is_nil(&self) -> bool {
        self.nil
    }

    /// Whether both are the very same list.
    pub fn is_same(&self, other: &List) -> bool {
        Arc::ptr_eq(&self.items, &other.items)
    }

    /// Go's name of the type.
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

/// Drops values without recursion: a template can nest a million lists, which would take all of the stack.
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
