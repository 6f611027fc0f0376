//! A chart that passes any text to `tpl` is rendered, or refused with a report.

use mkmanifests::chart::{
    Behaviour, Capabilities, File, Options, RenderOptions, SchemaFiles, load_files, prepare, render,
};
use mkmanifests::diagnostic::{Diagnostic, Failure, Sources};
use mkmanifests::release::Release;
use mkmanifests::tree::{Kind, Map, Node};

const CHART: &[u8] = b"apiVersion: v2\nname: fuzz\nversion: 0.1.0\n";
const VALUES: &[u8] = b"a: x\nlist: [1, b, null]\nmap: {c: 1.5, d: {}}\n";
const TEMPLATE: &[u8] = b"{{ tpl .Values.text . }}";
const HELPERS: &[u8] = b"{{ define \"h\" }}{{ .Values.a }}{{ end }}";

pub fn run(bytes: &[u8]) {
    let files =
        [("Chart.yaml", CHART), ("values.yaml", VALUES), ("templates/t.yaml", TEMPLATE), ("templates/_h.tpl", HELPERS)];
    let files = files.map(|(name, data)| File::new(name, data)).to_vec();
    let mut sources = Sources::default();
    let loaded = load_files(files, "fuzz", &mut sources).expect("the chart is right");
    let mut values = Map::new();
    values.set("text", Node::from(Kind::Str(String::from_utf8_lossy(bytes).into_owned())));
    let options = Options {
        release: Release::named("fuzz", "default"),
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files: SchemaFiles::default(),
        helm: Behaviour::default(),
    };
    let values = prepare(&loaded.chart, &Kind::Map(values).into(), &sources, options).expect("so are the values");
    match render(&values, &RenderOptions { deterministic: true, ..RenderOptions::default() }) {
        Ok(rendered) => check(rendered.json(), &rendered.sources),
        Err(failure) => assert!(!failure.render(true).is_empty()),
    }
}

/// The result converts to JSON, or there is a report.
fn check(json: Result<Node, Vec<Diagnostic>>, sources: &Sources) {
    if let Err(diagnostics) = json {
        assert!(!Failure::new(diagnostics, sources.clone()).render(true).is_empty());
    }
}
