//! The functions that templates of charts may call.

use std::sync::Arc;

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
