//! The vendored folder: which archives `fetch` writes and removes, and which it leaves alone.

use std::fs;

use super::support::{Machine, chart, names, publish, repository, sha256};

fn page(url: &str, version: &str) -> String {
    format!("repository: {url}, name: page, version: '{version}'")
}

#[test]
fn archives_are_copied_and_stale_ones_removed() {
    let server = repository(&[chart("page", "1.0.0"), chart("page", "2.0.0")]);
    let machine = Machine::with_clusters(&["foo", "bar"]);
    machine.put_apps(&["foo"], "page", &page(&server.url(), "1.0.0"));
    machine.put_apps(&["bar"], "page", &page(&server.url(), "2.0.0"));
    machine.fetch(&["--vendor", "third-party/charts"]);
    let folder = machine.file("third-party/charts");
    assert_eq!(names(&folder), ["page-1.0.0.tgz", "page-2.0.0.tgz"]);
    assert_eq!(
        sha256(&fs::read(folder.join("page-1.0.0.tgz")).expect("a file")),
        sha256(&chart("page", "1.0.0").archive("hello"))
    );
    assert!(machine.lock().ends_with("vendor: third-party/charts\n"), "{}", machine.lock());

    // A later run needs no flag. A missing or broken archive is written again.
    fs::remove_file(folder.join("page-1.0.0.tgz")).expect("a file");
    fs::write(folder.join("page-2.0.0.tgz"), "broken").expect("a file");
    let check = machine.run(&["fetch", "fleet", "--check"]);
    let expected =
        ["page-1.0.0.tgz", "page-2.0.0.tgz"].map(|it| format!("missing or changed fleet/third-party/charts/{it}\n"));
    assert_eq!((check.code, check.stdout), (1, expected.concat()));
    machine.fetch(&[]);
    assert_eq!(machine.run(&["fetch", "fleet", "--check"]).code, 0);

    machine.put_apps(&["bar"], "page", &page(&server.url(), "1.0.0"));
    machine.fetch(&[]);
    assert_eq!(names(&folder), ["page-1.0.0.tgz"]);
    // Another folder.
    machine.fetch(&["--vendor"]);
    assert_eq!(names(&machine.file("vendor")), ["page-1.0.0.tgz"]);
    assert!(!folder.exists());
    fs::remove_dir_all(machine.file("foo")).expect("a folder");
    fs::remove_file(machine.file("bar/page.chart.yaml")).expect("a file");
    machine.fetch(&[]);
    assert!(!machine.file("vendor").exists() && !machine.file("charts.lock").exists());
}

#[test]
fn files_of_the_user_are_left_alone() {
    let server = repository(&[chart("page", "1.0.0")]);
    let machine = Machine::with_clusters(&["foo"]);
    machine.fleet.put("vendor/page-1.0.0.tgz", "mine");
    machine.put_apps(&["foo"], "page", &page(&server.url(), "1.0.0"));
    let refused = machine.fails(&["--vendor"]);
    assert!(refused.contains("vendor/page-1.0.0.tgz` was not written by mkmanifests"), "{refused}");
    assert!(!machine.file("charts.lock").exists());
    fs::remove_file(machine.file("vendor/page-1.0.0.tgz")).expect("a file");
    machine.fetch(&["--vendor"]);

    machine.fleet.put("vendor/page-1.0.0.tgz", "edited");
    machine.fleet.put("vendor/mine-1.0.0.tgz", "mine");
    fs::remove_file(machine.file("foo/page.chart.yaml")).expect("a file");
    let warned = machine.fetch(&[]);
    assert!(warned.stderr.contains("page-1.0.0.tgz` is not the archive that `charts.lock` had"), "{}", warned.stderr);
    assert_eq!(names(&machine.file("vendor")), ["mine-1.0.0.tgz", "page-1.0.0.tgz"]);
    let rendered = machine.run(&["gitops", "fleet", "--out", "tree"]);
    assert_eq!(rendered.code, 2);
    assert!(rendered.stderr.contains("vendor/mine-1.0.0.tgz` is not a known fleet file"), "{}", rendered.stderr);
}

#[test]
fn the_folder_must_be_inside_the_fleet() {
    let machine = Machine::with_clusters(&["foo"]);
    for folder in ["../vendor", "/tmp/vendor", ".git", "a/../../b", ""] {
        let refused = machine.fails(&["--vendor", folder]);
        assert!(refused.contains("must be the path of a folder in the fleet"), "{folder}: {refused}");
    }
}

/// Two repositories may have different charts of the same name and version.
#[test]
fn equal_names_do_not_overwrite_each_other() {
    let (one, two) = (repository(&[chart("page", "1.0.0")]), repository(&[]));
    publish(&two, &[chart("page", "1.0.0")], "other");
    let machine = Machine::with_clusters(&["foo"]);
    machine.put_apps(&["foo"], "one", &page(&one.url(), "1.0.0"));
    machine.put_apps(&["foo"], "two", &page(&two.url(), "1.0.0"));
    machine.fetch(&["--vendor"]);
    assert_eq!(names(&machine.file("vendor")).len(), 2);
    machine.forget();
    let tree = machine.render();
    let text = |app: &str| String::from_utf8(tree[&format!("foo/{app}/configmap-{app}.yaml")].clone()).expect("text");
    assert!(text("one").contains("text: hello") && text("two").contains("text: other"));
}
