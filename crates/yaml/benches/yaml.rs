//! Measures writing YAML.

use divan::{Bencher, black_box, counter::BytesCount};
use mkmanifests_yaml::tree::write::{Style, to_writer, write};
use mkmanifests_yaml::tree::{Node, to_node};
use serde_json::Value;

const STYLES: [Style; 2] = [Style::MANIFEST, Style::HELM];
const DEPLOYMENT: &str = include_str!("../tests/data/writer/kubectl/deployment.json");
const CONFIG_MAP: &str = include_str!("../tests/data/writer/kubectl/configmap.json");

fn main() {
    divan::main();
}

fn value(json: &str) -> Value {
    serde_json::from_str(json).expect("JSON")
}

fn bench_node(bencher: Bencher<'_, '_>, node: &Node, style: Style) {
    let mut out = Vec::new();
    write(&mut out, node, style).expect("writing to a vector cannot fail");
    bencher.counter(BytesCount::of_slice(&out)).bench_local(|| {
        out.clear();
        write(&mut out, black_box(node), style)
    });
}

/// An ordinary object of a few hundred nodes.
#[divan::bench(args = STYLES)]
fn deployment(bencher: Bencher<'_, '_>, style: &Style) {
    bench_node(bencher, &to_node(&value(DEPLOYMENT)).expect("JSON"), *style);
}

/// Texts that need quotes, escapes and block style.
#[divan::bench(args = STYLES)]
fn tricky_config_map(bencher: Bencher<'_, '_>, style: &Style) {
    bench_node(bencher, &to_node(&value(CONFIG_MAP)).expect("JSON"), *style);
}

/// One long script, as found in ConfigMaps.
#[divan::bench(args = STYLES)]
fn long_text(bencher: Bencher<'_, '_>, style: &Style) {
    let script = "if [ \"$1\" = start ]; then\n  exec /usr/bin/server --port=8080 # serve\nfi\n".repeat(1000);
    bench_node(bencher, &script.as_str().into(), *style);
}

/// From a serializable value, including the tree.
#[divan::bench(args = STYLES)]
fn deployment_by_serde(bencher: Bencher<'_, '_>, style: &Style) {
    let value = value(DEPLOYMENT);
    let mut out = Vec::new();
    bencher.bench_local(|| {
        out.clear();
        to_writer(&mut out, black_box(&value), *style)
    });
}
