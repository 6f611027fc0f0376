//! The tests of the crate.

mod go_yaml;
mod json_path;
mod oracle;
mod set_path;
mod snapshot;
