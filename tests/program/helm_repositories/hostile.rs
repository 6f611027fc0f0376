//! Servers and charts that are wrong on purpose, downloads without a network, and how often a server is asked.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::server::{Server, packed};

/// A folder with Helm's files, and charts.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder"))
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be created");
        fs::write(path, text).expect("the file can be written");
    }

    fn chart(&self, dependencies: &str) {
        let text = format!("apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n{dependencies}");
        self.write("app/Chart.yaml", text);
    }

    fn run(&self, line: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mkmanifests"));
        command.args(line.split_whitespace()).current_dir(self.0.path()).env_clear().env("HOME", self.0.path());
        command.output().expect("the program runs")
    }

    fn charts(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = fs::read_dir(self.0.path().join("app/charts")).into_iter().flatten().flatten();
        let read = |path: &Path| fs::read(path).unwrap_or_default();
        entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), read(&entry.path()))).collect()
    }

    /// Returns the names in the chart, to find what a failed run left behind.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path().join("app")).expect("the chart").flatten();
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn dependency(name: &str, version: &str, url: &str) -> String {
    format!("- {{name: {name}, version: {version}, repository: '{url}'}}\n")
}

/// A server with `alpha` and `beta`, whose index has its own text for the second.
fn server(beta: &str) -> Server {
    let server = Server::start();
    server.add("alpha", "1.0.0");
    server.index("");
    let index = server.folder.path().join("index.yaml");
    let text = fs::read_to_string(&index).expect("the index");
    let entry = format!("  beta:\n  - {{name: beta, version: 1.0.0, apiVersion: v2, {beta}}}\ngenerated:");
    fs::write(index, text.replace("generated:", &entry)).expect("the index");
    server
}

#[test]
fn a_failed_download_leaves_the_chart_as_it_was() {
    let other = format!("urls: [beta-1.0.0.tgz], digest: {}", "a".repeat(64));
    for (what, entry, file, data) in [
        ("a missing archive", "urls: [beta-1.0.0.tgz]", "", Vec::new()),
        ("a truncated answer", "urls: [beta-cut-1.0.0.tgz]", "beta-cut-1.0.0.tgz", packed("beta", "1.0.0").1),
        ("no archive", "urls: [beta-1.0.0.tgz]", "beta-1.0.0.tgz", b"<html></html>".to_vec()),
        ("a truncated archive", "urls: [beta-1.0.0.tgz]", "beta-1.0.0.tgz", packed("beta", "1.0.0").1[..100].to_vec()),
        ("another digest", &other, "beta-1.0.0.tgz", packed("beta", "1.0.0").1),
        ("a file name that is none", "urls: ['..']", "", Vec::new()),
        ("no address", "urls: []", "", Vec::new()),
        ("another scheme", "urls: ['file:///etc/passwd']", "", Vec::new()),
    ] {
        let (folder, server) = (Folder::new(), server(entry));
        if !file.is_empty() {
            server.write(file, &data);
        }
        folder.write("app/charts/alpha-0.1.0.tgz", packed("alpha", "0.1.0").1);
        folder.write("app/charts/_notes.txt", "x");
        folder.chart(&(dependency("alpha", "1.0.0", &server.url) + &dependency("beta", "1.0.0", &server.url)));
        let before = folder.charts();
        let output = folder.run("helm dependency update app");
        assert_eq!(output.status.code(), Some(1), "{what}: {}", stderr(&output));
        assert!(stderr(&output).starts_with("Error: "), "{what}: {}", stderr(&output));
        assert_eq!(folder.charts(), before, "{what}");
        assert_eq!(folder.names(), ["Chart.yaml", "charts"], "{what}");
    }
}

#[test]
fn each_archive_is_downloaded_once() {
    let (folder, server) = (Folder::new(), Server::start());
    let names: Vec<String> = (0..20).map(|at| format!("c{at:02}")).collect();
    names.iter().for_each(|name| server.add(name, "1.0.0"));
    server.index("");
    let all: String = names.iter().map(|name| dependency(name, "^1", &server.url)).collect();
    folder.chart(&(all + "- {name: c00, version: ^1, repository: 'URL', alias: again}\n").replace("URL", &server.url));
    let output = folder.run("helm dependency update app");
    assert!(output.status.success(), "{}", stderr(&output));
    let requests = server.take_requests();
    assert_eq!(requests.len(), 21);
    assert!(requests.values().all(|count| *count == 1), "{requests:?}");
    assert_eq!(folder.charts().len(), 20);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let order: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("Downloading ")?.split(' ').next()).collect();
    assert_eq!(order, names);
}

#[test]
fn without_a_network_the_cache_is_used() {
    let (folder, server) = (Folder::new(), Server::start());
    server.add("alpha", "1.0.0");
    server.index("");
    folder.chart(&dependency("alpha", "1.0.0", &server.url));
    let missing = folder.run("chart dependencies app --update --offline");
    assert_eq!(missing.status.code(), Some(2));
    assert!(stderr(&missing).contains("--offline") && stderr(&missing).contains(&server.url), "{}", stderr(&missing));
    let updated = folder.run("chart dependencies app --update");
    assert!(updated.status.success(), "{}", stderr(&updated));
    assert!(stderr(&updated).contains("Saving 1 charts\n"), "{}", stderr(&updated));
    let before = folder.charts();
    fs::remove_dir_all(folder.0.path().join("app/charts")).expect("charts/");
    server.take_requests();
    let again = folder.run("chart dependencies app --update --offline");
    assert!(again.status.success(), "{}", stderr(&again));
    assert_eq!(folder.charts(), before);
    assert!(server.take_requests().is_empty());
}

#[cfg(unix)]
#[test]
fn a_lock_that_is_a_link_is_not_written() {
    let (folder, server) = (Folder::new(), Server::start());
    server.add("alpha", "1.0.0");
    server.index("");
    folder.chart(&dependency("alpha", "1.0.0", &server.url));
    folder.write("target", "dependencies: []\n");
    std::os::unix::fs::symlink("../target", folder.0.path().join("app/Chart.lock")).expect("a link");
    let output = folder.run("helm dependency update app");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("the Chart.lock file is a symlink to \"../target\""), "{}", stderr(&output));
}

#[test]
fn many_dependencies_are_no_problem() {
    let folder = Folder::new();
    folder.chart(
        &(0..2000).map(|at| format!("- {{name: n{at}, version: 1.0.0, repository: '@x'}}\n")).collect::<String>(),
    );
    let output = folder.run("helm dependency update app");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no repository definition for @x, @x"), "{}", stderr(&output));
}
