//! Texts that `vault-config` writes are read back by their readers: words by shells, policies by a parser of HCL.

use std::collections::BTreeMap;
use std::process::Command;

use hcl::Expression;
use mkmanifests::components;
use mkmanifests::components::vault_config::values::{Capability, PathRule, Scalar};
use mkmanifests::components::vault_config::{Duration, policy_text, quote};
use mkmanifests::release::Release;
use mkmanifests::values::Layers;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde::Deserialize;

/// Draws any text that a file can contain, often with special characters of shells and HCL.
fn text() -> impl Strategy<Value = String> {
    let marks = prop::sample::select(vec![
        "'", "\"", "\\", "$", "${", "%{", "}", "`", "$(", ")", "\n", " ", "#", "//", "/*", "*", "+", "~", "!", "&",
        ";", "|", "<<EOF", "EOF", "\r", "\t", "\u{feff}", "é", "\u{2028}", "😀", "{{", "}}", "%", "a", "0",
    ])
    .prop_map(str::to_owned);
    let any = any::<String>().prop_map(|text| text.replace('\0', ""));
    prop_oneof![vec(marks, 0..12).prop_map(|parts| parts.concat()), any]
}

#[test]
fn shells_read_quoted_words_back() {
    let shells =
        [("sh", &["sh"][..]), ("dash", &["dash"]), ("busybox", &["busybox", "sh"]), ("bash", &["bash", "--posix"])];
    let shells: Vec<&[&str]> = shells
        .into_iter()
        .filter(|(name, _)| mkmanifests_testing::program(name).is_some())
        .map(|(_, words)| words)
        .collect();
    // Many words per shell, because starting a shell takes most of the time.
    proptest!(ProptestConfig::with_cases(32), |(words in vec(text(), 1..64))| {
        let expected = words.iter().fold(String::new(), |all, word| all + word + "\u{1}");
        let script = format!("printf '%s\\001' {}", words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" "));
        for shell in &shells {
            let output = Command::new(shell[0]).args(&shell[1..]).args(["-c", &script]).output().expect("a shell runs");
            prop_assert_eq!(String::from_utf8_lossy(&output.stdout), expected.as_str());
            prop_assert!(output.stderr.is_empty() && output.status.success());
        }
    });
}

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        text().prop_map(Scalar::Text),
        any::<i64>().prop_map(Scalar::Number),
        any::<bool>().prop_map(Scalar::Bool)
    ]
}

fn parameters() -> impl Strategy<Value = BTreeMap<String, Vec<Scalar>>> {
    btree_map(text(), vec(scalar(), 0..4), 0..4)
}

fn rule() -> impl Strategy<Value = PathRule> {
    let capabilities = prop::sample::subsequence(
        vec![
            Capability::Create,
            Capability::Read,
            Capability::Update,
            Capability::List,
            Capability::Sudo,
            Capability::Deny,
        ],
        1..6,
    );
    let ttl = || prop::option::of((0..9_000_000_000_u64).prop_map(Duration));
    let names = vec(text(), 0..3);
    (capabilities, parameters(), parameters(), names, ttl(), ttl()).prop_map(
        |(
            capabilities,
            allowed_parameters,
            denied_parameters,
            required_parameters,
            min_wrapping_ttl,
            max_wrapping_ttl,
        )| {
            PathRule {
                capabilities,
                allowed_parameters,
                denied_parameters,
                required_parameters,
                min_wrapping_ttl,
                max_wrapping_ttl,
            }
        },
    )
}

