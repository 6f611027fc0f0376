//! Benchmarks of rendering a Helm chart, as a whole and step by step.
//!
//! If `MKMANIFESTS_CHARTS` is a folder of charts, `one_chart` also renders each of them that works with its defaults.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use divan::{Bencher, black_box, counter::BytesCount};
use flate2::{Compression, write::GzEncoder};
use mkmanifests_chart::release::Release;
use mkmanifests_chart::values::{Flag, Layers, Values};
use mkmanifests_chart::{
    self as chart, Behaviour, Capabilities, HelmOutput, Loaded, Options, RenderOptions, RenderValues, SchemaFiles,
};
use mkmanifests_check::patch::Patches;
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};

/// A Ray cluster of four objects: the chart that Helm renders for `bench/vs-helm`.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/bench/chart");
/// What a user writes for it.
const FILE: &str = include_str!("../../../bench/values.yaml");
/// A key that no default has.
const UNKNOWN: &str = "workerReplicas=12";

fn main() {
    divan::main();
}

fn load(path: &Path) -> Result<(Loaded, Values), Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let loaded = chart::load(path, &mut sources)?;
    Ok((loaded, Values { sources, ..Values::default() }))
}

/// The user's values; `base` holds the texts that the chart was read from.
fn user(base: &Values, file: &str, flags: &[&str]) -> Result<Values, Vec<Diagnostic>> {
    let mut layers = Layers::over(base);
    layers.file("values.yaml", file.as_bytes());
    for flag in flags {
        layers.set(Flag::Set, flag, |_| Err("no files here".to_owned()));
    }
    layers.overlaid().map_err(|failure| failure.diagnostics)
}

fn prepare(loaded: &Loaded, user: &Values) -> Result<RenderValues, Vec<Diagnostic>> {
    let release = Release::named("foo", "ray");
    let options = Options {
        release,
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files: SchemaFiles::default(),
        helm: Behaviour::default(),
    };
    chart::prepare(&loaded.chart, &user.root, &user.sources, options)
}

/// Random keys are the same ones each time: how long it takes to find one is a matter of luck.
fn render(values: &RenderValues) -> Result<HelmOutput, Vec<Diagnostic>> {
    let options = RenderOptions { deterministic: true, ..RenderOptions::default() };
    chart::render(values, &options).map_err(|failure| failure.diagnostics)
}

/// What `mkmanifests chart` prints, by all of its steps.
fn whole(path: &Path, file: &str) -> Result<String, Vec<Diagnostic>> {
    let (loaded, base) = load(path)?;
    let user = user(&base, file, &[])?;
    let values = prepare(&loaded, &user)?;
    black_box(chart::unused(&loaded.chart, &user.root));
    let mut rendered = render(&values)?;
    let diagnostics = chart::finish(&mut rendered, &values, &Patches::default(), true);
    if diagnostics.is_empty() { Ok(rendered.text()) } else { Err(diagnostics) }
}

/// A chart, and the values file that a user has for it.
struct Subject {
    path: PathBuf,
    file: &'static str,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path.file_name().unwrap_or_default().to_string_lossy())
    }
}

/// The chart of the repository, and those below `MKMANIFESTS_CHARTS`.
fn subjects() -> Vec<Subject> {
    let folder = std::env::var_os("MKMANIFESTS_CHARTS");
    let entries = folder.map(|folder| std::fs::read_dir(folder).expect("MKMANIFESTS_CHARTS is a folder"));
    let mut paths: Vec<PathBuf> = entries.into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let others = paths.into_iter().filter(|path| whole(path, "").is_ok()).map(|path| Subject { path, file: "" });
    std::iter::once(Subject { path: FOLDER.into(), file: FILE }).chain(others).collect()
}

/// A folder and a values file to what is printed, all included but the start of the process and the printing.
#[divan::bench(args = subjects(), max_time = 3)]
fn one_chart(bencher: Bencher<'_, '_>, subject: &Subject) {
    let text = whole(&subject.path, subject.file).expect("the chart renders");
    bencher.counter(BytesCount::of_str(&text)).bench(|| whole(black_box(&subject.path), subject.file));
}

static LOADED: LazyLock<(Loaded, Values)> = LazyLock::new(|| load(Path::new(FOLDER)).expect("a chart"));
static USER: LazyLock<Values> = LazyLock::new(|| user(&LOADED.1, FILE, &[]).expect("the values are right"));
static PREPARED: LazyLock<RenderValues> = LazyLock::new(|| prepare(&LOADED.0, &USER).expect("the values are right"));
static RENDERED: LazyLock<HelmOutput> = LazyLock::new(|| render(&PREPARED).expect("the chart renders"));

/// The chart from its folder.
#[divan::bench]
fn step_1_load_folder() -> Result<(Loaded, Values), Vec<Diagnostic>> {
    load(Path::new(black_box(FOLDER)))
}

/// The chart from an archive in memory.
#[divan::bench]
fn step_1_load_archive(bencher: Bencher<'_, '_>) {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    archive.append_dir_all("ray", FOLDER).expect("the folder is there");
    let packed = archive.into_inner().and_then(GzEncoder::finish).expect("a vector takes all");
    chart::load_archive(&packed, "ray.tgz", &mut Sources::default()).expect("a chart");
    bencher
        .counter(BytesCount::of_slice(&packed))
        .bench(|| chart::load_archive(black_box(&packed), "ray.tgz", &mut Sources::default()));
}

/// The user's file.
#[divan::bench]
fn step_2_user_values() -> Result<Values, Vec<Diagnostic>> {
    user(&LOADED.1, black_box(FILE), &[])
}

/// The user's values over those of the chart.
#[divan::bench]
fn step_3_prepare() -> Result<RenderValues, Vec<Diagnostic>> {
    prepare(black_box(&LOADED.0), &USER)
}

/// Values that nothing reads, where the chart's defaults have them all.
#[divan::bench]
fn step_4_unread() -> chart::Unused {
    chart::unused(black_box(&LOADED.0.chart), &USER.root)
}

/// The same where one is in no default, so that the templates are followed. They pass their dot on in lists, after
/// which all counts as read: nothing is found, for the same work.
#[divan::bench]
fn step_4_unread_traced(bencher: Bencher<'_, '_>) {
    let user = user(&LOADED.1, FILE, &[UNKNOWN]).expect("the values are right");
    bencher.bench(|| chart::unused(black_box(&LOADED.0.chart), &user.root));
}

/// Templates to documents. These leave the values as they are, so that one preparation is enough.
#[divan::bench]
fn step_5_render() -> Result<HelmOutput, Vec<Diagnostic>> {
    render(black_box(&PREPARED))
}

/// Documents against the types of Kubernetes.
#[divan::bench]
fn step_6_check(bencher: Bencher<'_, '_>) {
    let patches = Patches::default();
    bencher.with_inputs(|| RENDERED.clone()).bench_refs(|output| chart::finish(output, &PREPARED, &patches, true));
}

/// Documents to what is printed.
#[divan::bench]
fn step_7_text(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(&RENDERED.text())).bench(|| black_box(&*RENDERED).text());
}
