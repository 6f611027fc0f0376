//! The documented defaults, the types and the JSON Schema agree.

use std::path::Path;

use mkmanifests::components::{self, Component, schema_text};
use mkmanifests::json_schema::{SchemaFiles, validate};
use mkmanifests::tree::Node;
use mkmanifests::values::Values;
use serde_json::Value;

fn schema(component: &dyn Component) -> Value {
    serde_json::from_str(&schema_text(component)).expect("a schema is JSON")
}

fn refused(component: &dyn Component, values: &Node) -> Result<(), String> {
    validate(schema_text(component).as_bytes(), values, &SchemaFiles::default())
}

#[test]
fn the_defaults_match_the_schema() {
    for component in components::all() {
        let name = format!("values/{}.yaml", component.name());
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&name)).expect("it exists");
        // A job or service has the values of `ray-cluster`, too, after its own.
        assert!(component.defaults_text().starts_with(&text), "{name}");
        let is_whole = !["ray-job", "ray-service", "ray-cron-job"].contains(&component.name());
        assert_eq!(component.defaults_text() == text, is_whole, "{name}");
        let values = Values::parse(&name, component.defaults_text()).unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(values.root, component.defaults().root);
        refused(*component, &values.root).unwrap_or_else(|report| panic!("{name}: {report}"));
    }
}

#[test]
fn every_value_is_documented() {
    for component in components::all() {
        let schema = schema(*component);
        undocumented(&schema, &schema, &component.defaults().root, component.name());
    }
}

/// Checks that the documented file has every property of the component's own types, except for Kubernetes' types, lists,
/// and parts that are absent by default.
fn undocumented(schema: &Value, root: &Value, defaults: &mkmanifests::tree::Node, path: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) if reference.contains("io.k8s") => return,
        Some(reference) => root.pointer(reference.trim_start_matches('#')).expect("a definition"),
        None => schema,
    };
    let Some(map) = defaults.as_map() else { return };
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        // `replicas` is for `workerGroups`; the keys of `worker` are those of `head`.
        if path.starts_with("ray") && (path.ends_with(".worker") || (path.ends_with(".head") && name == "replicas")) {
            continue;
        }
        // Every component has this key: docs/patches.md.
        if name == mkmanifests::values::PATCHES {
            continue;
        }
        let value = map.get(name).unwrap_or_else(|| panic!("{path}.{name} is not documented"));
        undocumented(property, root, value, &format!("{path}.{name}"));
    }
}

#[test]
fn the_schema_and_the_types_accept_the_same_values() {
    for component in components::all() {
        let mut judged = 0;
        insta::glob!("../..", &format!("golden/cases/{}/*/values.yaml", component.name()), |path| {
            let Ok(values) = Values::parse("values.yaml", &std::fs::read_to_string(path).expect("text")) else {
                return;
            };
            let works = !path.with_file_name("err.txt").exists();
            assert!(refused(*component, &values.root).is_ok() || !works, "{}: refused", path.display());
            judged += 1;
        });
        assert!(judged > 0);
        let unknown = Values::parse("values.yaml", "workerReplicas: 4").expect("YAML");
        assert!(refused(*component, &unknown.root).is_err(), "an unknown key must be refused");
    }
}
