//! Draws random values from the JSON Schema of the component: every key of the types can be drawn.

use serde_json::{Map, Value, json};

use super::known::{MODES, PROVIDERS, TEMPLATE_TEXTS, TEMPLATES, config_map, extra_args, rules};

/// SplitMix64: any seed works equally well.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

/// The input of one comparison.
pub struct Draw {
    pub seed: u64,
    pub release: &'static str,
    pub namespace: &'static str,
    pub kube_version: Option<&'static str>,
    /// YAML.
    pub values: String,
}

/// How odd the texts of one draw are. If all draws had hostile texts, none would get past the first check.
#[derive(Clone, Copy, PartialEq)]
enum Texts {
    Plain,
    Odd,
    Hostile,
}

/// Draws values, and the release, namespace and version of Kubernetes to render them for.
pub fn draw(schema: &Value, seed: u64) -> Draw {
    let mut random = Random::new(seed);
    let texts = match random.below(100) {
        0..50 => Texts::Plain,
        50..85 => Texts::Odd,
        _ => Texts::Hostile,
    };
    let share = random.pick(&[3, 8, 15, 30, 60]);
    let release = random.pick(&["cluster-autoscaler", "cluster-autoscaler", "ca", "aws-cluster-autoscaler", LONG]);
    let namespace = random.pick(&["kube-system", "autoscaling"]);
    let kube_version = random.pick(&[None, None, None, Some("1.20"), Some("v1.33.4-eks-1"), Some("1.8.0")]);
    let mut drawing = Drawing { schema, random, texts, share };
    let mut values = match drawing.object(schema, "", 0) {
        Value::Object(values) => values,
        _ => Map::new(),
    };
    drawing.set_required_values(&mut values);
    Draw { seed, release, namespace, kube_version, values: Value::Object(values).to_string() }
}

const LONG: &str = "a-release-with-a-name-that-leaves-little-room-for-mor";

struct Drawing<'s> {
    schema: &'s Value,
    random: Random,
    texts: Texts,
    /// The percentage of optional keys that are set.
    share: usize,
}

