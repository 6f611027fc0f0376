//! Pulls from registries that send something else than they should.

use std::io::Write;
use std::net::TcpStream;

use mkmanifests_fetch::oci;
use serde_json::{Value, json};

use super::{Content, INDEX, MANIFEST, host, one_chart, pull, pull_as, resolve, user};
use crate::support::server::{Received, Server, respond};

/// The digest of the archive of [`one_chart`].
fn archive() -> String {
    super::digest(b"archive")
}

fn is_archive(request: &Received) -> bool {
    request.target.ends_with(&archive())
}

/// A registry with one chart that answers some requests in another way.
fn registry(other: impl Fn(&Received, &mut TcpStream) -> bool + Send + Sync + 'static) -> Server {
    let content = one_chart();
    Server::new(move |request, stream| {
        if !other(request, stream) {
            content.answer(request, stream);
        }
    })
}

fn with_archive(content: &'static [u8]) -> Server {
    registry(move |request, stream| {
        is_archive(request) && {
            respond(stream, "200 OK", &[], content);
            true
        }
    })
}

#[test]
fn blobs_are_verified() {
    let prefix = "failed to perform \"Fetch\" on source: ";
    let digest = archive();
    for (content, expected) in [
        (&b"ARCHIVE"[..], format!("mismatched digest: the content is not {digest}")),
        (b"arch", format!("read failed: expected content size of 7, got 4, for digest {digest}")),
        (b"archive and more", format!("read failed: expected content size of 7, got 16, for digest {digest}")),
    ] {
        assert_eq!(pull(&with_archive(content), ":0.1.0").unwrap_err(), format!("{prefix}{expected}"));
    }
}

#[test]
fn endless_answers_end() {
    let endless = |matches: fn(&Received) -> bool| {
        registry(move |request, stream| {
            matches(request) && {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: x\r\nConnection: close\r\n\r\n");
                while stream.write_all(&[b' '; 4096]).is_ok() {}
                true
            }
        })
    };
    let blob = pull(&endless(is_archive), ":0.1.0").unwrap_err();
    assert!(blob.ends_with("the response has more than 65536 bytes"), "{blob}");
    let manifest = pull(&endless(|request| request.target.contains("/manifests/")), ":0.1.0").unwrap_err();
    assert!(manifest.ends_with("the response has more than 4194304 bytes"), "{manifest}");
    let tags = resolve(&endless(|request| request.target.contains("/tags/")), "", "").unwrap_err();
    assert!(tags.ends_with("the response has more than 4194304 bytes"), "{tags}");
}

#[test]
fn descriptors_are_checked_before_the_download() {
    let mut content = Content::default();
    let config = content.blob(oci::CONFIG, b"{}");
    let layer = |digest: &str, size: i64| json!({"mediaType": oci::CHART, "digest": digest, "size": size});
    let zeros = format!("sha256:{}", "0".repeat(64));
    let cases = [
        (layer(&zeros, 1 << 40), format!("{zeros} is larger than the limit of 104857600")),
        (layer(&zeros, -1), format!("cannot parse {zeros}: invalid descriptor size")),
        (layer("sha256:../../../x", 1), "cannot parse sha256:../../../x: invalid checksum digest length".to_owned()),
        (layer("md5:00", 1), "cannot parse md5:00: unsupported digest algorithm".to_owned()),
        (layer("\u{1b}[31m", 1), "cannot parse [31m: invalid checksum digest format".to_owned()),
    ];
    for (at, (layer, _)) in cases.iter().enumerate() {
        content.manifest(&at.to_string(), MANIFEST, &json!({"config": config, "layers": [layer]}));
    }
    let server = content.serve();
    for (at, (_, expected)) in cases.iter().enumerate() {
        let error = pull(&server, &format!(":{at}")).unwrap_err();
        assert_eq!(error, format!("failed to perform \"Fetch\" on source: {expected}"));
    }
    assert!(!server.log().iter().any(|line| line.contains("blobs") && line.contains("000")), "{:?}", server.log());
}

