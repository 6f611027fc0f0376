//! `helm repo` and `helm search repo`.

use super::server::Server;
use super::twin::Twin;

#[test]
fn repositories_are_added_listed_updated_and_removed() {
    let Some(twin) = Twin::new() else { return };
    let server = Server::start();
    server.add("alpha", "1.0.0");
    server.index("");
    server.write("empty/index.yaml", b"");
    server.write("none/index.yaml", b"entries: {}\n");
    server.write("broken/index.yaml", b"a: [");
    server.write("html/index.yaml", b"<html></html>\n");
    let url = &server.url;
    let lines = [
        "repo list".to_owned(),
        "repo list -o json".to_owned(),
        "repo update".to_owned(),
        "repo remove x".to_owned(),
        "search repo".to_owned(),
        format!("repo add loop {url}"),
        format!("repo add loop {url}"),
        format!("repo add loop {url}/"),
        format!("repo add loop {url}/ --force-update"),
        format!("repo add other {url} --pass-credentials --insecure-skip-tls-verify"),
        format!("repo add other {url} --username me --password secret"),
        format!("repo add other {url} --username me --password secret --force-update"),
        format!("repo add a/b {url}"),
        format!("repo add empty {url}/empty"),
        format!("repo add none {url}/none"),
        format!("repo add broken {url}/broken"),
        format!("repo add html {url}/html"),
        format!("repo add missing {url}/missing"),
        "repo add x ftp://example.com".to_owned(),
        "repo add x example".to_owned(),
        "repo add old https://kubernetes-charts.storage.googleapis.com".to_owned(),
        "repo list".to_owned(),
        "repo ls --no-headers".to_owned(),
        "repo list -o yaml".to_owned(),
        "repo list -o json".to_owned(),
        "repo list -o xml".to_owned(),
        "repo list x".to_owned(),
        "repo add x".to_owned(),
        "repo update loop".to_owned(),
        "repo up nowhere".to_owned(),
        "repo update loop other --timeout 5s".to_owned(),
        "repo remove nowhere".to_owned(),
        "repo rm loop other".to_owned(),
        "repo remove".to_owned(),
        "repo list".to_owned(),
    ];
    twin.run_all(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let added = twin.run_with(&format!("repo add loop {url} --username me --password-stdin"), "secret\r\n");
    assert!(added.is_ok(), "{added:?}");
}

#[test]
fn what_cannot_be_updated_is_named() {
    let Some(twin) = Twin::new() else { return };
    let server = Server::start();
    server.add("alpha", "1.0.0");
    server.index("");
    twin.run_all(&[&format!("repo add loop {}", server.url)]);
    std::fs::remove_file(server.folder.path().join("index.yaml")).expect("the index");
    twin.run_all(&["repo update", "search repo alpha"]);
    twin.remove("../cache/repository/loop-index.yaml");
    twin.run_all(&["search repo alpha", "search repo -o json"]);
}

#[test]
fn charts_are_found() {
    let Some(twin) = Twin::new() else { return };
    let server = Server::start();
    for (name, version) in [
        ("nginx", "1.0.0"),
        ("nginx", "1.2.0"),
        ("nginx", "2.0.0-beta.1"),
        ("nginx-ingress", "0.1.0"),
        ("web", "0.9.0-alpha"),
        ("web-nginx", "3.0.0"),
        ("Zeta", "1.0.0"),
    ] {
        server.add(name, version);
    }
    server.index("");
    let wide = "apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.0.0, apiVersion: v2, urls: [a.tgz], \
                description: '日本語の説明がここにあります。とても長い説明ですから、切られます。nginx'}\n  none: []\n";
    server.write("wide/index.yaml", wide.as_bytes());
    twin.run_all(&[&format!("repo add loop {}", server.url), &format!("repo add wide {}/wide", server.url)]);
    twin.run_all(&[
        "search repo",
        "search repo nginx",
        "search repo NGINX --versions",
        "search repo loop/nginx -l --devel",
        "search repo web",
        "search repo web --devel",
        "search repo nginx --version ^1",
        "search repo nginx --version >=1.0.0-0 -l",
        "search repo nginx --version foo",
        "search repo -r %0bloop/nginx%0b",
        "search repo --regexp ^web --version 3.0.0 -o json",
        "search repo --regexp (",
        "search repo nothing",
        "search repo nothing -o json",
        "search repo nothing -o yaml",
        "search repo nothing --fail-on-no-result",
        "search repo nginx web -o yaml",
        "search repo chart of -o json",
        "search repo nginx --max-col-width 10",
        "search repo --max-col-width 5",
        "search repo wide --max-col-width 30",
        "search repo wide --max-col-width 31",
        "search repo --max-col-width 0",
        "search repo --max-col-width x",
    ]);
}

#[test]
fn folders_are_indexed() {
    let Some(twin) = Twin::new() else { return };
    for (name, version) in [("alpha", "1.0.0"), ("alpha", "1.1.0"), ("beta", "0.1.0+build")] {
        let (file, data) = super::server::packed(name, version);
        twin.write(&format!("charts/{file}"), &data);
        twin.write(&format!("charts/below/{file}"), &data);
        twin.write(&format!("charts/below/deep/{file}"), &data);
    }
    twin.write("charts/broken-1.0.0.tgz", "x");
    twin.write(
        "old.yaml",
        "apiVersion: v1\ngenerated: '2020-01-01T00:00:00.100Z'\nentries:\n  alpha:\n\
         \x20 - {name: alpha, version: 1.0.0, urls: [x], apiVersion: v2}\n\
         \x20 - {name: alpha, version: 0.5.0, urls: [old.tgz], apiVersion: v1, removed: true, \
         annotations: {b: x, a: y}, maintainers: [{name: me}], dependencies: [{name: d, version: '1', repository: ''}]}\n",
    );
    twin.write("strict.yaml", "apiVersion: v1\nfoo: 1\n");
    twin.run_all(&[
        "repo index charts",
        "repo index charts/ --url http://example.com/a/",
        "repo index charts --url http://example.com",
        "repo index ./charts --json",
        "repo index charts --merge old.yaml",
        "repo index charts --merge old.yaml --json --url https://example.com/x?y=z",
        "repo index charts --merge new.yaml",
        "repo index charts --merge strict.yaml",
        "repo index",
    ]);
}
