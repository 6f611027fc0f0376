//! Parallel work on all processors.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use mkmanifests_go::stack::on_deep_stack;

/// Calls `work` with each item, on all processors, and returns the results in the order of the items.
///
/// Each thread runs on a deep stack, since templates and YAML may be nested deeply. It takes one item after another: a few
/// items, such as CustomResourceDefinitions, may take longer than all others.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let take = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        Some((at, work(items.get(at)?)))
    };
    let threads = rayon::current_num_threads().min(items.len());
    let shares = (0..threads).into_par_iter().with_max_len(1);
    let mut results: Vec<(usize, R)> =
        shares.flat_map_iter(|_| on_deep_stack(|| std::iter::from_fn(take).collect::<Vec<_>>())).collect();
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
