//! Snapshots are compared, counted and written as by helm-unittest.

use std::path::Path;

use mkmanifests_gotmpl::Value;
use mkmanifests_unittest::go_yaml;
use mkmanifests_unittest::snapshot::{Cache, Counts, Patterns, path_of};

const FILE: &str = "a test:\n  1: |\n    a: 1\n    b:\n      - x\n  2: |\n    kept\n";

fn manifest() -> Value {
    go_yaml::read("b: [x]\na: 1\n").expect("YAML")
}

fn compare(cache: &mut Cache, index: u64, value: &Value) -> bool {
    cache.compare("a test", index, value, &Patterns::default()).passed
}

#[test]
fn a_snapshot_file_has_its_suite_in_its_name() {
    assert_eq!(path_of(Path::new("tests/web_test.yaml")), Path::new("tests/__snapshot__/web_test.yaml.snap"));
    assert_eq!(path_of(Path::new("web_test.yaml")), Path::new("__snapshot__/web_test.yaml.snap"));
}

#[test]
fn equal_snapshots_change_nothing() {
    let mut cache = Cache::read(FILE, false).expect("a snapshot file");
    assert!(compare(&mut cache, 1, &manifest()));
    assert!(compare(&mut cache, 2, &"kept".into()));
    assert_eq!(cache.counts(), Counts { current: 2, ..Counts::default() });
    assert!(!cache.changed());
    assert_eq!(cache.text_to_write(), None);
}

#[test]
fn a_new_snapshot_passes_and_is_written() {
    let mut cache = Cache::new(false);
    assert!(compare(&mut cache, 1, &manifest()) && compare(&mut cache, 2, &"kept".into()));
    assert_eq!(cache.counts(), Counts { current: 2, inserted: 2, ..Counts::default() });
    assert_eq!(cache.text_to_write().as_deref(), Some(FILE));
}

#[test]
fn a_different_snapshot_fails_and_is_not_written() {
    let mut cache = Cache::read(FILE, false).expect("a snapshot file");
    let result = cache.compare("a test", 1, &"other".into(), &Patterns::default());
    assert!(!result.passed);
    assert_eq!((result.cached.as_str(), result.new.as_str()), ("a: 1\nb:\n  - x\n", "other\n"));
    assert!(compare(&mut cache, 2, &"kept".into()));
    assert_eq!(cache.counts(), Counts { current: 2, updated: 1, failed: 1, ..Counts::default() });
    assert!(cache.changed());
    assert_eq!(cache.text_to_write(), None);
}

#[test]
fn updating_replaces_snapshots() {
    let mut cache = Cache::read(FILE, true).expect("a snapshot file");
    assert!(compare(&mut cache, 1, &"other".into()) && compare(&mut cache, 2, &"kept".into()));
    assert_eq!(cache.counts(), Counts { current: 2, updated: 1, ..Counts::default() });
    assert_eq!(cache.text_to_write().as_deref(), Some("a test:\n  1: |\n    other\n  2: |\n    kept\n"));
}

#[test]
fn a_snapshot_that_is_not_compared_vanishes() {
    let mut cache = Cache::read(FILE, false).expect("a snapshot file");
    assert!(compare(&mut cache, 1, &manifest()));
    assert_eq!(cache.counts(), Counts { current: 1, vanished: 1, ..Counts::default() });
    assert_eq!(cache.text_to_write().as_deref(), Some("a test:\n  1: |\n    a: 1\n    b:\n      - x\n"));
    let all = Cache::read(FILE, false).expect("a snapshot file");
    assert_eq!((all.counts().vanished, all.text_to_write().as_deref()), (2, Some("{}\n")));
}

#[test]
fn patterns_replace_the_comparison() {
    let mut cache = Cache::read(FILE, false).expect("a snapshot file");
    let mut matched = |matches: &str, not_matches: &str| {
        let patterns = Patterns { matches: matches.to_owned(), not_matches: not_matches.to_owned() };
        let result = cache.compare("a test", 2, &"changed".into(), &patterns);
        (result.passed, result.message, result.error)
    };
    assert_eq!(matched(" ^ch ", ""), (true, String::new(), None));
    assert_eq!(matched("x", ""), (false, " pattern 'x' not found in snapshot".to_owned(), None));
    assert_eq!(matched("", "ch"), (false, " pattern 'ch' should not be in snapshot".to_owned(), None));
    assert_eq!(matched("ch", "x"), (true, String::new(), None));
    let (passed, message, error) = matched("(", "");
    assert_eq!((passed, message.as_str()), (false, " pattern '(' not found in snapshot"));
    assert_eq!(
        error.as_deref(),
        Some("failed to compile regex pattern (: error parsing regexp: missing closing ): `(`")
    );
    assert_eq!(cache.counts().updated, 0);
}

#[test]
fn line_feeds_at_the_start_of_strings_are_left_out() {
    let mut cache = Cache::new(false);
    let value = go_yaml::read("a: \"\\n\\n{}\\n\"\nb: [\"\\nx\"]\n").expect("YAML");
    assert_eq!(cache.compare("t", 1, &value, &Patterns::default()).new, "a: |\n  {}\nb:\n  - x\n");
}

#[test]
fn a_file_of_other_types_is_an_error() {
    let error = |text: &str| Cache::read(text, false).err().map(|error| error.to_string());
    assert_eq!(error("").as_deref(), None);
    assert_eq!(
        error("a: {x: y}\n").as_deref(),
        Some("yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `x` into uint")
    );
    assert_eq!(
        error("a: b\n").as_deref(),
        Some("yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `b` into map[uint]string")
    );
    assert!(error("a:\n  1: x\n  1: y\n").is_some_and(|text| text.contains("already defined at line 2")));
}
