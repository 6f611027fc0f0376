//! Limits how deep templates may be nested.

use mkmanifests_go::stack::is_deep;

/// The most nested levels of blocks, parentheses, templates and includes on a deep stack.
pub(super) const DEEP_LEVELS: usize = 12_000;
/// The most nested levels of blocks and parentheses in the text of one template, on a deep stack.
pub(super) const DEEP_PARSE_LEVELS: usize = 1_000;

/// The most levels on any other stack, whose size is unknown.
const SHALLOW_LEVELS: usize = 60;

/// Returns the most levels on the current stack: `deep` on a deep one.
pub(super) fn levels(deep: usize) -> usize {
    if is_deep() { deep } else { deep.min(SHALLOW_LEVELS) }
}
