//! Compares verdicts and reports on values with Helm, for each line of `tests/data/schema/*.jsonl`.
//!
//! A line has a `schema` (or its `text`), `values`, and the `message` that helm prints below the chart's name; it is
//! empty where helm renders the chart. `tests/renew schema_parity` records it again.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use mkmanifests_chart::release::Release;
use mkmanifests_chart::values::{Layers, Values};
use mkmanifests_chart::{Behaviour, Capabilities, File, Options, SchemaFiles, load_files, prepare};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};
use rayon::prelude::*;
use serde_json::{Value, json};

use mkmanifests_testing as common;

const METADATA: &str = "apiVersion: v2\nname: c\nversion: 1.0.0\n";
const INTRO: &str = "values don't meet the specifications of the schema(s) in the following chart(s):\nc:\n";

/// What is wrong with a chart's values.
fn diagnostics(schema: &str, values: &str, schema_files: SchemaFiles) -> Vec<Diagnostic> {
    let files = [("Chart.yaml", METADATA), ("values.schema.json", schema)];
    let files = files.map(|(name, text)| File::new(name, text.as_bytes().to_vec())).to_vec();
    let mut base = Values::default();
    let chart = load_files(files, "c", &mut base.sources).expect("a chart").chart;
    let mut layers = Layers::over(&base);
    layers.file("values.yaml", values.as_bytes());
    let user = layers.overlaid().unwrap_or_else(|failure| panic!("{failure}"));
    let options = Options {
        release: Release::named("r", "default"),
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files,
        helm: Behaviour::default(),
    };
    prepare(&chart, &user.root, &user.sources, options).err().unwrap_or_default()
}

fn report(schema: &str, values: &str, schema_files: SchemaFiles) -> String {
    let diagnostics = diagnostics(schema, values, schema_files);
    let message =
        diagnostics.first().map(|diagnostic| diagnostic.reason.strip_prefix(INTRO).expect("Helm's first line"));
    message.unwrap_or_default().to_owned()
}

fn schema_text(case: &Value) -> String {
    case["text"].as_str().map_or_else(|| case["schema"].to_string(), str::to_owned)
}

#[test]
fn reports_are_those_of_helm() {
    let helm = common::is_renewing().then(|| common::program("helm")).flatten();
    let (mut count, mut differences) = (0, Vec::new());
    insta::glob!("data/schema/*.jsonl", |path| {
        let mut text = std::fs::read_to_string(path).expect("text");
        if let Some(helm) = &helm {
            text = text.par_lines().map(|line| renewed(helm, line) + "\n").collect();
            common::renew(path, text.as_bytes());
        }
        for line in text.lines() {
            let (case, schema, values) = case(line);
            let (helm, own) =
                (case["message"].as_str().expect("text"), report(&schema, &values, SchemaFiles::default()));
            count += 1;
            if in_order(helm) != in_order(&own) {
                differences.push(format!("{}\n{schema}\n{values}\nhelm: {helm}\nown:  {own}\n", case["name"]));
            }
        }
    });
    assert!(count > 2500, "{count} lines");
    assert!(differences.is_empty(), "{} of {count} differ\n{}", differences.len(), differences.join("\n"));
}

/// A case, its schema and its values.
fn case(line: &str) -> (Value, String, String) {
    let case: Value = serde_json::from_str(line).expect("JSON");
    let (schema, values) = (schema_text(&case), case["values"].to_string());
    (case, schema, values)
}

/// The line with what helm says now. It stays as it is where only the order differs, which is random in Helm.
fn renewed(helm: &Path, line: &str) -> String {
    let (mut case, schema, values) = case(line);
    let message = by_helm(helm, &schema, &values);
    if case["message"].as_str().map(in_order) == Some(in_order(&message)) {
        return line.to_owned();
    }
    case["message"] = json!(message);
    case.to_string()
}

fn by_helm(helm: &Path, schema: &str, values: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [("Chart.yaml", METADATA), ("values.schema.json", schema), ("own.yaml", values)] {
        std::fs::write(folder.path().join(name), text).expect("writable");
    }
    let mut command = Command::new(helm);
    command.args(["template", "r", ".", "-f", "own.yaml"]).current_dir(folder.path());
    let output = command.output().expect("helm runs");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let start = if output.status.success() { text.len() } else { text.find(INTRO).expect("a report") + INTRO.len() };
    text[start..].trim_end().to_owned()
}

/// A report without what is random in Helm's: the order of errors of one value and of two equal ids, since Go's maps
/// have none, and the location of a wrong property name, which the library overwrites. What a failed download says
/// differs too.
fn in_order(report: &str) -> String {
    if let Some((at, pointers)) = report.strip_prefix("duplicate ").and_then(|report| report.split_once("\" at ")) {
        let pointers: BTreeSet<&str> = pointers.split(" and ").collect();
        return format!("duplicate {at} {pointers:?}");
    }
    let (report, _) = report.split_once(": HTTP request failed").unwrap_or((report, ""));
    let report =
        report.strip_suffix(": no file is given for this URL, and schemas are not downloaded").unwrap_or(report);
    let lines: Vec<(usize, String)> = report.lines().map(line_in_order).collect();
    blocks(&lines).join("\n")
}

fn line_in_order(line: &str) -> (usize, String) {
    let depth = line.find("- at ").map_or(0, |spaces| 1 + spaces / 2);
    let text = line.trim_start();
    let text = match (text.split_once(": invalid propertyName "), text.split_once(": additional properties ")) {
        (Some((_, name)), _) => format!("- at ?: invalid propertyName {name}"),
        (_, Some((at, names))) => {
            let names: BTreeSet<&str> = names.trim_end_matches(" not allowed").split(", ").collect();
            format!("{at}: additional properties {names:?} not allowed")
        }
        _ => text.to_owned(),
    };
    (depth, text)
}

