//! What several tests share: where the real programs are.

use std::path::PathBuf;

/// A real program (`helm`, `kubectl`): from the directory in `MKMANIFESTS_PEERS`, else from `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    let peers = std::env::var_os("MKMANIFESTS_PEERS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    peers.into_iter().chain(std::env::split_paths(&path)).map(|dir| dir.join(name)).find(|file| file.is_file())
}
