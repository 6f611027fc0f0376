//! Writing a tree while processes are killed, disks are full, folders are read-only, or another process writes it too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{Fleet, INDEX, Run, files, run};

const PROGRAM: &str = env!("CARGO_BIN_EXE_mkmanifests");

fn spawn(fleet: &Fleet) -> Child {
    let mut command = Command::new(PROGRAM);
    command.arg("gitops").arg(fleet.root()).arg("--out").arg(fleet.tree());
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program runs")
}

/// Changes the number of workers in every cluster of the fleet.
fn set_workers(fleet: &Fleet, workers: u64) {
    fleet.put("ray.yaml", &format!("workerReplicaCount: {workers}\n"));
}

/// Returns the files of a tree except those that a killed run was about to rename.
fn whole_files(tree: &Path) -> BTreeMap<String, Vec<u8>> {
    files(tree).into_iter().filter(|(path, _)| !path.starts_with(".mkmanifests-part-")).collect()
}

/// Returns the tree for each number of workers.
fn versions(fleet: &Fleet, workers: std::ops::Range<u64>) -> Vec<BTreeMap<String, Vec<u8>>> {
    let out = fleet.tree().join("../versions");
    let mut versions = Vec::new();
    for workers in workers {
        set_workers(fleet, workers);
        let ended = run(&["gitops", &fleet.root().display().to_string(), "--out", &out.display().to_string()]);
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        versions.push(files(&out));
    }
    versions
}

/// Asserts that every file is complete and from one of the versions; an index may have lines of two of them.
fn assert_whole(tree: &Path, versions: &[BTreeMap<String, Vec<u8>>]) {
    for (path, text) in whole_files(tree) {
        if path.ends_with(INDEX) {
            let known: BTreeSet<&[u8]> =
                versions.iter().flat_map(|it| it[&path].split(|byte| *byte == b'\n')).collect();
            assert!(text.ends_with(b"\n"), "{path} is truncated");
            assert!(text.split(|byte| *byte == b'\n').all(|line| known.contains(line)), "{path}");
        } else {
            assert!(versions.iter().any(|version| version.get(&path) == Some(&text)), "{path} is neither old nor new");
        }
    }
}

