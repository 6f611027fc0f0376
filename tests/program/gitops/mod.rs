//! Fleets: what `gitops` writes, checks and refuses.

mod charts;
mod fleet;
mod layouts;
mod robust;
pub mod support;
mod tools;
