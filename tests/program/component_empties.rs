//! No component writes an empty list, an empty mapping or a zero that an API server does not store: `kubectl apply` would
//! print `configured` on every run. The test renders the values of the golden cases with random parts emptied.

use std::path::{Path, PathBuf};

use mkmanifests::check;
use mkmanifests::components::{self, Component};
use mkmanifests::release::Release;
use mkmanifests::tree::{Kind, Node};
use mkmanifests::values::{Layers, Values};

/// Empty mappings and lists with a meaning, and that meaning.
const ALLOWED: &[(&str, &str)] = &[
    ("emptyDir", "chooses a kind of volume"),
    ("downwardAPI", "chooses a kind of volume"),
    ("podSelector", "selects all pods"),
    ("namespaceSelector", "selects all namespaces"),
    ("labelSelector", "selects all pods"),
    ("selector", "selects all pods, except in a Service"),
    ("rules", "a Role without rules is stored with an empty list"),
    ("spec", "is stored even if it is empty"),
];

/// Fields of built-in kinds that are stored even if they are `false`, `0` or `""`: pointers in Go, or without `omitempty`.
const STORED_ZEROS: &[&str] = &[
    "allowPrivilegeEscalation",
    "automountServiceAccountToken",
    "backoffLimit",
    "enableServiceLinks",
    "maxSurge",
    "maxUnavailable",
    "minAvailable",
    "optional",
    "privileged",
    "readOnlyRootFilesystem",
    "replicas",
    "revisionHistoryLimit",
    "runAsGroup",
    "runAsNonRoot",
    "runAsUser",
    "terminationGracePeriodSeconds",
    "ttlSecondsAfterFinished",
];

/// Mappings with the user's values, and lists of texts.
const ANY_TEXT: &[&str] =
    &["annotations", "labels", "data", "stringData", "matchLabels", "nodeSelector", "apiGroups", "limits", "requests"];

/// The number of random variants per values file.
const ROUNDS: u64 = 40;

#[test]
fn no_component_writes_fields_that_are_not_stored() {
    let mut rendered = 0;
    for component in components::all() {
        for file in values_files(component.name()) {
            let text = std::fs::read(&file).expect("readable");
            for seed in 0..ROUNDS {
                rendered += u64::from(check_one(*component, &file, &text, seed));
            }
        }
    }
    assert!(rendered > 1000, "only {rendered} values could be rendered");
}

/// Renders values with some parts emptied, and checks the result if that succeeds.
fn check_one(component: &dyn Component, file: &Path, text: &[u8], seed: u64) -> bool {
    let mut layers = Layers::over(component.defaults());
    layers.file("values.yaml", text);
    for (path, text) in component.values_for(&Release::new("foo", component.namespace())) {
        layers.set_text("--cluster", path, &text);
    }
    let Ok(mut values) = component.merge(layers) else { return false };
    empty(&mut values.root, &mut Random(seed), seed);
    let release = Release { name: "foo".to_owned(), ..Release::new("foo", component.namespace()) };
    let Some(objects) = render(component, &values, &release) else { return false };
    for object in &objects {
        let mut found = Vec::new();
        let field = |key: &str| object.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
        let built_in = check::is_built_in(&field("apiVersion"), &field("kind"));
        // A custom resource is stored as it is written, except for its metadata.
        let root = if built_in { Some(object) } else { object.get("metadata") };
        root.iter().for_each(|root| search(root, "", &field("kind"), &mut found));
        assert!(found.is_empty(), "{} with seed {seed}: {} writes {found:?}", file.display(), field("kind"));
    }
    true
}

fn render(component: &dyn Component, values: &Values, release: &Release) -> Option<Vec<Node>> {
    let rendered = component.render(values, release).ok()?;
    Some(rendered.manifests.iter().map(|manifest| manifest.node.clone()).collect())
}

/// Finds empty lists and mappings below `node`. An empty item of a list has a meaning: a rule that allows everything.
fn search(node: &Node, path: &str, kind: &str, found: &mut Vec<String>) {
    match &node.kind {
        Kind::Seq(items) => items.iter().for_each(|item| search(item, &format!("{path}[]"), kind, found)),
        Kind::Map(map) => {
            for entry in map.entries() {
                let path = format!("{path}.{}", entry.key);
                let is_empty = match &entry.value.kind {
                    Kind::Seq(items) => items.is_empty(),
                    Kind::Map(map) => map.is_empty(),
                    _ => false,
                };
                let allowed =
                    ALLOWED.iter().any(|(key, _)| *key == entry.key) && !(kind == "Service" && entry.key == "selector");
                // The value of a PriorityClass has no `omitempty`.
                let is_stored = STORED_ZEROS.contains(&&*entry.key) || (kind == "PriorityClass" && path == ".value");
                let is_dropped = is_zero(&entry.value) && !is_stored;
                if (is_empty && !allowed) || is_dropped {
                    found.push(path.clone());
                }
                if ANY_TEXT.contains(&&*entry.key) {
                    continue;
                }
                search(&entry.value, &path, kind, found);
            }
        }
        _ => {}
    }
}

fn is_zero(node: &Node) -> bool {
    match &node.kind {
        Kind::Bool(value) => !value,
        Kind::Int(value) => *value == 0,
        Kind::Str(text) => text.is_empty(),
        _ => false,
    }
}

/// Empties lists and mappings at random, and sets scalars to zero; changes nothing with the first seed.
fn empty(node: &mut Node, random: &mut Random, seed: u64) {
    let percent = [0, 3, 10, 30][(seed % 4) as usize];
    match &mut node.kind {
        Kind::Seq(items) if random.chance(percent) => items.clear(),
        Kind::Seq(items) => items.iter_mut().for_each(|item| empty(item, random, seed)),
        Kind::Map(map) => {
            for value in map.values_mut() {
                let is_map = value.as_map().is_some();
                if is_map && random.chance(percent) {
                    value.kind = Kind::Map(mkmanifests::tree::Map::new());
                } else {
                    empty(value, random, seed);
                }
            }
        }
        Kind::Bool(value) if random.chance(percent) => *value = false,
        Kind::Int(value) if random.chance(percent) => *value = 0,
        Kind::Str(_) if random.chance(percent) => node.kind = Kind::Str(String::new()),
        _ => {}
    }
}

/// Returns the values files of the golden cases that render.
fn values_files(component: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/cases").join(component);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("golden cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|case| !case.file_name().is_some_and(|name| name.to_string_lossy().starts_with("err-")))
        .map(|case| case.join("values.yaml"))
        .filter(|file| file.exists())
        .collect();
    files.sort();
    files
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn chance(&mut self, percent: u64) -> bool {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % 100 < percent
    }
}
