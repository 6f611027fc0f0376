//! Measures a fleet in the library: reading it, checking it, and writing it. `bench/fleet` measures whole processes.

use std::fs;
use std::path::Path;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use mkmanifests::gitops::{self, Fleet, Layout, Options};
use tempfile::TempDir;

const CLUSTERS: usize = 200;
const VALUES: &str = "rayImage: registry.example.com/ray:2.60.0\nworkerReplicaCount: 12\n";

fn main() {
    divan::main();
}

/// Creates a fleet with one Ray release in each cluster, and its rendered tree.
fn fleet() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for number in 0..CLUSTERS {
        let cluster = folder.path().join(format!("fleet/cluster-{number:04}"));
        fs::create_dir_all(&cluster).expect("a folder");
        fs::write(cluster.join("cluster.yaml"), "region: us-west-2\n").expect("a file");
        fs::write(cluster.join("ray.yaml"), VALUES).expect("a file");
    }
    gitops::write(&read(folder.path()), &folder.path().join("tree"), &options()).expect("the fleet is valid");
    folder
}

fn read(folder: &Path) -> Fleet {
    Fleet::read(&folder.join("fleet")).expect("the fleet is valid")
}

/// Uses one thread, so that the result does not depend on how many processors are idle.
fn options() -> Options<'static> {
    Options { layout: Layout::Apps, jobs: Some(1), ..Options::default() }
}

#[divan::bench]
fn read_fleet(bencher: Bencher<'_, '_>) {
    let folder = fleet();
    bencher.counter(ItemsCount::new(CLUSTERS)).bench_local(|| black_box(read(folder.path())));
}

/// Renders every cluster and compares it with its files: everything except writing.
#[divan::bench]
fn check_unchanged(bencher: Bencher<'_, '_>) {
    let folder = fleet();
    let fleet = read(folder.path());
    let tree = folder.path().join("tree");
    bencher
        .counter(ItemsCount::new(CLUSTERS))
        .bench_local(|| gitops::check(black_box(&fleet), &tree, &options()).expect("the fleet is valid"));
}

/// Writes into an empty folder each time.
#[divan::bench]
fn write_new(bencher: Bencher<'_, '_>) {
    let folder = fleet();
    let fleet = read(folder.path());
    bencher
        .counter(ItemsCount::new(CLUSTERS))
        .with_inputs(|| tempfile::tempdir().expect("a folder"))
        .bench_local_values(|tree| {
            gitops::write(black_box(&fleet), &tree.path().join("tree"), &options()).expect("the fleet is valid");
            tree
        });
}
