//! What a value in a template may be, as far as it has to do with the chart's values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::reads::Path;

/// One thing that a value may be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Thing {
    /// The dot that templates of a chart are given.
    Dot(usize),
    /// `.Subcharts` of a chart.
    Subcharts(usize),
    /// What the values have at a path.
    At(Path),
    /// A constant text.
    Text(Arc<str>),
    /// A mapping or list that a template made.
    Made(Arc<Made>),
    /// Nobody knows.
    Lost,
}

/// A mapping or list that a template made.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Made {
    /// Under constant keys.
    pub keys: BTreeMap<Arc<str>, Traced>,
    /// Items, and what is under computed keys.
    pub each: Traced,
}

/// All that a value may be; nothing, if it has nothing to do with the values.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Traced(pub BTreeSet<Thing>);

impl Traced {
    /// Nobody knows.
    pub fn lost() -> Traced {
        Thing::Lost.into()
    }

    /// A list of such items.
    pub fn list(each: Traced) -> Traced {
        Thing::Made(Arc::new(Made { each, ..Made::default() })).into()
    }

    /// Either this or that.
    pub fn or(mut self, other: Traced) -> Traced {
        self.0.extend(other.0);
        self
    }

    /// The texts that it may be, if it can be nothing else.
    pub fn texts(&self) -> Option<Vec<&Arc<str>>> {
        let texts = self.0.iter().map(|thing| if let Thing::Text(text) = thing { Some(text) } else { None });
        texts.collect::<Option<Vec<_>>>().filter(|texts| !texts.is_empty())
    }

    /// Whether only the template that made it has it, so that changing it changes nothing else.
    pub fn is_made(&self) -> bool {
        self.0.iter().all(|thing| matches!(thing, Thing::Made(_)))
    }
}

impl From<Thing> for Traced {
    fn from(thing: Thing) -> Self {
        Traced([thing].into())
    }
}

impl FromIterator<Traced> for Traced {
    fn from_iter<I: IntoIterator<Item = Traced>>(iter: I) -> Self {
        iter.into_iter().fold(Traced::default(), Traced::or)
    }
}
