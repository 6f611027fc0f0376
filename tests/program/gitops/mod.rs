//! Fleets: what `gitops` writes, checks and refuses.

#[cfg(unix)]
mod charts;
mod fleet;
#[cfg(unix)]
mod kuberay;
mod layouts;
#[cfg(unix)]
mod robust;
mod sharing;
pub mod support;
mod tools;
