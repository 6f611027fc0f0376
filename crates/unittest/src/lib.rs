//! Runs the test suites of charts that helm-unittest runs.
//!
//! - [`suite`]: suites and their jobs, read from files. [`assertion`]: what jobs assert.
//! - [`go_yaml`]: YAML as the Go library of helm-unittest reads and writes it, which is another one than Helm's.
//! - [`json_path`]: the paths of assertions, and [`set_path`]: the paths of `set`.
//! - [`snapshot`]: the contents of snapshot files.
//! - [`render`]: what a job renders. [`explain`]: why a job fails. [`run`]: runs the suites of charts. [`report`]: prints the results.
//! - [`coverage`]: what tests cover. [`init`]: writes first suites for a chart. [`watch`]: finds out what to run again.

pub mod assertion;
pub mod coverage;
pub mod explain;
pub mod go_yaml;
pub mod init;
pub mod json_path;
mod path;
pub mod render;
pub mod report;
pub mod run;
pub mod set_path;
pub mod snapshot;
pub mod suite;
pub mod watch;
