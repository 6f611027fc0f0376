//! What `fetch` downloads, keeps and refuses. Every server is on loopback.

use std::collections::BTreeMap;
use std::fs;

use super::server::Server;
use super::support::{Chart, Machine, chart, names, publish, push, repository, sha256};

/// A reference to the chart `page` of a repository.
fn page(url: &str, version: &str) -> String {
    format!("repository: {url}, name: page, version: '{version}'")
}

fn requests(of: &[(&str, usize)]) -> BTreeMap<String, usize> {
    of.iter().map(|(path, count)| ((*path).to_owned(), *count)).collect()
}

#[test]
fn all_clusters_share_one_download_of_each_chart() {
    let server =
        repository(&[chart("page", "1.1.0"), chart("page", "1.2.0"), chart("page", "2.0.0"), chart("other", "0.1.0")]);
    let clusters = ["eu/a", "eu/b", "us/c", "us/d"];
    let machine = Machine::with_clusters(&clusters);
    machine.put_apps(&clusters, "page", &page(&server.url(), "^1.0"));
    machine.put_apps(&clusters, "again", &page(&server.url(), "1.x"));
    machine.put_apps(&["eu/a"], "old", &page(&server.url(), "1.1.0"));
    machine.put_apps(&["us/d"], "other", &format!("repository: {}, name: other, version: '*'", server.url()));
    let run = machine.fetch(&[]);
    let expected = [("/index.yaml", 1), ("/other-0.1.0.tgz", 1), ("/page-1.1.0.tgz", 1), ("/page-1.2.0.tgz", 1)];
    assert_eq!(server.take_requests(), requests(&expected));
    let stdout = run.stdout.replace(&server.url(), "URL");
    assert_eq!(stdout, "added other 0.1.0 of URL\nadded page 1.1.0 of URL\nadded page 1.2.0 of URL\n");
    assert_eq!(run.stderr, "4 charts of 10 apps: `charts.lock` is written\n");
    let mut lock = machine.lock().replace(&server.url(), "https://charts.example.com");
    for chart in [chart("other", "0.1.0"), chart("page", "1.1.0"), chart("page", "1.2.0")] {
        lock = lock.replace(&sha256(&chart.archive("hello")), &format!("<SHA-256 of {}>", chart.file()));
    }
    insta::assert_snapshot!("charts.lock", lock);

    let again = machine.fetch(&[]);
    assert_eq!((again.stdout.as_str(), server.take_requests()), ("", BTreeMap::new()), "nothing is asked twice");
    assert_eq!(again.stderr, "4 charts of 10 apps: `charts.lock` is up to date\n");
    assert_eq!(machine.run(&["fetch", "fleet", "--check"]).code, 0);
}

#[test]
fn a_locked_version_stays_until_it_is_updated_or_refused() {
    let server = repository(&[chart("page", "1.1.0")]);
    let machine = Machine::with_clusters(&["foo"]);
    machine.put_apps(&["foo"], "page", &page(&server.url(), "^1.0"));
    machine.fetch(&[]);
    publish(&server, &[chart("page", "1.1.0"), chart("page", "1.2.0"), chart("page", "2.0.0")], "hello");
    machine.fetch(&[]);
    assert!(machine.lock().contains("resolved: 1.1.0"));
    // Another range that accepts the locked version.
    machine.put_apps(&["foo"], "page", &page(&server.url(), ">=1.1"));
    let check = machine.run(&["fetch", "fleet", "--check"]);
    assert_eq!((check.code, check.stdout.starts_with("missing page >=1.1")), (1, true), "{}", check.stdout);
    server.take_requests();
    machine.fetch(&[]);
    assert!(server.take_requests().is_empty(), "the version is locked, and the archive is in the cache");
    assert!(machine.lock().contains("resolved: 1.1.0") && machine.lock().contains("version: '>=1.1'"));
    let updated = machine.fetch(&["--update"]);
    assert!(updated.stdout.starts_with("updated page from 1.1.0 to 2.0.0"), "{}", updated.stdout);
    machine.put_apps(&["foo"], "page", &page(&server.url(), "~1.2"));
    let downgraded = machine.fetch(&[]);
    assert!(downgraded.stdout.starts_with("updated page from 2.0.0 to 1.2.0"), "{}", downgraded.stdout);
    let unknown = machine.fails(&["--update", "pagee"]);
    assert!(
        unknown.contains("no app names the chart `pagee`") && unknown.contains("did you mean `page`?"),
        "{unknown}"
    );
    fs::remove_file(machine.file("foo/page.chart.yaml")).expect("a file");
    let removed = machine.fetch(&[]);
    assert!(removed.stdout.starts_with("removed page 1.2.0"), "{}", removed.stdout);
    assert!(!machine.file("charts.lock").exists());
}

