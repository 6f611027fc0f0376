//! Parallel work on all processors.

use rayon::prelude::*;

use mkmanifests_go::stack::on_deep_stack;

/// Calls `work` with each item, on all processors, and returns the results in the order of the items.
///
/// Each thread runs on a deep stack, since templates and YAML may be nested deeply.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let share = items.len().div_ceil(rayon::current_num_threads()).max(1);
    let shares = items.par_chunks(share).map(|share| on_deep_stack(|| share.iter().map(&work).collect::<Vec<R>>()));
    shares.collect::<Vec<_>>().into_iter().flatten().collect()
}
