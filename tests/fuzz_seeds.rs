//! Runs the body of every fuzz target over its committed seeds, with no nightly compiler.

#[path = "../fuzz/src/arbitrary.rs"]
mod arbitrary;
#[path = "../fuzz/src/chart_archive.rs"]
mod chart_archive;
#[path = "../fuzz/src/chart_values.rs"]
mod chart_values;
#[path = "../fuzz/src/set_flags.rs"]
mod set_flags;
#[path = "../fuzz/src/template.rs"]
mod template;
#[path = "../fuzz/src/tpl.rs"]
mod tpl;
#[path = "../fuzz/src/values_reader.rs"]
mod values_reader;
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

#[test]
fn values_reader() {
    seeds("values_reader", values_reader::run);
}

#[test]
fn set_flags() {
    seeds("set_flags", set_flags::run);
}

#[test]
fn template() {
    seeds("template", template::run);
}

#[test]
fn tpl() {
    seeds("tpl", tpl::run);
}

#[test]
fn chart_archive() {
    seeds("chart_archive", chart_archive::run);
}

#[test]
fn chart_values() {
    seeds("chart_values", chart_values::run);
}
