//! The functions that templates of charts may call.

use std::sync::Arc;

use super::yaml_bridge::GoYaml;
use mkmanifests_gotmpl::sprig::environment::Environment;
use mkmanifests_gotmpl::{Functions, helm, sprig};

/// Returns all functions that templates of charts can call: those of Sprig and of Helm, besides Go's built-in ones.
pub fn functions(environment: &Environment) -> Functions {
    let mut functions = Functions::new();
    functions.extend(sprig::functions(environment));
    functions.extend(helm::functions(&Arc::new(GoYaml)));
    functions
}
