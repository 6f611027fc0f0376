//! Validation of Ray's custom resources: the cases of `tests/data/kuberay`, with verdicts that KubeRay's own validation gave.

use std::collections::BTreeMap;
use std::fs;

use mkmanifests_check::{Options, all};
use mkmanifests_kuberay::FeatureGates;
use mkmanifests_yaml::tree::to_node;
use serde::Deserialize;
use serde_json::{Map, Value};

use mkmanifests_testing as common;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    base: Value,
    cases: Vec<Case>,
}

/// An object, and the field that is wrong in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    what: String,
    #[serde(default)]
    set: BTreeMap<String, Value>,
    #[serde(default)]
    gates: String,
    refused: Option<String>,
    /// What we refuse although KubeRay accepts it.
    stricter: Option<String>,
    /// What the CRD says.
    schema: Option<String>,
    /// What the operator says.
    operator: Option<String>,
}

impl Case {
    fn object(&self, base: &Value) -> Value {
        let mut object = base.clone();
        for (pointer, value) in &self.set {
            let keys: Vec<String> =
                pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
            put(&mut object, &keys, value);
        }
        object
    }

    fn expected(&self) -> Vec<String> {
        self.refused.iter().chain(&self.stricter).cloned().collect()
    }
}

/// Sets a value, and the mappings above it.
fn put(at: &mut Value, keys: &[String], value: &Value) {
    let [key, rest @ ..] = keys else {
        *at = value.clone();
        return;
    };
    if let Value::Array(items) = at {
        let index = key.parse::<usize>().expect("an index");
        if index == items.len() {
            items.push(Value::Null);
        }
        return put(&mut items[index], rest, value);
    }
    if at.is_null() {
        *at = Map::new().into();
    }
    let map = at.as_object_mut().expect("a mapping");
    if rest.is_empty() && value.is_null() {
        map.remove(key);
    } else {
        put(map.entry(key.as_str()).or_insert(Value::Null), rest, value);
    }
}

/// Returns the fields of the errors, each once.
fn fields(object: &Value, gates: &str) -> Vec<String> {
    let gates = FeatureGates::parse(gates).expect("feature gates");
    let options = Options { ray_feature_gates: Some(gates), ..Options::default() };
    let found = all(&[to_node(object).expect("JSON is a tree")], &options);
    let errors = found.into_iter().filter(|found| !found.diagnostic.is_warning());
    let mut fields: Vec<String> = errors.map(|found| found.diagnostic.field().to_string()).collect();
    fields.dedup();
    fields
}

#[test]
fn each_object_is_accepted_or_refused_as_by_kuberay() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for entry in fs::read_dir(common::data("kuberay")).expect("the folder of cases") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("text");
        let cases: Cases = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for case in &cases.cases {
            count += 1;
            let is_recorded = case.schema.is_some() || case.operator.is_some();
            assert_eq!(case.refused.is_some(), is_recorded, "{name}: {}: a verdict", case.what);
            let (named, expected) = (fields(&case.object(&cases.base), &case.gates), case.expected());
            if named != expected {
                wrong.push(format!("{name}: {}\n  expected {expected:?}\n  named    {named:?}", case.what));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 200, "only {count} cases");
}
