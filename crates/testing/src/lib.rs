//! What the tests of all crates use: the real programs, the settings, and expectations with how they are renewed.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The folder of the package that is tested: cargo runs its tests there.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| std::env::current_dir().expect("the folder of the package"));
    &ROOT
}

/// The folder of the repository.
pub fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A file or folder below `tests/data` of the package.
pub fn data(path: &str) -> PathBuf {
    root().join("tests/data").join(path)
}

/// A setting that is not empty. CONTRIBUTING.md lists them all.
fn setting(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Whether expectations are written anew, by our own program and the real ones: `tests/renew` asks for it.
pub fn is_renewing() -> bool {
    setting("MKMANIFESTS_RENEW").is_some()
}

/// Whether to compare more random values than a short run does.
pub fn is_full() -> bool {
    setting("MKMANIFESTS_FULL").is_some()
}

/// The seed of the random values.
pub fn seed(default: u64) -> u64 {
    let seed = setting("MKMANIFESTS_SEED").and_then(|seed| seed.to_str()?.parse().ok()).unwrap_or(default);
    println!("MKMANIFESTS_SEED={seed}");
    seed
}

/// The folder of public charts.
pub fn charts() -> Option<PathBuf> {
    let folder = setting("MKMANIFESTS_CHARTS").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: MKMANIFESTS_CHARTS names no folder of charts");
    }
    folder
}

/// The folder of one public chart.
pub fn chart(name: &str) -> Option<PathBuf> {
    let folder = charts()?.join(name);
    if !folder.is_dir() {
        println!("skipped: there is no chart `{name}` in MKMANIFESTS_CHARTS");
        return None;
    }
    Some(folder)
}

/// The path of a real program: in the folder that `MKMANIFESTS_PEERS` names, or on `PATH`.
pub fn program(name: &str) -> Option<PathBuf> {
    let peers = setting("MKMANIFESTS_PEERS").map(PathBuf::from);
    let path = setting("PATH").unwrap_or_default();
    let mut files = peers.into_iter().chain(std::env::split_paths(&path)).map(|dir| dir.join(name));
    let found = files.find(|file| file.is_file());
    if found.is_none() {
        println!("skipped: `{name}` is neither in MKMANIFESTS_PEERS nor on PATH");
    }
    found
}

/// What differs from the expectation in a file; nothing after it was renewed.
pub fn compare(file: &Path, actual: &str) -> Option<String> {
    let expected = fs::read_to_string(file).unwrap_or_default();
    if expected == actual && file.exists() {
        return None;
    }
    if is_renewing() {
        renew(file, actual.as_bytes());
        return None;
    }
    let diff = similar::TextDiff::from_lines(expected.as_str(), actual);
    Some(diff.unified_diff().header(&file.display().to_string(), "now").to_string())
}

/// Says that a file holds an expectation which nothing gives any more, or removes it.
pub fn compare_none(file: &Path) -> Option<String> {
    if !file.exists() {
        return None;
    }
    if is_renewing() {
        fs::remove_file(file).expect("the expectation can be removed");
        println!("removed {}", file.display());
        return None;
    }
    Some(format!("{}: nothing gives this any more", file.display()))
}

/// Writes an expectation where it differs. The file is whole at any time, since other tests may read it meanwhile.
pub fn renew(file: &Path, content: &[u8]) {
    if fs::read(file).is_ok_and(|old| old == content) {
        return;
    }
    let folder = file.parent().expect("a file is in a folder");
    fs::create_dir_all(folder).expect("the folder can be made");
    let part = tempfile::NamedTempFile::new_in(folder).expect("the folder can be written");
    fs::write(part.path(), content).expect("the expectation can be written");
    fs::set_permissions(part.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644)).expect("a mode");
    part.persist(file).expect("the expectation can be written");
    println!("renewed {}", file.display());
}

/// Runs the body of a fuzz target over the files of `fuzz/seeds/<target>`.
pub fn run_seeds(target: &str, body: fn(&[u8])) {
    let entries = fs::read_dir(repository().join("fuzz/seeds").join(target)).expect("seeds");
    let files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    assert!(!files.is_empty());
    for file in files {
        println!("{}", file.display());
        body(&fs::read(&file).expect("a seed"));
    }
}
