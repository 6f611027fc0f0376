//! Shards of suites.

use std::collections::BTreeMap;

use mkmanifests_unittest::run::{Event, Options, Shard, run};

use super::run::write;

/// Runs a part of the suites of two charts. Returns the names of the suites, and what was warned of.
fn suites(paths: &[String], index: usize, count: usize) -> (Vec<String>, Vec<String>) {
    let mut options = Options { with_subcharts: true, ..Options::default() };
    options.selection.shard = Some(Shard { index, count });
    let (mut names, mut warnings) = (Vec::new(), Vec::new());
    let summary = run(paths, &options, &mut |event| match event {
        Event::Suite(suite) => names.push(suite.name.clone()),
        Event::Warning(text) => warnings.push(text.to_owned()),
        _ => {}
    });
    assert!(summary.passed, "{names:?}");
    assert_eq!(summary.totals.suites.passed, names.len());
    (names, warnings)
}

#[test]
fn every_suite_is_in_one_shard_with_those_of_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let suite = |name: &str| format!("suite: {name}\ntests:\n- it: a\n  asserts:\n  - isKind: {{of: A}}\n");
    let mut paths = Vec::new();
    for (chart, count) in [("web", 5), ("db", 4)] {
        let path = folder.path().join(chart);
        let metadata = format!("{{apiVersion: v2, name: {chart}, version: 0.1.0}}");
        write(&path, &[("Chart.yaml", &metadata), ("templates/a.yaml", "kind: A\n")]);
        for number in 0..count {
            let name = format!("{chart}{number}");
            let text = format!("{}---\n{}", suite(&name), suite(&format!("{name}-second")));
            write(&path, &[(&format!("tests/{name}_test.yaml"), &text)]);
        }
        paths.push(path.to_string_lossy().into_owned());
    }
    for count in 1..=4 {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for index in 0..count {
            let (names, warnings) = suites(&paths, index, count);
            assert!(names.len().abs_diff(18 / count) <= 2 && warnings.is_empty(), "{index}/{count}: {names:?}");
            for name in names {
                assert_eq!(*seen.entry(name.replace("-second", "")).or_insert(index), index, "{name}");
            }
        }
        assert_eq!(seen.len(), 9);
    }
    let (names, warnings) = suites(&paths, 9, 10);
    assert!(names.is_empty());
    assert_eq!(warnings, ["this shard has no suites: there are only 9 suite files"]);
}
