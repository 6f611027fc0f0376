//! The one test binary of this crate: a folder per part of the crate that it tests, a module per topic.
//!
//! `cargo test WORD` runs the tests with WORD in their path (`program::golden`, `check::oracle`). They share one process:
//! none may change its environment or working directory. No group uses another; all may use `common`.

mod chart;
mod check;
mod common;
mod gotmpl;
mod program;
mod yaml;
