//! A stack that is large enough for templates nested as deeply as the limits allow.

use std::cell::Cell;

/// How many levels of blocks, parentheses, templates and includes may be inside one another on a deep stack.
pub(super) const DEEP_LEVELS: usize = 12_000;
/// The same for blocks and parentheses in the text of one template.
pub(super) const DEEP_PARSE_LEVELS: usize = 1_000;

/// On another stack, of which nothing is known, should no thread be had.
const SHALLOW_LEVELS: usize = 60;

/// Only what is used of it takes memory.
const DEEP_BYTES: usize = 256 << 20;

thread_local! {
    static IS_DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Runs code on a thread with a deep stack, and waits for it; at once if this already is one.
///
/// Parsing and executing templates does so by itself. Where there are many templates, putting all of the work
/// into one call saves a thread for each.
pub fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    if IS_DEEP.get() {
        return work();
    }
    let mut work = Some(work);
    let mut slot = None;
    let done = std::thread::scope(|scope| {
        let run = || {
            IS_DEEP.set(true);
            slot = work.take().map(|work| work());
        };
        let handle = std::thread::Builder::new().stack_size(DEEP_BYTES).spawn_scoped(scope, run);
        handle.map(|handle| handle.join())
    });
    if let Ok(Err(panic)) = done {
        std::panic::resume_unwind(panic);
    }
    match (slot, work) {
        (Some(result), _) => result,
        (None, Some(work)) => work(),
        (None, None) => unreachable!("the thread either ran the work or was never started"),
    }
}

/// How many levels there may be on this stack.
pub(super) fn levels(deep: usize) -> usize {
    if IS_DEEP.get() { deep } else { deep.min(SHALLOW_LEVELS) }
}
