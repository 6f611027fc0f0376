//! The tests of the crate.

mod assertions;
mod coverage;
mod explained;
mod go_yaml;
mod json_path;
mod oracle;
mod run;
mod set_path;
mod snapshot;
mod suites;
