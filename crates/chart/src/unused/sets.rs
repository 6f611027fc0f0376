//! Interned sets of abstract values: what a value in a template may be, as far as the chart's values matter.

use std::collections::HashMap;
use std::sync::Arc;

use super::objects::ObjectId;
use super::reads::Path;

/// The most texts of one set; more count as any text.
const MAX_TEXTS: usize = 100;
/// The longest text that templates compose, and the most texts.
const MAX_TEXT_BYTES: usize = 4_096;
const MAX_ALL_TEXTS: usize = 20_000;
/// Represents any text within a text that is partly known.
pub(super) const HOLE: char = '\u{1}';

/// An abstract value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum AbstractValue {
    /// No value: a missing key.
    Nil,
    /// Any value from which the chart's values cannot be reached.
    Unknown,
    /// The dot of a chart's templates.
    Dot(usize),
    /// `.Subcharts` of a chart.
    Subcharts(usize),
    /// `.Chart` of a chart.
    Chart(usize),
    /// The map at a path of the values.
    ValuesPath(Path),
    /// A constant text, or one with holes.
    Text(TextId),
    /// A map or list that a template creates.
    Object(ObjectId),
}

/// Identifies a known text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TextId(u32);

/// A set of abstract values, interned in [`Sets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Set(u32);

impl Set {
    /// The empty set: of an expression that was not analysed yet, or fails.
    pub const EMPTY: Set = Set(0);
}

/// All sets and texts.
pub(super) struct Sets {
    sets: Vec<Arc<[AbstractValue]>>,
    ids: HashMap<Arc<[AbstractValue]>, Set>,
    unions: HashMap<(Set, Set), Set>,
    texts: Vec<Arc<str>>,
    text_ids: HashMap<Arc<str>, TextId>,
    /// The size of all sets that were created since this was last reset: the cost of the analysis.
    pub size: usize,
}

impl Sets {
    pub fn new() -> Sets {
        let empty: Arc<[AbstractValue]> = Arc::from([]);
        Sets {
            sets: vec![Arc::clone(&empty)],
            ids: [(empty, Set::EMPTY)].into(),
            unions: HashMap::new(),
            texts: Vec::new(),
            text_ids: HashMap::new(),
            size: 0,
        }
    }

    /// Returns the values of a set, in order.
    pub fn get(&self, set: Set) -> Arc<[AbstractValue]> {
        Arc::clone(&self.sets[set.0 as usize])
    }

    /// Returns a set of one value.
    pub fn one(&mut self, thing: AbstractValue) -> Set {
        self.of(vec![thing])
    }

    /// Returns a set of several values.
    pub fn of(&mut self, mut things: Vec<AbstractValue>) -> Set {
        let is_text = |thing: &AbstractValue| matches!(thing, AbstractValue::Text(_));
        things.sort_unstable();
        things.dedup();
        if things.iter().filter(|thing| is_text(thing)).count() > MAX_TEXTS {
            things.retain(|thing| !is_text(thing) && *thing != AbstractValue::Unknown);
            things.push(AbstractValue::Unknown);
            things.sort_unstable();
        }
        if let Some(set) = self.ids.get(&things[..]) {
            return *set;
        }
        self.size += things.len();
        let things: Arc<[AbstractValue]> = things.into();
        let set = Set(u32::try_from(self.sets.len()).unwrap_or(u32::MAX));
        self.sets.push(Arc::clone(&things));
        self.ids.insert(things, set);
        set
    }

    /// Returns the union of two sets.
    pub fn union(&mut self, one: Set, other: Set) -> Set {
        if one == other || other == Set::EMPTY {
            return one;
        }
        if one == Set::EMPTY {
            return other;
        }
        let key = (one.min(other), one.max(other));
        if let Some(union) = self.unions.get(&key) {
            return *union;
        }
        let things = self.get(one).iter().chain(self.get(other).iter()).copied().collect();
        let union = self.of(things);
        self.unions.insert(key, union);
        union
    }

    /// Returns the union of several sets.
    pub fn any(&mut self, sets: impl IntoIterator<Item = Set>) -> Set {
        let mut sets: Vec<Set> = sets.into_iter().filter(|set| *set != Set::EMPTY).collect();
        sets.sort_unstable();
        sets.dedup();
        match sets[..] {
            [] => Set::EMPTY,
            [one] => one,
            [one, other] => self.union(one, other),
            _ => {
                let things = sets.iter().flat_map(|set| self.get(*set).to_vec()).collect();
                self.of(things)
            }
        }
    }

    /// Returns a set without [`AbstractValue::Nil`], unless it has nothing else.
    pub fn without_nil(&mut self, set: Set) -> Set {
        let things = self.get(set);
        match things.split_first() {
            Some((AbstractValue::Nil, others)) if !others.is_empty() => self.of(others.to_vec()),
            _ => set,
        }
    }

    /// Returns a set with its texts replaced by any text.
    pub fn with_any_text(&mut self, set: Set) -> Set {
        let things = self.get(set);
        let widened = |thing: &AbstractValue| {
            if matches!(thing, AbstractValue::Text(_)) { AbstractValue::Unknown } else { *thing }
        };
        self.of(things.iter().map(widened).collect())
    }

    /// Returns a known text; [`AbstractValue::Unknown`] if it is too long or there are too many.
    pub fn text(&mut self, text: &str) -> AbstractValue {
        if let Some(id) = self.text_ids.get(text) {
            return AbstractValue::Text(*id);
        }
        let is_hole = text.chars().all(|char| char == HOLE) && !text.is_empty();
        if is_hole || text.len() > MAX_TEXT_BYTES && text.contains(HOLE) || self.texts.len() >= MAX_ALL_TEXTS {
            return AbstractValue::Unknown;
        }
        let text: Arc<str> = Arc::from(text);
        let id = TextId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(Arc::clone(&text));
        self.text_ids.insert(text, id);
        AbstractValue::Text(id)
    }

    pub fn str(&self, text: TextId) -> Arc<str> {
        Arc::clone(&self.texts[text.0 as usize])
    }
}
