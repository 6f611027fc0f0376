//! Pushes to registries that behave and that do not.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use mkmanifests_fetch::oci;
use serde_json::Value;

use super::{host, masked, nowhere, plain};
use crate::support::archive::chart;
use crate::support::server::{Server, respond};

/// Writes the chart `c` and its provenance file.
fn packed() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c-1.0.0+b.1.tgz");
    std::fs::write(&path, chart("c", "1.0.0+b.1")).unwrap();
    std::fs::write(folder.path().join("c-1.0.0+b.1.tgz.prov"), "signature").unwrap();
    (folder, path)
}

/// A registry that keeps what it gets. `location` is where it wants uploads.
fn registry(location: &'static str) -> Server {
    let kept: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::default();
    Server::new(move |request, stream| {
        let mut kept = kept.lock().unwrap();
        let path = request.target.clone();
        match &*request.method {
            "HEAD" if kept.contains_key(&path) => respond(stream, "200 OK", &[], b""),
            "POST" => respond(stream, "202 Accepted", &[&format!("Location: {location}")], b""),
            "PUT" => {
                let digest = path.split("digest=sha256%3A").nth(1);
                let path = digest.map_or(path.clone(), |hex| format!("/v2/charts/c/blobs/sha256:{hex}"));
                kept.insert(path, request.body.clone());
                respond(stream, "201 Created", &[], b"");
            }
            _ => respond(stream, "404 Not Found", &[], b""),
        }
    })
}

fn push(server: &Server, path: &std::path::Path) -> Result<oci::Pushed, String> {
    let remote = format!("oci://{}/charts", host(server));
    oci::push(&nowhere(), &plain(), path, &remote).map_err(|error| masked(server, &error.to_string()))
}

#[test]
fn a_chart_is_uploaded_once() {
    let (_folder, path) = packed();
    for location in ["/v2/charts/c/blobs/uploads/1?state=x", "2"] {
        let server = registry(location);
        let pushed = push(&server, &path).expect("a push");
        assert_eq!(masked(&server, &pushed.reference), "HOST/charts/c:1.0.0_b.1");
        let sent = server.received();
        let manifest = sent.last().expect("requests");
        assert_eq!(manifest.target, "/v2/charts/c/manifests/1.0.0_b.1");
        assert_eq!(super::digest(&manifest.body), pushed.digest);
        let manifest: Value = serde_json::from_slice(&manifest.body).expect("a manifest");
        assert_eq!(manifest["layers"].as_array().map(Vec::len), Some(2));
        assert_eq!(manifest["annotations"]["org.opencontainers.image.title"], "c");
        let config = sent.iter().find(|request| request.body.starts_with(b"{\"name\":\"c\",")).expect("a config");
        assert_eq!(config.body, br#"{"name":"c","version":"1.0.0+b.1","apiVersion":"v2"}"#);
        let uploads = |server: &Server| server.log().iter().filter(|line| line.starts_with("POST")).count();
        assert_eq!(uploads(&server), 3);
        push(&server, &path).expect("a second push");
        assert_eq!(uploads(&server), 3);
    }
}

#[test]
fn uploads_stay_with_the_registry() {
    let (_folder, path) = packed();
    let error = push(&registry("http://example.com/upload"), &path).unwrap_err();
    assert_eq!(error, {
        "failed to perform \"Push\" on destination: POST \"http://HOST/v2/charts/c/blobs/uploads/\": the blob upload Location is on a different host than the registry"
    });
}

#[test]
fn refusals_are_explained() {
    let (_folder, path) = packed();
    let server = Server::new(|request, stream| match &*request.method {
        "HEAD" => respond(stream, "404 Not Found", &[], b""),
        _ => respond(stream, "403 Forbidden", &[], br#"{"errors":[{"code":"DENIED","message":"read only"}]}"#),
    });
    assert_eq!(push(&server, &path).unwrap_err(), {
        "failed to perform \"Push\" on destination: POST \"http://HOST/v2/charts/c/blobs/uploads/\": response status code 403: denied: read only"
    });
    let text = path.with_file_name("text.tgz");
    std::fs::write(&text, "text").unwrap();
    assert!(push(&server, &text).unwrap_err().contains("does not appear to be a gzipped archive"));
}
