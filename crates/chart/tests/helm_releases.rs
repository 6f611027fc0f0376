//! Compares what each release of Helm renders: the charts in `tests/data/helm_releases`, and what the real releases printed
//! for them (`expected.txt`). `tests/parity/run --release` compares many charts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mkmanifests_chart::release::Release;
use mkmanifests_chart::values::{Flag, Layers, Values};
use mkmanifests_chart::{
    self as chart, Behaviour, Capabilities, Change, HelmRelease, Options, RenderOptions, SchemaFiles,
};
use mkmanifests_testing as common;
use mkmanifests_yaml::diagnostic::{Failure, Sources};

/// The releases whose output is recorded.
const RECORDED: [&str; 6] = ["3.17.3", "3.19.0", "4.1.0", "4.1.4", "4.2.3", "4.3.1"];

/// What is recorded for a chart that a release does not render. Helm's words are not compared.
const REFUSED: &str = "(an error)\n";

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(common::data("helm_releases")).expect("the folder of the cases").flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The arguments of a case, one per line in `args`.
fn arguments(case: &Path) -> Vec<String> {
    fs::read_to_string(case.join("args")).unwrap_or_default().lines().map(str::to_owned).collect()
}

fn ours(case: &Path, helm: Behaviour) -> Result<String, Failure> {
    let mut sources = Sources::default();
    let fail = |diagnostics, sources: &Sources| Failure::new(diagnostics, sources.clone());
    let loaded = chart::load(case, &mut sources).map_err(|diagnostics| fail(diagnostics, &sources))?;
    let mut capabilities = Capabilities::of(helm.release());
    let mut rendering = RenderOptions::default();
    let base = Values { sources, ..Values::default() };
    let mut layers = Layers::over(&base);
    layers.helm(helm);
    let arguments = arguments(case);
    let mut arguments = arguments.iter();
    while let Some(flag) = arguments.next() {
        let mut value = || arguments.next().expect("a value").as_str();
        match flag.as_str() {
            "--include-crds" => rendering.include_crds = true,
            "--kube-version" => {
                capabilities.kube_version = chart::kube_version(value(), helm).expect("a version");
            }
            "--set" => {
                layers.set(Flag::Set, value(), |_| Err(String::new()));
            }
            "--set-json" => {
                layers.set(Flag::SetJson, value(), |_| Err(String::new()));
            }
            other => panic!("unknown argument {other}"),
        }
    }
    let user = layers.overlaid()?;
    let options = Options {
        release: Release::named("r1", "ns1"),
        capabilities,
        skip_schema: false,
        schema_files: SchemaFiles::default(),
        helm,
    };
    let values = chart::prepare(&loaded.chart, &user.root, &user.sources, options);
    Ok(chart::render(&values.map_err(|diagnostics| fail(diagnostics, &user.sources))?, &rendering)?.text())
}

fn theirs(program: &Path, case: &Path) -> String {
    let mut command = Command::new(program);
    let done = command.args(["template", "r1", "--namespace", "ns1"]).arg(case).args(arguments(case)).output();
    let done = done.expect("helm runs");
    if done.status.success() { String::from_utf8_lossy(&done.stdout).into_owned() } else { REFUSED.to_owned() }
}

/// Reads `expected.txt`: the output of each release below a line with `== ` and the releases that print it.
fn recorded(case: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
    let mut outputs: BTreeMap<String, String> = BTreeMap::new();
    let mut releases = "";
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("== ") {
            Some(next) => releases = next.trim_end(),
            None => releases.split(' ').for_each(|it| outputs.entry(it.to_owned()).or_default().push_str(line)),
        }
    }
    outputs
}

fn written(outputs: &BTreeMap<String, String>) -> String {
    let mut groups: Vec<(String, &str)> = Vec::new();
    for release in RECORDED {
        let Some(output) = outputs.get(release) else { continue };
        match groups.last_mut() {
            Some((releases, same)) if same == output => {
                let _ = write!(releases, " {release}");
            }
            _ => groups.push((release.to_owned(), output)),
        }
    }
    groups.iter().map(|(releases, output)| format!("== {releases}\n{output}")).collect()
}

/// Renders with every recorded release as the release does; with the real programs, also compares what was recorded.
#[test]
fn charts_render_as_each_release_renders_them() {
    let mut wrong = String::new();
    for case in cases() {
        let mut expected = recorded(&case);
        for release in RECORDED {
            if let Some(program) = common::helm(release) {
                expected.insert(release.to_owned(), theirs(&program, &case));
            }
        }
        wrong.extend(common::compare(&case.join("expected.txt"), &written(&expected)));
        for (release, expected) in expected {
            let helm = Behaviour::of(HelmRelease::parse(&release).expect("a release"));
            let actual = ours(&case, helm);
            let text = actual.as_ref().map_or(REFUSED, String::as_str);
            if text != expected {
                let reason = actual.as_ref().err().map(ToString::to_string).unwrap_or_default();
                let _ = writeln!(wrong, "{} {release}:\n{text}{reason}\nexpected:\n{expected}", case.display());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Every switch changes what a case renders, in the release before it came or in the newest one.
#[test]
fn every_switch_is_seen_in_a_case() {
    let cases = cases();
    for change in Change::ALL {
        let differs = |case: &PathBuf| {
            HelmRelease::ALL.into_iter().any(|release| {
                let helm = Behaviour::of(release);
                let switched = helm.with(*change, !helm.has(*change));
                ours(case, helm).ok() != ours(case, switched).ok()
            })
        };
        assert!(cases.iter().any(differs), "no case shows {}", change.name());
    }
}

/// The document for users has a row for every switch, with the releases.
#[test]
fn the_document_has_every_switch() {
    let text = fs::read_to_string(common::repository().join("docs/helm-versions.md")).expect("the document");
    for change in Change::ALL {
        let row = format!("| `{}` | {} | {} |", change.name(), change.releases(), change.summary());
        assert!(text.contains(&row), "docs/helm-versions.md has no row {row}");
    }
}
