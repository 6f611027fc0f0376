//! The tests of the crate.

mod assertions;
mod ci;
mod coverage;
mod explained;
mod extensions;
mod go_yaml;
mod init;
mod json_path;
mod matrix;
mod oracle;
mod run;
mod set_path;
mod shard;
mod snapshot;
mod suites;
mod watch;