#[test]
fn an_archive_with_another_digest_is_refused() {
    let server = repository(&[chart("page", "1.0.0")]);
    let machine = Machine::with_clusters(&["foo"]);
    machine.put_apps(&["foo"], "page", &page(&server.url(), "1.0.0"));
    server.put("/page-1.0.0.tgz", &chart("page", "1.0.0").archive("other"));
    let wrong = machine.fails(&[]);
    assert!(wrong.contains("fleet/foo/page.chart.yaml:1:"), "{wrong}");
    assert!(wrong.contains(&sha256(&chart("page", "1.0.0").archive("hello"))), "{wrong}");
    assert!(!machine.file("charts.lock").exists());

    publish(&server, &[chart("page", "1.0.0")], "hello");
    let demanded = format!("{}, digest: 'sha256:{}'", page(&server.url(), "1.0.0"), "0".repeat(64));
    machine.put_apps(&["foo"], "page", &demanded);
    let wrong = machine.fails(&[]);
    assert!(wrong.contains("the archive of page-1.0.0 has another digest: `sha256:"), "{wrong}");
    assert!(!machine.file("charts.lock").exists());

    let right = sha256(&chart("page", "1.0.0").archive("hello"));
    machine.put_apps(&["foo"], "page", &format!("{}, digest: 'sha256:{right}'", page(&server.url(), "1.0.0")));
    machine.fetch(&[]);
    assert!(machine.render()["foo/page/configmap-page.yaml"].starts_with(b"apiVersion: v1\n"));
}

/// A repository must not replace what it has published, with or without a digest in its index.
#[test]
fn another_archive_of_a_locked_version_is_refused() {
    for with_digest in [true, false] {
        let charts = || [Chart { with_digest, ..chart("page", "1.0.0") }];
        let server = repository(&charts());
        let machine = Machine::with_clusters(&["foo"]);
        machine.put_apps(&["foo"], "page", &page(&server.url(), "1.0.0"));
        machine.fetch(&[]);
        let before = machine.lock();
        publish(&server, &charts(), "replaced");
        machine.forget();
        for flags in [&[][..], &["--update"]] {
            let refused = machine.fails(flags);
            assert!(refused.contains("SHA-256"), "{flags:?}: {refused}");
            assert!(refused.contains(&sha256(&charts()[0].archive("hello"))), "{flags:?}: {refused}");
            assert_eq!(machine.lock(), before);
        }
        let accepted = machine.fetch(&["--update", "page"]);
        assert!(accepted.stdout.starts_with("replaced the archive of page 1.0.0"), "{}", accepted.stdout);
        assert!(machine.lock().contains(&sha256(&charts()[0].archive("replaced"))));
    }
}

