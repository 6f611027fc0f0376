//! Any archive is rendered as a chart, or refused with a report.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use mkmanifests::chart::{
    Behaviour, Capabilities, Chart, Options, RenderOptions, SchemaFiles, load_archive, prepare, render,
};
use mkmanifests::diagnostic::{Diagnostic, Failure, Sources};
use mkmanifests::release::Release;
use mkmanifests::tree::{Kind, Map};

/// Input that is not gzip is read as a tar archive: changed compressed bytes would only fail the checksum.
pub fn run(bytes: &[u8]) {
    let packed = if bytes.starts_with(b"\x1F\x8B") { bytes.to_vec() } else { pack(bytes) };
    let mut sources = Sources::default();
    match load_archive(&packed, "fuzz.tgz", &mut sources) {
        Ok(loaded) => template(&loaded.chart, &sources),
        Err(diagnostics) => report(diagnostics, &sources),
    }
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(bytes).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

fn template(chart: &Chart, sources: &Sources) {
    let options = Options {
        release: Release::named("fuzz", "default"),
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files: SchemaFiles::default(),
        helm: Behaviour::default(),
    };
    let values = match prepare(chart, &Kind::Map(Map::new()).into(), sources, options) {
        Ok(values) => values,
        Err(diagnostics) => return report(diagnostics, sources),
    };
    let options = RenderOptions { deterministic: true, include_crds: true, ..RenderOptions::default() };
    if let Err(failure) = render(&values, &options) {
        assert!(!failure.render(true).is_empty());
    }
}

fn report(diagnostics: Vec<Diagnostic>, sources: &Sources) {
    assert!(!diagnostics.is_empty(), "refused without a reason");
    assert!(!Failure::new(diagnostics, sources.clone()).render(true).is_empty());
}
