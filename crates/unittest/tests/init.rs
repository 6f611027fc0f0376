//! First suites of a chart.

use std::fs;
use std::path::Path;

use mkmanifests_chart::HelmRelease;
use mkmanifests_testing::program;
use mkmanifests_unittest::init::{InitError, Options, plan, write as write_plan};

use super::run::{Bench, CHART, write};

const TEMPLATES: [(&str, &str); 7] = [
    ("templates/_helpers.tpl", "{{ define \"labels\" }}chart: {{ .Chart.Name }}-{{ .Chart.Version }}{{ end }}"),
    ("templates/config.yaml", "apiVersion: v1\nkind: ConfigMap\ndata: {size: \"{{ .Values.size }}\"}\n"),
    (
        "templates/app/deployment.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {labels: {{ \"{\" }}{{ include \"labels\" . }}{{ \"}\" }}, annotations: {sum: \
         {{ include (print $.Template.BasePath \"/config.yaml\") . | sha256sum | quote }}}}\n---\napiVersion: v1\nkind: Service\n",
    ),
    ("templates/ingress.yaml", "{{ if .Values.ingress }}kind: Ingress\n{{ end }}"),
    ("templates/secret.yaml", "kind: Secret\ndata: {a: {{ randAlphaNum 20 }}}\n"),
    ("templates/time.yaml", "kind: Secret\ndata: {a: {{ now | date \"2006\" | quote }}}\n"),
    ("templates/NOTES.txt", "hello\n"),
];

fn options() -> Options {
    Options { helm: HelmRelease::V3_20.into(), ..Options::default() }
}

fn bench(files: &[(&str, &str)]) -> Bench {
    let mut all = vec![CHART];
    all.extend(TEMPLATES);
    all.extend(files);
    Bench::new(&all)
}

fn path_of(bench: &Bench) -> String {
    bench.folder.path().to_string_lossy().into_owned()
}

#[test]
fn suites_say_what_templates_render() {
    let bench = bench(&[("ci/on-values.yaml", "ingress: true\n"), ("ci/readme.md", "")]);
    let plan = plan(&path_of(&bench), &options()).expect("a plan");
    let paths: Vec<&str> = plan.files.iter().map(|file| file.path.as_str()).collect();
    let expected =
        ["app_deployment", "config", "ingress", "secret", "time"].map(|name| format!("tests/{name}_test.yaml"));
    assert_eq!(paths, expected);
    assert_eq!(plan.unstable, ["templates/secret.yaml", "templates/time.yaml"]);
    assert_eq!(
        plan.files[0].text,
        "suite: app/deployment.yaml
templates:
  - templates/app/deployment.yaml
  - templates/config.yaml
release:
  name: test
  namespace: default
# So that the next version of the chart has the same snapshots.
chart:
  version: 1.0.0
capabilities:
  majorVersion: 1
  minorVersion: 35
tests:
  - it: renders with the default values
    template: templates/app/deployment.yaml
    asserts:
      - hasDocuments:
          count: 2
      - isKind:
          of: Deployment
        documentIndex: 0
      - isKind:
          of: Service
        documentIndex: 1
      - matchSnapshot: {}
  - it: renders with ci/on-values.yaml
    template: templates/app/deployment.yaml
    values:
      - ../ci/on-values.yaml
    asserts:
      - hasDocuments:
          count: 2
      - isKind:
          of: Deployment
        documentIndex: 0
      - isKind:
          of: Service
        documentIndex: 1
      - matchSnapshot: {}
"
    );
    let ingress = &plan.files[2].text;
    let nothing = "  - it: renders nothing with the default values\n    asserts:\n      - hasDocuments:\n          count: 0\n  - it: \
                   renders with ci/on-values.yaml\n";
    assert!(ingress.contains(nothing), "{ingress}");
    assert!(plan.files[3].text.contains("# No matchSnapshot:"), "{}", plan.files[3].text);
}

#[test]
fn suites_pass_here_and_in_the_real_program() {
    let bench = bench(&[("ci/on-values.yaml", "ingress: true\n")]);
    let written = write_plan(&plan(&path_of(&bench), &options()).expect("a plan")).expect("files");
    assert_eq!((written.new.len(), written.kept.len()), (5, 0));
    let (printed, summary) = bench.run();
    assert!(summary.passed, "{printed}");
    assert_eq!((summary.totals.tests.passed, summary.totals.snapshots.created), (10, 7), "{printed}");
    // Files are never replaced.
    fs::write(&written.new[0], "mine").expect("a file");
    let again = write_plan(&plan(&path_of(&bench), &options()).expect("a plan")).expect("files");
    assert_eq!((again.new.len(), again.kept.len()), (0, 5));
    assert_eq!(fs::read_to_string(&written.new[0]).expect("a file"), "mine");
    fs::remove_file(&written.new[0]).expect("a file");
    let Some(helm_unittest) = program("helm-unittest") else { return };
    write_plan(&plan(&path_of(&bench), &options()).expect("a plan")).expect("files");
    let output = std::process::Command::new(helm_unittest).arg(bench.folder.path()).output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("Tests:       10 passed, 10 total"), "{text}");
}

#[test]
fn a_chart_that_needs_values_is_explained_or_tested_with_them() {
    let needs = ("templates/needs.yaml", "kind: {{ required \"kind is required\" .Values.kind }}\n");
    let alone = bench(&[needs]);
    let Err(InitError::NotRendered(failed)) = plan(&path_of(&alone), &options()) else { panic!("it has no values") };
    assert!(failed[0].file.is_none() && failed[0].error.contains("kind is required"), "{failed:?}");
    let with_ci = bench(&[needs, ("ci/a-values.yaml", "kind: B\n")]);
    let planned = plan(&path_of(&with_ci), &options()).expect("a plan");
    assert_eq!(planned.failed.len(), 1);
    assert!(planned.files.iter().all(|file| !file.text.contains("default values")));
    let file = alone.folder.path().join("mine.yaml");
    write(alone.folder.path(), &[("mine.yaml", "kind: B\n")]);
    let given = Options { values: vec![file.to_string_lossy().into_owned()], ..options() };
    let planned = plan(&path_of(&alone), &given).expect("a plan");
    assert!(planned.files[0].text.contains("    values:\n      - ../mine.yaml\n"), "{}", planned.files[0].text);
}

#[test]
fn what_has_no_suites_is_explained() {
    let library = Bench::new(&[("Chart.yaml", "{apiVersion: v2, name: web, version: 0.1.0, type: library}")]);
    assert_eq!(plan(&path_of(&library), &options()).expect_err("a library"), InitError::Library);
    let empty = Bench::new(&[CHART, ("templates/NOTES.txt", "")]);
    assert_eq!(plan(&path_of(&empty), &options()).expect_err("no templates"), InitError::NoTemplates);
    let file = Path::new(&path_of(&empty)).join("Chart.yaml");
    assert_eq!(plan(&file.to_string_lossy(), &options()).expect_err("an archive"), InitError::Archive);
    assert!(matches!(plan("/nope", &options()), Err(InitError::Unloadable(_))));
}