/// The errors of one level in the order of the alphabet, each with those below it.
fn blocks(lines: &[(usize, String)]) -> Vec<String> {
    let Some((depth, _)) = lines.first() else { return Vec::new() };
    let mut blocks: Vec<String> = lines
        .chunk_by(|_, (below, _)| below > depth)
        .map(|block| {
            let below = blocks(&block[1..]).join("\n");
            format!("{}{}\n{below}", "  ".repeat(*depth), block[0].1).trim_end().to_owned()
        })
        .collect();
    blocks.sort();
    blocks
}

#[test]
fn no_schema_takes_forever() {
    // Each level refers to the next one two times.
    let doubling: Vec<String> = (0..60)
        .map(|at| format!(r##""d{at}":{{"anyOf":[{{"$ref":"#/$defs/d{0}"}},{{"$ref":"#/$defs/d{0}"}}]}}"##, at + 1))
        .collect();
    let doubling = format!(r##"{{"$ref":"#/$defs/d0","$defs":{{{},"d60":false}}}}"##, doubling.join(","));
    let chain: Vec<String> = (0..30_000).map(|at| format!(r##""c{at}":{{"$ref":"#/$defs/c{}"}}"##, at + 1)).collect();
    let chain = format!(r##"{{"$ref":"#/$defs/c0","$defs":{{{},"c30000":true}}}}"##, chain.join(","));
    let nested = format!(r#"{}true{}"#, r#"{"not":"#.repeat(900), "}".repeat(900));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let wide: Vec<String> = (0..20_000).map(|at| format!(r#""p{at}":{{"type":"string"}}"#)).collect();
    let wide = format!(r#"{{"properties":{{{}}}}}"#, wide.join(","));
    for schema in [doubling, chain, nested, deep, wide] {
        let begin = Instant::now();
        let _ = diagnostics(&schema, "a: 1", SchemaFiles::default());
        assert!(begin.elapsed() < Duration::from_secs(60), "{:.60}", schema);
    }
}

#[test]
fn errors_have_the_locations_of_the_values() {
    let schema = r#"{"properties": {"mode": {"enum": ["active", "passive"]}, "image": {
        "properties": {"tag": {"type": "string"}}, "additionalProperties": false}}}"#;
    let diagnostics = diagnostics(schema, "mode: activ\nimage:\n  tags: 1\n  tag: 2\n", SchemaFiles::default());
    let [diagnostic] = &diagnostics[..] else { panic!("{diagnostics:?}") };
    let locations =
        std::iter::once(diagnostic.location).chain(diagnostic.related.iter().map(|(location, _)| *location));
    let lines: Vec<(u32, u32)> = locations.map(|location| (location.line, location.column)).collect();
    assert_eq!(lines, [(4, 8), (3, 3), (1, 7)]);
    let quote = "quote the value to make it a string; with `--set`, use `--set-string`";
    assert_eq!(diagnostic.help, [quote, "did you mean `tag`?", "did you mean `active`?"]);
}

#[test]
fn documents_are_read_from_files_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(path, text).expect("writable");
    };
    write("dir/example.com/schemas/port.json", r#"{"type": "integer"}"#);
    write("dir/named.json", r#"{"$id": "https://example.com/other", "type": "integer"}"#);
    write("one.json", r##"{"$defs": {"x": {"type": "integer"}}}"##);
    let schema = |url: &str| format!(r#"{{"properties": {{"a": {{"$ref": "{url}"}}}}}}"#);
    let refused = "- at '/a': got string, want integer";
    let mut files = SchemaFiles::default();
    files.add_folder(&folder.path().join("dir")).expect("a folder");
    files.add_map("https://example.org/s=one.json", folder.path()).expect("a file");
    files.add_map("file:///=dir/example.com", folder.path()).expect("a folder");
    for url in [
        "https://example.com/schemas/port.json",
        "https://example.com/other",
        "https://example.org/s#/$defs/x",
        "schemas/port.json",
    ] {
        assert_eq!(report(&schema(url), "a: x", files.clone()), refused, "{url}");
    }
    let diagnostics = diagnostics(&schema("https://example.com/none"), "a: x", files.clone());
    let why =
        "failing loading \"https://example.com/none\": no file is given for this URL, and schemas are not downloaded";
    assert_eq!(diagnostics[0].message(), format!("{INTRO}{why}"));
    assert!(diagnostics[0].help[0].contains("--schema-map https://example.com/none=FILE"), "{diagnostics:?}");
    assert!(files.add_map("nothing", folder.path()).is_err());
    assert!(files.add_folder(&folder.path().join("none")).is_err());
}

#[test]
fn helm_adds_global_to_subcharts() {
    let files = [
        ("Chart.yaml", METADATA),
        ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"),
        ("charts/sub/values.schema.json", r#"{"additionalProperties": false}"#),
    ];
    let files = files.map(|(name, text)| File::new(name, text.as_bytes().to_vec())).to_vec();
    let mut sources = Sources::default();
    let chart = load_files(files, "c", &mut sources).expect("a chart").chart;
    let options = Options {
        release: Release::named("r", "default"),
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files: SchemaFiles::default(),
        helm: Behaviour::default(),
    };
    let user = mkmanifests_yaml::tree::Node::from(mkmanifests_yaml::tree::Map::new());
    let diagnostics = prepare(&chart, &user, &sources, options).expect_err("`global` is refused");
    assert!(
        diagnostics[0].message().ends_with("sub:\n- at '': additional properties 'global' not allowed"),
        "{diagnostics:?}"
    );
    assert!(diagnostics[0].help[0].starts_with("Helm adds `global`"), "{diagnostics:?}");
}
