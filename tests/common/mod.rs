//! What the tests share.
#![allow(dead_code, reason = "no test needs all of it")]

use std::path::PathBuf;

/// A program that a test compares with, from the directory that `MKMANIFESTS_PEERS` names or from `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    let peers = std::env::var_os("MKMANIFESTS_PEERS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    peers
        .into_iter()
        .chain(std::env::split_paths(&path))
        .map(|directory| directory.join(name))
        .find(|file| file.is_file())
}
