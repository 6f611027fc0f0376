//! Compares JSONPath templates with `helm show values --jsonpath`: `tests/data/json_path/templates.txt` has one per line, and
//! `expected.txt` what the real Helm printed for each.

use std::path::Path;
use std::process::Command;

use mkmanifests_chart::{Behaviour, load, show};
use mkmanifests_testing as common;
use mkmanifests_yaml::diagnostic::Sources;

/// Returns Helm's text, or its error.
fn theirs(helm: &Path, folder: &Path, template: &str) -> String {
    let done = Command::new(helm).args(["show", "values", "--jsonpath", template]).arg(folder).output();
    let done = done.expect("helm runs");
    match done.status.success() {
        true => line(template, &String::from_utf8_lossy(&done.stdout)),
        false => line(template, String::from_utf8_lossy(&done.stderr).trim_end_matches('\n')),
    }
}

/// Writes a template and what it prints as two lines.
fn line(template: &str, printed: &str) -> String {
    format!("{template}\n  {printed:?}\n")
}

#[test]
fn templates_print_what_helm_prints() {
    let folder = common::data("json_path");
    let chart = load(&folder, &mut Sources::default()).expect("the chart loads").chart;
    let templates = std::fs::read_to_string(folder.join("templates.txt")).expect("templates");
    let ours = templates.lines().map(|template| match show::values_by(&chart, template, Behaviour::default()) {
        Ok(text) => line(template, &String::from_utf8_lossy(&text)),
        Err(message) => line(template, &format!("Error: {message}")),
    });
    let ours: String = ours.collect();
    if let Some(helm) = common::program("helm") {
        let theirs: String = templates.lines().map(|template| theirs(&helm, &folder, template)).collect();
        let different = theirs.lines().zip(ours.lines()).filter(|(theirs, ours)| theirs != ours).collect::<Vec<_>>();
        assert!(theirs == ours, "helm and mkmanifests: {different:#?}");
    }
    assert_eq!(common::compare(&folder.join("expected.txt"), &ours), None);
}
