//! Dependencies of many charts at once.

use std::fs;
use std::path::{Path, PathBuf};

use mkmanifests_fetch::dependency::{Error, Options, Refresh, build, build_all, update};
use mkmanifests_fetch::repository::{Entry, Repositories};

use crate::support::archive::{chart, index};
use crate::support::server::{Server, respond};
use crate::support::{fetcher, offline};

/// A server of `base` and `extra` that counts requests.
fn server() -> Server {
    let (base, extra) = (chart("base", "1.0.0"), chart("extra", "1.0.0"));
    let text = index(&[("base", "1.0.0", "base-1.0.0.tgz", &base), ("extra", "1.0.0", "extra-1.0.0.tgz", &extra)]);
    Server::files(vec![
        ("index.yaml".to_owned(), text),
        ("base-1.0.0.tgz".to_owned(), base),
        ("extra-1.0.0.tgz".to_owned(), extra),
    ])
}

/// Writes a chart that depends on charts of a repository.
fn write(folder: &Path, name: &str, dependencies: &[&str], url: &str) -> PathBuf {
    let folder = folder.join(name);
    let mut text = format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\ndependencies:\n");
    for dependency in dependencies {
        text.push_str(&format!("- {{name: {dependency}, version: ^1, repository: '{url}'}}\n"));
    }
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("Chart.yaml"), text).expect("a chart");
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("charts")).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn many_charts_download_each_archive_once() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), server());
    let charts: Vec<PathBuf> = (0..12)
        .map(|at| {
            write(
                folder.path(),
                &format!("c{at}"),
                if at % 2 == 0 { &["base"] } else { &["base", "extra"] },
                &server.url,
            )
        })
        .collect();
    let options = Options { refresh: Refresh::Needed, ..Options::default() };
    for (path, result) in build_all(&fetcher(folder.path()), &charts, &options) {
        assert!(result.expect("the chart is built").contains("Saving"), "{}", path.display());
    }
    assert_eq!(names(&charts[0]), ["base-1.0.0.tgz"]);
    assert_eq!(names(&charts[1]), ["base-1.0.0.tgz", "extra-1.0.0.tgz"]);
    let mut log = server.log();
    log.sort();
    assert_eq!(log, ["GET /base-1.0.0.tgz", "GET /extra-1.0.0.tgz", "GET /index.yaml"]);
    // Complete charts need no request, and say nothing.
    let again = build_all(&fetcher(folder.path()), &charts, &options);
    assert!(again.into_iter().all(|(_, result)| result.is_ok_and(|text| text.is_empty())));
    assert_eq!(server.log().len(), 3);
}

#[test]
fn one_broken_chart_does_not_stop_the_others() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), server());
    let charts = [
        write(folder.path(), "good", &["base"], &server.url),
        write(folder.path(), "bad", &["nope"], &server.url),
        folder.path().join("nowhere"),
    ];
    let options = Options { refresh: Refresh::Needed, ..Options::default() };
    let results = build_all(&fetcher(folder.path()), &charts, &options);
    assert!(results[0].1.is_ok());
    assert!(matches!(&results[1].1, Err(Error::NoChart { name, .. }) if name == "nope"));
    assert!(matches!(&results[2].1, Err(Error::NotAFolder { exists: false, .. })));
}

#[test]
fn without_a_network_the_error_names_what_is_missing() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), server());
    let chart = write(folder.path(), "app", &["base"], &server.url);
    let options = Options::default();
    let run = |is_offline: bool| {
        let fetcher = if is_offline { offline(folder.path()) } else { fetcher(folder.path()) };
        update(&fetcher, &chart, &options, &mut Vec::new()).map_err(|error| error.to_string())
    };
    let missing = run(true).expect_err("nothing is there");
    assert!(missing.contains(&format!("index of {}", server.url)), "{missing}");
    run(false).expect("an update");
    fs::remove_dir_all(chart.join("charts")).expect("charts/");
    let before = server.log().len();
    run(true).expect("an update from the cache");
    assert_eq!((names(&chart), server.log().len()), (vec!["base-1.0.0.tgz".to_owned()], before));
}

#[test]
fn a_fresh_clone_needs_no_repositories_if_they_may_be_unmanaged() {
    let (folder, server) = (tempfile::tempdir().expect("a folder"), server());
    let clone = tempfile::tempdir().expect("a folder");
    let mut repositories = Repositories::default();
    repositories.update(Entry { name: "team".to_owned(), url: server.url.clone(), ..Entry::default() });
    repositories.save(&crate::support::settings(folder.path()).repository_config).expect("repositories.yaml");
    for repository in [&server.url, "@team", "alias:team"] {
        let chart = write(folder.path(), "app", &["base"], repository);
        update(&fetcher(folder.path()), &chart, &Options::default(), &mut Vec::new()).expect("a lock");
        fs::remove_dir_all(chart.join("charts")).expect("charts/");
        let run = |allow_unmanaged: bool| {
            let options = Options { refresh: Refresh::Needed, allow_unmanaged, ..Options::default() };
            build(&fetcher(clone.path()), &chart, &options, &mut Vec::new())
        };
        let refused = run(false).expect_err("Helm refuses it").to_string();
        // Helm takes `alias:team` for a URL if there is no such repository.
        let is_alias = repository.starts_with("alias:");
        let reason =
            if is_alias { "the lock file (Chart.lock) is out of sync" } else { "no repository definition for " };
        assert!(refused.starts_with(reason), "{refused}");
        assert!(names(&chart).is_empty());
        run(true).expect("a build");
        assert_eq!(names(&chart), ["base-1.0.0.tgz"]);
        // The lock must still match.
        write(folder.path(), "app", &["base", "extra"], repository);
        assert!(
            run(true).is_err_and(|error| matches!(error, Error::OutOfSync { .. } | Error::UnknownRepositories { .. }))
        );
    }
}

#[test]
fn credentials_are_only_for_the_host_of_the_repository() {
    let (folder, other) = (tempfile::tempdir().expect("a folder"), server());
    let base = chart("base", "1.0.0");
    let text = index(&[("base", "1.0.0", &format!("{}/base-1.0.0.tgz", other.url), &base)]);
    let repository = Server::new(move |_, stream| respond(stream, "200 OK", &[], &text));
    let chart = write(folder.path(), "app", &["base"], "@private");
    let settings = crate::support::settings(folder.path());
    let mut repositories = Repositories::default();
    repositories.update(Entry {
        name: "private".to_owned(),
        url: repository.url.clone(),
        username: "me".to_owned(),
        password: "secret".to_owned(),
        ..Default::default()
    });
    repositories.save(&settings.repository_config).expect("repositories.yaml");
    let mut out = Vec::new();
    update(&fetcher(folder.path()), &chart, &Options::default(), &mut out).expect("an update");
    assert!(repository.received().iter().all(|request| request.header("authorization").is_some()));
    assert!(other.received().iter().all(|request| request.header("authorization").is_none()));
    assert_eq!(other.log(), ["GET /base-1.0.0.tgz"]);
    assert!(!String::from_utf8_lossy(&out).contains("secret"));
}