#[test]
fn all_errors_are_reported_and_nothing_is_written() {
    let server = repository(&[chart("page", "1.0.0"), chart("short", "1.0.0"), chart("text", "1.0.0")]);
    let machine = Machine::with_clusters(&["foo", "bar"]);
    machine.put_apps(&["foo", "bar"], "page", &page(&server.url(), "1.0.0"));
    machine.fetch(&["--vendor"]);
    let before = (machine.lock(), names(&machine.file("vendor")));

    server.put_truncated("/short-1.0.0.tgz", &chart("short", "1.0.0").archive("hello"));
    server.put("/text-1.0.0.tgz", b"not an archive");
    let named = |name: &str, version: &str| format!("repository: {}, name: {name}, version: '{version}'", server.url());
    machine.put_apps(&["foo"], "page", &page(&server.url(), "^3"));
    machine.put_apps(&["foo", "bar"], "absent", &named("absent", "1.0.0"));
    machine.put_apps(&["foo"], "short", &named("short", "1.0.0"));
    machine.put_apps(&["foo"], "text", &named("text", "1.0.0"));
    machine.put_apps(&["bar"], "unreachable", "repository: 'http://127.0.0.1:1', name: unreachable, version: '1.0.0'");
    let failed = machine.fails(&[]);
    for place in ["foo/page", "bar/absent", "foo/short", "foo/text", "bar/unreachable"] {
        assert!(failed.contains(&format!(" --> fleet/{place}.chart.yaml:1:")), "{place}: {failed}");
    }
    assert!(failed.contains("2 apps name this chart"), "{failed}");
    assert_eq!(failed.matches("error: ").count(), 5, "{failed}");
    assert_eq!((machine.lock(), names(&machine.file("vendor"))), before);
    assert_eq!(names(&machine.file("")), ["bar", "charts.lock", "foo", "vendor"], "no temporary file remains");
}

#[test]
fn offline_runs_use_the_cache_only() {
    let server = repository(&[chart("page", "1.0.0")]);
    let machine = Machine::with_clusters(&["foo"]);
    machine.put_apps(&["foo"], "page", &page(&server.url(), "1.0.0"));
    let failed = machine.fails(&["--offline"]);
    assert!(failed.contains("--offline") && failed.contains("fleet/foo/page.chart.yaml:1:"), "{failed}");
    assert!(server.take_requests().is_empty());
    machine.fetch(&[]);
    server.take_requests();
    machine.fetch(&["--offline"]);
    machine.fetch(&["--offline", "--vendor"]);
    assert!(server.take_requests().is_empty());
    assert_eq!(names(&machine.file("vendor")), ["page-1.0.0.tgz"]);
}

#[test]
fn concurrent_runs_wait_for_each_other() {
    let server = repository(&[chart("page", "1.0.0"), chart("other", "1.0.0")]);
    let machine = Machine::with_clusters(&["foo"]);
    machine.put_apps(&["foo"], "page", &page(&server.url(), "^1"));
    machine.put_apps(&["foo"], "other", &format!("repository: {}, name: other, version: '^1'", server.url()));
    let runs: Vec<_> = (0..4)
        .map(|_| machine.command(&["fetch", "fleet", "--vendor", "-q"]).spawn().expect("the program runs"))
        .collect();
    for mut run in runs {
        assert!(run.wait().expect("it ends").success());
    }
    // The first run writes everything; the others find it.
    assert_eq!(server.take_requests().into_values().collect::<Vec<_>>(), [1, 1, 1]);
    assert_eq!(machine.run(&["fetch", "fleet", "--check"]).code, 0);
    assert_eq!(names(&machine.file("vendor")), ["other-1.0.0.tgz", "page-1.0.0.tgz"]);
}

#[test]
fn credentials_come_from_the_files_of_helm() {
    let server = repository(&[chart("page", "1.0.0")]);
    let machine = Machine::with_clusters(&["foo"]);
    machine.put_apps(&["foo"], "page", &page(&server.url().replace("http://", "http://user:secret@"), "1.0.0"));
    let refused = machine.fails(&[]);
    assert!(refused.contains("must not contain credentials") && !refused.contains("secret"), "{refused}");

    // `user:secret` in base64.
    server.require("Basic dXNlcjpzZWNyZXQ=");
    machine.put_apps(&["foo"], "page", &page(&server.url(), "1.0.0"));
    let refused = machine.fails(&[]);
    assert!(refused.contains("401"), "{refused}");
    let repositories = format!(
        "apiVersion: \"\"\nrepositories:\n- name: example\n  url: {}/\n  username: user\n  password: secret\n",
        server.url()
    );
    let folder = machine.home.path().join(".config/helm");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("repositories.yaml"), repositories).expect("a file");
    let run = machine.fetch(&[]);
    assert!(!machine.lock().contains("secret") && !run.stdout.contains("secret") && !run.stderr.contains("secret"));
}

