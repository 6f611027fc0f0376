//! Charts that the apps of a fleet name: what they name, what `charts.lock` pins, and where the archives are.

mod lock;
mod reference;
mod store;

pub use self::lock::{LOCK, Lock, LockedChart};
pub(super) use self::lock::{Unlocked, vendor_folder};
pub(super) use self::reference::ChartKey;
pub use self::reference::ChartReference;
pub(super) use self::store::{ArchiveError, ChartStore};
