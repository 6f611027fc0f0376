//! Repositories with charts of our own, and runs of the program with an empty home folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::server::{MANIFEST, Server};
use crate::program::gitops::support::{Fleet, Run, files};

/// A machine of a user: a home folder with Helm's cache, and a fleet.
pub struct Machine {
    pub home: TempDir,
    pub fleet: Fleet,
}

impl Machine {
    /// Creates one whose fleet has the clusters `names`, without apps.
    pub fn with_clusters(names: &[&str]) -> Machine {
        let fleet = Fleet::empty();
        names.iter().for_each(|name| fleet.put(&format!("{name}/cluster.yaml"), ""));
        Machine { home: tempfile::tempdir().expect("a folder"), fleet }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mkmanifests"));
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.args(arguments).env_clear().env("HOME", self.home.path()).env("PATH", path);
        // The same folders on Windows.
        let of_home = |name: &str| self.home.path().join(name);
        command.env("TMP", self.home.path()).env("TEMP", of_home(".cache")).env("APPDATA", of_home(".config"));
        command.current_dir(self.fleet.root().parent().expect("a folder"));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        let output = self.command(arguments).output().expect("the program runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8").replace(std::path::MAIN_SEPARATOR, "/");
        Run { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs `fetch`, and returns what it printed after it succeeded.
    #[track_caller]
    pub fn fetch(&self, flags: &[&str]) -> Run {
        let run = self.run(&[&["fetch", "fleet"], flags].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run
    }

    /// Runs `fetch`, and returns what it printed after it failed.
    #[track_caller]
    pub fn fails(&self, flags: &[&str]) -> String {
        let run = self.run(&[&["fetch", "fleet"], flags].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        run.stderr
    }

    /// Renders the fleet.
    #[track_caller]
    pub fn render(&self) -> std::collections::BTreeMap<String, Vec<u8>> {
        let run = self.run(&["gitops", "fleet", "--out", "tree"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        files(&self.fleet.tree())
    }

    pub fn file(&self, path: &str) -> PathBuf {
        self.fleet.root().join(path)
    }

    /// Returns the text of `charts.lock`; empty if it does not exist.
    pub fn lock(&self) -> String {
        fs::read_to_string(self.file("charts.lock")).unwrap_or_default()
    }

    /// Empties the cache.
    pub fn forget(&self) {
        fs::remove_dir_all(self.home.path().join(".cache")).expect("a cache");
    }

    /// Puts an archive into the cache, where Helm looks for it.
    pub fn put_cached(&self, archive: &[u8]) {
        let sha = sha256(archive);
        let folder = self.home.path().join(".cache/helm/content").join(&sha[..2]);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(format!("{sha}.chart")), archive).expect("a file");
    }

    /// Makes an app of each cluster name a chart.
    pub fn put_apps(&self, clusters: &[&str], app: &str, chart: &str) {
        clusters
            .iter()
            .for_each(|it| self.fleet.put(&format!("{it}/{app}.chart.yaml"), &format!("chart: {{{chart}}}\n")));
    }
}

/// A version of a chart in a repository.
pub struct Chart {
    pub name: &'static str,
    pub version: &'static str,
    /// Whether the index has the digest.
    pub with_digest: bool,
}

pub fn chart(name: &'static str, version: &'static str) -> Chart {
    Chart { name, version, with_digest: true }
}

impl Chart {
    /// Returns the archive of the chart, with a text in its only object.
    pub fn archive(&self, text: &str) -> Vec<u8> {
        let Chart { name, version, .. } = self;
        let object = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{{{ .Release.Name }}}}\ndata:\n  text: {text}\n  \
             chart: {{{{ .Chart.Name }}}}-{{{{ .Chart.Version }}}}\n"
        );
        let metadata = format!("apiVersion: v2\nname: {name}\nversion: {version}\n");
        let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (file, content) in
            [("Chart.yaml", &metadata), ("values.yaml", &"{}\n".to_owned()), ("templates/a.yaml", &object)]
        {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            tar.append_data(&mut header, format!("{name}/{file}"), content.as_bytes()).expect("it can be written");
        }
        tar.into_inner().and_then(GzEncoder::finish).expect("an archive")
    }

    pub fn file(&self) -> String {
        format!("/{}-{}.tgz", self.name, self.version)
    }
}

/// Starts a repository with these charts.
pub fn repository(charts: &[Chart]) -> Server {
    let server = Server::start();
    publish(&server, charts, "hello");
    server
}

/// Replaces the index and the archives of a repository.
pub fn publish(server: &Server, charts: &[Chart], text: &str) {
    let mut index = String::from("apiVersion: v1\nentries:\n");
    let mut names: Vec<&str> = charts.iter().map(|chart| chart.name).collect();
    names.dedup();
    for name in names {
        index.push_str(&format!("  {name}:\n"));
        for chart in charts.iter().filter(|chart| chart.name == name) {
            let (archive, Chart { version, .. }) = (chart.archive(text), chart);
            let digest = if chart.with_digest { format!("    digest: {}\n", sha256(&archive)) } else { String::new() };
            index.push_str(&format!(
                "  - apiVersion: v2\n    name: {name}\n    version: {version}\n    urls: [{name}-{version}.tgz]\n{digest}"
            ));
            server.put(&chart.file(), &archive);
        }
    }
    server.put("/index.yaml", index.as_bytes());
}

/// Pushes a chart to a registry, as `helm push` does, into the repository `charts`.
pub fn push(server: &Server, chart: &Chart, text: &str) {
    let Chart { name, version, .. } = chart;
    let put = |kind: &str, bytes: &[u8]| {
        let digest = format!("sha256:{}", sha256(bytes));
        server.put(&format!("/v2/charts/{name}/blobs/{digest}"), bytes);
        serde_json::json!({"mediaType": kind, "digest": digest, "size": bytes.len()})
    };
    let config = put("application/vnd.cncf.helm.config.v1+json", b"{}");
    let layer = put("application/vnd.cncf.helm.chart.content.v1.tar+gzip", &chart.archive(text));
    let manifest = serde_json::json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]});
    server.put(&format!("/v2/charts/{name}/manifests/{version}"), manifest.to_string().as_bytes());
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the names of the files in a folder, without hidden ones; none if it does not exist.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}
