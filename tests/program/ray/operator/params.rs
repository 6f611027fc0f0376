//! The options of `ray start` as the operator computes them from a group.

use std::collections::BTreeMap;

use mkmanifests::check::syntax::{self, Quantity};
use serde_json::Value;

/// Options by name.
pub(super) struct Params(BTreeMap<String, String>);

/// Options that take `true` or `false` as a value; all others are switches then (`convertParamMap`).
const TAKE_BOOLEANS: [&str; 3] = ["log-color", "include-dashboard", "include-log-monitor"];

/// Resources of containers that become one of Ray's custom resources (`customAcceleratorToRayResourceMap`).
const ACCELERATORS: [(&str, &str); 2] = [("aws.amazon.com/neuroncore", "neuron_cores"), ("google.com/tpu", "TPU")];

impl Params {
    pub fn of(params: &Value) -> Params {
        Params(entries(params).map(|(name, value)| (name.to_owned(), value)).collect())
    }

    pub fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    pub fn set_missing(&mut self, name: &str, value: &str) {
        if !self.0.contains_key(name) {
            self.set(name, value);
        }
    }

    /// `updateRayStartParamsResources`
    pub fn set_group_resources(&mut self, resources: &Value) {
        let mut custom = BTreeMap::new();
        for (name, value) in entries(resources) {
            let quantity = syntax::quantity(&value).expect("a quantity");
            match name.to_lowercase().as_str() {
                "cpu" => self.set("num-cpus", &quantity.ceil().to_string()),
                "memory" => self.set("memory", &quantity.ceil().to_string()),
                lower if is_gpu(lower) => self.set("num-gpus", &quantity.ceil().to_string()),
                _ => drop(custom.insert(name.to_owned(), number(quantity))),
            }
        }
        self.set_custom_resources(custom);
    }

    /// `updateRayStartParamsLabels`
    pub fn set_labels(&mut self, labels: &Value) {
        let words: Vec<String> = entries(labels).map(|(name, value)| format!("{name}={value}")).collect();
        if !words.is_empty() {
            self.set("labels", &words.join(","));
        }
    }

    /// The first half of `generateRayStartCommand`, and `addWellKnownAcceleratorResources`
    pub fn set_container_resources(&mut self, resources: &Value) {
        let of = |list: &str, name: &str| {
            let (_, value) = entries(&resources[list]).find(|(key, _)| *key == name)?;
            Some(syntax::quantity(&value).expect("a quantity")).filter(|quantity| quantity.milli != 0)
        };
        if let Some(cpu) = of("limits", "cpu").or_else(|| of("requests", "cpu")) {
            self.set_missing("num-cpus", &cpu.ceil().to_string());
        }
        if let Some(memory) = of("limits", "memory") {
            self.set_missing("memory", &memory.ceil().to_string());
        }
        // The operator only logs that it cannot read them, and then adds neither GPUs nor accelerators.
        let Some(mut custom) = self.custom_resources() else { return };
        let mut has_accelerator = ACCELERATORS.iter().any(|(_, name)| custom.contains_key(*name));
        for (name, _) in entries(&resources["limits"]) {
            let Some(quantity) = of("limits", name) else { continue };
            if is_gpu(name) {
                self.set_missing("num-gpus", &quantity.ceil().to_string());
            }
            let accelerator = ACCELERATORS.iter().find(|(resource, _)| *resource == name);
            if let (false, Some((_, ray))) = (has_accelerator, accelerator) {
                custom.insert((*ray).to_owned(), number(quantity));
                self.set_custom_resources(custom.clone());
                has_accelerator = true;
            }
        }
    }

    fn set_custom_resources(&mut self, resources: BTreeMap<String, Value>) {
        if !resources.is_empty() {
            let json = serde_json::to_string(&resources).expect("JSON");
            self.set("resources", &format!("'{json}'"));
        }
    }

    /// `getResourcesMap`
    fn custom_resources(&self) -> Option<BTreeMap<String, Value>> {
        let Some(text) = self.0.get("resources") else { return Some(BTreeMap::new()) };
        serde_json::from_str(text.trim_matches(['\'', '"', '`', ' '])).ok()
    }

    /// `convertParamMap`
    pub fn options(&self) -> String {
        let option = |(name, value): (&String, &String)| match value.to_lowercase().as_str() {
            "true" if !TAKE_BOOLEANS.contains(&name.as_str()) => format!(" --{name} "),
            "false" if !TAKE_BOOLEANS.contains(&name.as_str()) => String::new(),
            _ => format!(" --{name}={value} "),
        };
        self.0.iter().map(option).collect()
    }
}

/// `IsGPUResourceKey`
fn is_gpu(name: &str) -> bool {
    let slices = name.split_once("nvidia.com/mig-").and_then(|(_, rest)| rest.strip_suffix("gb")?.split_once("g."));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.ends_with("gpu") || slices.is_some_and(|(count, memory)| is_number(count) && is_number(memory))
}

/// `AsApproximateFloat64`, as JSON
fn number(quantity: Quantity) -> Value {
    match quantity.milli % 1000 {
        0 => Value::from(i64::try_from(quantity.milli / 1000).expect("a small number")),
        _ => Value::from(quantity.milli as f64 / 1000.0),
    }
}

/// Returns the entries of a mapping, sorted by name. Quantities may be numbers.
fn entries(mapping: &Value) -> impl Iterator<Item = (&str, String)> {
    let mut entries: Vec<(&str, &Value)> =
        mapping.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value)).collect();
    entries.sort_by_key(|(name, _)| *name);
    entries.into_iter().map(|(name, value)| (name, value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
}
