//! Finding and downloading charts.

use std::fs;
use std::path::Path;

use mkmanifests_fetch::cache::{self, digest};
use mkmanifests_fetch::http::Connection;
use mkmanifests_fetch::repository::{Entry, Index, Repositories, save_index};
use mkmanifests_fetch::{Location, Request, Resolved};

use crate::support::archive::{chart, index};
use crate::support::server::{Server, respond};
use crate::support::{fetcher, offline, settings};

/// Starts a repository with two versions of `web`.
fn server() -> Server {
    let (old, new, next) = (chart("web", "0.9.0"), chart("web", "1.0.0"), chart("web", "2.0.0-rc.1"));
    let index = index(&[
        ("web", "2.0.0-rc.1", "web-2.0.0-rc.1.tgz", &next),
        ("web", "1.0.0", "web-1.0.0.tgz", &new),
        ("web", "0.9.0", "old/web-0.9.0.tgz", &old),
    ]);
    Server::files(vec![
        ("index.yaml".into(), index),
        ("web-2.0.0-rc.1.tgz".into(), next),
        ("web-1.0.0.tgz".into(), new),
        ("old/web-0.9.0.tgz".into(), old),
    ])
}

/// Adds a repository as `helm repo add` does.
fn add(folder: &Path, server: &Server, entry: Entry) {
    let settings = settings(folder);
    let body = fetcher(folder).index(&entry.url, &entry.connection()).expect("an index");
    let bytes = format!("apiVersion: v1\nentries:\n{}", entries(&body));
    save_index(&settings.repository_cache, &entry.name, bytes.as_bytes(), &body).expect("a cache");
    let mut repositories = Repositories::load(&settings.repository_config).expect("a file").unwrap_or_default();
    repositories.update(entry);
    repositories.save(&settings.repository_config).expect("a file");
    let _ = server;
}

fn entries(index: &Index) -> String {
    let mut text = String::from("  web:\n");
    for version in &index.entries["web"] {
        text.push_str(&format!(
            "  - name: web\n    version: {}\n    urls: [{}]\n    digest: {}\n",
            version.metadata.version, version.urls[0], version.digest
        ));
    }
    text
}

fn request(chart: &str, repository: &str, version: &str) -> Request {
    Request { chart: chart.into(), repository: repository.into(), version: version.into(), ..Request::default() }
}

#[test]
fn a_chart_of_a_repository_is_downloaded_once_and_found_offline() {
    let (server, folder) = (server(), tempfile::tempdir().expect("a folder"));
    for version in ["", "^1", "1.0.0"] {
        let fetcher = fetcher(folder.path());
        let request = request("web", &server.url, version);
        let resolved = fetcher.resolve(&request).expect("a version");
        assert_eq!((resolved.name.as_str(), resolved.version.as_str()), ("web", "1.0.0"));
        let fetched = fetcher.fetch(&resolved, &request.connection, false).expect("an archive");
        assert_eq!(fetched.file_name, "web-1.0.0.tgz");
        assert_eq!(Some(&fetched.digest), resolved.digest.as_ref());
        assert_eq!(fetched.archive, cache::path(&settings(folder.path()).content_cache, &fetched.digest));
        assert_eq!(fs::read(&fetched.archive).expect("an archive"), chart("web", "1.0.0"));
        let mut again = fetched.clone();
        again.provenance_error = None;
        assert_eq!(fetcher.fetch(&resolved, &request.connection, false), Ok(again));
    }
    let archives = server.log().iter().filter(|line| line.ends_with(".tgz")).count();
    assert_eq!(archives, 1);
    let before = server.log().len();
    let offline = offline(folder.path());
    let resolved = offline.resolve(&request("web", &server.url, ">=1")).expect("the index of the last run");
    assert!(offline.fetch(&resolved, &Connection::default(), false).is_ok());
    let old = offline.resolve(&request("web", &server.url, "0.9.0")).expect("the index of the last run");
    let error = offline.fetch(&old, &Connection::default(), false).expect_err("not downloaded").to_string();
    assert_eq!(
        error,
        format!("`{}/old/web-0.9.0.tgz` is not in the cache, and `--offline` forbids downloads", server.url)
    );
    assert_eq!(server.log().len(), before);
}

