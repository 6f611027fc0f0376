//! Fewer system calls for the heap.

use std::hint::black_box;

/// Above what one allocation of a chart takes, and below the largest size that the C library learns.
const MAPPED: usize = 4 << 20;

/// Makes the heap of this thread grow by so many bytes at once, of which only those that are used take memory.
///
/// GNU's `malloc` asks the system for 132 KiB at a time, gives back what is free at the end, and gives threads other
/// than the first one page at a time. A mapped block that is freed teaches it that blocks of that size come and go,
/// so that it keeps twice as much: <https://man7.org/linux/man-pages/man3/mallopt.3.html>, `M_MMAP_THRESHOLD`.
/// Another allocator has to find two blocks, which does no harm.
pub(super) fn widen(bytes: usize) {
    drop(black_box(Vec::<u8>::with_capacity(MAPPED)));
    drop(black_box(Vec::<u8>::with_capacity(bytes)));
}
