//! A deep stack: the stacks of Go grow, so that what is nested deeply there works.

use std::cell::Cell;

/// Only what is used of it takes memory.
const DEEP_BYTES: usize = 256 << 20;

thread_local! {
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Runs code on a deep stack; at once if this already is one.
///
/// Where there is much to do, putting all of the work into one call saves a stack for each part.
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

/// Whether this is a deep stack.
pub fn is_deep() -> bool {
    IS_DEEP.get()
}
