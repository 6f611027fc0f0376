//! A set of parsed templates that know one another by name.

use std::sync::Arc;

use super::function::Functions;

/// Parsed templates and the functions that they may call.
#[derive(Debug)]
pub struct Templates {
    functions: Arc<Functions>,
}

impl Templates {
    /// An empty set.
    pub fn new(functions: Arc<Functions>) -> Templates {
        Templates { functions }
    }

    /// The functions that the templates may call.
    pub fn functions(&self) -> &Arc<Functions> {
        &self.functions
    }
}
