//! The tree of files: what of it is ours, what has to be done, and doing it so that nothing is ever lost.

mod compare;
mod index;
mod line_ends;
mod lock;
mod place;
mod plan;
mod temporary;
mod walk;
mod work;

pub(super) use self::compare::compare;
pub(super) use self::index::INDEX;
pub(super) use self::line_ends::{add_attributes, with_lf};
pub(super) use self::lock::lock;
pub(super) use self::place::Place;
pub(super) use self::plan::{Before, Plan, plan};
pub(super) use self::temporary::Temporary;
pub(super) use self::walk::stale_units;
pub(super) use self::work::work;
