//! Paths agree with yaml-jsonpath 0.4.0. `data/json_path` has what the library found in our own documents.

use mkmanifests_gotmpl::Value;
use mkmanifests_unittest::{go_yaml, json_path};

use super::oracle::{data, rows, show};

fn compare(table: &str) -> Vec<String> {
    let mut differences = Vec::new();
    let mut value = Value::Nil;
    for row in rows(table) {
        let [path, wanted] = row.as_slice() else {
            value = go_yaml::read(&row[0]).expect("the document is YAML");
            continue;
        };
        let found = match json_path::Path::parse(path) {
            Ok(path) => path.find(&value).iter().map(show).collect::<Vec<_>>().join(" "),
            Err(error) => format!("error: {error}"),
        };
        if *wanted != found {
            differences.push(format!("{path:?}\n  wanted {wanted:?}\n  found  {found:?}"));
        }
    }
    differences
}

#[test]
fn paths_agree_with_the_library() {
    let differences = compare(&data("json_path/paths.tsv"));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn an_empty_path_is_the_document() {
    let document = go_yaml::read("a: 1.0\n").expect("YAML");
    assert_eq!(show(&json_path::find(&document, "").expect("a path")[0]), "{\"a\":float64(1)}");
    assert_eq!(show(&json_path::find(&document, "a").expect("a path")[0]), "int(1)");
}

#[test]
fn documents_are_written_and_read_before_the_search() {
    let found = |document: &str, path: &str| {
        let document = go_yaml::read(document).expect("YAML");
        match json_path::find(&document, path) {
            Ok(values) => values.iter().map(show).collect::<Vec<_>>().join(" "),
            Err(error) => format!("error: {error}"),
        }
    };
    let tab = "a: 1\nb: \"\\tx\\ny\"\n";
    let refused = "error: yaml: line 2: found a tab character where an indentation space is expected";
    assert_eq!(found(tab, "a"), refused);
    assert_eq!(found(tab, "a["), refused);
    assert_eq!(found("b: \"x\\n\\ty\"\n", "b"), "\"x\\n\\ty\"");
    assert_eq!(found("c: {'<<': {a: 1}}\n", "c"), r#"{"a":int(1)}"#);
    assert_eq!(found("c: {'<<': {a: 1}}\n", "c.a"), "");
    assert_eq!(found("c: {'<<': {a: 1}}\n", "c['<<'].a"), "int(1)");
    let repeated = "mapping key \"1\" already defined at line 1";
    assert!(found("c: {'1': a, 1.0: b}\n", "c").contains(repeated));
    assert_eq!(found("c: {'1': a, 1.0: b}\nd: x\n", "d"), "\"x\"");
}

#[test]
fn deep_filters_are_an_error() {
    for path in ["$[?(".repeat(100_000), format!("$[?({}@.a)]", "!".repeat(100_000)), "(".repeat(300)] {
        assert!(json_path::Path::parse(&path).is_err());
    }
}

#[test]
#[ignore = "compares with a table of the caller"]
fn a_table_of_the_caller_agrees() {
    let Ok(path) = std::env::var("MKMANIFESTS_JSON_PATH") else { return };
    let differences = compare(&std::fs::read_to_string(path).expect("the table exists"));
    println!("{} differences\n{}", differences.len(), differences.join("\n"));
}