#[test]
fn manifests_are_verified() {
    let lying = registry(|request, stream| {
        request.target.contains("/manifests/") && {
            let digest = format!("Docker-Content-Digest: sha256:{}", "0".repeat(64));
            respond(stream, "200 OK", &["Content-Type: text/plain", &digest], b"{}");
            true
        }
    });
    let zeros = format!("sha256:{}", "0".repeat(64));
    let prefix = "failed to perform \"FetchReference\" on source: ";
    let mismatch = format!("{prefix}mismatched digest: the content is not {zeros}");
    assert_eq!(pull(&lying, ":0.1.0").unwrap_err(), mismatch);
    assert_eq!(pull(&lying, &format!("@{zeros}")).unwrap_err(), mismatch);
    let silent = registry(|request, stream| {
        request.target.contains("/manifests/") && {
            respond(stream, "200 OK", &["Content-Type: text/plain"], b"{}");
            true
        }
    });
    assert_eq!(pull(&silent, &format!("@{zeros}")).unwrap_err(), mismatch);
    let mut content = Content::default();
    content.manifest("text", MANIFEST, &json!("text"));
    content.manifest("list", INDEX, &json!({"manifests": "text"}));
    let server = content.serve();
    for tag in [":text", ":list"] {
        let error = pull(&server, tag).unwrap_err();
        assert!(error.starts_with("failed to perform \"Successors\" on source: cannot parse sha256:"), "{error}");
    }
}

#[test]
fn an_index_cannot_lead_to_any_number_of_manifests() {
    let mut content = Content::default();
    let mut children: Vec<Value> = Vec::new();
    for at in 0..40 {
        children.push(content.manifest("child", INDEX, &json!({"manifests": [], "at": at})));
    }
    content.manifest("wide", INDEX, &json!({"manifests": children}));
    let mut deep = json!({"manifests": []});
    for _ in 0..40 {
        let child = content.manifest("deep", INDEX, &deep);
        deep = json!({"manifests": [child]});
    }
    let server = content.serve();
    for tag in [":wide", ":deep"] {
        assert_eq!(
            pull(&server, tag).unwrap_err(),
            "the number of manifests in an index is larger than the limit of 32"
        );
    }
}

#[test]
fn a_title_does_not_name_a_file() {
    let mut content = Content::default();
    let config = content.blob(oci::CONFIG, b"{}");
    let mut layer = content.blob(oci::CHART, b"archive");
    layer["annotations"] = json!({"org.opencontainers.image.title": "../../../etc/passwd"});
    content.manifest("0.1.0", MANIFEST, &json!({"config": config, "layers": [layer]}));
    let pulled = pull(&content.serve(), ":0.1.0").expect("a chart");
    assert!(!format!("{:?} {:?}", pulled.origin.reference, pulled.origin.digest).contains("passwd"));
}

