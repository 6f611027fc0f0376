//! The files with credentials: Helm's and Docker's.

use std::fs;

use mkmanifests_fetch::Settings;
use mkmanifests_fetch::oci;

use super::{host, one_chart, plain, reference, user};
use crate::support::server::{Server, respond};
use crate::support::settings;

/// A registry with one chart for the user `u` with the password `secret`.
fn registry() -> Server {
    let content = one_chart();
    Server::new(move |request, stream| match request.header("authorization") {
        Some("Basic dTpzZWNyZXQ=") if request.target == "/v2/" => respond(stream, "200 OK", &[], b"{}"),
        Some("Basic dTpzZWNyZXQ=") => content.answer(request, stream),
        _ => respond(stream, "401 Unauthorized", &["WWW-Authenticate: Basic"], b""),
    })
}

fn write(path: &std::path::Path, content: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

fn pull(settings: &Settings, server: &Server) -> String {
    let pulled = oci::pull(settings, &plain(), &reference(server, ":0.1.0"), false);
    pulled.map_or_else(|error| error.to_string(), |_| "pulled".to_owned())
}

#[test]
fn helms_file_comes_before_dockers() {
    let server = registry();
    let host = host(&server);
    let auths = |key: &str, auth: &str| format!(r#"{{"auths": {{"{key}": {{"auth": "{auth}"}}}}}}"#);
    let (good, bad) = ("dTpzZWNyZXQ=", "dTp3cm9uZw==");
    for (helm, docker, works) in [
        (auths(host, good), String::new(), true),
        (auths(&format!("https://{host}/v1/"), good), String::new(), true),
        (auths(host, bad), auths(host, good), false),
        ("{}".to_owned(), auths(host, good), true),
        (auths("example.com", bad), auths(host, good), true),
        ("null".to_owned(), "not JSON".to_owned(), false),
        (format!(r#"{{"auths": {{"{host}": {{"username": "u", "password": "secret"}}}}}}"#), String::new(), true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path());
        write(&settings.registry_config, &helm);
        write(&settings.docker_config.join("config.json"), &docker);
        let result = pull(&settings, &server);
        assert_eq!(result == "pulled", works, "{helm} {docker}: {result}");
        assert!(!result.contains("wrong") && !result.contains(bad), "{result}");
    }
}

#[test]
fn invalid_files_are_explained_without_their_content() {
    let server = registry();
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let host = host(&server);
    for config in [
        "{\"auths\": \"hunter2".to_owned(),
        "{\"auths\": \"hunter2\"}".to_owned(),
        "{\"credsStore\": [\"hunter2\"]}".to_owned(),
        format!("{{\"auths\": {{\"{host}\": {{\"auth\": \"hunter2\"}}}}}}"),
        format!("{{\"auths\": {{\"{host}\": {{\"auth\": \"aHVudGVyMg==\"}}}}}}"),
        format!("{{\"auths\": {{\"{host}\": {{\"auth\": [\"hunter2\"]}}}}}}"),
        format!("{{\"auths\": {{\"{host}\": \"hunter2\"}}}}"),
    ] {
        write(&settings.registry_config, &config);
        let error = pull(&settings, &server);
        assert!(error.contains("invalid config format") && error.contains("config.json"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_login_keeps_the_rest_of_the_file() {
    let server = registry();
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    write(
        &settings.registry_config,
        r#"{"z": {"b": 1, "a": [true]}, "auths": {"example.com": {"auth": "eA==", "x": 1}}}"#,
    );
    oci::login(&settings, &user("u", "secret"), host(&server)).expect("a login");
    let text = |settings: &Settings| fs::read_to_string(&settings.registry_config).unwrap();
    let expected = format!(
        "{{\n\t\"auths\": {{\n\t\t\"{}\": {{\n\t\t\t\"auth\": \"dTpzZWNyZXQ=\"\n\t\t}},\n\t\t\"example.com\": {{\n\t\t\t\
         \"auth\": \"eA==\",\n\t\t\t\"x\": 1\n\t\t}}\n\t}},\n\t\"z\": {{\n\t\t\"b\": 1,\n\t\t\"a\": [\n\t\t\ttrue\n\t\t]\n\t}}\n}}",
        host(&server)
    );
    assert_eq!(text(&settings), expected);
    assert_eq!(pull(&settings, &server), "pulled");
    assert!(oci::login(&settings, &user("u", "other"), host(&server)).is_err());
    assert_eq!(text(&settings), expected);
    oci::logout(&settings, host(&server)).expect("a logout");
    assert!(!text(&settings).contains(host(&server)) && text(&settings).contains("example.com"));
    assert!(pull(&settings, &server).ends_with("basic credential not found"));
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner() {
    use std::os::unix::fs::PermissionsExt;
    let server = registry();
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    oci::login(&settings, &user("u", "secret"), host(&server)).expect("a login");
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let registry_folder = settings.registry_config.parent().unwrap();
    assert_eq!((mode(&settings.registry_config), mode(registry_folder)), (0o600, 0o700));
    assert_eq!(fs::read_dir(registry_folder).unwrap().count(), 1);
}

#[test]
fn helpers_are_programs_on_the_path() {
    let server = registry();
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    for name in ["../../evil", "there-is-no-such-helper"] {
        write(&settings.registry_config, &format!(r#"{{"credHelpers": {{"{}": "{name}"}}}}"#, host(&server)));
        let error = pull(&settings, &server);
        assert!(
            error.ends_with(&format!("exec: \"docker-credential-{name}\": executable file not found in $PATH")),
            "{error}"
        );
    }
}
