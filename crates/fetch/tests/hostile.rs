//! Servers that want to hurt: they end as errors, quickly, and nothing is written or given away.

use std::fs;
use std::io::Write;

use mkmanifests_fetch::http::{Connection, HttpRequest, Method, limits, redact};
use mkmanifests_fetch::{Destination, Request, save, unpack};

use crate::support::archive::{chart, gzip, index, pack};
use crate::support::server::{Server, respond, wait};
use crate::support::{client, client_for, fetcher};

/// Returns the error of a `GET` with a limit of 1000 bytes.
fn error(server: &Server) -> String {
    let url = format!("{}/x", server.url);
    let error = client().send(&HttpRequest::get(&url, 1000)).expect_err("an error").to_string();
    error.replace(&server.url, "URL")
}

#[test]
fn a_server_that_never_answers_ends_by_timeout() {
    let server = Server::new(|_, stream| wait(stream));
    assert_eq!(error(&server), "Get \"URL/x\": timeout: no progress for 300ms");
    assert_eq!(server.log().len(), 1, "a timeout is not retried");
}

#[test]
fn a_server_that_drips_ends_by_the_timeout_for_all() {
    let server = Server::new(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n");
        while stream.write_all(b".").and_then(|()| stream.flush()).is_ok() {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    });
    assert_eq!(error(&server), "Get \"URL/x\": timeout: no complete response within 2s");
}

#[test]
fn a_body_has_a_limit_with_and_without_a_length() {
    let announced = Server::new(|_, stream| respond(stream, "200 OK", &[], &[b'x'; 1001]));
    assert_eq!(error(&announced), "Get \"URL/x\": the response has more than 1000 bytes");
    let endless = Server::new(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    assert_eq!(error(&endless), "Get \"URL/x\": the response has more than 1000 bytes");
    let chunks = Server::new(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while stream.write_all(b"5\r\nhello\r\n").is_ok() {}
    });
    assert_eq!(error(&chunks), "Get \"URL/x\": the response has more than 1000 bytes");
}

#[test]
fn a_truncated_body_is_retried_and_then_an_error() {
    let server = Server::new(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nhello");
    });
    assert_eq!(error(&server), "Get \"URL/x\": unexpected EOF");
    assert_eq!(server.log().len(), 3);
    let chunks = Server::new(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
    });
    assert!(error(&chunks).contains("unexpected EOF"), "{}", error(&chunks));
}

#[test]
fn what_is_not_http_is_an_error() {
    let garbage = Server::new(|_, stream| _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"));
    assert!(error(&garbage).contains("malformed HTTP response"), "{}", error(&garbage));
    let headers = Server::new(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"X-Header: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n").is_ok() {}
    });
    assert!(error(&headers).contains("malformed HTTP response"), "{}", error(&headers));
}

#[test]
fn redirects_end() {
    let server = Server::new(|_, stream| respond(stream, "302 Found", &["Location: /x"], b""));
    assert_eq!(error(&server), "Get \"URL/x\": stopped after 10 redirects");
    assert_eq!(server.log().len(), 11);
    let file = Server::new(|_, stream| respond(stream, "302 Found", &["Location: file:///etc/passwd"], b""));
    assert!(error(&file).ends_with("unsupported protocol scheme \"file\""), "{}", error(&file));
}

#[test]
fn credentials_do_not_follow_to_another_port() {
    let other = Server::new(|_, stream| respond(stream, "200 OK", &[], b"hello"));
    let target = format!("Location: {}/stolen", other.url);
    let server = Server::new(move |request, stream| match request.target.as_str() {
        "/same" => respond(stream, "301 Moved Permanently", &["Location: /next"], b""),
        "/next" => respond(stream, "302 Found", &[&target], b""),
        _ => respond(stream, "200 OK", &[], b""),
    });
    let url = format!("{}/same", server.url);
    let headers = vec![("Authorization", "Basic s3cret".to_owned()), ("Cookie", "s3cret".to_owned())];
    let response = client().send(&HttpRequest { headers, ..HttpRequest::get(&url, 1000) }).expect("a response");
    assert_eq!((response.body.as_slice(), response.url), (&b"hello"[..], format!("{}/stolen", other.url)));
    assert!(server.received().iter().all(|request| request.header("authorization") == Some("Basic s3cret")));
    let stolen = other.received();
    assert_eq!((stolen[0].header("authorization"), stolen[0].header("cookie")), (None, None));
}

