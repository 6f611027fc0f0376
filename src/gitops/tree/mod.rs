//! The tree of files on disk: compares it, plans changes, and applies them so that no file is ever incomplete.

mod apply;
mod compare;
mod folder;
mod index;
mod line_ends;
mod lock;
mod plan;
mod temporary;
mod walk;

pub(super) use self::apply::apply;
pub(super) use self::compare::compare;
pub(super) use self::folder::TreeFolder;
pub(super) use self::index::INDEX;
pub(super) use self::line_ends::{add_attributes, with_lf};
pub(super) use self::lock::lock;
pub(super) use self::plan::{Current, Plan, plan};
pub(super) use self::temporary::{TemporaryFolder, remove_stale};
pub(super) use self::walk::stale_units;
