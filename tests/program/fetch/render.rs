//! How `gitops` renders charts that apps name: from the vendored folder or the cache, and never from the network.

use std::fs;
use std::process::Command;

use mkmanifests_testing as common;

use super::support::{Machine, chart, sha256};
use crate::program::gitops::support::{objects, run_in};

const REPOSITORY: &str = "https://charts.example.com";

fn entry(version: &str, resolved: &str, archive: &[u8]) -> String {
    format!(
        "- name: page\n  repository: {REPOSITORY}\n  resolved: {resolved}\n  sha256: '{}'\n  url: {REPOSITORY}/page.tgz\n  \
         version: '{version}'\n",
        sha256(archive)
    )
}

fn app(version: &str) -> String {
    format!("repository: '{REPOSITORY}', name: page, version: '{version}'")
}

/// Returns a machine whose cache has the locked chart of all clusters.
fn machine(clusters: &[&str]) -> Machine {
    let machine = Machine::with_clusters(clusters);
    let archive = chart("page", "1.0.0").archive("hello");
    machine.put_cached(&archive);
    machine.put_apps(clusters, "page", &app("^1"));
    machine.fleet.put("charts.lock", &format!("charts:\n{}", entry("^1", "1.0.0", &archive)));
    machine
}

#[test]
fn the_tree_does_not_depend_on_where_the_archive_is() {
    let machine = machine(&["foo", "eu/bar"]);
    let cached = machine.render();
    let kustomization = String::from_utf8(cached["foo/page/kustomization.yaml"].clone()).expect("text");
    assert!(kustomization.starts_with("# chart page 1.0.0 of https://charts.example.com\n"), "{kustomization}");
    machine.forget();
    machine.fleet.put("charts.lock", &format!("{}vendor: vendor\n", machine.lock()));
    let refused = machine.run(&["gitops", "fleet", "--out", "tree"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("the chart page-1.0.0 is neither in `fleet/vendor` nor in the cache"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("run `mkmanifests fetch fleet`"), "{}", refused.stderr);
    fs::create_dir(machine.file("vendor")).expect("a folder");
    fs::write(machine.file("vendor/page-1.0.0.tgz"), chart("page", "1.0.0").archive("hello")).expect("a file");
    assert_eq!(machine.render(), cached);
    // A changed archive is refused, also if the cache has the right one.
    machine.put_cached(&chart("page", "1.0.0").archive("hello"));
    fs::write(machine.file("vendor/page-1.0.0.tgz"), chart("page", "1.0.0").archive("changed")).expect("a file");
    let refused = machine.run(&["gitops", "fleet", "--out", "tree"]);
    assert!(refused.stderr.contains("is not the chart page-1.0.0 of `charts.lock`"), "{}", refused.stderr);
}

#[test]
fn a_changed_archive_in_the_cache_is_refused() {
    let machine = machine(&["foo"]);
    let sha = sha256(&chart("page", "1.0.0").archive("hello"));
    let cached = machine.home.path().join(format!(".cache/helm/content/{}/{sha}.chart", &sha[..2]));
    fs::write(cached, chart("page", "1.0.0").archive("changed")).expect("a file");
    let refused = machine.run(&["gitops", "fleet", "--out", "tree"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("is not the chart page-1.0.0 of `charts.lock`"), "{}", refused.stderr);
    assert!(refused.stderr.contains(" --> fleet/foo/page.chart.yaml:1:"), "{}", refused.stderr);
}

#[test]
fn changed_since_follows_the_entries_of_the_lock() {
    let machine = machine(&["foo", "bar"]);
    let (old, new) = (chart("page", "1.0.0").archive("hello"), chart("page", "1.1.0").archive("hello"));
    machine.put_cached(&new);
    machine.put_apps(&["bar"], "page", &app("1.x"));
    let lock = |bar: &str, archive: &[u8]| {
        machine
            .fleet
            .put("charts.lock", &format!("charts:\n{}{}", entry("^1", "1.0.0", &old), entry("1.x", bar, archive)));
    };
    lock("1.0.0", &old);
    let git = |arguments: &[&str]| {
        let fixed = ["-C", "fleet", "-c", "user.name=x", "-c", "user.email=x@example.com"];
        let ended = run_in("git", &[&fixed[..], arguments].concat(), machine.fleet.root().parent().expect("a folder"));
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    };
    if Command::new("git").arg("--version").output().is_err() {
        println!("skipped: `git` is not installed");
        return;
    }
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "x"]);
    let clusters = || {
        let run = machine.run(&["gitops", "fleet", "--out", "tree", "--changed-since", "HEAD"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr
    };
    assert!(clusters().contains("of 0 clusters"), "{}", clusters());
    lock("1.1.0", &new);
    assert!(clusters().contains("of 1 cluster:"), "only `bar` has another archive: {}", clusters());
    fs::write(machine.file("charts.lock"), "# A comment.\n".to_owned() + &machine.lock()).expect("a file");
    assert!(clusters().contains("of 1 cluster:"), "{}", clusters());
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "x"]);
    assert!(clusters().contains("of 0 clusters"), "{}", clusters());
}

/// Compares a rendered app with `helm template` of the same archive.
#[test]
fn the_objects_are_those_of_helm() {
    let Some(helm) = common::program("helm") else { return };
    let machine = Machine::with_clusters(&["foo"]);
    let root = common::root().join("values/sandbox");
    let archive = root.join("vendor/limits-1.0.0.tgz");
    machine.put_cached(&fs::read(&archive).expect("a file"));
    machine.fleet.put(
        "charts.lock",
        &fs::read_to_string(root.join("charts.lock")).expect("a file").replace("vendor: vendor\n", ""),
    );
    let app = fs::read_to_string(root.join("us-west-2/sandbox/limits.chart.yaml")).expect("a file");
    machine.fleet.put("foo/limits.chart.yaml", &app);
    let tree = machine.render();
    let written =
        tree.iter().filter(|(path, _)| path.starts_with("foo/limits/") && !path.ends_with("kustomization.yaml"));
    let written: String = written.map(|(_, text)| format!("---\n{}", String::from_utf8_lossy(text))).collect();
    let (_, values) = app.split_once("values:\n").expect("values");
    let values: String = values.lines().map(|line| format!("{}\n", line.get(2..).unwrap_or_default())).collect();
    let file = machine.home.path().join("values.yaml");
    fs::write(&file, values).expect("a file");
    let output = Command::new(helm)
        .args(["template", "limits"])
        .arg(&archive)
        .arg("-f")
        .arg(&file)
        .env_clear()
        .env("HOME", machine.home.path())
        .output()
        .expect("helm runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let expected = objects(&String::from_utf8_lossy(&output.stdout), Some("default"));
    assert_eq!(expected.len(), 2);
    assert_eq!(objects(&written, None), expected);
}

/// The lock of the example fleet is what `fetch` would write.
#[test]
fn the_lock_of_the_sandbox_is_up_to_date() {
    let machine = Machine::with_clusters(&[]);
    let sandbox = common::root().join("values/sandbox").display().to_string();
    fs::create_dir_all(machine.fleet.root()).expect("a folder");
    let check = machine.run(&["fetch", &sandbox, "--check"]);
    assert_eq!((check.code, check.stdout.as_str()), (0, ""), "{}", check.stderr);
}
