//! `repositories.yaml`: the repositories that `helm repo add` added.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mkmanifests_yaml::tree::read::{Duplicates, first_document};
use mkmanifests_yaml::tree::write::{Style, write};
use mkmanifests_yaml::tree::{Kind, Map, Node};

use crate::http::{Connection, redact};
use crate::{Error, RepositoryError, write_file};

/// The most bytes of `repositories.yaml`: 16 MiB.
const MAX_BYTES: usize = 16 << 20;

/// Go's zero time, which Helm writes.
const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

/// The content of `repositories.yaml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repositories {
    /// `apiVersion`; Helm leaves it empty.
    pub api_version: String,
    /// `generated`; Helm does not set it.
    pub generated: String,
    /// `repositories`, in the order of the file.
    pub entries: Vec<Entry>,
}

impl Default for Repositories {
    fn default() -> Self {
        Repositories { api_version: String::new(), generated: ZERO_TIME.into(), entries: Vec::new() }
    }
}

/// One repository.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// `name`.
    pub name: String,
    /// `url`.
    pub url: String,
    /// `username`.
    pub username: String,
    /// `password`.
    pub password: String,
    /// `certFile`; empty if there is none.
    pub cert_file: String,
    /// `keyFile`.
    pub key_file: String,
    /// `caFile`.
    pub ca_file: String,
    /// `insecure_skip_tls_verify`.
    pub insecure_skip_tls_verify: bool,
    /// `pass_credentials_all`: send the credentials to other hosts too.
    pub pass_credentials_all: bool,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("name", &self.name).field("url", &redact(&self.url)).finish_non_exhaustive()
    }
}

impl Entry {
    /// Returns how to connect to the repository.
    pub fn connection(&self) -> Connection {
        let path = |text: &str| (!text.is_empty()).then(|| PathBuf::from(text));
        Connection {
            username: self.username.clone(),
            password: self.password.clone(),
            pass_credentials: self.pass_credentials_all,
            ca_file: path(&self.ca_file),
            cert_file: path(&self.cert_file),
            key_file: path(&self.key_file),
            insecure_skip_tls_verify: self.insecure_skip_tls_verify,
            plain_http: false,
        }
    }
}

impl Repositories {
    /// Reads a file. `Ok(None)` if it does not exist.
    ///
    /// # Errors
    /// The file cannot be read, or is not what Helm writes.
    pub fn load(path: &Path) -> Result<Option<Repositories>, Error> {
        let bytes = match mkmanifests_yaml::files::read(path, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                let context = format!("couldn't load repositories file ({})", path.display());
                return Err(Error::file("open", path, &error).context(context));
            }
        };
        Repositories::parse(&bytes).map(Some)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// The text is not YAML, or has values of other types.
    pub fn parse(bytes: &[u8]) -> Result<Repositories, Error> {
        let index_error = |text: String| Error::from(RepositoryError::Index(text));
        let node = first_document(Default::default(), bytes, Duplicates::LastWins)
            .map_err(|error| index_error(format!("error converting YAML to JSON: {}", error.go)))?;
        super::shape::repositories(&node).map_err(index_error)?;
        let mut repositories = Repositories::default();
        text(&node, "apiVersion", &mut repositories.api_version);
        text(&node, "generated", &mut repositories.generated);
        let entries = field(&node, "repositories").and_then(Node::as_seq).unwrap_or_default();
        repositories.entries = entries.iter().filter(|entry| !entry.is_null()).map(entry).collect();
        Ok(repositories)
    }

    /// Returns the repository of this name.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// Replaces the repository of the same name, or adds it at the end.
    pub fn update(&mut self, entry: Entry) {
        match self.entries.iter_mut().find(|old| old.name == entry.name) {
            Some(old) => *old = entry,
            None => self.entries.push(entry),
        }
    }