#[test]
fn devel_considers_pre_releases() {
    let (server, folder) = (server(), tempfile::tempdir().expect("a folder"));
    let request = Request { devel: true, ..request("web", &server.url, "") };
    assert_eq!(fetcher(folder.path()).resolve(&request).expect("a version").version, "2.0.0-rc.1");
    let request = Request { version: "<2".into(), ..request };
    assert_eq!(fetcher(folder.path()).resolve(&request).expect("a version").version, "1.0.0");
}

#[test]
fn a_chart_of_an_added_repository_is_found_in_the_cached_index() {
    let (server, folder) = (server(), tempfile::tempdir().expect("a folder"));
    add(folder.path(), &server, Entry { name: "charts".into(), url: server.url.clone(), ..Entry::default() });
    let before = server.log().len();
    let resolved = fetcher(folder.path()).resolve(&request("charts/web", "", "0.9")).expect("a version");
    assert_eq!((resolved.version.as_str(), server.log().len()), ("0.9.0", before));
    assert_eq!(resolved.url, format!("{}/old/web-0.9.0.tgz", server.url));
    let fetcher = fetcher(folder.path());
    fetcher.resolve(&request("charts/web", "", "0.9")).expect("a version");
    let warnings = fetcher.take_warnings();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].to_string().ends_with("chart=web requested=0.9 selected=0.9.0"), "{}", warnings[0]);
}

// Reasons of the file system are those of Linux.
#[cfg(unix)]
#[test]
fn errors_are_helms() {
    let (server, folder) = (server(), tempfile::tempdir().expect("a folder"));
    add(folder.path(), &server, Entry { name: "charts".into(), url: server.url.clone(), ..Entry::default() });
    let mut repositories = Repositories::load(&settings(folder.path()).repository_config).expect("a file").expect("it");
    repositories.update(Entry { name: "new".into(), url: server.url.clone(), ..Entry::default() });
    repositories.update(Entry { name: "none".into(), ..Entry::default() });
    repositories.save(&settings(folder.path()).repository_config).expect("a file");
    let fetcher = fetcher(folder.path());
    let index = settings(folder.path()).repository_cache.join("new-index.yaml");
    let missing =
        format!("no cached repo found. (try 'helm repo update'): open {0}: no such file or directory", index.display());
    for (chart, repository, version, expected) in [
        (
            "charts/web",
            "",
            "9",
            "chart \"web\" matching 9 not found in charts index. (try 'helm repo update'): no chart version found for web-9",
        ),
        (
            "charts/other",
            "",
            "",
            "chart \"other\" matching  not found in charts index. (try 'helm repo update'): no chart name found",
        ),
        (
            "charts/web",
            "",
            "a b",
            "chart \"web\" matching a b not found in charts index. (try 'helm repo update'): improper constraint: \"a b\"",
        ),
        ("other/web", "", "", "repo other not found"),
        ("none/web", "", "", "no URL found for repository none"),
        ("new/web", "", "", missing.as_str()),
        ("web", "", "", "non-absolute URLs should be in form of repo_name/path_to_chart, got: web"),
        ("http://[::1", "", "", "invalid chart URL format: http://[::1"),
        ("other", "URL", "", "chart \"other\" not found in URL repository"),
        ("web", "URL", "7", "chart \"web\" version \"7\" not found in URL repository"),
        ("web", "ftp://example.com", "", "could not find protocol handler for: ftp"),
        ("web", "charts", "", "could not find protocol handler for: "),
        (
            "web",
            "URL/x",
            "",
            "looks like \"URL/x\" is not a valid chart repository or cannot be reached: failed to fetch URL/x/index.yaml : 404 Not Found",
        ),
        (
            "web",
            "http://127.0.0.1:1",
            "",
            "looks like \"http://127.0.0.1:1\" is not a valid chart repository or cannot be reached: Get \"http://127.0.0.1:1/index.yaml\": dial tcp 127.0.0.1:1: connect: connection refused",
        ),
        ("./web", "", "", "path \"./web\" not found"),
        ("/no/web", "", "", "path \"/no/web\" not found"),
        ("URL/no.tgz", "", "", "failed to fetch URL/no.tgz : 404 Not Found"),
        ("ftp://example.com/a.tgz", "", "", "scheme \"ftp\" not supported"),
    ] {
        let of = |text: &str| text.replace("URL", &server.url);
        // The word in Helm's sentence is not an address.
        let expected = match expected.starts_with("non-absolute")
            || expected.starts_with("no URL")
            || expected.starts_with("invalid")
        {
            true => expected.to_owned(),
            false => of(expected),
        };
        let error = fetcher.locate(&request(&of(chart), &of(repository), version)).expect_err(chart).to_string();
        assert_eq!(error, expected);
    }
}

