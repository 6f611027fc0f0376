//! The functions that templates of charts may call.

use std::sync::Arc;

use super::behaviour::{Behaviour, Change};
use super::yaml_bridge::GoYaml;
use mkmanifests_gotmpl::sprig::environment::Environment;
use mkmanifests_gotmpl::{Functions, helm, sprig};

/// Returns all functions that templates of charts can call: Go's built-in functions, Sprig's, and Helm's.
///
/// ```
/// use mkmanifests_chart::functions;
/// use mkmanifests_gotmpl::sprig::environment::{Clock, Environment, Randomness};
///
/// let environment = Environment { clock: Clock::fixed(0, 0), randomness: Randomness::seeded("web") };
/// let functions = functions(&environment);
/// assert!(functions.get("toYaml").is_some() && functions.get("upper").is_some() && functions.get("len").is_some());
/// ```
pub fn functions(environment: &Environment) -> Functions {
    let mut functions = Functions::new();
    functions.extend(sprig::functions(environment));
    functions.extend(helm::functions(&Arc::new(GoYaml)));
    functions
}

/// Returns the functions of a release of Helm: those that it does not have are missing.
pub(super) fn functions_of(environment: &Environment, helm: Behaviour) -> Functions {
    let mut functions = functions(environment);
    let absent = ADDED.iter().filter(|(change, _)| !helm.has(*change));
    absent.flat_map(|(_, names)| *names).for_each(|name| functions.remove(name));
    if !helm.has(Change::TomlExponents) {
        functions.insert(helm::older_to_toml());
    }
    functions
}

/// The functions that came later.
const ADDED: [(Change, &[&str]); 3] = [
    (Change::MustToYaml, &["mustToYaml"]),
    (Change::MustToToml, &["mustToToml"]),
    (Change::DurationFunctions, &helm::DURATION_FUNCTIONS),
];
