//! Runs the body of every fuzz target over its committed seeds, with no nightly compiler.

#[path = "../fuzz/src/arbitrary.rs"]
mod arbitrary;
#[path = "../fuzz/src/yaml_roundtrip.rs"]
mod yaml_roundtrip;

use std::fs;
use std::path::Path;

/// Runs `body` over the files of `fuzz/seeds/<target>`.
fn seeds(target: &str, body: fn(&[u8])) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let files: Vec<_> = fs::read_dir(dir).expect("seeds").map(|entry| entry.expect("an entry").path()).collect();
    assert!(!files.is_empty());
    for file in files {
        println!("{}", file.display());
        body(&fs::read(&file).expect("a seed"));
    }
}

#[test]
fn yaml_roundtrip() {
    seeds("yaml_roundtrip", yaml_roundtrip::run);
}