#[test]
fn a_body_does_not_follow_to_another_port() {
    let other = Server::new(|_, stream| respond(stream, "200 OK", &[], b""));
    let target = format!("Location: {}/", other.url);
    let server = Server::new(move |_, stream| respond(stream, "307 Temporary Redirect", &[&target], b""));
    let request = HttpRequest { method: Method::Post, body: b"password=s3cret", ..HttpRequest::get(&server.url, 1000) };
    assert_eq!(client().send(&request).expect("a response").status, 307);
    assert!(other.log().is_empty());
}

#[test]
fn only_safe_requests_are_retried() {
    let server = Server::new(|_, stream| respond(stream, "503 Service Unavailable", &["Retry-After: 0"], b""));
    let url = format!("{}/x", server.url);
    for (method, expected) in [(Method::Get, 3), (Method::Head, 3), (Method::Post, 1), (Method::Put, 1)] {
        let before = server.log().len();
        let response = client().send(&HttpRequest { method, ..HttpRequest::get(&url, 1000) }).expect("a response");
        assert_eq!((response.status, server.log().len() - before), (503, expected), "{method:?}");
    }
    let later = Server::new(|_, stream| respond(stream, "429 Too Many Requests", &["Retry-After: 3600"], b""));
    assert_eq!(client().send(&HttpRequest::get(&later.url, 1000)).expect("a response").status, 429);
    assert_eq!(later.log().len(), 1);
}

#[test]
fn a_response_to_head_has_no_body() {
    let server = Server::new(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\nConnection: close\r\n\r\n");
    });
    let request = HttpRequest { method: Method::Head, ..HttpRequest::get(&server.url, 10) };
    assert_eq!(client().send(&request).expect("a response").header("content-length"), Some("999999999"));
}

#[test]
fn messages_have_no_credentials() {
    for (address, expected) in [
        ("https://me:s3cret@example.com/x?token=s3cret&b", "https://***@example.com/x?token=***&***"),
        ("https://s3cret@example.com", "https://***@example.com"),
        ("https://me:s3/cret@example.com/x", "https://***@example.com/x"),
        ("https://example.com/a@b", "https://example.com/a@b"),
        ("https://[::1]/a@b", "https://[::1]/a@b"),
        ("https://example.com:8443/a@b", "https://example.com:8443/a@b"),
        ("plain", "plain"),
    ] {
        assert!(!redact(address).contains("s3"), "{address}");
        assert_eq!(redact(address), expected);
    }
    let url = "http://me:s3cret@127.0.0.1:1/x?key=s3cret";
    let error = client().send(&HttpRequest::get(url, 1000)).expect_err("a refusal").to_string();
    assert!(!error.contains("s3cret") && error.contains("connection refused"), "{error}");
    let connection = Connection { username: "me".into(), password: "s3cret".into(), ..Connection::default() };
    assert!(!format!("{connection:?} {:?}", client_for(&connection)).contains("s3cret"));
}

#[test]
fn user_information_becomes_a_header() {
    let server = Server::new(|_, stream| respond(stream, "200 OK", &[], b""));
    let url = server.url.replace("http://", "http://me:p%40ss@");
    client().send(&HttpRequest::get(&url, 1000)).expect("a response");
    assert_eq!(server.received()[0].header("authorization"), Some("Basic bWU6cEBzcw=="));
}

/// Pulls `web` from a server of these files. Returns the error, and what is in the destination.
fn pull(files: Vec<(String, Vec<u8>)>, unpack: bool) -> (String, Vec<String>) {
    let (server, folder) = (Server::files(files), tempfile::tempdir().expect("a folder"));
    let target = folder.path().join("target");
    fs::create_dir(&target).expect("a folder");
    let fetcher = fetcher(folder.path());
    let request = Request { chart: "web".into(), repository: server.url.clone(), ..Request::default() };
    let destination = Destination { folder: target.clone(), unpack: unpack.then(|| ".".into()) };
    let result = fetcher
        .resolve(&request)
        .and_then(|resolved| fetcher.fetch(&resolved, &request.connection, false))
        .and_then(|fetched| save(&fetched, "web", &destination));
    let names = fs::read_dir(&target).expect("a folder").flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let error = result.map_or_else(|error| error.to_string(), |path| path.display().to_string());
    (error.replace(&server.url, "URL"), names)
}

fn repository(url: &str, name: &str, announced: &[u8], sent: &[u8]) -> Vec<(String, Vec<u8>)> {
    let index = index(&[("web", "1.0.0", url, announced)]);
    vec![("index.yaml".into(), index), (name.into(), sent.to_vec())]
}

