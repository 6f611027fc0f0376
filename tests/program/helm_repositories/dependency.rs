//! `helm dependency update` and `build`.

use super::server::Server;
use super::twin::Twin;

fn server() -> Server {
    let server = Server::start();
    for name in ["alpha", "beta", "gamma"] {
        for version in ["1.0.0", "1.1.0", "2.0.0-rc.1", "2.0.0-rc.2+build.1"] {
            server.add(name, version);
        }
    }
    server.index("");
    server
}

#[test]
fn charts_are_updated_and_built() {
    let Some(twin) = Twin::new() else { return };
    let server = server();
    twin.chart("local", "");
    twin.chart("app/charts/kept", "");
    twin.write("app/charts/_notes.txt", "not a chart\n");
    twin.write("app/charts/old-0.1.0.tgz", super::server::packed("old", "0.1.0").1);
    twin.chart(
        "app",
        "dependencies:\n\
         - {name: alpha, version: ^1.0.0, repository: '@loop'}\n\
         - {name: alpha, version: ~1.1, repository: 'alias:loop', alias: other, tags: [a], condition: 'a.b,c'}\n\
         - {name: beta, version: '>=1.0.0-0', repository: 'URL'}\n\
         - {name: local, version: '*', repository: 'file://../local'}\n\
         - {name: kept, version: 0.1.0, import-values: [{parent: y, child: x}, data]}\n"
            .replace("URL", &format!("{}/", server.url))
            .as_str(),
    );
    twin.run_all(&["dependency list app", "dependency update app"]);
    twin.run_well(&[
        &format!("repo add loop {}", server.url),
        "dependency update app",
        "dependency list app/",
        "dep up ./app --skip-refresh",
        "dependency build app",
        "dep build app --skip-refresh",
        "--debug dep ls app --max-col-width 4",
    ]);
    twin.remove("app/charts/alpha-1.1.0.tgz");
    twin.run_well(&["dep list app", "dep build app"]);
    // A lock that does not match.
    twin.chart("app", "dependencies: [{name: alpha, version: 1.0.0, repository: '@loop'}]\n");
    twin.run_all(&["dependency build app"]);
    twin.run_well(&["dependency update app", "dependency build app", "dependency list app"]);
    // No dependencies any more.
    twin.chart("app", "dependencies: []\n");
    twin.run_well(&["dependency update app", "dependency list app"]);
    twin.chart("app", "");
    twin.run_well(&["dependency update app", "dependency list app"]);
}

#[test]
fn repositories_need_not_be_added() {
    let Some(twin) = Twin::new() else { return };
    let server = server();
    let dependencies = format!(
        "dependencies:\n- {{name: alpha, version: 1.x, repository: '{0}'}}\n\
         - {{name: gamma, version: 1.0.0, repository: '{0}'}}\n",
        server.url
    );
    twin.chart("app", &dependencies);
    twin.run_all(&["dependency update app", "dependency build app", "dependency update app --skip-refresh"]);
}

#[test]
fn charts_of_version_1_have_requirements() {
    let Some(twin) = Twin::new() else { return };
    let server = server();
    twin.write("app/Chart.yaml", "apiVersion: v1\nname: app\nversion: 0.1.0\n");
    twin.write(
        "app/requirements.yaml",
        format!("dependencies:\n- name: alpha\n  version: ^1\n  repository: {}\n", server.url),
    );
    twin.run_well(&[
        &format!("repo add loop {}", server.url),
        "dependency update app",
        "dependency build app",
        "dependency list app",
    ]);
    twin.write("app/requirements.yaml", "dependencies: []\n");
    // Helm also logs a warning with the time of day.
    let [ours, theirs] = twin.outputs("dependency build app");
    assert_eq!(ours.status.code(), theirs.status.code());
    let last = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().last().unwrap_or_default().to_owned();
    assert_eq!(last(&ours.stderr), last(&theirs.stderr));
}

#[test]
fn errors_are_those_of_helm() {
    let Some(twin) = Twin::new() else { return };
    let server = server();
    server.write("empty/index.yaml", b"apiVersion: v1\nentries: {}\n");
    server.write("broken/index.yaml", b"a: [");
    let url = &server.url;
    twin.run_all(&[&format!("repo add loop {url}")]);
    let mut wrong = Vec::new();
    let cases = [
        "[{name: alpha, version: ^9, repository: '@loop'}, {name: beta, version: '>3', repository: '@loop'}]"
            .to_owned(),
        "[{name: nope, version: 1.0.0, repository: '@loop'}]".to_owned(),
        "[{name: alpha, version: foo, repository: '@loop'}]".to_owned(),
        "[{name: alpha, repository: '@loop'}]".to_owned(),
        "[{name: alpha, version: 1.0.0, repository: loop}]".to_owned(),
        "[{name: alpha, version: 1.0.0, repository: '@a'}, {name: alpha, version: 1.0.0, repository: 'alias:b'}]"
            .to_owned(),
        "[{name: alpha, version: 1.0.0}]".to_owned(),
        "[{name: local, version: 2.0.0, repository: 'file://../local'}]".to_owned(),
        "[{name: local, version: 1, repository: 'file://../nowhere'}]".to_owned(),
        "[{name: other, version: '*', repository: 'file://../local'}]".to_owned(),
        "[{name: '../local', version: '*'}]".to_owned(),
        "[{name: '../../local', version: '*'}]".to_owned(),
        format!("[{{name: alpha, version: ^1, repository: '{url}/nowhere'}}]"),
        format!("[{{name: alpha, version: ^1, repository: '{url}/empty'}}]"),
        format!("[{{name: alpha, version: ^1, repository: '{url}/broken'}}]"),
        "[{name: alpha, version: ^1, repository: 'ftp://example.com'}]".to_owned(),
        "[{name: alpha, version: ^1, repository: '/x'}]".to_owned(),
        "[{name: alpha, version: 1.0.0, repository: '@loop'}, {name: alpha, version: 1.1.0, repository: '@loop'}]"
            .to_owned(),
        "[{name: alpha, version: 1.0.0, repository: '@loop', alias: 'a b'}]".to_owned(),
        "[{name: alpha, version: v1.0, repository: '@loop'}]".to_owned(),
    ];
    for dependencies in &cases {
        twin.remove("app");
        twin.chart("local", "");
        twin.chart("app", &format!("dependencies: {dependencies}\n"));
        for command in ["dependency update app --skip-refresh", "dependency update app", "dependency build app"] {
            if let Err(report) = twin.run(command) {
                wrong.push(format!("{dependencies}\n{report}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    twin.write("file", "x");
    twin.write("folder/x", "x");
    twin.remove("app/charts");
    twin.write("app/charts", "x");
    twin.run_all(&["dep up nowhere", "dep up file", "dep up folder", "dep build nowhere", "dep list nowhere"]);
}
