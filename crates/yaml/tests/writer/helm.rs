//! The writer prints the same bytes as Helm's `toYaml`.

use std::cmp::Ordering;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use base64::prelude::{BASE64_STANDARD, Engine};
use mkmanifests_yaml::tree::write::{Style, natural, to_string};
use mkmanifests_yaml::tree::{Kind, Map, Node, to_node};

use super::{Random, assert_no_differences, data};
use mkmanifests_testing::{self as common, program};

/// Separates the texts in the file of expectations.
const RULE: &str = "\n=====\n";

/// Prints each value of a list in base64, since its text alone may not be valid YAML at that position.
const TEMPLATE: &str = "kind: List\nout:\n{{ range .Values.list }}- {{ toYaml . | b64enc | quote }}\n{{ end }}";

/// Returns the `toYaml` text of each value of a `list` in a values file, all in one run of helm.
fn to_yaml(helm: &Path, values: &str) -> Vec<String> {
    let chart = tempfile::tempdir().expect("a directory");
    fs::create_dir(chart.path().join("templates")).expect("a directory");
    fs::write(chart.path().join("Chart.yaml"), "apiVersion: v2\nname: x\nversion: 1.0.0\n").expect("a file");
    fs::write(chart.path().join("templates/x.yaml"), TEMPLATE).expect("a file");
    fs::write(chart.path().join("v.yaml"), values).expect("a file");
    let run = Command::new(helm).args(["template", "x", ".", "-f", "v.yaml"]).current_dir(&chart).output();
    let run = run.expect("helm runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let out = String::from_utf8(run.stdout).expect("UTF-8");
    let texts = out.lines().filter_map(|line| line.strip_prefix("- \"")?.strip_suffix('"'));
    texts.map(|text| String::from_utf8(BASE64_STANDARD.decode(text).expect("base 64")).expect("UTF-8")).collect()
}

fn json_list(values: &[Node]) -> String {
    format!("{{\"list\":{}}}", json(values))
}

/// Returns JSON that is also YAML 1.1, which cannot escape half of a surrogate pair.
fn json(values: &[Node]) -> String {
    let text = serde_json::to_string(values).expect("JSON");
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{7f}'..='\u{ffff}' => write!(out, "\\u{:04x}", u32::from(c)).expect("writing to a string cannot fail"),
            _ => out.push(c),
        }
    }
    out
}

/// Returns the value as templates see it: all numbers are doubles. Control characters and very long keys are replaced,
/// because Go changes or refuses them when it reads JSON with a YAML parser.
fn as_helm_reads(node: Node) -> Node {
    let clean = |text: &str| text.replace(|c| matches!(c, '\u{7f}'..'\u{a0}' | '\u{fffe}' | '\u{ffff}'), "?");
    let kind = match node.kind {
        Kind::Int(value) => Kind::Float(value as f64),
        Kind::UInt(value) => Kind::Float(value as f64),
        Kind::Str(text) => Kind::Str(clean(&text)),
        Kind::Seq(items) => Kind::Seq(items.into_iter().map(as_helm_reads).collect()),
        Kind::Map(map) => {
            let mut kept = Map::new();
            for entry in map.into_entries() {
                let key: String = clean(&entry.key).chars().take(150).map(stable_character).collect();
                if !is_in_sort_cycle(&key, &kept) {
                    kept.set(key, as_helm_reads(entry.value));
                }
            }
            Kind::Map(kept)
        }
        other => other,
    };
    kind.into()
}

/// Replaces a character whose class differs between versions of Unicode: Go's tables are older than ours, and letters
/// are sorted after everything else in a key.
fn stable_character(c: char) -> char {
    let known = ['\0'..='\u{17f}', '\u{2028}'..='\u{2029}', '\u{2160}'..='\u{2188}', '\u{4e00}'..='\u{9fa5}'];
    let signs = "\u{300}\u{345}\u{663}\u{3a9}\u{feff}\u{fffd}\u{e000}\u{d7ff}\u{1f600}";
    if known.iter().any(|known| known.contains(&c)) || signs.contains(c) { c } else { '?' }
}

/// Returns whether a key forms a sort cycle with two others (`a1a`, `a20b`, `a100b`). Go prints such keys in a
/// different order each time, because it starts with a random one.
fn is_in_sort_cycle(key: &str, map: &Map) -> bool {
    let before = |a: &str, b: &str| natural(a, b) == Ordering::Less;
    let after: Vec<&str> = map.entries().iter().map(|entry| &*entry.key).filter(|other| before(key, other)).collect();
    let earlier = || map.entries().iter().map(|entry| &*entry.key).filter(|other| before(other, key));
    earlier().any(|first| after.iter().any(|last| before(last, first)))
}

fn ours(node: &Node) -> String {
    let text = to_string(node, Style::HELM).expect("JSON's types");
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

fn differences(values: &[Node], texts: &[String]) -> Vec<String> {
    assert_eq!(values.len(), texts.len());
    let pairs = values.iter().map(|value| (value, ours(value))).zip(texts);
    pairs
        .filter(|((_, ours), helm)| ours != *helm)
        .map(|((value, ours), helm)| format!("{}\nours: {ours:?}\nhelm: {helm:?}", json(std::slice::from_ref(value))))
        .collect()
}

#[test]
fn random_values_are_written_as_in_helm() {
    let Some(helm) = program("helm") else { return };
    let full = common::is_full();
    let (texts, trees) = if full { (50_000, 10_000) } else { (20_000, 2_000) };
    let mut random = Random::new();
    let mut values: Vec<Node> = (0..texts).map(|_| Kind::Str(random.text()).into()).collect();
    values.extend((0..trees).map(|_| random.tree()));
    let mut values: Vec<Node> = values.into_iter().map(as_helm_reads).collect();
    // A value that is much longer than the writer's buffer.
    values.push(Kind::Seq(values[texts..].to_vec()).into());
    assert_no_differences(&differences(&values, &to_yaml(&helm, &json_list(&values))), values.len());
}

#[test]
fn helm_reads_back_every_tree() {
    let Some(helm) = program("helm") else { return };
    let count = if common::is_full() { 10_000 } else { 2_000 };
    let mut random = Random::new();
    let trees: Vec<Node> = (0..count).map(|_| as_helm_reads(random.tree())).collect();
    let mut values = Map::new();
    values.set("list", Kind::Seq(trees.clone()));
    let values = to_string(&Node::from(values), Style::MANIFEST).expect("JSON's types");
    assert_no_differences(&differences(&trees, &to_yaml(&helm, &values)), trees.len());
}

#[test]
fn recorded_values_are_written_as_in_helm() {
    let list: Vec<serde_json::Value> =
        serde_json::from_slice(&fs::read(data("values.json")).expect("a table")).expect("a list");
    let values: Vec<Node> = list.iter().map(|value| as_helm_reads(to_node(value).expect("JSON"))).collect();
    if common::is_renewing()
        && let Some(helm) = program("helm")
    {
        common::renew(&data("values.helm.txt"), to_yaml(&helm, &json_list(&values)).join(RULE).as_bytes());
    }
    let expected = fs::read_to_string(data("values.helm.txt")).expect("what helm printed");
    let expected: Vec<String> = expected.split(RULE).map(str::to_owned).collect();
    assert_no_differences(&differences(&values, &expected), values.len());
}
