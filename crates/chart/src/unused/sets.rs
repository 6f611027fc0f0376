//! What a value in a template may be, as far as it has to do with the chart's values: interned sets of abstract values.

use std::collections::HashMap;
use std::sync::Arc;

use super::objects::ObjectId;
use super::reads::Path;

/// How many texts one value may be before it counts as any text.
const MAX_TEXTS: usize = 100;
/// How long a text may be that templates put together, and how many there may be.
const MAX_TEXT_BYTES: usize = 4_096;
const MAX_ALL_TEXTS: usize = 20_000;
/// Stands for any text within a text that is known in part.
pub(super) const HOLE: char = '\u{1}';

/// An abstract value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Thing {
    /// Nothing: what a map does not have.
    Nil,
    /// Anything that none of the values can be reached through.
    Unknown,
    /// The dot that templates of a chart are given.
    Dot(usize),
    /// `.Subcharts` of a chart.
    Subcharts(usize),
    /// `.Chart` of a chart.
    Chart(usize),
    /// The map that the values have at a path.
    At(Path),
    /// A constant text, or one with holes.
    Text(TextId),
    /// A map or list that a template makes.
    Object(ObjectId),
}

/// A text that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TextId(u32);

/// All that a value may be, interned in [`Sets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Set(u32);

impl Set {
    /// No value: of what was not walked yet, or fails.
    pub const EMPTY: Set = Set(0);
}

/// All sets and texts.
pub(super) struct Sets {
    sets: Vec<Arc<[Thing]>>,
    ids: HashMap<Arc<[Thing]>, Set>,
    unions: HashMap<(Set, Set), Set>,
    texts: Vec<Arc<str>>,
    text_ids: HashMap<Arc<str>, TextId>,
    /// How many values the sets hold that were made since this was last set to zero: what they cost.
    pub size: usize,
}

impl Sets {
    pub fn new() -> Sets {
        let empty: Arc<[Thing]> = Arc::from([]);
        Sets {
            sets: vec![Arc::clone(&empty)],
            ids: [(empty, Set::EMPTY)].into(),
            unions: HashMap::new(),
            texts: Vec::new(),
            text_ids: HashMap::new(),
            size: 0,
        }
    }

    /// What is in a set, in order.
    pub fn get(&self, set: Set) -> Arc<[Thing]> {
        Arc::clone(&self.sets[set.0 as usize])
    }

    /// A set of one value.
    pub fn one(&mut self, thing: Thing) -> Set {
        self.of(vec![thing])
    }

    /// A set of several values.
    pub fn of(&mut self, mut things: Vec<Thing>) -> Set {
        let is_text = |thing: &Thing| matches!(thing, Thing::Text(_));
        things.sort_unstable();
        things.dedup();
        if things.iter().filter(|thing| is_text(thing)).count() > MAX_TEXTS {
            things.retain(|thing| !is_text(thing) && *thing != Thing::Unknown);
            things.push(Thing::Unknown);
            things.sort_unstable();
        }
        if let Some(set) = self.ids.get(&things[..]) {
            return *set;
        }
        self.size += things.len();
        let things: Arc<[Thing]> = things.into();
        let set = Set(u32::try_from(self.sets.len()).unwrap_or(u32::MAX));
        self.sets.push(Arc::clone(&things));
        self.ids.insert(things, set);
        set
    }

    /// Either of two.
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

    /// Any of several.
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

    /// A set without [`Thing::Nil`], unless it is all.
    pub fn without_nil(&mut self, set: Set) -> Set {
        let things = self.get(set);
        match things.split_first() {
            Some((Thing::Nil, others)) if !others.is_empty() => self.of(others.to_vec()),
            _ => set,
        }
    }

    /// A set with any text in place of the texts in it.
    pub fn with_any_text(&mut self, set: Set) -> Set {
        let things = self.get(set);
        let widened = |thing: &Thing| if matches!(thing, Thing::Text(_)) { Thing::Unknown } else { *thing };
        self.of(things.iter().map(widened).collect())
    }

    /// A text that is known; anything, if it is too long or there are too many.
    pub fn text(&mut self, text: &str) -> Thing {
        if let Some(id) = self.text_ids.get(text) {
            return Thing::Text(*id);
        }
        let is_hole = text.chars().all(|char| char == HOLE) && !text.is_empty();
        if is_hole || text.len() > MAX_TEXT_BYTES && text.contains(HOLE) || self.texts.len() >= MAX_ALL_TEXTS {
            return Thing::Unknown;
        }
        let text: Arc<str> = Arc::from(text);
        let id = TextId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(Arc::clone(&text));
        self.text_ids.insert(text, id);
        Thing::Text(id)
    }

    pub fn str(&self, text: TextId) -> Arc<str> {
        Arc::clone(&self.texts[text.0 as usize])
    }
}
