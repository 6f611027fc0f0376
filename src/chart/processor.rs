//! Two threads on two processors.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::yield_now;

/// What a thread does for another one that it has just made, and what that one does at its beginning.
///
/// Linux starts a thread on the processor of the one that made it. There it stands in line, for milliseconds if the other
/// one goes on working, though the next processor has nothing to do: where few processors share a cache and were busy of
/// late, none that is idle is looked for. So the new thread is let begin, and moves away.
pub(super) struct Beginning {
    /// The processor of the first thread, until the other one has begun.
    waiting: AtomicUsize,
}

/// The second thread has begun, or nobody waits.
const BEGUN: usize = usize::MAX;
/// How often the second thread is given way to: it may be on another processor already, or there is a third thread.
const TURNS: usize = 2;

impl Beginning {
    /// Before the thread is made.
    pub(super) fn new() -> Beginning {
        Beginning { waiting: AtomicUsize::new(current().unwrap_or(BEGUN)) }
    }

    /// Lets the other thread begin.
    pub(super) fn give_way(&self) {
        for _ in 0..TURNS {
            if self.waiting.load(Ordering::Relaxed) == BEGUN {
                break;
            }
            yield_now();
        }
    }

    /// Says that the thread has begun, and moves it away from the processor of the one that made it.
    pub(super) fn begin(&self) {
        let other = self.waiting.swap(BEGUN, Ordering::Relaxed);
        if other != BEGUN && current() == Some(other) {
            leave(other);
        }
    }
}

#[cfg(target_os = "linux")]
fn current() -> Option<usize> {
    nix::sched::sched_getcpu().ok()
}

/// Moves this thread to another processor that it may have, if there is one; later it may go anywhere again.
#[cfg(target_os = "linux")]
fn leave(processor: usize) {
    use nix::sched::{sched_getaffinity, sched_setaffinity};
    use nix::unistd::Pid;
    let this = Pid::from_raw(0);
    let Ok(all) = sched_getaffinity(this) else { return };
    let mut others = all;
    // It fails if no processor is left.
    if others.unset(processor).and_then(|()| sched_setaffinity(this, &others)).is_ok() {
        let _ = sched_setaffinity(this, &all);
    }
}

#[cfg(not(target_os = "linux"))]
fn current() -> Option<usize> {
    None
}

#[cfg(not(target_os = "linux"))]
fn leave(_: usize) {}
