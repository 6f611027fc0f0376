//! What several tests need.

use std::path::PathBuf;

/// The path of a real program: in the directory that `MKMANIFESTS_PEERS` names, or on `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    let peers = std::env::var_os("MKMANIFESTS_PEERS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    peers.into_iter().chain(std::env::split_paths(&path)).map(|dir| dir.join(name)).find(|file| file.is_file())
}
