//! The regular expressions of the Renovate preset find each chart that a file of a fleet names.
//!
//! Renovate reads them with RE2 or JavaScript. Named groups have the same syntax in all three, and nothing else is used
//! in which they differ.

use std::fs;
use std::path::Path;

use mkmanifests_testing as common;
use regex::Regex;
use serde_json::Value;

/// A chart that Renovate would look up: data source, name or package, repository, version.
type Found = (String, String, String, String);

/// Returns the custom managers of the preset.
fn managers() -> Vec<Value> {
    let text = fs::read_to_string(common::root().join("docs/renovate/default.json")).expect("the preset");
    let preset: Value = serde_json::from_str(&text).expect("JSON");
    preset["customManagers"].as_array().expect("managers").clone()
}

fn texts<'a>(manager: &'a Value, key: &str) -> impl Iterator<Item = &'a str> {
    manager[key].as_array().expect("a list").iter().map(|text| text.as_str().expect("a string"))
}

/// Returns what Renovate finds in a file, as its manager `regex` does: every match of every expression.
fn found(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for manager in managers() {
        for pattern in texts(&manager, "matchStrings") {
            for groups in Regex::new(pattern).expect("a regular expression").captures_iter(text) {
                let group = |name: &str| groups.name(name).map_or("", |it| it.as_str()).to_owned();
                let package = match manager["packageNameTemplate"].as_str() {
                    Some(template) => template
                        .replace("{{{registry}}}", &group("registry"))
                        .replace("{{{depName}}}", &group("depName")),
                    None => group("depName"),
                };
                let source = manager["datasourceTemplate"].as_str().expect("a data source").to_owned();
                found.push((source, package, group("registryUrl"), group("currentValue")));
            }
        }
    }
    found
}

fn helm(url: &str, name: &str, version: &str) -> Vec<Found> {
    vec![("helm".to_owned(), name.to_owned(), url.to_owned(), version.to_owned())]
}

fn docker(package: &str, version: &str) -> Vec<Found> {
    vec![("docker".to_owned(), package.to_owned(), String::new(), version.to_owned())]
}

#[test]
fn the_preset_finds_every_chart_reference() {
    let url = "https://charts.example.com";
    let expected = [
        ("block", helm(url, "web", "1.2.3")),
        ("quoted", helm(&format!("{url}/stable/"), "web", ">=1.2, <2")),
        ("flow", helm(url, "web-2.x", "^1.2 || ~2.0")),
        ("flow-digest", helm(url, "web", "1.2.3")),
        ("range-last", helm("http://charts.example.com", "web", ">=1.2, <2")),
        ("flow-lines", helm(url, "web", "v1.2.3-rc.1+build.5")),
        ("registry", docker("registry.example.com:5000/charts/team/web", "1.2.3")),
        ("registry-flow", docker("registry.example.com/web", "1.2.3")),
        ("partial", Vec::new()),
        ("path", Vec::new()),
    ];
    let folder = common::data("program/renovate");
    for (name, expected) in &expected {
        let text = fs::read_to_string(folder.join(format!("{name}.chart.yaml"))).expect("a file");
        assert_eq!(found(&text), *expected, "{name}");
        // As Git for Windows checks it out.
        assert_eq!(found(&text.replace('\n', "\r\n")), *expected, "{name} with CRLF");
    }
    assert_eq!(fs::read_dir(folder).expect("a folder").count(), expected.len());
    let sandbox = common::root().join("values/sandbox/us-west-2/sandbox/limits.chart.yaml");
    assert_eq!(found(&fs::read_to_string(sandbox).expect("a file")), helm(url, "limits", "1.0.0"));
}

/// What the preset finds is what the program reads: files that name a chart, and no others.
#[test]
fn the_preset_reads_the_files_of_charts_only() {
    for manager in managers() {
        let patterns: Vec<&str> = texts(&manager, "managerFilePatterns").collect();
        let [pattern] = patterns.as_slice() else { panic!("one pattern: {patterns:?}") };
        let pattern = Regex::new(pattern.trim_matches('/')).expect("a regular expression");
        for (path, expected) in [
            ("fleet/eu/foo/web.chart.yaml", true),
            ("web.chart.yaml", true),
            ("fleet/eu/foo/.chart.yaml", false),
            ("fleet/charts.lock", false),
            ("charts/web/Chart.yaml", false),
            ("fleet/web.chart.yaml.md", false),
        ] {
            assert_eq!(pattern.is_match(path), expected, "{path}");
        }
        assert!(Path::new("docs/renovate.md").exists());
    }
}