#[test]
fn a_path_comes_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let local = folder.path().join("web");
    fs::create_dir(&local).expect("a folder");
    let located = fetcher(folder.path()).locate(&request(&local.display().to_string(), "", ""));
    assert_eq!(located, Ok(Location::Local(local)));
}

#[test]
fn a_direct_address_is_recorded_for_offline_runs() {
    let (server, folder) = (server(), tempfile::tempdir().expect("a folder"));
    let request = request(&format!("{}/web-1.0.0.tgz", server.url), "", "");
    let Ok(Location::Fetched(fetched)) = fetcher(folder.path()).locate(&request) else { panic!("not fetched") };
    assert_eq!((fetched.file_name.as_str(), fetched.resolved.digest), ("web-1.0.0.tgz", None));
    let Ok(Location::Fetched(again)) = offline(folder.path()).locate(&request) else { panic!("not in the cache") };
    assert_eq!(again.digest, fetched.digest);
    fs::write(&again.archive, "changed").expect("the cache");
    assert!(offline(folder.path()).locate(&request).is_err(), "a changed archive is not used");
    assert!(fetcher(folder.path()).locate(&request).is_ok(), "it is downloaded again");
}

/// Starts a repository behind basic authentication, whose archives are on `archives`.
fn guarded(archives: &str) -> Server {
    let archive = chart("web", "1.0.0");
    let index = index(&[("web", "1.0.0", &format!("{archives}web-1.0.0.tgz"), &archive)]);
    Server::new(move |request, stream| match (request.header("authorization"), request.target.as_str()) {
        (Some("Basic bWU6czNjcmV0"), "/index.yaml") => respond(stream, "200 OK", &[], &index),
        (Some("Basic bWU6czNjcmV0"), _) => respond(stream, "200 OK", &[], &archive),
        _ => respond(stream, "401 Unauthorized", &[], b""),
    })
}

#[test]
fn credentials_are_for_the_host_of_the_repository() {
    let connection = Connection { username: "me".into(), password: "s3cret".into(), ..Connection::default() };
    let folder = tempfile::tempdir().expect("a folder");
    let own = guarded("");
    let request = Request { connection: connection.clone(), ..request("web", &own.url, "") };
    let fetcher = fetcher(folder.path());
    let fetch = |request: &Request| {
        let resolved = fetcher.resolve(request)?;
        fetcher.fetch(&Resolved { digest: None, ..resolved }, &request.connection, false)
    };
    assert!(fetch(&request).is_ok());
    let other = guarded("");
    let elsewhere = guarded(&format!("{}/", other.url));
    let request = Request { repository: elsewhere.url.clone(), ..request };
    let error = fetch(&request).expect_err("no credentials").to_string();
    assert_eq!(error, format!("failed to fetch {}/web-1.0.0.tgz : 401 Unauthorized", other.url));
    assert!(other.received().iter().all(|request| request.header("authorization").is_none()));
    let request = Request { connection: Connection { pass_credentials: true, ..connection }, ..request };
    assert!(fetch(&request).is_ok(), "--pass-credentials");
}

