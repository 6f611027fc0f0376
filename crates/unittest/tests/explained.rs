//! What `chart test` prints about failures: the suites of `data/explained/web` fail in each way, and the text is beside
//! each suite.

use std::fs;
use std::path::{Path, PathBuf};

use mkmanifests_chart::HelmRelease;
use mkmanifests_testing::{compare, data};
use mkmanifests_unittest::report::text::Text;
use mkmanifests_unittest::run::{Options, run};

/// Copies a folder, since runs write snapshots.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// Replaces the path of a folder, which may be relative to the current one, by nothing.
fn without_folder(text: &str, folder: &Path) -> String {
    let name = format!("{}/", folder.file_name().unwrap().to_str().unwrap());
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(name.as_str()) {
        let start = before.rfind(char::is_whitespace).map_or(0, |at| at + 1);
        out.push_str(&before[..start]);
        rest = after;
    }
    out + rest
}

#[test]
fn failures_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let chart = folder.path().join("web");
    copy(&data("explained/web"), &chart);
    let mut suites: Vec<PathBuf> =
        fs::read_dir(data("explained/web/tests")).unwrap().map(|file| file.unwrap().path()).collect();
    suites.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    suites.sort();
    assert!(suites.len() > 5);
    let mut failures = Vec::new();
    for suite in suites {
        let files = vec![format!("tests/{}", suite.file_name().unwrap().to_str().unwrap())];
        let options = Options { files, helm: HelmRelease::V3_20.into(), ..Options::default() };
        let mut printed = String::new();
        let summary = run(&[chart.to_str().unwrap().to_owned()], &options, &mut |event| {
            printed.push_str(&Text::new(false).event(&event));
        });
        assert!(!summary.passed, "{printed}");
        let printed = without_folder(&printed, folder.path());
        failures.extend(compare(&suite.with_extension("txt"), &printed));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