    /// Removes the repositories of this name. Returns whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.name != name);
        self.entries.len() < before
    }

    /// Returns the text that Helm writes.
    pub fn to_yaml(&self) -> Vec<u8> {
        let mut root = Map::new();
        root.set("apiVersion", self.api_version.as_str());
        root.set("generated", self.generated.as_str());
        root.set("repositories", Node::from(Kind::Seq(self.entries.iter().map(entry_node).collect())));
        let mut out = Vec::new();
        // Writing to memory does not fail.
        let _ = write(&mut out, &Node::from(Kind::Map(root)), Style::HELM);
        out
    }

    /// Writes the file, which only its owner can read, and creates its folder. The old file stays until the new one is
    /// complete. Hold a [`FileLock`] from before reading it.
    ///
    /// # Errors
    /// The file or its folder cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        write_file(path, &self.to_yaml(), 0o600)
    }
}

/// Returns a field as Go's JSON decoder finds it: of this name, else without regard to case.
fn field<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let map = node.as_map()?;
    map.get(name)
        .or_else(|| map.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case(name)).map(|entry| &entry.value))
}

fn text(node: &Node, name: &str, target: &mut String) {
    if let Some(text) = field(node, name).and_then(super::shape::text) {
        *target = text;
    }
}

fn entry(node: &Node) -> Entry {
    let mut entry = Entry::default();
    text(node, "name", &mut entry.name);
    text(node, "url", &mut entry.url);
    text(node, "username", &mut entry.username);
    text(node, "password", &mut entry.password);
    text(node, "certFile", &mut entry.cert_file);
    text(node, "keyFile", &mut entry.key_file);
    text(node, "caFile", &mut entry.ca_file);
    let flag = |name| matches!(field(node, name).map(|node| &node.kind), Some(Kind::Bool(true)));
    entry.insecure_skip_tls_verify = flag("insecure_skip_tls_verify");
    entry.pass_credentials_all = flag("pass_credentials_all");
    entry
}

fn entry_node(entry: &Entry) -> Node {
    let mut map = Map::new();
    map.set("caFile", entry.ca_file.as_str());
    map.set("certFile", entry.cert_file.as_str());
    map.set("insecure_skip_tls_verify", Node::from(Kind::Bool(entry.insecure_skip_tls_verify)));
    map.set("keyFile", entry.key_file.as_str());
    map.set("name", entry.name.as_str());
    map.set("pass_credentials_all", Node::from(Kind::Bool(entry.pass_credentials_all)));
    map.set("password", entry.password.as_str());
    map.set("url", entry.url.as_str());
    map.set("username", entry.username.as_str());
    Node::from(Kind::Map(map))
}

/// Helm's lock for `repositories.yaml`: the file `repositories.lock` beside it, locked by `flock`. Dropping it unlocks.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// How long Helm waits for another process.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// Creates the folder and waits for the lock, for at most 30 seconds as Helm.
    ///
    /// # Errors
    /// The lock file cannot be created, or another process keeps it.
    pub fn acquire(repositories: &Path) -> Result<FileLock, Error> {
        let path = lock_path(repositories);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| Error::file("mkdir", folder, &error))?;
        }
        let file = open(&path).map_err(|error| Error::file("open", &path, &error))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(FileLock { _file: file }),
                Err(TryLockError::WouldBlock) if start.elapsed() < FileLock::PATIENCE => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Err(TryLockError::WouldBlock) => return Err(Error::Locked { path: path.display().to_string() }),
                Err(TryLockError::Error(error)) => return Err(Error::file("lock", &path, &error)),
            }
        }
    }
}

/// `repositories.lock` for `repositories.yaml`; a file without extension gets one.
fn lock_path(repositories: &Path) -> PathBuf {
    if repositories.extension().is_some() {
        return repositories.with_extension("lock");
    }
    let mut path = OsString::from(repositories);
    path.push(".lock");
    path.into()
}

#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).truncate(false).read(true).write(true).open(path)
}