#[test]
fn an_archive_with_another_digest_is_refused() {
    let (announced, sent) = (chart("web", "1.0.0"), chart("web", "6.6.6"));
    let (error, names) = pull(repository("web.tgz", "web.tgz", &announced, &sent), false);
    assert!(error.starts_with("URL/web.tgz has the SHA-256 digest ") && names.is_empty(), "{error} {names:?}");
}

#[test]
fn a_page_that_says_ok_is_no_archive() {
    let page = b"<html>Please sign in</html>";
    let (error, names) = pull(repository("web.tgz", "web.tgz", page, page), false);
    assert_eq!((error.as_str(), names.len()), ("URL/web.tgz does not appear to be a gzipped archive", 0));
}

#[test]
fn archives_cannot_leave_their_folder() {
    for (name, expected) in [
        ("web/../../x", "chart illegally references parent directory"),
        ("web//etc/x", "chart illegally contains absolute paths"),
        ("x", "chart illegally contains content outside the base directory"),
        ("web\\..\\..\\x", "chart illegally references parent directory"),
    ] {
        let archive = pack(&[("web/Chart.yaml", b"name: web\nversion: 1.0.0\n"), (name, b"x")]);
        let (error, names) = pull(repository("web.tgz", "web.tgz", &archive, &archive), true);
        assert!(names.is_empty(), "{name}: {names:?}");
        assert!(error.starts_with(expected), "{name}: {error}");
    }
}

#[test]
fn names_of_charts_and_addresses_cannot_leave_the_folder() {
    for name in ["..", ".", "../x", "/x", "a/b", "''"] {
        let archive = pack(&[("web/Chart.yaml", format!("name: {name}\nversion: 1.0.0\n").as_bytes())]);
        let (error, names) = pull(repository("web.tgz", "web.tgz", &archive, &archive), true);
        assert!(error.starts_with("chart name ") && names.is_empty(), "{name}: {error} {names:?}");
    }
    let archive = chart("web", "1.0.0");
    for url in ["/", "/x/..", "/x/."] {
        let (error, names) = pull(repository(url, "x", &archive, &archive), false);
        assert!(names.is_empty(), "{url}: {error} {names:?}");
    }
    let (path, names) = pull(repository("x%2F..%2Fweb.tgz", "x%2F..%2Fweb.tgz", &archive, &archive), false);
    assert_eq!(names, ["web.tgz"], "{path}");
}

#[test]
fn bombs_are_refused() {
    let zeros = vec![0; 200 << 20];
    let bomb = gzip(&zeros);
    let folder = tempfile::tempdir().expect("a folder");
    let error = unpack(&bomb, "bomb.tgz", folder.path()).expect_err("a bomb").to_string();
    assert_eq!(error, "no files in chart archive");
    let large = pack(&[("web/Chart.yaml", b"name: web\n"), ("web/x", &zeros[..6 << 20])]);
    let error = unpack(&large, "large.tgz", folder.path()).expect_err("a large file").to_string();
    assert!(error.contains("larger than the maximum file size 5242880"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn an_index_of_aliases_is_refused() {
    let mut text = String::from("apiVersion: v1\na: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for (name, previous) in ('b'..='j').zip('a'..) {
        text.push_str(&format!("{name}: &{name} [{}]\n", vec![format!("*{previous}"); 10].join(",")));
    }
    let error = mkmanifests_fetch::repository::Index::parse(text.as_bytes(), "x").expect_err("a bomb").to_string();
    assert!(error.contains("error converting YAML to JSON"), "{error}");
}

#[test]
fn an_index_that_is_compressed_is_not_decompressed() {
    let index = index(&[("web", "1.0.0", "web.tgz", b"")]);
    let server = Server::new(move |_, stream| respond(stream, "200 OK", &["Content-Encoding: gzip"], &gzip(&index)));
    let folder = tempfile::tempdir().expect("a folder");
    let error = fetcher(folder.path()).index(&server.url, &Connection::default()).expect_err("not YAML").to_string();
    assert!(error.starts_with("looks like \"http://127.0.0.1:"), "{error}");
    assert_eq!(server.received()[0].header("accept-encoding"), None);
}

#[test]
fn the_limits_are_those_of_charts() {
    assert_eq!((limits::MAX_ARCHIVE_BYTES, limits::MAX_INDEX_BYTES), (100 << 20, 128 << 20));
}
