//! The examples of `docs/rules.md`: each breaks its rule, and only because of what it says.

use std::fs;

use mkmanifests_check::catalog::{self, Area};
use mkmanifests_check::patch::merge;
use mkmanifests_check::{FIELD_TYPES, Options, SERVED_VERSION, all};
use mkmanifests_kuberay::FeatureGates;
use mkmanifests_testing as common;
use mkmanifests_yaml::tree::{Node, to_node};
use serde_json::{Value, json};

/// Returns the valid object of an area.
fn valid(area: &str) -> Value {
    let file = common::data(&format!("examples/{area}.yaml"));
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Returns where in the object of an area an example belongs, as a JSON pointer.
fn location(area: &str) -> &'static str {
    match area {
        "container" | "probe" => "/spec/containers/0",
        "volume" => "/spec/volumes/0",
        "labelselector" => "/spec/selector",
        _ => "",
    }
}

/// Merges an example into an object.
fn broken(area: &str, example: &str) -> Result<Value, String> {
    let mut object = valid(area);
    let example: Value = serde_yaml::from_str(&format!("{{{example}}}")).map_err(|error| error.to_string())?;
    let part = object.pointer_mut(location(area)).expect("the object has what examples change");
    let mut node = to_node(&*part).expect("JSON");
    merge(&mut node, &to_node(&example).expect("JSON"));
    *part = serde_json::to_value(&node).map_err(|error| error.to_string())?;
    Ok(object)
}

/// Returns the ids of the rules that an object breaks; with `lint`, also the lint rules.
fn reported(object: &Value, lint: bool) -> Vec<String> {
    let node: Node = to_node(object).expect("JSON");
    let gates = FeatureGates::parse("RayCronJob=true").expect("a gate");
    let options = Options { lint, ray_feature_gates: Some(gates), ..Options::default() };
    all(&[node], &options).iter().map(|found| found.diagnostic.rule().to_owned()).collect()
}

/// Adds what is wrong with the examples of an area.
fn check_area(area: &Area, wrong: &mut Vec<String>) -> usize {
    let examples: Vec<_> = area.rules.iter().filter_map(|rule| Some((rule.id, rule.example()?))).collect();
    if examples.is_empty() {
        return 0;
    }
    let before = reported(&valid(area.name), false);
    if !before.is_empty() {
        wrong.push(format!("{}: the valid object breaks {before:?}", area.name));
    }
    for (id, example) in &examples {
        match broken(area.name, example).map(|object| reported(&object, true)) {
            Ok(rules) if rules.iter().any(|rule| rule == id) => {}
            Ok(rules) => wrong.push(format!("{id}: `{example}` breaks {rules:?}")),
            Err(error) => wrong.push(format!("{id}: `{example}`: {error}")),
        }
    }
    examples.len()
}

#[test]
fn each_example_breaks_its_rule() {
    let mut wrong = Vec::new();
    let count: usize = catalog::areas().iter().map(|area| check_area(area, &mut wrong)).sum();
    println!("{count} examples");
    assert!(wrong.is_empty(), "{} examples are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_exported_ids_are_rules() {
    for id in FIELD_TYPES.into_iter().chain([SERVED_VERSION]) {
        assert!(catalog::find(id).is_ok(), "{id}");
    }
}

#[test]
fn merging_replaces_what_the_example_says() {
    let object = broken("deployment", "spec: {replicas: -1}").expect("YAML");
    assert_eq!(object["spec"]["replicas"], json!(-1));
    assert_eq!(object["kind"], "Deployment");
}
