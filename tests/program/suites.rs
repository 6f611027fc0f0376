//! `mkmanifests test`: the suites of this repository, and suites of components and template folders.

use std::fs;
use std::path::Path;

use mkmanifests::chart::HelmRelease;
use mkmanifests::suites::Sources;
use mkmanifests::unittest::render::Others;
use mkmanifests::unittest::report::text::Text;
use mkmanifests::unittest::run::{Options, Summary, run};
use mkmanifests_testing::{is_renewing, root};

/// Runs the suites of folders, and returns what is printed.
fn test(paths: &[String], update_snapshots: bool) -> (String, Summary) {
    let options = Options {
        helm: HelmRelease::V3_20.into(),
        others: Some(Others::new(Sources::default())),
        update_snapshots,
        ..Options::default()
    };
    let text = Text::new(false).of_folders();
    let mut printed = String::new();
    let summary = run(paths, &options, &mut |event| printed.push_str(&text.event(&event)));
    (printed, summary)
}

/// The examples that ship with suites. `tests/renew suites` renews their snapshots.
#[test]
fn the_suites_of_the_examples_pass() {
    let paths = ["templates/example", "examples/chart", "examples/components"];
    let paths = paths.map(|path| root().join(path).display().to_string());
    let (printed, summary) = test(&paths, is_renewing());
    let snapshots = summary.totals.snapshots;
    assert!(summary.passed, "{printed}");
    assert!(summary.totals.tests.passed >= 15, "{printed}");
    assert_eq!((snapshots.created, snapshots.vanished), (0, 0), "a snapshot is missing, or unused");
}

fn write(folder: &Path, files: &[(&str, &str)]) -> Vec<String> {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    vec![folder.display().to_string()]
}

/// Runs a suite of a component or folder. Returns the lines about its tests.
fn failures(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = write(&folder.path().join("app"), files);
    let (printed, _) = test(&paths, false);
    let tests = printed.split_once("_test.yaml\n").map_or(printed.as_str(), |(_, tests)| tests);
    let name = folder.path().file_name().expect("a name").to_string_lossy();
    // Paths are relative to the working directory, which may be anywhere.
    let without_folder = |line: &str| match line.split_once(&*name) {
        Some((_, rest)) if line.trim_start().starts_with("--> ") => format!("  --> FOLDER{rest}\n"),
        _ => format!("{line}\n"),
    };
    tests
        .lines()
        .map(without_folder)
        .collect::<String>()
        .replace(&*name, "FOLDER")
        .replace('\t', " ")
        .replace(std::path::MAIN_SEPARATOR, "/")
}

#[test]
fn a_component_is_rendered_with_values_and_a_cluster() {
    let values = ("values.yaml", "workerReplicaCount: 4\n");
    let suite = r"
component: ray
cluster: foo
values: [values.yaml]
tests:
- it: has the cluster of the suite
  asserts:
  - equal: {path: spec.replicas, value: 4}
    template: worker-deployment
  - equal: {path: metadata.name, value: foo-ray-head}
    template: head-deployment
  - hasDocuments: {count: 1}
- it: has its own cluster, and a value over those of the file
  cluster: bar
  release: {namespace: x}
  set: {workerReplicaCount: 5}
  asserts:
  - equal: {path: spec.replicas, value: 5}
    template: worker-deployment
  - equal: {path: metadata.name, value: bar-ray-head}
    template: head-deployment
  - equal: {path: metadata.namespace, value: x}
- it: selects over all objects
  asserts:
  - exists: {path: spec.template}
    documentSelector: {path: kind, value: Deployment, matchMany: true}
- it: expects an error
  set: {workerReplicas: 1}
  asserts:
  - failedTemplate: {errorMessage: unknown key `workerReplicas`}
- it: fails with an error
  set: {workerReplicas: 1}
  asserts:
  - isKind: {of: Deployment}
- it: has no such object
  asserts:
  - isKind: {of: Deployment}
    template: wrker-deployment
- it: is not a chart
  chart: {version: 1.0.0}
  asserts:
  - isKind: {of: Deployment}
";
    assert_eq!(
        failures(&[values, ("ray_test.yaml", suite)]),
        " - fails with an error
  Error: unknown key `workerReplicas`; did you mean `workerReplicaCount`?

 - has no such object

error: template `ray/wrker-deployment` is not rendered
  --> FOLDER/app/ray_test.yaml:37:5
   |
37 |   - isKind: {of: Deployment}
   |     ^^^^^^
   |
   = help: did you mean `ray/worker-deployment`?

 - is not a chart
  Error: `chart` is only for charts

"
    );
}

#[test]
fn a_template_folder_is_rendered_with_values() {
    let template = (
        "templates/a.yaml.j2",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ release.name }}}\ndata: {a: '{{ values.a }}', b: 'yes'}\n",
    );
    let empty = ("templates/b.yaml", "{% if values.b %}\nkind: B\n{% endif %}\n");
    let suite = r"
tests:
- it: has its defaults
  asserts:
  - equal: {path: data, value: {a: '1', b: 'yes'}}
  - hasDocuments: {count: 0}
    template: b.yaml
  - isValid:
- it: has the name of the release
  release: {name: web}
  set: {a: 2}
  asserts:
  - equal: {path: metadata.name, value: web}
    template: a.yaml.j2
  - equal: {path: data.a, value: '2'}
- it: has the name of the cluster
  cluster: foo
  asserts:
  - equal: {path: metadata.name, value: foo}
- it: is invalid
  set: {b: true}
  asserts:
  - failedTemplate: {errorPattern: apiVersion}
- it: has a file
  values: [../none.yaml]
  asserts:
  - isKind: {of: ConfigMap}
";
    let printed = failures(&[template, empty, ("values.yaml", "{a: 1, b: false}\n"), ("tests/a_test.yaml", suite)]);
    let (_, error) = printed.split_once(" - has a file\n").unwrap_or_default();
    assert!(printed.starts_with(" - has a file\n"), "{printed}");
    assert!(error.contains("none.yaml`: no such file or directory"), "{printed}");
}

#[test]
fn a_suite_about_something_else_is_explained() {
    let tests = "tests: [{it: a, asserts: [{isKind: {of: A}}]}]\n";
    let found = failures(&[("a_test.yaml", &format!("component: rya\n{tests}"))]);
    assert_eq!(found, " - a\n  Error: unknown component `rya`; did you mean `ray`?\n\n");
    let found = failures(&[("a_test.yaml", &format!("folder: nothing\n{tests}"))]);
    assert!(found.contains("cannot read `") && found.contains("FOLDER/app/nothing`: no such file"), "{found}");
    let chart = ("Chart.yaml", "{apiVersion: v2, name: web, version: 0.1.0}");
    let found = failures(&[chart, ("tests/a_test.yaml", &format!("component: ray\n{tests}"))]);
    assert_eq!(found, " - a\n  Error: `component` is not for charts; `mkmanifests test` runs the suite\n\n");
}
