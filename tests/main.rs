//! The test binary of the program: its command line, components, template folders and fleets, one module per topic.
//!
//! `cargo test WORD` runs the tests with WORD in their path (`golden`, `gitops`). They share one process, so none may
//! change its environment or working directory. The crates below `crates/` have their own tests.

mod program;
