//! A stack that is large enough for templates nested as deeply as the limits allow.

use std::cell::Cell;

/// How many levels of blocks, parentheses, templates and includes may be inside one another on a deep stack.
pub(super) const DEEP_LEVELS: usize = 12_000;
/// The same for blocks and parentheses in the text of one template.
pub(super) const DEEP_PARSE_LEVELS: usize = 1_000;

/// On another stack, of which nothing is known.
const SHALLOW_LEVELS: usize = 60;

/// Only what is used of it takes memory.
const DEEP_BYTES: usize = 256 << 20;

thread_local! {
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Runs code on a deep stack; at once if this already is one.
///
/// Parsing and executing templates does so by itself. Where there are many templates, putting all of the work
/// into one call saves a stack for each.
///
/// It stays on the same thread: the C library would give another one a heap of its own, which grows by a system call
/// for each few pages.
pub fn on_deep_stack<T>(work: impl FnOnce() -> T) -> T {
    if IS_DEEP.get() {
        return work();
    }
    stacker::grow(DEEP_BYTES, || {
        let _deep = Deep::enter();
        work()
    })
}

/// While it lives, the thread is on a deep stack.
struct Deep;

impl Deep {
    fn enter() -> Deep {
        IS_DEEP.set(true);
        Deep
    }
}

impl Drop for Deep {
    fn drop(&mut self) {
        IS_DEEP.set(false);
    }
}

/// How many levels there may be on this stack.
pub(super) fn levels(deep: usize) -> usize {
    if IS_DEEP.get() { deep } else { deep.min(SHALLOW_LEVELS) }
}
