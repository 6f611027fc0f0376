//! `check`: its rules as a document, and what it prints for programs.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

use mkmanifests::check::catalog;
use mkmanifests::check::input::{Input, Request};
use mkmanifests::check::{Options, all};
use serde_json::Value;

use mkmanifests_testing as common;

/// Runs `check` on a golden case's folder.
fn run(case: &str, args: &[&str]) -> (i32, String) {
    let folder = common::root().join("golden/cases/check").join(case);
    let mut command = Command::new(env!("CARGO_BIN_EXE_mkmanifests"));
    command.arg("check").args(args).current_dir(folder).env_clear().stdin(Stdio::null());
    let output = command.output().expect("the program runs");
    (output.status.code().expect("a code"), String::from_utf8(output.stdout).expect("UTF-8"))
}

#[test]
fn the_document_of_rules_is_that_of_their_comments() {
    let differs = common::compare(&common::root().join("docs/rules.md"), &catalog::markdown());
    assert!(
        differs.is_none(),
        "`tests/renew document_of_rules` renews it
{}",
        differs.unwrap_or_default()
    );
}

#[test]
fn every_rule_has_an_id_a_description_and_a_source() {
    let rules = catalog::all();
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), rules.len(), "two rules share an id");
    for rule in rules {
        assert!(!rule.description().is_empty() && !rule.source().is_empty(), "{}", rule.id);
    }
    let listed = catalog::list();
    assert!(ids.iter().all(|id| listed.contains(id)));
}

#[test]
fn every_area_is_a_kind_or_shared() {
    for area in catalog::areas() {
        assert_ne!(area.title, area.name, "an area is a kind in lower case, or shared (`SHARED_AREAS`)");
    }
}

/// Whatever is found names a rule that can be skipped.
#[test]
fn every_finding_names_a_rule() {
    for case in ["err-types", "across", "err-custom", "err-skips", "err-kube-version", "err-folder", "json"] {
        let (_, text) = run(case, &["-o", "json", "."]);
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let diagnostics = report["diagnostics"].as_array().expect("diagnostics");
        assert!(!diagnostics.is_empty(), "{case}");
        for found in diagnostics {
            let rule = found["rule"].as_str().unwrap_or_default();
            assert!(catalog::find(rule).is_ok(), "{case}: {found}");
        }
    }
}

#[test]
fn sarif_has_the_rules_places_and_suppressions() {
    let (code, text) = run("json", &["-o", "sarif", "app.yaml", "--skip", "container/image-tag=built on the node"]);
    assert_eq!(code, 1);
    let log: Value = serde_json::from_str(&text).expect("JSON");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), catalog::all().len());
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 5);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small one");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let physical = &result["locations"][0]["physicalLocation"];
        assert_eq!(physical["artifactLocation"]["uri"], "app.yaml");
        assert!(physical["region"]["startLine"].as_u64().is_some_and(|line| line > 0));
    }
    let suppressions: Vec<(&str, &str)> = results
        .iter()
        .filter_map(|result| {
            Some((result["suppressions"][0]["kind"].as_str()?, result["suppressions"][0]["justification"].as_str()?))
        })
        .collect();
    let expected =
        [("inSource", "made by the platform"), ("inSource", "runs alone"), ("external", "built on the node")];
    assert_eq!(suppressions, expected);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn what_could_not_be_read_is_told_in_every_form() {
    for format in ["json", "github", "sarif"] {
        let (code, text) = run("err-broken", &["-o", format, "app.yaml", "no-such.yaml"]);
        assert_eq!(code, 2);
        assert!(text.contains("no such file") && text.contains("the indentation does not match"), "{format}: {text}");
        assert!(text.contains("file/not-found") && text.contains("yaml/syntax"), "{format}: {text}");
    }
}

#[test]
fn the_rules_are_listed() {
    let (code, text) = run("clean", &["--list-rules"]);
    assert_eq!(code, 0);
    assert!(text.contains("\ncontainer/image-tag ") && text.starts_with("# Every object\n"));
    assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), catalog::areas().len());
}

#[test]
fn quiet_tells_errors_only() {
    let (code, text) = run("json", &["-q", "-o", "github", "app.yaml"]);
    assert_eq!(code, 1);
    assert!(text.lines().all(|line| line.starts_with("::error")), "{text}");
}

/// Any text at all: nothing panics, and what is read is checked.
#[test]
fn mangled_manifests_are_told_and_nothing_more() {
    let text = fs::read_to_string(common::root().join("golden/cases/check/across/app.yaml"));
    let text = text.expect("a golden case");
    let lines: Vec<&str> = text.lines().collect();
    for at in 0..lines.len() {
        for with in ["", "- x", "  a: {}", "\t", "null: [", "\"", "---"] {
            let mangled = [&lines[..at], &[with], &lines[at + 1..]].concat().join("\n");
            let mut input = Input::default();
            input.add("x.yaml", mangled.as_bytes(), Request::ByName);
            all(&input.objects, &Options::default());
        }
    }
}
