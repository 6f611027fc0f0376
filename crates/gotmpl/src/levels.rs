//! How deeply templates may be nested.

use mkmanifests_go::stack::is_deep;

/// How many levels of blocks, parentheses, templates and includes may be inside one another on a deep stack.
pub(super) const DEEP_LEVELS: usize = 12_000;
/// The same for blocks and parentheses in the text of one template.
pub(super) const DEEP_PARSE_LEVELS: usize = 1_000;

/// On another stack, of which nothing is known.
const SHALLOW_LEVELS: usize = 60;

/// How many levels there may be on this stack.
pub(super) fn levels(deep: usize) -> usize {
    if is_deep() { deep } else { deep.min(SHALLOW_LEVELS) }
}
