//! Any values of a chart, its subchart and the user are merged, or refused with a report.

use mkmanifests::chart::{
    Behaviour, Capabilities, File, Options, RenderOptions, SchemaFiles, load_files, prepare, render,
};
use mkmanifests::diagnostic::{Diagnostic, Failure, Sources};
use mkmanifests::release::Release;
use mkmanifests::values::{Layers, Values};

const PARENT: &str = "apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n\
    - {name: sub, version: 0.x, condition: sub.enabled, import-values: [data, {child: a, parent: b}]}\n\
    - {name: sub, version: 0.x, alias: twin, tags: [t]}\n";
const SUB: &str = "apiVersion: v2\nname: sub\nversion: 0.1.0\n";
const TEMPLATE: &str = "a: |\n  {{- toYaml .Values | nindent 2 }}\n";

/// The bytes are the values of the parent, the subchart and the user, separated by bytes 1.
pub fn run(bytes: &[u8]) {
    let mut texts = bytes.splitn(3, |byte| *byte == 1);
    let mut next = || texts.next().unwrap_or_default();
    let files = vec![
        File::new("Chart.yaml", PARENT.as_bytes()),
        File::new("templates/t.yaml", TEMPLATE.as_bytes()),
        File::new("charts/sub/Chart.yaml", SUB.as_bytes()),
        File::new("charts/sub/templates/t.yaml", TEMPLATE.as_bytes()),
        File::new("values.yaml", next()),
        File::new("charts/sub/values.yaml", next()),
    ];
    let mut sources = Sources::default();
    let loaded = match load_files(files, "fuzz", &mut sources) {
        Ok(loaded) => loaded,
        Err(diagnostics) => return report(diagnostics, &sources),
    };
    let base = Values { sources, ..Values::default() };
    let mut layers = Layers::over(&base);
    layers.file("mine.yaml", next());
    let user = match layers.overlaid() {
        Ok(user) => user,
        Err(failure) => return assert!(!failure.render(true).is_empty()),
    };
    let options = Options {
        release: Release::named("fuzz", "default"),
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files: SchemaFiles::default(),
        helm: Behaviour::default(),
    };
    match prepare(&loaded.chart, &user.root, &user.sources, options) {
        Ok(values) => {
            if let Err(failure) = render(&values, &RenderOptions::default()) {
                assert!(!failure.render(true).is_empty());
            }
        }
        Err(diagnostics) => report(diagnostics, &user.sources),
    }
}

fn report(diagnostics: Vec<Diagnostic>, sources: &Sources) {
    assert!(!diagnostics.is_empty(), "refused without a reason");
    assert!(!Failure::new(diagnostics, sources.clone()).render(true).is_empty());
}
