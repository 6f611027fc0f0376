//! What to run again after files changed.

use std::fs;
use std::path::{Path, PathBuf};

use mkmanifests_unittest::run::{Only, SuiteResult};
use mkmanifests_unittest::watch::{Files, Suites, absolute};

use super::run::write;

fn suite(file: &str, values: &[&str]) -> SuiteResult {
    let values_files = values.iter().map(|file| (*file).to_owned()).collect();
    SuiteResult { file: file.to_owned(), values_files, ..SuiteResult::default() }
}

#[test]
fn only_what_a_change_affects_runs_again() {
    let mut suites = Suites::default();
    suites.add(&suite("web/tests/a_test.yaml", &["web/ci/a.yaml", "shared.yaml"]));
    suites.add(&suite("web/tests/b_test.yaml", &[]));
    suites.add(&suite("db/tests/a_test.yaml", &["shared.yaml"]));
    let charts = ["web".to_owned(), "./db".to_owned()];
    let affected = |changes: &[&str]| suites.affected(&charts, &changes.iter().map(PathBuf::from).collect::<Vec<_>>());
    let only = |charts: &[&str], files: &[&str]| Only {
        charts: charts.iter().map(|text| (*text).to_owned()).collect(),
        files: files.iter().map(|text| (*text).to_owned()).collect(),
    };
    assert_eq!(affected(&["web/tests/b_test.yaml"]), only(&[], &["web/tests/b_test.yaml"]));
    let snapshots = ["web/tests/__snapshot__/a_test.yaml.snap", "web/tests/__snapshot__/a_test.yaml_1.snap"];
    for file in snapshots {
        assert_eq!(affected(&[file]), only(&[], &["web/tests/a_test.yaml"]), "{file}");
    }
    for file in ["web/templates/a.yaml", "web/ci/a.yaml", "web/tests/new_test.yaml", "web/charts/x/values.yaml"] {
        assert_eq!(affected(&[file]), only(&["web"], &[]), "{file}");
    }
    assert_eq!(affected(&["./db/values.yaml"]), only(&["./db"], &[]));
    assert_eq!(affected(&["shared.yaml"]), only(&[], &["db/tests/a_test.yaml", "web/tests/a_test.yaml"]));
    assert_eq!(affected(&["prod.yaml"]), only(&["web", "./db"], &[]));
    assert_eq!(affected(&["webs/values.yaml"]), only(&["web", "./db"], &[]));
}

#[test]
fn own_output_is_no_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    write(path, &[("values.yaml", "a: 1\n"), (".git/index", "x"), ("tests/a_test.yaml", "a\n")]);
    let read = || Files::read([path]);
    let before = read();
    assert_eq!(before.changes(&read()), Vec::<PathBuf>::new());
    write(
        path,
        &[
            ("values.yaml", "a: 10\n"),
            (".git/index", "xyz"),
            ("tests/__snapshot__/a_test.yaml.snap", "a"),
            ("out/report.xml", "a"),
        ],
    );
    fs::remove_file(path.join("tests/a_test.yaml")).expect("a file");
    let outputs = [absolute(&path.join("out"))];
    let names = |changes: Vec<PathBuf>| {
        let names = changes.iter().map(|file| file.strip_prefix(path).unwrap_or(Path::new("?")).display().to_string());
        names.map(|name| name.replace(std::path::MAIN_SEPARATOR, "/")).collect::<Vec<_>>()
    };
    assert_eq!(
        names(before.clone().with_own_output(&read(), &outputs).changes(&read())),
        ["tests/a_test.yaml", "values.yaml"]
    );
    assert_eq!(
        names(before.changes(&read())),
        ["out/report.xml", "tests/__snapshot__/a_test.yaml.snap", "tests/a_test.yaml", "values.yaml"]
    );
}