#[test]
fn lists_of_tags_end() {
    let link = |link: &'static str| {
        Server::new(move |_, stream| respond(stream, "200 OK", &[link], br#"{"tags": ["1.0.0"]}"#))
    };
    let prefix = "GET \"http://HOST/v2/charts/c/tags/list\": ";
    let itself = link("Link: </v2/charts/c/tags/list>; rel=\"next\"");
    assert_eq!(resolve(&itself, "", "").unwrap_err(), format!("{prefix}the list of tags does not end"));
    let elsewhere = link("Link: <https://example.com/>; rel=\"next\"");
    assert_eq!(resolve(&elsewhere, "", "").unwrap_err(), {
        format!(
            "{prefix}invalid next link \"<https://example.com/>; rel=\"next\"\": not the same origin as \"http://HOST/v2/charts/c/tags/list\""
        )
    });
    let broken = link("Link: next");
    assert_eq!(resolve(&broken, "", "").unwrap_err(), format!("{prefix}invalid next link \"next\": missing '<'"));
    let counter = std::sync::atomic::AtomicUsize::new(0);
    let endless = Server::new(move |_, stream| {
        let page = counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        respond(stream, "200 OK", &[&format!("Link: <?last={page}>")], br#"{"tags": []}"#);
    });
    let error = resolve(&endless, "", "").unwrap_err();
    assert!(error.ends_with("the list of tags does not end"), "{error}");
    let text = Server::new(|_, stream| respond(stream, "200 OK", &[], b"<html>"));
    let error = resolve(&text, "", "").unwrap_err();
    assert_eq!(error, format!("{prefix}failed to decode response: not a list of tags"));
}

#[test]
fn redirects_end_and_leave_credentials_behind() {
    let looping = registry(|request, stream| {
        is_archive(request) && {
            respond(stream, "307 Temporary Redirect", &[&format!("Location: {}", request.target)], b"");
            true
        }
    });
    let error = pull(&looping, ":0.1.0").unwrap_err();
    assert!(error.ends_with("stopped after 10 redirects"), "{error}");

    // Like a registry that keeps its blobs in a storage service.
    let storage = Server::new(|_, stream| respond(stream, "200 OK", &[], b"archive"));
    let location = format!("Location: {}/bucket?signature=abc", storage.url);
    let server = behind_basic(move |request, stream| {
        is_archive(request) && {
            respond(stream, "307 Temporary Redirect", &[&location], b"");
            true
        }
    });
    let pulled = pull_as(&server, ":0.1.0", &user("u", "secret")).expect("a chart");
    assert_eq!(pulled.archive, b"archive");
    assert!(storage.received().iter().all(|request| request.header("authorization").is_none()));

    // A storage service that asks for credentials gets none.
    let curious = Server::new(|_, stream| respond(stream, "401 Unauthorized", &["WWW-Authenticate: Basic"], b""));
    let location = format!("Location: {}/bucket?signature=abc", curious.url);
    let server = behind_basic(move |request, stream| {
        is_archive(request) && {
            respond(stream, "307 Temporary Redirect", &[&location], b"");
            true
        }
    });
    let error = pull_as(&server, ":0.1.0", &user("u", "secret")).unwrap_err();
    assert!(error.ends_with(": response status code 401: Unauthorized") && !error.contains("signature"), "{error}");
    assert!(curious.received().iter().all(|request| request.header("authorization").is_none()));
}

/// A registry with one chart that wants Basic authentication.
fn behind_basic(other: impl Fn(&Received, &mut TcpStream) -> bool + Send + Sync + 'static) -> Server {
    registry(move |request, stream| {
        if request.header("authorization") != Some("Basic dTpzZWNyZXQ=") {
            respond(stream, "401 Unauthorized", &["WWW-Authenticate: Basic realm=\"x\""], b"");
            return true;
        }
        other(request, stream)
    })
}

#[test]
fn credentials_stay_with_the_registry() {
    let server = behind_basic(|_, _| false);
    assert!(pull_as(&server, ":0.1.0", &user("u", "secret")).is_ok());
    let error = pull_as(&server, ":0.1.0", &user("u", "wrong-secret")).unwrap_err();
    assert_eq!(error, {
        "failed to perform \"FetchReference\" on source: GET \"http://HOST/v2/charts/c/manifests/0.1.0\": response status code 401: Unauthorized"
    });
    let token_server = Server::new(|_, stream| respond(stream, "200 OK", &[], br#"{"token": "t"}"#));
    let realm = format!("WWW-Authenticate: Bearer realm=\"{}\"", token_server.url.replace("127.0.0.1", "127.0.0.2"));
    let server = Server::new(move |_, stream| respond(stream, "401 Unauthorized", &[&realm], b""));
    let error = pull_as(&server, ":0.1.0", &user("u", "secret")).unwrap_err();
    assert!(
        error.ends_with("bearer realm host \"127.0.0.2\" is a loopback, link-local, private, or unspecified address"),
        "{error}"
    );
    assert!(token_server.log().is_empty());
    assert!(!host(&server).is_empty());
}