/// Returns reproducible pseudo-random numbers (xorshift).
fn random(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

#[test]
fn a_killed_run_leaves_whole_files_and_the_next_run_finishes() {
    let fleet = Fleet::with_clusters(24);
    let versions = versions(&fleet, 0..4);
    let begin = Instant::now();
    assert_eq!(fleet.write(&[]).code, 0);
    let whole_run = u64::try_from(begin.elapsed().as_micros()).expect("short").max(1_000);
    fs::remove_dir_all(fleet.tree()).expect("a folder");
    let (mut seed, mut killed, mut between) = (0x9e37_79b9_7f4a_7c15, 0, 0);
    for round in 0..40 {
        // Use another version each time, so that files of a killed run differ from those before it and of the next run.
        set_workers(&fleet, round % 4);
        let mut child = spawn(&fleet);
        std::thread::sleep(Duration::from_micros(random(&mut seed) % whole_run));
        let _ = child.kill();
        let ended = child.wait().expect("it ends");
        killed += usize::from(!ended.success());
        assert_whole(&fleet.tree(), &versions);
        let tree = whole_files(&fleet.tree());
        let is_version = versions.contains(&tree);
        between += usize::from(!is_version && !tree.is_empty());
    }
    eprintln!("{killed} of 40 runs were killed, {between} of them in the middle of writing");
    assert!(killed > 10, "too few runs were killed for a meaningful test");
    for (workers, version) in (0..4).zip(&versions) {
        set_workers(&fleet, workers);
        let ended = fleet.write(&[]);
        assert_eq!(ended.code, 0, "the next run finishes the work: {}", ended.stderr);
        assert_eq!(files(&fleet.tree()), *version, "killed runs leave nothing behind");
    }
}

#[test]
fn two_runs_at_once_take_turns() {
    let fleet = Fleet::with_clusters(12);
    let versions = versions(&fleet, 0..2);
    for round in 0..4 {
        set_workers(&fleet, 0);
        let mut first = spawn(&fleet);
        std::thread::sleep(Duration::from_millis(5 * round));
        let others: Vec<Child> = (0..3).map(|_| spawn(&fleet)).collect();
        set_workers(&fleet, 1);
        let last = fleet.write(&[]);
        assert!(first.wait().expect("it ends").success());
        for mut other in others {
            assert!(other.wait().expect("it ends").success());
        }
        assert_eq!(last.code, 0, "{}", last.stderr);
        assert_whole(&fleet.tree(), &versions);
        assert_eq!(fleet.write(&[]).code, 0);
        assert_eq!(files(&fleet.tree()), versions[1]);
    }
}

/// A small file system that is unmounted on drop.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(folder: &'a Path, size: &str) -> Option<Self> {
        fs::create_dir_all(folder).expect("a folder");
        let status =
            Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(folder).output();
        status.is_ok_and(|output| output.status.success()).then_some(SmallDisk(folder))
    }

    fn grow(&self, size: &str) {
        let status = Command::new("mount").args(["-o", &format!("remount,size={size}")]).arg(self.0).status();
        assert!(status.expect("mount").success());
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_leaves_whole_files_and_the_next_run_finishes() {
    let fleet = Fleet::with_clusters(24);
    let versions = versions(&fleet, 0..2);
    let tree = fleet.tree();
    let Some(disk) = SmallDisk::mount(&tree, "300k") else {
        eprintln!("skipped: no small file system can be mounted here (this requires root)");
        return;
    };
    for workers in 0..2 {
        set_workers(&fleet, workers);
        let full = fleet.write(&[]);
        assert_eq!(full.code, 2, "{}", full.stderr);
        assert!(full.stderr.contains("no space left on device"), "{}", full.stderr);
        assert!(full.stderr.contains("the next run finishes the work"), "{}", full.stderr);
        assert_whole(&tree, &versions);
    }
    disk.grow("64m");
    let ended = fleet.write(&[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(files(&tree), versions[1]);
}

/// Runs the program as a user who is subject to file permissions, unlike root.
fn run_as_other_user(fleet: &Fleet) -> Option<Run> {
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups", PROGRAM, "gitops"]);
    let output = command.arg(fleet.root()).arg("--out").arg(fleet.tree()).output().ok()?;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    let cannot = stderr.contains("setpriv:");
    (!cannot).then(|| Run { code: output.status.code().unwrap_or(-1), stdout, stderr })
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
}

#[test]
fn an_unwritable_folder_is_reported_and_the_rest_is_whole() {
    let fleet = Fleet::with_clusters(4);
    let versions = versions(&fleet, 0..2);
    let tree = fleet.tree();
    fs::create_dir_all(&tree).expect("a folder");
    // If the tests run as root, the program runs as another user.
    for folder in [fleet.root().join(".."), tree.clone()] {
        chmod(&folder, 0o777);
    }
    set_workers(&fleet, 0);
    let Some(first) = run_as_other_user(&fleet) else {
        eprintln!("skipped: `setpriv` cannot run the program as another user here");
        return;
    };
    assert_eq!(first.code, 0, "{}", first.stderr);
    let closed = tree.join("cluster-2/ray");
    chmod(&closed, 0o555);
    set_workers(&fleet, 1);
    let refused = run_as_other_user(&fleet).expect("as before");
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("cluster-2/ray/"), "{}", refused.stderr);
    assert!(refused.stderr.contains("permission denied"), "{}", refused.stderr);
    assert_whole(&tree, &versions);
    chmod(&closed, 0o755);
    let ended = run_as_other_user(&fleet).expect("as before");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(files(&tree), versions[1]);
    // Unreadable files must not be overwritten.
    chmod(&closed.join("kustomization.yaml"), 0o000);
    let refused = run_as_other_user(&fleet).expect("as before");
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("cannot read") && refused.stderr.contains("permission denied"),
        "{}",
        refused.stderr
    );
    chmod(&tree, 0o555);
    set_workers(&fleet, 0);
    chmod(&closed.join("kustomization.yaml"), 0o644);
    let refused = run_as_other_user(&fleet).expect("as before");
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("permission denied"), "{}", refused.stderr);
    assert_eq!(files(&tree), versions[1]);
    chmod(&tree, 0o777);
}

/// The leftovers of a killed run are recognized by their lock and removed; a link with such a name belongs to the user.
#[test]
fn a_link_named_like_a_temporary_folder_is_kept() {
    let fleet = Fleet::with_clusters(1);
    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("mine"), "mine").expect("a file");
    fs::create_dir_all(fleet.tree().join(".mkmanifests-part-dead")).expect("a folder");
    fs::write(fleet.tree().join(".mkmanifests-part-dead/0"), "half").expect("a file");
    std::os::unix::fs::symlink(outside.path(), fleet.tree().join(".mkmanifests-part-link")).expect("a link");
    assert_eq!(fleet.write(&[]).code, 0);
    assert!(!fleet.tree().join(".mkmanifests-part-dead").exists());
    assert!(outside.path().join("mine").exists());
    assert!(fleet.tree().join(".mkmanifests-part-link").is_symlink());
    // Also by a run that writes nothing.
    fs::create_dir_all(fleet.tree().join(".mkmanifests-part-dead")).expect("a folder");
    assert_eq!(fleet.write(&[]).code, 0);
    assert!(!fleet.tree().join(".mkmanifests-part-dead").exists());
}

/// On a terminal, other threads draw a progress bar during the run.
// `script` has other flags elsewhere.
#[cfg(target_os = "linux")]
#[test]
fn a_run_on_a_terminal_ends() {
    let fleet = Fleet::with_clusters(40);
    let command = format!("{PROGRAM} gitops {} --out {}", fleet.root().display(), fleet.tree().display());
    // `script` gives the program a terminal: https://man7.org/linux/man-pages/man1/script.1.html
    let child = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: `script` is not installed");
        return;
    };
    let begin = Instant::now();
    while child.try_wait().expect("it runs").is_none() {
        if begin.elapsed() > Duration::from_secs(60) {
            let _ = child.kill();
            panic!("the run does not end");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("40 apps of 40 clusters"), "{shown}");
    assert_eq!(fleet.check(&[]).code, 0);
}
