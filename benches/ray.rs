//! Measures the main job: from values to the YAML of one Ray release, as a whole and step by step.

use std::sync::LazyLock;

use divan::{Bencher, black_box, counter::BytesCount, counter::ItemsCount};
use mkmanifests::components::{Component, ray::Ray, ray::RayValues};
use mkmanifests::diagnostic::Sources;
use mkmanifests::manifest::Rendered;
use mkmanifests::release::Release;
use mkmanifests::tree::{Nulls, from_node, read};
use mkmanifests::values::{Flag, Layers, Values};

/// The values file of a user for one release.
const FILE: &str = include_str!("../bench/values.yaml");
const SET: &str = "workerReplicaCount=12";
const RELEASES: usize = 1000;

fn main() {
    divan::main();
}

fn values(cluster: &str) -> Values {
    let mut layers = Layers::over(Ray.defaults());
    layers.file("values.yaml", FILE.as_bytes());
    layers.set(Flag::Set, SET, |_| Err("no files here".to_owned()));
    for (path, text) in Ray.values_for(&Release::new(cluster, "ray")) {
        layers.set_text("--cluster", path, &text);
    }
    layers.merge().expect("the values are valid")
}

fn render(values: &Values, cluster: &str) -> Rendered {
    Ray.render(values, &Release::new(cluster, "ray")).expect("the values are valid")
}

/// Appends the YAML of a release.
fn release(out: &mut Vec<u8>, cluster: &str) {
    render(&values(cluster), cluster).manifests.write_yaml(out).expect("writing to a vector cannot fail");
}

/// From values to YAML: everything except starting the process.
#[divan::bench]
fn one_release(bencher: Bencher<'_, '_>) {
    let mut out = Vec::new();
    release(&mut out, "foo");
    bencher.counter(BytesCount::of_slice(&out)).bench_local(|| {
        out.clear();
        release(&mut out, black_box("foo"));
    });
}

/// The same for a thousand clusters with different names.
#[divan::bench(sample_count = 20)]
fn thousand_releases(bencher: Bencher<'_, '_>) {
    let names: Vec<String> = (0..RELEASES).map(|number| format!("cluster-{number}")).collect();
    let mut out = Vec::new();
    bencher.counter(ItemsCount::new(RELEASES)).bench_local(|| {
        for name in &names {
            out.clear();
            release(&mut out, black_box(name));
        }
    });
}

/// Reads the documented defaults, which happens once per process.
#[divan::bench]
fn step_0_read_defaults(bencher: Bencher<'_, '_>) {
    let text = Ray.defaults_text();
    bencher
        .counter(BytesCount::of_str(text))
        .bench(|| read::values(&mut Sources::default(), "values/ray.yaml", black_box(text).as_bytes()));
}

/// Reads the user's file.
#[divan::bench]
fn step_1_read_file(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::of_str(FILE))
        .bench(|| read::values(&mut Sources::default(), "values.yaml", black_box(FILE).as_bytes()));
}

/// Merges defaults, file and flags into one tree, including reading the file.
#[divan::bench]
fn step_2_layers() -> Values {
    values(black_box("foo"))
}

static MERGED: LazyLock<Values> = LazyLock::new(|| values("foo"));

/// Converts the tree to typed values.
#[divan::bench]
fn step_3_typed() -> Option<RayValues> {
    from_node(&black_box(&*MERGED).root, Nulls::Refused, &mut Vec::new())
}

/// Checks the typed values, builds the objects and converts them to trees.
#[divan::bench]
fn step_4_render() -> Rendered {
    render(black_box(&*MERGED), "foo")
}

/// Writes the trees as YAML.
#[divan::bench]
fn step_5_write(bencher: Bencher<'_, '_>) {
    let rendered = render(&MERGED, "foo");
    let mut out = Vec::new();
    bencher.bench_local(|| {
        out.clear();
        black_box(&rendered).manifests.write_yaml(&mut out)
    });
}