fn expected(rule: &PathRule) -> BTreeMap<&'static str, Expression> {
    let text = |text: &str| Expression::String(text.to_owned());
    let scalar = |value: &Scalar| match value {
        Scalar::Text(value) => text(value),
        Scalar::Number(number) => Expression::Number((*number).into()),
        Scalar::Bool(value) => Expression::Bool(*value),
    };
    let map = |all: &BTreeMap<String, Vec<Scalar>>| {
        let entries = all.iter().map(|(name, values)| {
            (hcl::ObjectKey::Expression(text(name)), Expression::Array(values.iter().map(scalar).collect()))
        });
        Expression::Object(entries.collect())
    };
    let capabilities = rule.capabilities.iter().map(|capability| text(capability.as_str())).collect();
    let mut all = BTreeMap::from([("capabilities", Expression::Array(capabilities))]);
    for (name, ttl) in [("min_wrapping_ttl", rule.min_wrapping_ttl), ("max_wrapping_ttl", rule.max_wrapping_ttl)] {
        all.extend(ttl.map(|ttl| (name, text(&format!("{}s", ttl.0)))));
    }
    if !rule.required_parameters.is_empty() {
        let names = rule.required_parameters.iter().map(|name| text(name)).collect();
        all.insert("required_parameters", Expression::Array(names));
    }
    for (name, parameters) in
        [("allowed_parameters", &rule.allowed_parameters), ("denied_parameters", &rule.denied_parameters)]
    {
        if !parameters.is_empty() {
            all.insert(name, map(parameters));
        }
    }
    all
}

#[test]
fn an_hcl_parser_reads_policies_back() {
    proptest!(ProptestConfig::with_cases(256), |(paths in btree_map(text(), rule(), 1..4))| {
        let policy = policy_text(&paths).expect("the template renders");
        let body: hcl::Body = hcl::from_str(&policy).unwrap_or_else(|error| panic!("{error}\n{policy}"));
        let blocks: Vec<hcl::Block> = body.into_blocks().collect();
        prop_assert_eq!(blocks.len(), paths.len());
        for (block, (path, rule)) in blocks.iter().zip(&paths) {
            prop_assert_eq!(block.identifier.as_str(), "path");
            prop_assert_eq!(block.labels[0].as_str(), path.as_str());
            let read: BTreeMap<&str, Expression> =
                block.body.attributes().map(|attribute| (attribute.key.as_str(), attribute.expr.clone())).collect();
            prop_assert_eq!(read, expected(rule));
        }
    });
}

#[test]
fn shellcheck_reports_nothing() {
    let Some(shellcheck) = mkmanifests_testing::program("shellcheck") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let mut scripts = Vec::new();
    insta::glob!("../..", "golden/cases/vault-config/*/out.*", |path| {
        for script in scripts_in(&std::fs::read_to_string(path).expect("text")) {
            scripts.push(folder.path().join(format!("{}.sh", scripts.len())));
            std::fs::write(&scripts[scripts.len() - 1], script).expect("a file");
        }
    });
    assert!(scripts.len() >= 5, "{scripts:?}");
    let output = Command::new(shellcheck).arg("--shell=sh").args(&scripts).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// Returns the script in a golden output: the output itself, or the scripts of its ConfigMaps.
fn scripts_in(text: &str) -> Vec<String> {
    if text.starts_with("#!/bin/sh\n") {
        return vec![text.to_owned()];
    }
    let documents = serde_yaml::Deserializer::from_str(text).map(serde_json::Value::deserialize);
    documents.flatten().filter_map(|object| object["data"]["apply.sh"].as_str().map(str::to_owned)).collect()
}

/// Returns the name of the Job for `values`.
fn job(values: &str) -> String {
    let component = components::find("vault-config").expect("it exists");
    let mut layers = Layers::over(component.defaults());
    layers.file("values.yaml", values.as_bytes());
    let release = Release { name: "vault-config".to_owned(), ..Release::new("foo", "vault") };
    let rendered =
        component.render(&layers.merge().expect("values"), &release).unwrap_or_else(|failure| panic!("{failure}"));
    rendered.manifests.iter().find(|manifest| manifest.kind() == "Job").expect("a Job").name().to_owned()
}

#[test]
fn the_job_name_depends_on_what_the_script_does() {
    let values = "policies: { a: { paths: { sys/health: { capabilities: [read] } } } }\n";
    assert_eq!(job(values), job(&format!("# a comment\n{values}serviceAccount: {{ annotations: {{ a: b }} }}\n")));
    let mut names = vec![job(values), job(&values.replace("[read]", "[read, list]"))];
    for more in [
        "prune: true",
        "job: { image: 'openbao/openbao:2.7.2' }",
        "job: { podLabels: { a: b } }",
        "vault: { address: 'http://vault.other.svc:8200' }",
        "login: { tokenSecret: { secretName: token } }",
        "secretsEngines: { kv: { kv: {} } }",
    ] {
        names.push(job(&format!("{values}{more}\n")));
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count, "{names:?}");
}
