//! `gitops` writes, checks and prunes a tree, and never loses a file of the user.

use std::fs;

use mkmanifests_testing as common;

use super::support::{Fleet, INDEX, files, run};
use mkmanifests::gitops::{self, ChangeKind, Layout, Options};

/// Checks the repository's own fleet against its tree, as users would in their `cargo test`.
#[test]
fn the_sandbox_tree_is_up_to_date() {
    let root = common::root();
    if root.join("values/charts").exists() {
        println!("skipped: values/charts exists, but golden/sandbox was rendered without charts");
        return;
    }
    let fleet = gitops::Fleet::read(&root.join("values/sandbox")).expect("a fleet");
    let tree = root.join("golden/sandbox");
    if common::is_renewing() {
        println!("{}", gitops::write(&fleet, &tree, &Options::default()).expect("it renders"));
    }
    let report = gitops::check(&fleet, &tree, &Options::default()).expect("it renders");
    assert!(report.is_clean(), "{report}");
    let left_out: Vec<&str> =
        report.warnings.iter().map(|it| it.reason.split(':').next().unwrap_or_default()).collect();
    let apps = ["jupyterhub", "kuberay-operator", "vault"];
    assert_eq!(left_out, apps.map(|app| format!("the app `{app}` is omitted")));
}

#[test]
fn an_unchanged_tree_is_not_rewritten() {
    let fleet = Fleet::with_two_clusters();
    assert_eq!(fleet.write(&[]).code, 0);
    let before = fleet.tree_with_times();
    let again = fleet.write(&[]);
    assert_eq!((again.code, again.stdout.as_str()), (0, ""));
    assert!(again.stderr.contains("files unchanged"), "{}", again.stderr);
    assert_eq!(fleet.tree_with_times(), before, "nothing is touched that is as it should be");
    assert_eq!(fleet.check(&[]).code, 0);
    assert_eq!(fleet.tree_with_times(), before);
}

/// `sha256sum --check` reads the index, so users can check it without this program.
#[test]
fn sha256sum_reads_the_index() {
    let fleet = Fleet::with_two_clusters();
    fleet.write(&[]);
    let folder = fleet.tree().join("us/foo");
    let output =
        std::process::Command::new("sha256sum").args(["--check", "--strict", INDEX]).current_dir(&folder).output();
    let Ok(output) = output else {
        eprintln!("skipped: `sha256sum` is not installed");
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), files(&folder).len() - 1);
}

#[test]
fn check_shows_each_changed_object_and_writes_nothing() {
    let fleet = Fleet::with_two_clusters();
    fleet.write(&["--layout", "apps"]);
    let before = fleet.tree_with_times();
    fleet.put("us/foo/ray.yaml", "workerReplicaCount: 5\nworkerMemRequestG: 64\n");
    let check = fleet.check(&["--layout", "apps"]);
    assert_eq!(check.code, 1);
    insta::assert_snapshot!("check_shows_each_changed_object", check.stdout);
    assert!(check.stderr.ends_with("3 apps of 2 clusters: 2 changed, 9 files unchanged\n"), "{}", check.stderr);
    assert_eq!(fleet.tree_with_times(), before);

    let json: serde_json::Value =
        serde_json::from_str(&fleet.check(&["--layout", "apps", "-o", "json"]).stdout).expect("JSON");
    assert_eq!(json["changed"], 2);
    assert_eq!(json["changes"][0]["path"], "us/foo/ray/manifests.yaml");
    assert_eq!(json["changes"][0]["object"], "Deployment `ray/foo-ray-head`");
    assert_eq!(json["changes"][0]["change"], "changed");
    assert!(json["changes"][0]["diff"].as_str().is_some_and(|diff| diff.starts_with("@@ ")));
}

