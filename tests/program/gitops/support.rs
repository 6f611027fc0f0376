//! Fleets in temporary folders, and runs of the program on them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

/// The name of the index file of a folder.
pub const INDEX: &str = ".mkmanifests.sha256";

/// The result of a run.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// A temporary folder with `fleet`, and `tree` for the rendered files.
pub struct Fleet(TempDir);

impl Fleet {
    pub fn empty() -> Fleet {
        Fleet(tempfile::tempdir().expect("a folder"))
    }

    /// Creates a fleet of two clusters with three apps.
    pub fn with_two_clusters() -> Fleet {
        let fleet = Fleet::empty();
        fleet.put("us/foo/cluster.yaml", "accountId: \"111122223333\"\n");
        fleet.put("us/foo/ray.yaml", "workerReplicaCount: 3\n");
        fleet.put("us/foo/irsa.yaml", "");
        fleet.put("eu/bar/cluster.yaml", "");
        fleet.put("eu/bar/ray.yaml", "");
        fleet
    }

    /// Creates a fleet of any number of clusters with one Ray release each.
    pub fn with_clusters(clusters: usize) -> Fleet {
        let fleet = Fleet::empty();
        for number in 0..clusters {
            fleet.put(&format!("cluster-{number}/cluster.yaml"), "");
            fleet.put(&format!("cluster-{number}/ray.yaml"), "");
        }
        fleet
    }

    pub fn root(&self) -> PathBuf {
        self.0.path().join("fleet")
    }

    pub fn tree(&self) -> PathBuf {
        self.0.path().join("tree")
    }

    /// Writes a file of the fleet atomically, because a run may read it at the same time.
    pub fn put(&self, path: &str, text: &str) {
        self.put_bytes(path, text.as_bytes());
    }

    /// Writes a file that need not be text.
    pub fn put_bytes(&self, path: &str, content: &[u8]) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        let aside = self.root().with_extension("new");
        fs::write(&aside, content).expect("a file");
        fs::rename(aside, path).expect("a file");
    }

    pub fn write(&self, flags: &[&str]) -> Run {
        run(&self.arguments(flags))
    }

    pub fn check(&self, flags: &[&str]) -> Run {
        run(&self.arguments(&[flags, &["--check"]].concat()))
    }

    fn arguments<'a>(&self, flags: &[&'a str]) -> Vec<&'a str> {
        let (root, tree) = (self.root().display().to_string(), self.tree().display().to_string());
        // Leak the paths: the test process does not live long.
        let fixed: [&str; 4] = ["gitops", root.leak(), "--out", tree.leak()];
        [&fixed[..], flags].concat()
    }

    /// Returns the files of the tree, with their text and modification time.
    pub fn tree_with_times(&self) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
        let time = |path: &str| fs::metadata(self.tree().join(path)).and_then(|it| it.modified()).expect("a time");
        files(&self.tree()).into_iter().map(|(path, text)| (path.clone(), (text, time(&path)))).collect()
    }
}

pub fn run(arguments: &[&str]) -> Run {
    run_in(env!("CARGO_BIN_EXE_mkmanifests"), arguments, Path::new("."))
}

pub fn run_in(program: &str, arguments: &[&str], folder: &Path) -> Run {
    let output = Command::new(program).args(arguments).current_dir(folder).output().expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    // Paths in messages have backslashes on Windows.
    let stderr = text(output.stderr).replace(std::path::MAIN_SEPARATOR, "/");
    Run { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr }
}

/// Returns all files below a folder; links are listed, but not followed.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder) {
        let Ok(entry) = entry else { continue };
        let path = entry.path().strip_prefix(folder).expect("below").display().to_string();
        let path = path.replace(std::path::MAIN_SEPARATOR, "/");
        if entry.file_type().is_file() {
            found.insert(path, fs::read(entry.path()).expect("a file"));
        }
    }
    found
}

/// Returns the objects of a stream by kind, namespace and name; those without a namespace are in `namespace`. Lists are
/// split, as kubectl does.
pub fn objects(text: &str, namespace: Option<&str>) -> BTreeMap<String, Value> {
    let mut objects = BTreeMap::new();
    for document in serde_yaml::Deserializer::from_str(text) {
        let value = serde_json::Value::deserialize(document).expect("YAML");
        let items = if value["kind"] == "List" { value["items"].as_array().cloned() } else { None };
        for mut value in items.unwrap_or_else(|| vec![value]).into_iter().filter(|value| !value.is_null()) {
            let kind = value["kind"].as_str().expect("a kind").to_owned();
            if let (Some(namespace), None) = (namespace, value["metadata"]["namespace"].as_str())
                && !kind.starts_with("Cluster")
            {
                value["metadata"]["namespace"] = namespace.into();
            }
            let text = |key: &str| value["metadata"][key].as_str().unwrap_or_default().to_owned();
            objects.insert(format!("{kind}/{}/{}", text("namespace"), text("name")), value);
        }
    }
    objects
}
