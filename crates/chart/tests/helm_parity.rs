//! Compares rendered charts with the real Helm, byte for byte: the small charts in `tests/data/helm_parity`, and those
//! in the folder `MKMANIFESTS_CHARTS`. `tests/parity/run` compares many charts with many values.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mkmanifests_chart::release::Release;
use mkmanifests_chart::{self as chart, Behaviour, Capabilities, HelmOutput, Options, RenderOptions, SchemaFiles};
use mkmanifests_gotmpl::Limits;
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Sources};
use mkmanifests_yaml::tree::{Map, Node};

use mkmanifests_testing as common;

fn folders() -> Vec<PathBuf> {
    let folders = std::iter::once(common::data("helm_parity")).chain(common::charts());
    let charts = folders.flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    let mut charts: Vec<PathBuf> =
        charts.map(|entry| entry.path()).filter(|path| path.join("Chart.yaml").is_file()).collect();
    charts.sort();
    charts
}

fn render(path: &Path, options: &RenderOptions) -> Result<HelmOutput, Failure> {
    let mut sources = Sources::default();
    let fail = |diagnostics: Vec<Diagnostic>, sources: &Sources| Failure::new(diagnostics, sources.clone());
    let loaded = chart::load(path, &mut sources).map_err(|diagnostics| fail(diagnostics, &sources))?;
    let release = Release::named("r1", "ns1");
    let given = Options {
        release,
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files: SchemaFiles::default(),
        helm: Behaviour::default(),
    };
    let values = chart::prepare(&loaded.chart, &Node::from(Map::new()), &sources, given);
    chart::render(&values.map_err(|diagnostics| fail(diagnostics, &sources))?, options)
}

fn helm(program: &Path, chart: &Path, flags: &[&str]) -> (bool, String, String) {
    let done = Command::new(program).args(["template", "r1", "--namespace", "ns1"]).arg(chart).args(flags).output();
    let done = done.expect("helm runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.success(), text(&done.stdout), text(&done.stderr))
}

#[test]
fn charts_render_as_helm_renders_them() {
    let Some(program) = common::program("helm") else { return };
    for path in folders() {
        let crds = RenderOptions { include_crds: true, ..RenderOptions::default() };
        let (done, expected, errors) = helm(&program, &path, &["--include-crds"]);
        match render(&path, &crds) {
            Ok(rendered) => {
                assert!(done, "helm refuses {}: {errors}", path.display());
                assert_eq!(rendered.text(), expected, "{}", path.display());
            }
            Err(failure) => {
                let last = errors.lines().rfind(|line| !line.trim().is_empty() && !line.contains("--debug"));
                let last = last.unwrap_or_default().trim().trim_start_matches("Error: ");
                assert!(!done, "helm renders {}: {failure}", path.display());
                assert!(failure.to_string().contains(last), "{}: {failure}\nhelm: {errors}", path.display());
            }
        }
    }
}

#[test]
fn flags_do_what_those_of_helm_do() {
    let Some(program) = common::program("helm") else { return };
    let chart = common::data("helm_parity/everything");
    let plain = RenderOptions::default();
    let cases = [
        ("--no-hooks", RenderOptions { no_hooks: true, ..plain.clone() }),
        ("--skip-tests", RenderOptions { skip_tests: true, ..plain.clone() }),
    ];
    for (flag, options) in cases {
        let (_, expected, errors) = helm(&program, &chart, &[flag]);
        assert_eq!(render(&chart, &options).expect(flag).text(), expected, "{flag}: {errors}");
    }
    let rendered = render(&chart, &plain).expect("it renders");
    for patterns in
        [&["templates/hooks.yaml"][..], &["templates/*.yaml", "charts/sub/templates/*"], &["templates/nope"]]
    {
        let flags: Vec<&str> = patterns.iter().flat_map(|pattern| ["--show-only", pattern]).collect();
        let (done, expected, errors) = helm(&program, &chart, &flags);
        let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        match rendered.show_only(&patterns) {
            Ok(text) => assert_eq!(text, expected, "{patterns:?}"),
            Err(diagnostics) => {
                assert!(!done, "{patterns:?}");
                assert!(errors.contains(&diagnostics[0].message()), "{diagnostics:?} {errors}");
            }
        }
    }
}

#[test]
fn randomness_can_be_derived_from_the_release() {
    let chart = common::data("random");
    let options = RenderOptions { deterministic: true, ..RenderOptions::default() };
    let first = render(&chart, &options).expect("it renders").text();
    assert_eq!(first, render(&chart, &options).expect("it renders").text());
    assert_ne!(first, render(&chart, &RenderOptions::default()).expect("it renders").text());
}

#[test]
fn endless_templates_end() {
    let cases = [
        ("{{ range $i := 100000000000 }}{{ end }}", "steps"),
        ("{{ range $i := 100000000000 }}0123456789012345678901234567890123456789012345{{ end }}", "more than"),
        (r#"{{ $l := list 1 }}{{ range $i := 100 }}{{ $l = concat $l $l }}{{ end }}"#, "bytes"),
        (r#"{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}"#, "nested reference name: a"),
        (r#"{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}"#, "maximum template depth"),
        ("{{ range $i := 100000 }}{{ $_ := until 4000000 }}{{ end }}", "bytes"),
        (r#"{{ $d := dict }}{{ range $i := 100 }}{{ $d = dict "a" $d "b" $d }}{{ end }}{{ deepCopy $d }}"#, "bytes"),
        (r#"{{ htpasswd "a" "b" }}"#, "steps"),
        (r#"{{ derivePassword 1 "long" "a" "b" "c" }}"#, "steps"),
        (r#"{{ genPrivateKey "rsa" }}"#, "steps"),
        (r#"{{ genCA "a" 1 }}"#, "steps"),
        ("{{ randAlphaNum 100000000 }}", "steps"),
    ];
    // Small ones: without optimization the real ones take long.
    let limits = Limits { steps: 20_000, depth: 2_000, output: 100_000, allocated: 100_000 };
    let options = RenderOptions { limits, ..RenderOptions::default() };
    for (template, expected) in cases {
        let file = |name: &str, text: &str| chart::File::new(name, text.as_bytes().to_vec());
        let files = vec![
            file("Chart.yaml", "apiVersion: v2\nname: endless\nversion: 1.0.0\n"),
            file("templates/x.yaml", template),
        ];
        let mut sources = Sources::default();
        let loaded = chart::load_files(files, "endless", &mut sources).expect("it loads");
        let given = Options {
            release: Release::named("r", "n"),
            capabilities: Capabilities::default(),
            skip_schema: false,
            schema_files: SchemaFiles::default(),
            helm: Behaviour::default(),
        };
        let values = chart::prepare(&loaded.chart, &Node::from(Map::new()), &sources, given).expect("it has values");
        let failure = chart::render(&values, &options).expect_err(template);
        assert!(failure.to_string().contains(expected), "{template}: {failure}");
    }
}
