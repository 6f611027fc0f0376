//! Helpers for the tests of all crates: real programs, settings, and expectations that can be renewed.

pub mod registry;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Returns the folder of the package under test, in which cargo runs its tests.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| std::env::current_dir().expect("the folder of the package"));
    &ROOT
}

/// Returns the root folder of the repository.
pub fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Returns the path of a file or folder below `tests/data` of the package under test.
pub fn data(path: &str) -> PathBuf {
    root().join("tests/data").join(path)
}

/// Returns an environment variable that is not empty. CONTRIBUTING.md lists all of them.
fn setting(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Returns whether expectations are written instead of compared (`MKMANIFESTS_RENEW`); `tests/renew` sets it.
pub fn is_renewing() -> bool {
    setting("MKMANIFESTS_RENEW").is_some()
}

/// Returns whether to compare more random values than a short run does (`MKMANIFESTS_FULL`).
pub fn is_full() -> bool {
    setting("MKMANIFESTS_FULL").is_some()
}

/// Returns the seed of random values: `MKMANIFESTS_SEED` or `default`.
pub fn seed(default: u64) -> u64 {
    let seed = setting("MKMANIFESTS_SEED").and_then(|seed| seed.to_str()?.parse().ok()).unwrap_or(default);
    println!("MKMANIFESTS_SEED={seed}");
    seed
}

/// Returns the folder of public charts (`MKMANIFESTS_CHARTS`); prints that the test is skipped if it is not set.
pub fn charts() -> Option<PathBuf> {
    let folder = setting("MKMANIFESTS_CHARTS").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: MKMANIFESTS_CHARTS is not a folder");
    }
    folder
}

/// Returns the folder of one public chart; prints that the test is skipped if it does not exist.
pub fn chart(name: &str) -> Option<PathBuf> {
    let folder = charts()?.join(name);
    if !folder.is_dir() {
        println!("skipped: chart `{name}` not found in MKMANIFESTS_CHARTS");
        return None;
    }
    Some(folder)
}

/// Returns the folder of a checkout of <https://github.com/ray-project/kuberay> at the tag v1.7.0 (`MKMANIFESTS_KUBERAY`); prints
/// that the test is skipped if it is not set.
pub fn kuberay() -> Option<PathBuf> {
    let folder = setting("MKMANIFESTS_KUBERAY").map(PathBuf::from).filter(|folder| folder.is_dir());
    if folder.is_none() {
        println!("skipped: MKMANIFESTS_KUBERAY is not a folder");
    }
    folder
}

/// Returns the path of a real program: in the folder `MKMANIFESTS_PEERS`, or on `PATH`. Prints that the test is skipped if it
/// is not found.
pub fn program(name: &str) -> Option<PathBuf> {
    let peers = setting("MKMANIFESTS_PEERS").map(PathBuf::from);
    let path = setting("PATH").unwrap_or_default();
    let mut files = peers.into_iter().chain(std::env::split_paths(&path)).map(|dir| dir.join(name));
    let found = files.find(|file| file.is_file());
    if found.is_none() {
        println!("skipped: `{name}` not found in MKMANIFESTS_PEERS or on PATH");
    }
    found
}

/// Returns the path of a release of Helm: `helm-VERSION` in the folder `MKMANIFESTS_HELMS`, or the newest one, `helm`. Prints
/// that it is skipped if it is not found.
pub fn helm(version: &str) -> Option<PathBuf> {
    if version == NEWEST_HELM {
        return program("helm");
    }
    let found = setting("MKMANIFESTS_HELMS").map(|dir| PathBuf::from(dir).join(format!("helm-{version}")));
    let found = found.filter(|file| file.is_file());
    if found.is_none() {
        println!("skipped: `helm-{version}` not found in MKMANIFESTS_HELMS");
    }
    found
}

/// The release of Helm that `helm` is.
const NEWEST_HELM: &str = "4.3.1";

/// Compares a text with the expectation in a file. Returns the difference, or `None` if there is none or the expectation was
/// renewed.
///
/// On Windows, paths in the text may have backslashes.
pub fn compare(file: &Path, actual: &str) -> Option<String> {
    let expected = fs::read_to_string(file).unwrap_or_default();
    let is_equal = match cfg!(windows) {
        true => expected.replace('\\', "/") == actual.replace('\\', "/"),
        false => expected == actual,
    };
    if is_equal && file.exists() {
        return None;
    }
    if is_renewing() {
        renew(file, actual.as_bytes());
        return None;
    }
    let diff = similar::TextDiff::from_lines(expected.as_str(), actual);
    Some(diff.unified_diff().header(&file.display().to_string(), "now").to_string())
}

/// Reports an expectation for which no output exists any more, or removes it when renewing.
pub fn compare_absent(file: &Path) -> Option<String> {
    if !file.exists() {
        return None;
    }
    if is_renewing() {
        fs::remove_file(file).expect("the expectation can be removed");
        println!("removed {}", file.display());
        return None;
    }
    Some(format!("{}: no output for this expectation any more", file.display()))
}

/// Writes an expectation if it differs. The file is replaced atomically, since other tests may read it at the same time.
pub fn renew(file: &Path, content: &[u8]) {
    if fs::read(file).is_ok_and(|old| old == content) {
        return;
    }
    let folder = file.parent().expect("a file is in a folder");
    fs::create_dir_all(folder).expect("the folder can be created");
    let part = tempfile::NamedTempFile::new_in(folder).expect("the folder can be written");
    fs::write(part.path(), content).expect("the expectation can be written");
    #[cfg(unix)]
    fs::set_permissions(part.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("a mode");
    part.persist(file).expect("the expectation can be written");
    println!("renewed {}", file.display());
}

/// Runs the body of a fuzz target on each file in `fuzz/seeds/<target>`.
pub fn run_seeds(target: &str, body: fn(&[u8])) {
    let entries = fs::read_dir(repository().join("fuzz/seeds").join(target)).expect("seeds");
    let files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    assert!(!files.is_empty());
    for file in files {
        println!("{}", file.display());
        body(&fs::read(&file).expect("a seed"));
    }
}
