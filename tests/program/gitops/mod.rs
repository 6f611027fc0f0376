//! Fleets: what `gitops` writes, checks and refuses.

mod charts;
mod fleet;
mod kuberay;
mod layouts;
mod robust;
mod sharing;
pub mod support;
mod tools;
