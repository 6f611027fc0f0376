//! The one test binary of the program: its command line, components, template folders and fleets, a module per topic.
//!
//! `cargo test WORD` runs the tests with WORD in their path (`golden`, `gitops`). They share one process: none may change
//! its environment or working directory. The crates below `crates/` have tests of their own.

mod program;