#[test]
fn missing_stale_and_unexpected_files_are_drift() {
    let fleet = Fleet::with_two_clusters();
    fleet.write(&[]);
    fs::remove_file(fleet.tree().join("us/foo/ray/service-foo-ray-head-svc.yaml")).expect("a file");
    fs::write(fleet.tree().join("us/foo/ray/mine.yaml"), "a: 1\n").expect("a file");
    fs::remove_dir_all(fleet.root().join("eu")).expect("a folder");
    let check = fleet.check(&["-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(&check.stdout).expect("JSON");
    assert_eq!(check.code, 1);
    assert_eq!((&json["added"], &json["unexpected"]), (&1.into(), &1.into()));
    // Every file of the removed cluster.
    assert_eq!(json["removed"], 7);
    // A missing index is drift as well: without it the other files are unknown.
    fleet.write(&[]);
    fs::remove_file(fleet.tree().join("us/foo/ray/mine.yaml")).expect("a file");
    assert_eq!(fleet.check(&[]).code, 0);
    fs::remove_file(fleet.tree().join("us/foo").join(INDEX)).expect("a file");
    assert_eq!(fleet.check(&[]).code, 1);
}

#[test]
fn edited_and_added_files_are_kept_and_reported() {
    let fleet = Fleet::with_two_clusters();
    fleet.write(&[]);
    let edited = fleet.tree().join("us/foo/ray/deployment-foo-ray-head.yaml");
    let added = fleet.tree().join("us/foo/irsa/serviceaccount-other.yaml");
    fs::write(&edited, "mine: 1\n").expect("a file");
    fs::write(&added, "mine: 2\n").expect("a file");
    fleet.put("us/foo/irsa.yaml", "serviceAccounts: [{name: other}]\n");
    fleet.put("us/foo/ray.yaml", "workerReplicaCount: 7\n");
    let before = fleet.tree_with_times();
    let refused = fleet.write(&[]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("deployment-foo-ray-head.yaml` was edited by hand"), "{}", refused.stderr);
    assert!(refused.stderr.contains("serviceaccount-other.yaml` was not written by mkmanifests"), "{}", refused.stderr);
    assert_eq!(fleet.tree_with_times(), before, "nothing is written if any file is in the way");

    assert_eq!(fleet.write(&["--force"]).code, 0);
    assert!(fs::read_to_string(&added).expect("a file").contains("kind: ServiceAccount"));
    assert_eq!(fleet.check(&[]).code, 0);
}

#[test]
fn stale_files_are_removed_unless_they_were_edited() {
    let fleet = Fleet::with_two_clusters();
    fleet.write(&[]);
    let stale = fleet.tree().join("us/foo/irsa/serviceaccount-daft.yaml");
    let own = fleet.tree().join("us/foo/irsa/notes.txt");
    fs::write(&own, "mine\n").expect("a file");
    fs::remove_file(fleet.root().join("us/foo/irsa.yaml")).expect("a file");
    let done = fleet.write(&[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(!stale.exists());
    assert_eq!(fs::read_to_string(&own).expect("the file is kept"), "mine\n");
    fs::remove_dir_all(own.parent().expect("a folder")).expect("a folder");

    // A stale file that was edited is not removed, and the run fails.
    fs::write(fleet.tree().join("us/foo/ray/service-foo-ray-head-svc.yaml"), "mine: 1\n").expect("a file");
    fs::remove_dir_all(fleet.root().join("us/foo")).expect("a folder");
    let refused = fleet.write(&[]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("was edited by hand, and is not removed"), "{}", refused.stderr);
    assert_eq!(fleet.write(&["--force"]).code, 0);
    assert!(!fleet.tree().join("us").exists(), "empty folders are removed too");
    assert!(fleet.tree().join("eu/bar/ray").is_dir());
}

#[test]
fn a_tree_of_another_fleet_is_not_replaced() {
    let fleet = Fleet::with_two_clusters();
    fleet.write(&[]);
    let other = Fleet::empty();
    other.put("ap/baz/cluster.yaml", "");
    other.put("ap/baz/ray.yaml", "");
    let refused = run(&["gitops", &other.root().display().to_string(), "--out", &fleet.tree().display().to_string()]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("contains the tree of another fleet"), "{}", refused.stderr);
    assert_eq!(fleet.check(&[]).code, 0);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().expect("a folder");
    let secret = outside.path().join("secret.yaml");
    fs::write(&secret, "untouched\n").expect("a file");
    for (link, is_dir) in
        [("us", true), ("us/foo", true), ("us/foo/ray", true), ("us/foo/ray/kustomization.yaml", false)]
    {
        let fleet = Fleet::with_two_clusters();
        let path = fleet.tree().join(link);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        symlink(if is_dir { outside.path() } else { &secret }, &path).expect("a link");
        for flags in [&[][..], &["--force"]] {
            let refused = fleet.write(flags);
            assert_eq!(refused.code, 2, "{link}");
            assert!(refused.stderr.contains("is a link, but the tree needs this path"), "{}", refused.stderr);
        }
        assert_eq!(fleet.check(&[]).code, 2, "{link}");
        assert_eq!(files(outside.path()).keys().collect::<Vec<_>>(), ["secret.yaml"], "{link}");
        assert_eq!(fs::read_to_string(&secret).expect("a file"), "untouched\n");
    }
}

#[cfg(unix)]
#[test]
fn the_tree_is_not_inside_the_fleet_by_a_link() {
    let fleet = Fleet::with_two_clusters();
    let link = fleet.root().join("../link");
    std::os::unix::fs::symlink("fleet", &link).expect("a link");
    let out = link.join("new/tree").display().to_string();
    let refused = run(&["gitops", &fleet.root().display().to_string(), "--out", &out]);
    assert!(refused.code == 2 && refused.stderr.contains("must not be inside the fleet"), "{}", refused.stderr);
    assert!(!link.join("new").exists());
}

/// The index says which files may be removed, so a forged one must not lead to files elsewhere.
#[test]
fn an_index_cannot_lead_out_of_the_tree() {
    let fleet = Fleet::with_two_clusters();
    fleet.write(&[]);
    let victim = fleet.tree().join("victim.yaml");
    fs::write(&victim, "a").expect("a file");
    let index = fleet.tree().join("us/foo").join(INDEX);
    let mut text = fs::read_to_string(&index).expect("an index");
    text.push_str("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  ../../victim.yaml\n");
    fs::write(&index, text).expect("an index");
    let refused = fleet.write(&[]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("expected a SHA-256 and a path"), "{}", refused.stderr);
    assert!(victim.exists());
}

/// An API server refuses most of these names, but accepts nearly all of them for roles.
#[test]
fn names_of_objects_cannot_lead_out_of_the_tree() {
    let object = |kind: &str, name: &str| {
        let name = serde_json::to_string(name).expect("JSON");
        format!("apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nrules: []\n")
    };
    let refused = Fleet::empty();
    refused.put("foo/cluster.yaml", "");
    refused.put("foo/web.template.yaml", "path: ../../web\n");
    let names = ["../../../evil", "/etc/evil", "a/b", "..", "."];
    let texts: Vec<String> = names.iter().map(|name| object("ClusterRole", name)).collect();
    refused.put("../web/templates/roles.yaml", &texts.join("---\n"));
    let ended = refused.write(&[]);
    assert_eq!(ended.code, 2);
    assert_eq!(ended.stderr.matches("error: ").count(), names.len(), "{}", ended.stderr);

    let fleet = Fleet::empty();
    fleet.put("foo/cluster.yaml", "");
    fleet.put("foo/web.template.yaml", "path: ../../web\n");
    let names =
        ["...", "con", "kustomization.yaml", "\\\\evil", "..\\evil", "system:x", "a b", "\u{202e}x", "-rf", "~"];
    let texts: Vec<String> = names.iter().map(|name| object("ClusterRole", name)).collect();
    fleet.put("../web/templates/roles.yaml", &texts.join("---\n"));
    let done = fleet.write(&[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let written = files(&fleet.tree());
    let index = format!("foo/{INDEX}");
    let is_meant = |path: &String| path.starts_with("foo/web/") || *path == index || path == ".gitattributes";
    assert!(written.keys().all(is_meant), "{:?}", written.keys());
    assert_eq!(written.keys().filter(|path| path.starts_with("foo/web/clusterrole-")).count(), names.len());
}

#[test]
fn an_invalid_fleet_leaves_no_folder_behind() {
    let fleet = Fleet::with_two_clusters();
    fleet.put("us/foo/ray.yaml", "workerReplicas: 3\n");
    assert_eq!(fleet.write(&[]).code, 2);
    assert!(!fleet.tree().exists());
}

#[test]
fn the_library_reports_what_changed() {
    let fleet = Fleet::with_two_clusters();
    let read = gitops::Fleet::read(&fleet.root()).expect("a fleet");
    let options = Options { layout: Layout::Apps, ..Options::default() };
    let report = gitops::write(&read, &fleet.tree(), &options).expect("it is written");
    assert_eq!((report.clusters, report.apps, report.count(ChangeKind::Added)), (2, 3, 10));
    let report = gitops::check(&read, &fleet.tree(), &options).expect("it renders");
    insta::assert_snapshot!(report.to_string(), @"3 apps of 2 clusters: 10 files unchanged");
}

#[cfg(unix)]
#[test]
fn files_keep_their_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let fleet = Fleet::with_two_clusters();
    fleet.write(&[]);
    let file = fleet.tree().join("us/foo/ray/deployment-foo-ray-worker.yaml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o444)).expect("permissions");
    fleet.put("us/foo/ray.yaml", "workerReplicaCount: 9\n");
    assert_eq!(fleet.write(&[]).code, 0);
    assert!(fs::read_to_string(&file).expect("a file").contains("replicas: 9"));
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o444);
}
