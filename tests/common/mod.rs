//! What several tests need.

use std::fs;
use std::path::{Path, PathBuf};

/// The path of a real program: in the directory that `MKMANIFESTS_PEERS` names, or on `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    let peers = std::env::var_os("MKMANIFESTS_PEERS").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    peers.into_iter().chain(std::env::split_paths(&path)).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// Runs the body of a fuzz target over the files of `fuzz/seeds/<target>`.
pub fn run_seeds(target: &str, body: fn(&[u8])) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let files: Vec<_> = fs::read_dir(dir).expect("seeds").map(|entry| entry.expect("an entry").path()).collect();
    assert!(!files.is_empty());
    for file in files {
        println!("{}", file.display());
        body(&fs::read(&file).expect("a seed"));
    }
}
