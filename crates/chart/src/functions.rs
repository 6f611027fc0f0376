//! The functions that templates of charts may call.

use std::sync::{Arc, OnceLock};

use super::behaviour::{Behaviour, Change};
use super::yaml_bridge::GoYaml;
use mkmanifests_gotmpl::{Functions, helm, sprig};

/// Returns all functions that templates of charts can call: Go's built-in functions, Sprig's, and Helm's. All callers
/// share them.
///
/// ```
/// let functions = mkmanifests_chart::functions();
/// assert!(functions.get("toYaml").is_some() && functions.get("upper").is_some() && functions.get("len").is_some());
/// ```
pub fn functions() -> Arc<Functions> {
    functions_of(Behaviour::default())
}

/// Returns the functions of a release of Helm: those that it does not have are missing. Releases with the same functions
/// share them.
pub(super) fn functions_of(helm: Behaviour) -> Arc<Functions> {
    static SETS: [OnceLock<Arc<Functions>>; 1 << CHANGES.len()] = [const { OnceLock::new() }; 1 << CHANGES.len()];
    let bit = |(bit, change): (usize, &Change)| usize::from(helm.has(*change)) << bit;
    let index: usize = CHANGES.iter().enumerate().map(bit).sum();
    match SETS.get(index) {
        Some(set) => Arc::clone(set.get_or_init(|| Arc::new(make(helm)))),
        None => Arc::new(make(helm)),
    }
}

/// The changes that affect which functions there are, or what one does.
const CHANGES: [Change; 4] = {
    let [(yaml, _), (toml, _), (durations, _)] = ADDED;
    [yaml, toml, durations, Change::TomlExponents]
};

/// The functions that came later.
const ADDED: [(Change, &[&str]); 3] = [
    (Change::MustToYaml, &["mustToYaml"]),
    (Change::MustToToml, &["mustToToml"]),
    (Change::DurationFunctions, &helm::DURATION_FUNCTIONS),
];

fn make(helm: Behaviour) -> Functions {
    let mut functions = Functions::new();
    functions.extend(sprig::functions());
    functions.extend(helm::functions(&Arc::new(GoYaml)));
    let absent = ADDED.iter().filter(|(change, _)| !helm.has(*change));
    absent.flat_map(|(_, names)| *names).for_each(|name| functions.remove(name));
    if !helm.has(Change::TomlExponents) {
        functions.insert(helm::older_to_toml());
    }
    functions
}

#[cfg(test)]
mod tests {
    use super::functions_of;
    use crate::behaviour::{Behaviour, Change};
    use std::collections::BTreeSet;
    use std::sync::Arc;

    #[test]
    fn releases_share_functions_unless_a_change_affects_them() {
        let newest = functions_of(Behaviour::default());
        let all: BTreeSet<_> = newest.names().collect();
        for change in Change::ALL {
            let without = functions_of(Behaviour::default().with(*change, false));
            let names: BTreeSet<_> = without.names().collect();
            let is_affected = names != all || *change == Change::TomlExponents;
            assert_eq!(Arc::ptr_eq(&newest, &without), !is_affected, "{change:?}");
        }
    }
}
