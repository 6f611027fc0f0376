//! Runs code on a deep stack. The stacks of Go grow, so that deeply nested input works there.

use std::cell::Cell;

/// The size of a deep stack. Only the part that is used takes memory.
const DEEP_BYTES: usize = 256 << 20;

thread_local! {
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Runs code on a deep stack, or directly if the current stack is deep.
///
/// One call for much work is cheaper than one call for each part, which allocates a stack.
///
/// The code stays on the current thread: the C library gives another thread its own heap, which grows by a system call
/// for every few pages.
pub fn on_deep_stack<T>(work: impl FnOnce() -> T) -> T {
    if IS_DEEP.get() {
        return work();
    }
    stacker::grow(DEEP_BYTES, || {
        let _deep = DeepStackGuard::enter();
        work()
    })
}

/// Marks the thread as running on a deep stack while it lives.
struct DeepStackGuard;

impl DeepStackGuard {
    fn enter() -> DeepStackGuard {
        IS_DEEP.set(true);
        DeepStackGuard
    }
}

impl Drop for DeepStackGuard {
    fn drop(&mut self) {
        IS_DEEP.set(false);
    }
}

/// Returns whether the current stack is deep.
pub fn is_deep() -> bool {
    IS_DEEP.get()
}
