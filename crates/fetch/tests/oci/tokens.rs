//! Registries that want a token of a token server.

use std::sync::{Arc, Mutex};

use mkmanifests_fetch::http::Connection;
use mkmanifests_fetch::oci;

use super::{host, one_chart, plain, pull_as, user};
use crate::support::server::{Received, Server, respond};
use crate::support::settings;

/// A registry with one chart, and a token server on the same port, which gives the token `good` to those that `allows`
/// accepts.
fn registry(allows: impl Fn(&Received) -> bool + Send + Sync + 'static) -> Server {
    registry_with(|_| r#"{"access_token": "good"}"#.to_owned(), allows)
}

fn registry_with(
    token: impl Fn(&Received) -> String + Send + Sync + 'static,
    allows: impl Fn(&Received) -> bool + Send + Sync + 'static,
) -> Server {
    let content = one_chart();
    let address = Arc::new(Mutex::new(String::new()));
    let known = address.clone();
    let server = Server::new(move |request, stream| {
        let realm = known.lock().unwrap().clone();
        if request.target.starts_with("/token") {
            if allows(request) {
                respond(stream, "200 OK", &[], token(request).as_bytes());
            } else {
                respond(stream, "401 Unauthorized", &[], br#"{"errors":[{"code":"DENIED","message":"no"}]}"#);
            }
        } else if request.header("authorization") == Some("Bearer good") {
            if request.target == "/v2/" {
                respond(stream, "200 OK", &[], b"{}")
            } else {
                content.answer(request, stream)
            }
        } else {
            let challenge = format!("WWW-Authenticate: Bearer realm=\"{realm}/token?x=1\",service=\"r s\"");
            respond(stream, "401 Unauthorized", &[&challenge], b"");
        }
    });
    server.url.clone_into(&mut address.lock().unwrap());
    server
}

fn token_requests(server: &Server) -> Vec<Received> {
    server.received().into_iter().filter(|request| request.target.starts_with("/token")).collect()
}

#[test]
fn anonymous_users_get_a_token_once() {
    let server = registry(|request| request.header("authorization").is_none());
    pull_as(&server, ":0.1.0", &plain()).expect("a chart");
    let tokens = token_requests(&server);
    let [token] = tokens.as_slice() else { panic!("{tokens:?}") };
    assert_eq!(token.target, "/token?x=1&service=r%20s&scope=repository%3Acharts%2Fc%3Apull");
    // The first request has no token, all others have it.
    assert_eq!(server.received().len(), 5, "{:?}", server.log());
}

#[test]
fn a_password_goes_to_the_token_server_only() {
    let server = registry(|request| request.header("authorization") == Some("Basic dTpzZWNyZXQ="));
    pull_as(&server, ":0.1.0", &user("u", "secret")).expect("a chart");
    let others = server.received().into_iter().filter(|request| !request.target.starts_with("/token"));
    for request in others {
        assert_ne!(request.header("authorization"), Some("Basic dTpzZWNyZXQ="), "{}", request.target);
    }
    let error = pull_as(&server, ":0.1.0", &user("u", "wrong-secret")).unwrap_err();
    assert!(error.contains("/token?x=1"), "{error}");
    assert!(error.ends_with("response status code 401: denied: no") && !error.contains("secret"), "{error}");
}

#[test]
fn identity_tokens_are_exchanged_and_registry_tokens_used() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let server = registry(|request| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        request.method == "POST" && body.starts_with("grant_type=refresh_token&refresh_token=id%2Btoken&service=r%20s&")
    });
    let reference = super::reference(&server, ":0.1.0");
    for entry in [r#""identitytoken": "id+token""#, r#""registrytoken": "good""#] {
        let config = format!(r#"{{"auths": {{"https://{}/v1/": {{{entry}}}}}}}"#, host(&server));
        std::fs::create_dir_all(settings.registry_config.parent().unwrap()).unwrap();
        std::fs::write(&settings.registry_config, config).unwrap();
        oci::pull(&settings, &plain(), &reference, false).expect(entry);
    }
    assert_eq!(token_requests(&server).len(), 1);
}

#[test]
fn tokens_are_checked() {
    for (answer, expected) in [
        ("{}", "empty token returned"),
        ("<html>", "failed to decode response: not JSON"),
        ("{\"token\": \"a\\r\\nHost: b\"}", "the token contains characters that a header cannot have"),
    ] {
        let server = registry_with(move |_| answer.to_owned(), |_| true);
        let error = pull_as(&server, ":0.1.0", &plain()).unwrap_err();
        assert!(error.ends_with(expected), "{error}");
    }
    let server = registry_with(|_| " ".repeat(200 << 10), |_| true);
    let error = pull_as(&server, ":0.1.0", &plain()).unwrap_err();
    assert!(error.ends_with("the response has more than 131072 bytes"), "{error}");
}

#[test]
fn a_login_tries_a_password_grant_first() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let login = |server: &Server| oci::login(&settings, &user("u", "a&b"), host(server));
    let grants = registry(|request| {
        request.body == b"grant_type=password&username=u&password=a%26b&service=r%20s&client_id=oras-go"
    });
    login(&grants).expect("a login");
    assert_eq!(token_requests(&grants).len(), 1);
    let plain =
        registry(|request| request.method == "GET" && request.header("authorization") == Some("Basic dTphJmI="));
    login(&plain).expect("a login");
    assert_eq!(token_requests(&plain).iter().map(|request| &*request.method).collect::<Vec<_>>(), ["POST", "GET"]);
    let refuses = registry(|_| false);
    let error = super::masked(&refuses, &login(&refuses).unwrap_err().to_string());
    assert_eq!(error, {
        "authenticating to \"HOST\": GET \"http://HOST/v2/\": GET \"http://HOST/token?x=1&service=r%20s\": response status code 401: denied: no"
    });
    let stored = std::fs::read_to_string(&settings.registry_config).unwrap();
    assert!(stored.contains(host(&grants)) && stored.contains(host(&plain)) && !stored.contains(host(&refuses)));
    assert!(!format!("{:?}", user("u", "a&b")).contains("a&b"));
    let _: Connection = user("u", "p");
}

#[test]
fn a_body_with_a_password_follows_no_redirect() {
    let thief = Server::new(|_, stream| respond(stream, "200 OK", &[], br#"{"access_token": "good"}"#));
    let location = format!("Location: {}/steal", thief.url);
    let address = Arc::new(Mutex::new(String::new()));
    let known = address.clone();
    let server = Server::new(move |request, stream| {
        if request.method == "POST" {
            return respond(stream, "307 Temporary Redirect", &[&location], b"");
        }
        let challenge = format!("WWW-Authenticate: Bearer realm=\"{}/token\"", known.lock().unwrap());
        respond(stream, "401 Unauthorized", &[&challenge], b"");
    });
    server.url.clone_into(&mut address.lock().unwrap());
    let folder = tempfile::tempdir().unwrap();
    assert!(oci::login(&settings(folder.path()), &user("u", "secret"), host(&server)).is_err());
    assert!(thief.received().iter().all(|request| request.body.is_empty()), "{:?}", thief.log());
}
