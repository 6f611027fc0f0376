//! The same work for many items, on all processors.

use rayon::prelude::*;

use mkmanifests_go::stack::on_deep_stack;

/// What `work` makes of each item, in their order.
///
/// Templates and YAML may be nested deeper than the stacks of threads are, so that each thread takes a share of the items to
/// a deep one.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let share = items.len().div_ceil(rayon::current_num_threads()).max(1);
    let shares = items.par_chunks(share).map(|share| on_deep_stack(|| share.iter().map(&work).collect::<Vec<R>>()));
    shares.collect::<Vec<_>>().into_iter().flatten().collect()
}