impl Drawing<'_> {
    /// Sets what nearly all values need for anything to be rendered, and what the schema cannot express.
    fn set_required_values(&mut self, values: &mut Map<String, Value>) {
        let provider = self.random.pick(PROVIDERS);
        values.insert("cloudProvider".to_owned(), provider.into());
        values.insert("awsAllowKeyPair".to_owned(), true.into());
        if !self.random.chance(3) {
            let discovery = values.entry("autoDiscovery").or_insert_with(|| json!({}));
            if let Some(discovery) =
                discovery.as_object_mut().filter(|discovery| !discovery.contains_key("clusterName"))
            {
                discovery.insert("clusterName".to_owned(), "foo".into());
            }
        }
        if self.random.chance(60) {
            values.insert("awsRegion".to_owned(), "us-west-2".into());
        }
    }

    fn reference(&self, schema: &Value) -> Option<Value> {
        let name = schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        self.schema["$defs"].get(name).cloned()
    }

    /// Draws a value of `schema` for `key`.
    fn value(&mut self, schema: &Value, key: &str, depth: usize) -> Value {
        if let Some(known) = self.known(key) {
            return known;
        }
        if let Some(target) = self.reference(schema) {
            let name = schema["$ref"].as_str().unwrap_or_default();
            if let Some(known) = self.known_type(name) {
                return known;
            }
            if name.ends_with("/Scalar") && self.texts == Texts::Plain && !self.random.chance(2) {
                return self.text(key).into();
            }
            return self.value(&target, key, depth);
        }
        if let Some(empties) = schema.get("enum").and_then(Value::as_array).filter(|_| schema.get("type").is_none()) {
            return self.random.pick(empties);
        }
        if let Some(ways) = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array) {
            let seldom = |way: &Value| way["type"] == "null" || way.get("enum").is_some();
            if ways.iter().any(seldom) && !self.random.chance(4) {
                return self.value(&ways[0].clone(), key, depth);
            }
            let way = ways[self.random.below(ways.len())].clone();
            return self.value(&way, key, depth);
        }
        let kind = match &schema["type"] {
            Value::String(kind) => kind.clone(),
            Value::Array(kinds) => {
                // Null is allowed everywhere; it is drawn as rarely as people write it.
                let some: Vec<&Value> = kinds.iter().filter(|kind| *kind != "null").collect();
                let null = kinds.len() > some.len() && self.random.chance(2);
                if null {
                    "null".to_owned()
                } else {
                    some[self.random.below(some.len())].as_str().unwrap_or_default().to_owned()
                }
            }
            _ => return json!("any"),
        };
        match kind.as_str() {
            "object" => self.object(schema, key, depth),
            "array" => {
                let count = if depth > 6 { 0 } else { self.random.below(3) };
                (0..count).map(|_| self.value(&schema["items"], &format!("{key}[]"), depth + 1)).collect()
            }
            "boolean" => self.random.chance(50).into(),
            "integer" => self.random.pick(&[0, 1, 2, 3, 10, 8085]).into(),
            "number" => self.random.pick(&[json!(0), json!(1), json!(3), json!(0.5), json!(1.25), json!(65535)]),
            "null" => Value::Null,
            // Integers may be written as text.
            "string" if schema.get("pattern").is_some() => self.random.pick(&["1", "3", "8085"]).into(),
            _ => self.text(key).into(),
        }
    }

    fn object(&mut self, schema: &Value, key: &str, depth: usize) -> Value {
        let mut out = Map::new();
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let child = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
            let is_required = (required.contains(&name.as_str()) && depth > 0) || self.is_needed(&child);
            let share = if depth > 3 { self.share / 3 } else { self.share };
            // Set by the API server, not by users.
            let bookkeeping = ["managedFields", "status", "ownerReferences", "uid"].contains(&name.as_str());
            if is_required || (!bookkeeping && depth < 9 && self.random.chance(share)) {
                // Null removes a default of any type.
                let is_null = depth < 2 && self.random.chance(1);
                let value = if is_null { Value::Null } else { self.value(property, &child, depth + 1) };
                out.insert(name.clone(), value);
            }
        }
        if let Some(values) = schema.get("additionalProperties").filter(|values| values.is_object()) {
            for _ in 0..self.random.below(3) {
                let name = self.key(key);
                let value = self.value(values, &format!("{key}.*"), depth + 1);
                out.insert(name, value);
            }
        }
        Value::Object(out)
    }

    /// Returns whether the chart fails without this key, so that it is nearly always set.
    fn is_needed(&mut self, key: &str) -> bool {
        let needed = ["extraVolumeSecrets.*.mountPath", "extraEnvSecrets.*.key", "extraEnvConfigMaps.*.key"];
        (needed.contains(&key) || key.starts_with("autoscalingGroups") && key.ends_with(".name"))
            && !self.random.chance(3)
    }

    /// Draws a key for a mapping with free keys.
    fn key(&mut self, of: &str) -> String {
        let odd: &[&str] = match self.texts {
            Texts::Plain => &[],
            Texts::Odd => &["yes", "1", "a.b/c_d"],
            Texts::Hostile => &["yes", "1", "a.b/c_d", "a b", "a: b", "\"q\"", "#"],
        };
        if of.starts_with("extraEnv") && self.random.chance(70) {
            return self.random.pick(&["LOG_LEVEL", "HTTP_PROXY", "NO_PROXY"]).to_owned();
        }
        if !odd.is_empty() && self.random.chance(20) {
            return self.random.pick(odd).to_owned();
        }
        self.random.pick(&["team", "zone", "example.com/owner", "app.kubernetes.io/name", "tier"]).to_owned()
    }

    fn text(&mut self, key: &str) -> String {
        let plain = ["foo", "bar-1", "/etc/config/x", "10s", "a.example.com"];
        let odd = [
            "",
            "true",
            "123",
            "1e3",
            "a # b",
            "with space",
            "~",
            "0x1f",
            "'quoted'",
            "x,y=z",
            "{{ .Release.Name }}",
            "ends\n",
            "ü",
            "-",
            "no",
            "null",
            "1.0",
            " padded ",
            "{{ .Values.cloudProvider }}-x",
            "a=b:c",
        ];
        let hostile = [
            "a: b",
            "two\nlines",
            "\"",
            "back\\slash",
            "[a",
            "{a}",
            "&x",
            "*x",
            "!t",
            "%p",
            "@a",
            "`b`",
            "|",
            ">",
            "ends:",
            "{{ nope }}",
            "{{ .Values.image.tag",
            "\t",
            "# all",
            "--- ",
            "\u{1f600}",
            "a\u{7f}",
        ];
        // Draw templates for the texts that are rendered.
        let is_template = TEMPLATES.iter().any(|path| key.starts_with(path));
        if is_template && self.random.chance(30) {
            return self.random.pick(TEMPLATE_TEXTS).to_owned();
        }
        match self.texts {
            Texts::Odd if self.random.chance(40) => self.random.pick(&odd).to_owned(),
            Texts::Hostile if self.random.chance(15) => self.random.pick(&odd).to_owned(),
            Texts::Hostile if self.random.chance(10) => self.random.pick(&hostile).to_owned(),
            _ => self.random.pick(&plain).to_owned(),
        }
    }

    /// Draws values of types with their own rules.
    fn known_type(&mut self, name: &str) -> Option<Value> {
        Some(match name.rsplit('.').next()? {
            "Quantity" => self.random.pick(&[json!("500m"), json!("1Gi"), json!(1), json!("2"), json!(0.5)]),
            "IntOrString" => self.random.pick(&[json!(1), json!("25%"), json!("http"), json!(0)]),
            "Time" => json!("2024-01-31T23:59:00Z"),
            _ => return None,
        })
    }

    /// Draws values of keys with their own rules.
    fn known(&mut self, key: &str) -> Option<Value> {
        Some(match key {
            "cloudProvider" => json!("aws"),
            "clusterAPIMode" => self.random.pick(MODES).into(),
            "rbac.pspEnabled" => self.random.chance(2).into(),
            "kubeTargetVersionOverride" => self.random.pick(&["", "1.8.0", "v1.20.1", "1.33"]).into(),
            "fullnameOverride" | "nameOverride" => {
                self.random.pick(&["", "autoscaler", "autoscaler", "-", LONG]).into()
            }
            "extraArgs" => self.some_of(extra_args()),
            "customArgs[]" => self.random.pick(&[json!("--v=4"), json!("--x"), json!("y"), json!("--a=b # c")]),
            "expanderPriorities" => self.random.pick(&[
                json!({"10": [".*spot.*", "a: b"], "1": [".*"]}),
                json!("10:\n  - .*\n"),
                json!({}),
                json!(""),
            ]),
            "extraObjects" => self.random.pick(&[
                json!([]),
                json!([config_map("{{ .Release.Name }}-extra")]),
                json!([config_map("one"), config_map("two")]),
                json!({"a": config_map("mapped")}),
            ]),
            "prometheusRule.rules" => self.random.pick(&[json!([]), json!(null), rules()]),
            "global" => json!({"team": "data"}),
            "podDisruptionBudget" if self.random.chance(70) => self.random.pick(&[
                json!({"minAvailable": 1, "maxUnavailable": null}),
                json!({"maxUnavailable": "50%"}),
                json!({"maxUnavailable": 0}),
                json!({"maxUnavailable": "0", "annotations": {"a": "b"}}),
                json!({"selector": {"app": "x"}}),
                json!({"minAvailable": 1}),
                json!(null),
            ]),
            "vpa" if self.random.chance(80) => {
                json!({"enabled": true, "updateMode": self.text("vpa.updateMode"), "containerPolicy": {"controlledValues": "RequestsOnly", "minAllowed": {"cpu": "10m"}}})
            }
            _ => return None,
        })
    }

    /// Draws some entries of a mapping.
    fn some_of(&mut self, all: Value) -> Value {
        let Value::Object(all) = all else { return all };
        all.into_iter().filter(|_| self.random.chance(35)).collect()
    }
}