#[test]
fn repositories_yaml_has_the_credentials_of_a_url() {
    let (server, folder) = (guarded(""), tempfile::tempdir().expect("a folder"));
    let entry = Entry {
        name: "charts".into(),
        url: format!("{}/", server.url),
        username: "me".into(),
        password: "s3cret".into(),
        ..Entry::default()
    };
    let mut repositories = Repositories::default();
    repositories.update(entry);
    repositories.save(&settings(folder.path()).repository_config).expect("a file");
    let request = request("web", &server.url, "");
    let Ok(Location::Fetched(_)) = fetcher(folder.path()).locate(&request) else { panic!("not fetched") };
}

#[test]
fn threads_of_one_run_download_once() {
    let (server, folder) = (server(), tempfile::tempdir().expect("a folder"));
    let fetcher = fetcher(folder.path());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let request = request("web", &server.url, "1.0.0");
                let resolved = fetcher.resolve(&request).expect("a version");
                let resolved = Resolved { digest: None, ..resolved };
                fetcher.fetch(&resolved, &request.connection, false).expect("an archive");
            });
        }
    });
    let mut log = server.log();
    log.sort();
    assert_eq!(log, ["GET /index.yaml", "GET /web-1.0.0.tgz"]);
}

#[test]
fn runs_share_a_cache() {
    let (server, folder) = (server(), tempfile::tempdir().expect("a folder"));
    std::thread::scope(|scope| {
        for version in ["1.0.0", "0.9.0", "1.0.0", "0.9.0", "1.0.0", "0.9.0"] {
            let (server, folder) = (&server, folder.path());
            scope.spawn(move || {
                let fetcher = fetcher(folder);
                let request = request("web", &server.url, version);
                let resolved = fetcher.resolve(&request).expect("a version");
                let fetched = fetcher.fetch(&resolved, &request.connection, false).expect("an archive");
                assert_eq!(digest(&fs::read(&fetched.archive).expect("an archive")), fetched.digest);
            });
        }
    });
    let cache = settings(folder.path()).content_cache;
    let files = |folder: &Path| fs::read_dir(folder).expect("a folder").flatten().count();
    let left: usize = fs::read_dir(&cache).expect("a folder").flatten().map(|entry| files(&entry.path())).sum();
    assert_eq!(left, 2 + 3, "two archives, and records of an index and two addresses");
}

#[test]
fn provenance_comes_with_the_archive() {
    let archive = chart("web", "1.0.0");
    let server = Server::files(vec![
        ("index.yaml".into(), index(&[("web", "1.0.0", "web-1.0.0.tgz", &archive)])),
        ("web-1.0.0.tgz".into(), archive),
        ("web-1.0.0.tgz.prov".into(), b"signed".to_vec()),
    ]);
    let folder = tempfile::tempdir().expect("a folder");
    let fetcher = fetcher(folder.path());
    let resolved = fetcher.resolve(&request("web", &server.url, "")).expect("a version");
    let without = fetcher.fetch(&resolved, &Connection::default(), false).expect("an archive");
    assert_eq!(without.provenance, None);
    let with = fetcher.fetch(&resolved, &Connection::default(), true).expect("an archive");
    assert_eq!(with.provenance.as_deref(), Some(&b"signed"[..]));
    let offline = offline(folder.path()).fetch(&resolved, &Connection::default(), true).expect("an archive");
    assert_eq!(offline.provenance.as_deref(), Some(&b"signed"[..]));
}
