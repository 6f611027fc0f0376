//! Reading and writing agree with go-yaml 3.0.4. `data/go_yaml` has what the library printed for our own texts: the text,
//! its value as `any`, the error, the value written again, and its value (or the error) as `map[string]any`.

use mkmanifests_unittest::go_yaml;

use super::oracle::{data, rows, show};

fn compare(table: &str) -> Vec<String> {
    let mut differences = Vec::new();
    for row in rows(table) {
        let [text, value, error, written, map] = row.as_slice() else { panic!("{row:?} has not 5 fields") };
        let mut differ = |what: &str, wanted: &str, found: String| {
            if *wanted != found {
                differences.push(format!("{text:?}: {what}\n  wanted {wanted:?}\n  found  {found:?}"));
            }
        };
        match go_yaml::read(text) {
            Ok(read) => {
                differ("error", error, String::new());
                if error.is_empty() {
                    differ("value", value, show(&read));
                    differ("written", written, go_yaml::write(&read));
                }
            }
            Err(found) => differ("error", error, found.to_string()),
        }
        let found = go_yaml::read_map(text);
        differ("map", map, found.map_or_else(|error| format!("error: {error}"), |map| show(&map.into())));
    }
    differences
}

#[test]
fn values_agree_with_the_library() {
    let differences = compare(&data("go_yaml/values.tsv"));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
#[ignore = "compares with a table of the caller"]
fn a_table_of_the_caller_agrees() {
    let Ok(path) = std::env::var("MKMANIFESTS_GO_YAML") else { return };
    let differences = compare(&std::fs::read_to_string(path).expect("the table exists"));
    println!("{} differences\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn aliases_of_aliases_are_an_error() {
    let levels: String =
        (1..20).map(|at| format!("a{at}: &a{at} [{}]\n", vec![format!("*a{}", at - 1); 9].join(","))).collect();
    let error = go_yaml::read(&format!("a0: &a0 x\n{levels}")).expect_err("an attack");
    assert_eq!(error.to_string(), "yaml: document contains excessive aliasing");
}

#[test]
fn documents_are_read_one_after_the_other() {
    let read = |text: &str| -> Result<Vec<String>, go_yaml::Error> {
        Ok(go_yaml::read_maps(text)?.into_iter().map(|map| show(&map.into())).collect())
    };
    let wanted = [r#"{"a":int(1)}"#, "{}", r#"{"1":"b"}"#].map(str::to_owned);
    assert_eq!(read("# x\n---\na: 1\n---\n---\n1: b\n"), Ok(wanted.to_vec()));
    let error = read("a: 1\n---\nb\n").expect_err("a text is not a mapping");
    assert_eq!(
        error.to_string(),
        "yaml: unmarshal errors:\n  line 3: cannot unmarshal !!str `b` into map[string]interface {}"
    );
}
