//! The functions that are part of Go's template language.

use super::function::Function;

/// All of them.
pub(super) fn all() -> Vec<Function> {
    Vec::new()
}
