//! The types for Ray Serve and runtime environments have the fields of the real Ray, and no others.
//!
//! Needs `ray` and its Python (`pip install "ray[serve]==2.60.0"`) on PATH.

use std::collections::BTreeSet;
use std::process::Command;

use mkmanifests_kuberay::{RuntimeEnv, ServeConfig};
use mkmanifests_testing as common;
use schemars::schema_for;
use serde_json::{Map, Value, json};

/// Runs a program in Ray's Python; prints that the test is skipped if a module is not installed.
fn python(program: &str) -> Option<Value> {
    let python = common::program("ray")?.with_file_name("python");
    let output = Command::new(python).args(["-c", program]).output().expect("Ray's Python runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    if stderr.contains("ModuleNotFoundError") {
        println!("skipped: Ray Serve is not installed");
        return None;
    }
    assert!(output.status.success(), "{stderr}");
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

#[test]
fn serve_has_the_fields_of_ray() {
    let program = "import json\nfrom ray.serve.schema import ServeDeploySchema\n\
                   print(json.dumps(ServeDeploySchema.model_json_schema()))";
    let Some(theirs) = python(program) else { return };
    let ours = schema_for!(ServeConfig).to_value();
    let mut found = Vec::new();
    compare("", (&theirs, &theirs), (&ours, &ours), &mut found);
    // Ray checks the first and the last when it reads the value, and the second is a number or `auto` here.
    let expected = [
        r#".applications[].deployments[].max_replicas_per_node: {}, not {"minimum":1,"maximum":100}"#,
        r#".applications[].deployments[].num_replicas: {"minimum":1}, not {}"#,
        r#".tracing_config.sampling_ratio: {}, not {"minimum":0,"maximum":1}"#,
    ];
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn runtime_environments_have_the_keys_of_ray() {
    let program =
        "import json\nfrom ray.runtime_env import RuntimeEnv\nprint(json.dumps(list(RuntimeEnv.known_fields)))";
    let Some(theirs) = python(program) else { return };
    let theirs: BTreeSet<&str> = theirs.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    let ours = schema_for!(RuntimeEnv).to_value();
    let ours: BTreeSet<&str> = ours["properties"].as_object().expect("keys").keys().map(String::as_str).collect();
    assert_eq!(ours, theirs);
}

/// A schema, and the document that its references point into.
type Schema<'s> = (&'s Value, &'s Value);

fn compare(path: &str, theirs: Schema<'_>, ours: Schema<'_>, found: &mut Vec<String>) {
    let (theirs, ours) = (resolved(theirs), resolved(ours));
    if path.ends_with("runtime_env") {
        return;
    }
    let (their_limits, our_limits) = (limits(theirs.0), limits(ours.0));
    if their_limits != our_limits {
        found.push(format!("{path}: {}, not {}", Value::from(their_limits), Value::from(our_limits)));
    }
    if let Some(properties) = theirs.0["properties"].as_object() {
        let names: BTreeSet<&String> = properties.keys().collect();
        let own: BTreeSet<&String> = ours.0["properties"].as_object().expect("fields").keys().collect();
        assert_eq!(own, names, "the fields of {path}");
        assert_eq!(required(ours.0), required(theirs.0), "the required fields of {path}");
        for (name, property) in properties {
            let own = &ours.0["properties"][name];
            compare(&format!("{path}.{name}"), (property, theirs.1), (own, ours.1), found);
        }
    }
    if theirs.0["items"]["$ref"].is_string() || theirs.0["items"]["anyOf"].is_array() {
        compare(&format!("{path}[]"), (&theirs.0["items"], theirs.1), (&ours.0["items"], ours.1), found);
    }
}

/// Follows references, and chooses the alternative with most fields.
fn resolved(schema: Schema<'_>) -> Schema<'_> {
    let (value, document) = schema;
    if let Some(reference) = value["$ref"].as_str() {
        return resolved((document.pointer(reference.trim_start_matches('#')).expect("a definition"), document));
    }
    let Some(alternatives) = value["anyOf"].as_array() else { return schema };
    let alternatives = alternatives.iter().filter(|value| value["type"] != "null");
    let alternatives = alternatives.map(|value| resolved((value, document)));
    let best = alternatives.max_by_key(|(value, _)| (value["properties"].is_object(), value["type"] == "integer"));
    best.map_or(schema, |best| if best.0["enum"].is_array() { schema } else { best })
}

fn required(schema: &Value) -> BTreeSet<&str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Returns the limits of a number. More than 0 is at least 1 for an integer.
fn limits(schema: &Value) -> Map<String, Value> {
    let is_integer = schema["type"] == "integer" || schema["type"][0] == "integer";
    let limit = |key: &str| schema[key].as_f64().map(|limit| (key.to_owned(), json!(limit as i64)));
    let mut limits: Map<String, Value> =
        ["minimum", "maximum", "exclusiveMinimum"].into_iter().filter_map(limit).collect();
    if is_integer && limits.remove("exclusiveMinimum").is_some() {
        limits.insert("minimum".to_owned(), json!(1));
    }
    limits
}
