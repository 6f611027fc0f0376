//! Fleets: what `gitops` writes, checks and refuses.

mod charts;
mod fleet;
mod kuberay;
mod layouts;
mod robust;
pub mod support;
mod tools;
