//! Fleets: what `gitops` writes, checks and refuses.

mod charts;
mod fleet;
mod robust;
mod support;
mod tools;
