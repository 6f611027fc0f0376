//! Fleets: what `gitops` writes, checks and refuses.

mod charts;
mod fleet;
mod layouts;
mod robust;
mod support;
mod tools;