#[test]
fn charts_come_from_registries_too() {
    let registry = Server::start();
    push(&registry, &chart("page", "1.0.0"), "hello");
    push(&registry, &chart("page", "1.2.0"), "hello");
    registry
        .put("/v2/charts/page/tags/list", br#"{"name": "charts/page", "tags": ["1.0.0", "1.2.0", "2.0.0", "latest"]}"#);
    let url = registry.url().replace("http://", "oci://");
    let machine = Machine::with_clusters(&["foo", "bar"]);
    machine.put_apps(&["foo", "bar"], "page", &page(&format!("{url}/charts"), "^1"));
    machine.fetch(&["--plain-http"]);
    assert!(machine.lock().contains(&format!("url: {url}/charts/page:1.2.0\n")), "{}", machine.lock());
    assert!(machine.lock().contains(&sha256(&chart("page", "1.2.0").archive("hello"))));
    assert!(registry.take_requests().values().all(|count| *count == 1));
    machine.render();
    machine.fetch(&[]);
    assert!(registry.take_requests().is_empty());

    // A tag can be moved.
    push(&registry, &chart("page", "1.2.0"), "moved");
    machine.forget();
    let refused = machine.fails(&["--plain-http"]);
    assert!(refused.contains("the archive has changed"), "{refused}");
    machine.put_apps(&["foo"], "page", &page(&format!("{url}/charts/page"), "^1"));
    let refused = machine.fails(&["--plain-http"]);
    assert!(refused.contains("must not end with the name of the chart: remove `/page`"), "{refused}");
}

/// Charts of the fleet itself get their dependencies, as with `helm dependency build`.
#[test]
fn dependencies_of_local_charts_are_fetched() {
    let server = repository(&[chart("page", "1.0.0")]);
    let clusters = ["eu/a", "us/b"];
    let machine = Machine::with_clusters(&clusters);
    let dependencies = format!("dependencies: [{{name: page, version: ^1, repository: '{}'}}]\n", server.url());
    let metadata = format!("apiVersion: v2\nname: local\nversion: 0.1.0\n{dependencies}");
    machine.fleet.put("../charts/local/Chart.yaml", &metadata);
    for cluster in clusters {
        machine.fleet.put(&format!("{cluster}/local.chart.yaml"), "path: ../../../charts/local\n");
    }
    machine.put_apps(&["eu/a"], "page", &page(&server.url(), "1.0.0"));
    let run = machine.fetch(&[]);
    assert!(run.stdout.ends_with("built the dependencies of charts/local\n"), "{}", run.stdout);
    // The index of a repository is read once for dependencies, and once for charts that apps name.
    assert_eq!(server.take_requests(), requests(&[("/index.yaml", 2), ("/page-1.0.0.tgz", 1)]));
    assert_eq!(names(&machine.file("../charts/local")), ["Chart.lock", "Chart.yaml", "charts"]);
    let again = machine.fetch(&[]);
    assert_eq!((again.stdout.as_str(), server.take_requests().len()), ("", 0));
    let tree = machine.render();
    assert_eq!(tree["us/b/local/configmap-local.yaml"], tree["eu/a/local/configmap-local.yaml"]);

    machine.fleet.put("../charts/local/Chart.yaml", &metadata.replace("^1", "^2"));
    fs::remove_dir_all(machine.file("../charts/local/charts")).expect("a folder");
    fs::remove_file(machine.file("../charts/local/Chart.lock")).expect("a file");
    let failed = machine.fails(&[]);
    assert!(failed.contains("cannot fetch the dependencies of `charts/local`"), "{failed}");
    assert!(failed.contains(" --> fleet/eu/a/local.chart.yaml:1:7"), "{failed}");
}
