//! The types have the fields of KubeRay's CustomResourceDefinitions, and no others.

use std::path::Path;

use k8s_openapi::Resource;
use mkmanifests_kuberay::{RayCluster, RayCronJob, RayJob, RayService};
use mkmanifests_testing as common;
use schemars::{JsonSchema, schema_for};
use serde_json::Value;

use crate::samples::documents;

#[test]
fn the_types_have_the_fields_of_the_definitions() {
    let Some(kuberay) = common::kuberay() else { return };
    compare::<RayCluster>(&kuberay);
    compare::<RayJob>(&kuberay);
    compare::<RayService>(&kuberay);
    compare::<RayCronJob>(&kuberay);
}

fn compare<T: JsonSchema + Resource>(kuberay: &Path) {
    let file = format!("ray-operator/config/crd/bases/ray.io_{}.yaml", T::URL_PATH_SEGMENT);
    let definition = definition(&kuberay.join(file));
    assert_eq!(definition["spec"]["group"], T::GROUP);
    assert_eq!(definition["spec"]["names"]["kind"], T::KIND);
    let model = schema_for!(T).to_value();
    let mut differences = Differences { model: &model, found: Vec::new(), count: 0 };
    differences.compare("", &version(&definition, T::VERSION)["schema"]["openAPIV3Schema"], &model);
    // Serialization adds both.
    let expected = [".apiVersion: not in the type", ".kind: not in the type"];
    assert_eq!(differences.found, expected, "{}", T::KIND);
    println!("{}: {} fields", T::KIND, differences.count);
    assert!(differences.count > 1000);
}

fn definition(file: &Path) -> Value {
    documents(file).remove(0)
}

fn version<'d>(definition: &'d Value, name: &str) -> &'d Value {
    let versions = definition["spec"]["versions"].as_array().expect("versions");
    versions.iter().find(|version| version["name"] == name).expect("the version")
}

struct Differences<'m> {
    model: &'m Value,
    found: Vec<String>,
    count: usize,
}

/// The fields that the definitions keep of the metadata inside an object.
const EMBEDDED_METADATA: [&str; 5] = ["annotations", "finalizers", "labels", "name", "namespace"];

impl<'m> Differences<'m> {
    fn compare(&mut self, path: &str, definition: &Value, model: &'m Value) {
        let model = self.resolved(model);
        self.compare_types(path, definition, model);
        let ours = &model["properties"];
        if let Some(theirs) = definition["properties"].as_object() {
            self.count += theirs.len();
            for (name, theirs) in theirs {
                let path = format!("{path}.{name}");
                match ours.get(name) {
                    Some(ours) => self.compare(&path, theirs, ours),
                    None => self.found.push(format!("{path}: not in the type")),
                }
            }
            let is_metadata = theirs.keys().eq(EMBEDDED_METADATA);
            let extra = names(ours).filter(|name| !theirs.contains_key(*name) && !is_metadata);
            self.found.extend(extra.map(|name| format!("{path}.{name}: not in the definition")));
        }
        for (key, suffix) in [("items", "[]"), ("additionalProperties", "{}")] {
            if definition[key].is_object() {
                self.compare(&format!("{path}{suffix}"), &definition[key], &model[key]);
            }
        }
    }

    fn compare_types(&mut self, path: &str, definition: &Value, model: &Value) {
        let (Some(theirs), ours) = (definition["type"].as_str(), &model["type"]) else { return };
        let is_same = match ours {
            Value::Array(types) => types.iter().any(|ours| ours == theirs),
            ours => ours == theirs,
        };
        if !is_same {
            self.found.push(format!("{path}: {theirs}, not {ours}"));
        }
    }

    /// Follows references, and removes the alternative `null`.
    fn resolved(&self, schema: &'m Value) -> &'m Value {
        let one = |list: &'m Value| list.as_array()?.iter().find(|schema| schema["type"] != "null");
        if let Some(reference) = schema["$ref"].as_str() {
            let found = self.model.pointer(reference.trim_start_matches('#')).expect("a definition");
            return self.resolved(found);
        }
        match one(&schema["anyOf"]).or_else(|| one(&schema["allOf"])) {
            Some(schema) => self.resolved(schema),
            None => schema,
        }
    }
}

fn names(properties: &Value) -> impl Iterator<Item = &String> {
    properties.as_object().into_iter().flatten().map(|(name, _)| name)
}
