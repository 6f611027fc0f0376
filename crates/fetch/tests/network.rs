//! Proxies, with the rules of Go.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use mkmanifests_fetch::Settings;
use mkmanifests_fetch::http::{Client, Connection, HttpRequest};

/// Returns whether a request to `url` goes through the proxy.
fn is_proxied(url: &str, no_proxy: &str) -> bool {
    let no_proxy = no_proxy.to_owned();
    let settings = Settings::new(move |name| match name {
        "HTTP_PROXY" | "https_proxy" => Some("proxy.example.com:3128".into()),
        "NO_PROXY" => Some(no_proxy.clone().into()),
        _ => None,
    });
    settings.network.proxy_for(url).is_some()
}

#[test]
fn no_proxy_has_gos_rules() {
    for (url, no_proxy, expected) in [
        ("http://example.com", "", true),
        ("https://example.com", "", true),
        ("http://localhost:8080", "", false),
        ("http://127.9.9.9", "", false),
        ("http://[::1]:80", "", false),
        ("http://example.com", "*", false),
        ("http://example.com", "example.com", false),
        ("http://a.example.com", "example.com", false),
        ("http://a.example.com", "other.com, .example.com", false),
        ("http://example.com", ".example.com", true),
        ("http://example.com", "*.example.com", true),
        ("http://a.example.com", "*.example.com", false),
        ("http://badexample.com", "example.com", true),
        ("http://example.com:8080", "example.com:8080", false),
        ("http://example.com", "example.com:8080", true),
        ("http://example.com", "example.com:80", false),
        ("https://example.com", "example.com:443", false),
        ("http://10.1.2.3", "10.0.0.0/8", false),
        ("http://11.1.2.3", "10.0.0.0/8", true),
        ("http://11.1.2.3", "0.0.0.0/0", false),
        ("http://10.1.2.3", "10.1.2.3", false),
        ("http://[2001:db8::1]", "2001:db8::/32", false),
        ("http://EXAMPLE.com.", "example.COM", false),
    ] {
        assert_eq!(is_proxied(url, no_proxy), expected, "{url} {no_proxy}");
    }
}

#[test]
fn a_cgi_program_has_no_http_proxy() {
    let settings = Settings::new(|name| match name {
        "HTTP_PROXY" | "REQUEST_METHOD" => Some("GET".into()),
        _ => None,
    });
    assert_eq!(settings.network.proxy_for("http://example.com"), None);
}

#[test]
fn the_proxy_gets_its_own_credentials_only() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let reader = BufReader::new(stream.try_clone().expect("a stream"));
        let lines: Vec<String> = reader.lines().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").expect("a stream");
        lines
    });
    let settings =
        Settings::new(move |name| (name == "HTTPS_PROXY").then(|| format!("http://me:pr0xy@{address}").into()));
    let client = Client::new(&settings, &Connection::default()).expect("a client");
    let mut request = HttpRequest::get("https://charts.example.com/index.yaml", 1000);
    request.headers.push(("Authorization", "Basic s3cret".into()));
    let error = client.send(&request).expect_err("a refusal").to_string();
    assert!(error.contains("the proxy refused the connection") && !error.contains("pr0xy"), "{error}");
    let lines = thread.join().expect("the proxy");
    assert_eq!(lines[0], "CONNECT charts.example.com:443 HTTP/1.1");
    assert!(lines.iter().any(|line| line == "Proxy-Authorization: Basic bWU6cHIweHk="), "{lines:?}");
    assert!(!lines.concat().contains("s3cret"));
}
