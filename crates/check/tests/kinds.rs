//! Validation of kinds that have no recorded verdicts of an API server: the cases of `tests/data/kinds`.
//!
//! A file has a kind and cases: objects that are `accepted`, or `refused` because of the one field that the validation of
//! Kubernetes names. Each object is merged over a name and a namespace.

use std::fs;

use mkmanifests_check as check;
use mkmanifests_yaml::tree::to_node;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use mkmanifests_testing as common;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Kind {
    api_version: String,
    kind: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Case {
    Accepted { accepted: Map<String, Value> },
    Refused { refused: String, object: Map<String, Value> },
}

/// Returns the fields that the checks name.
fn fields(kind: &Kind, rest: &Map<String, Value>) -> Vec<String> {
    let mut object = Map::new();
    object.insert("apiVersion".to_owned(), kind.api_version.as_str().into());
    object.insert("kind".to_owned(), kind.kind.as_str().into());
    object.insert("metadata".to_owned(), json!({"name": "web", "namespace": "default"}));
    object.extend(rest.clone());
    let mut diagnostics = Vec::new();
    check::object(&to_node(&object).expect("JSON is a tree"), &mut diagnostics);
    diagnostics.iter().map(|diagnostic| diagnostic.field().to_string()).collect()
}

#[test]
fn each_object_fails_at_the_expected_field() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for entry in fs::read_dir(common::data("kinds")).expect("the folder of cases") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("text");
        let kind: Kind = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for case in &kind.cases {
            count += 1;
            let (object, expected) = match case {
                Case::Accepted { accepted } => (accepted, Vec::new()),
                Case::Refused { refused, object } => (object, vec![refused.clone()]),
            };
            let named = fields(&kind, object);
            if named != expected {
                let object = Value::from(object.clone());
                wrong.push(format!("{}: {object}\n  expected {expected:?}\n  named    {named:?}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 150, "only {count} cases");
}
