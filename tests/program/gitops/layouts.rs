//! Layouts of a tree, parts of a fleet, and how other programs read them.

use std::fs;

use mkmanifests_testing as common;

use super::support::{Fleet, INDEX, files, run, run_in};
use mkmanifests::gitops::{self, ChangeKind, Options};

#[test]
fn the_apps_layout_writes_what_the_subcommand_prints() {
    let fleet = Fleet::with_two_clusters();
    fleet.write(&["--layout", "apps"]);
    let tree = files(&fleet.tree());
    let printed = run(&["ray", "--cluster", "foo", "--set", "workerReplicaCount=3", "-q"]);
    assert_eq!(tree["us/foo/ray/manifests.yaml"], printed.stdout.as_bytes());
}

#[test]
fn any_number_of_threads_writes_the_same_tree() {
    let fleet = Fleet::with_two_clusters();
    fleet.write(&["--jobs", "1"]);
    let one = files(&fleet.tree());
    let other = fleet.tree().join("../other");
    assert_eq!(
        run(&["gitops", &fleet.root().display().to_string(), "--out", &other.display().to_string(), "--jobs", "7"])
            .code,
        0
    );
    assert_eq!(files(&other), one);
}

/// A fleet larger than memory is rendered twice, and the tree is the same.
#[test]
fn rendering_twice_to_save_memory_writes_the_same_tree() {
    let fleet = Fleet::with_clusters(5);
    assert_eq!(fleet.write(&[]).code, 0);
    let read = gitops::Fleet::read(&fleet.root()).expect("a fleet");
    let other = fleet.tree().join("../other");
    for kept_bytes in [0, 20_000] {
        let options = Options { kept_bytes: Some(kept_bytes), ..Options::default() };
        let report = gitops::write(&read, &other, &options).expect("it is written");
        assert_eq!(report.count(ChangeKind::Added), 35);
        assert_eq!(files(&other), files(&fleet.tree()));
        fs::remove_dir_all(&other).expect("a folder");
    }
}

#[test]
fn a_fleet_can_be_a_single_cluster() {
    let fleet = Fleet::empty();
    fleet.put("cluster.yaml", "name: foo\n");
    fleet.put("ray.yaml", "");
    let flags = ["--argocd", "--flux", "--repo-url", "https://git.example.com/x.git", "--repo-path", ""];
    assert_eq!(fleet.write(&flags).code, 0);
    assert_eq!(fleet.check(&flags).code, 0);
    let tree = files(&fleet.tree());
    for path in [INDEX, "apps.yaml", "argocd/applicationset-fleet.yaml", "ray/deployment-foo-ray-head.yaml"] {
        assert!(tree.contains_key(path), "{path} is not in {:?}", tree.keys());
    }
    let text = |path: &str| String::from_utf8_lossy(&tree[path]).into_owned();
    assert!(text("flux/kustomization-ray.yaml").contains("path: ./ray\n"));
    assert!(text("apps.yaml").contains("name: foo-ray\n"));
    assert!(text("argocd/applicationset-fleet.yaml").contains("- path: '**/apps.yaml'\n"));
    assert_eq!(fleet.write(&[]).code, 0);
    assert_eq!(fleet.check(&[]).code, 0);
    assert!(!fleet.tree().join("apps.yaml").exists() && fleet.tree().join("ray").exists());
}

#[test]
fn shards_together_write_the_whole_tree() {
    let fleet = Fleet::with_clusters(9);
    let whole = fleet.tree().join("../whole");
    let (root, tree) = (fleet.root().display().to_string(), fleet.tree().display().to_string());
    let flags = ["--argocd", "--repo-url", "https://git.example.com/fleet.git", "--repo-path", "tree"];
    let run_shard = |shard: &str, out: &str| {
        let mut arguments = vec!["gitops", &root, "--out", out];
        arguments.extend(flags);
        if !shard.is_empty() {
            arguments.extend(["--shard", shard]);
        }
        run(&arguments)
    };
    assert_eq!(run_shard("", &whole.display().to_string()).code, 0);
    std::thread::scope(|scope| {
        for shard in ["1/4", "2/4", "3/4", "0/4"] {
            let (run_shard, tree) = (&run_shard, &tree);
            scope.spawn(move || {
                let ended = run_shard(shard, tree);
                assert_eq!(ended.code, 0, "{shard}: {}", ended.stderr);
            });
        }
    });
    assert_eq!(files(&fleet.tree()), files(&whole));
    // A removed cluster is pruned by the shard that it belongs to.
    fs::remove_dir_all(fleet.root().join("cluster-4")).expect("a folder");
    for shard in ["1/4", "2/4", "3/4", "4/4"] {
        assert_eq!(run_shard(shard, &tree).code, 0, "{shard}");
    }
    assert!(!fleet.tree().join("cluster-4").exists());
    assert_eq!(files(&fleet.tree()).len(), files(&whole).len() - 9);
}

#[test]
fn one_cluster_can_be_rendered_alone() {
    let fleet = Fleet::with_two_clusters();
    assert_eq!(fleet.write(&["--only", "us"]).code, 0);
    assert!(fleet.tree().join("us/foo").exists() && !fleet.tree().join("eu").exists());
    // The rest of the tree is not touched by this run.
    fleet.write(&[]);
    fs::remove_dir_all(fleet.root().join("eu")).expect("a folder");
    assert_eq!(fleet.write(&["--only", "us/foo/"]).code, 0);
    assert!(fleet.tree().join("eu/bar").exists());
}

#[test]
fn changed_since_renders_the_affected_clusters() {
    let fleet = Fleet::with_two_clusters();
    fleet.put("ray.yaml", "workerCPURequest: 4\n");
    fleet.put("us/foo/web.template.yaml", "path: ../../../web\nvaluesFiles: [web.values.yaml, ../../../shared.yaml]\n");
    fleet.put("us/foo/web.values.yaml", "a: 1\n");
    fleet.put("../shared.yaml", "b: 1\n");
    fleet.put("../web/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n");
    let top = fleet.root().join("..");
    let git = |arguments: &[&str]| {
        let output = run_in("git", arguments, &top);
        assert_eq!(output.code, 0, "{}", output.stderr);
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "fleet"]);
    let rendered = || {
        let report = fleet.check(&["--changed-since", "HEAD", "-o", "json"]);
        let json: serde_json::Value =
            serde_json::from_str(&report.stdout).unwrap_or_else(|_| panic!("{}", report.stderr));
        json["clusters"].as_u64().expect("a number")
    };
    assert_eq!(rendered(), 0);
    let cases = [
        ("us/foo/irsa.yaml", "accountId: 222233334444\n", 1),
        ("ray.yaml", "workerCPURequest: 5\n", 2),
        ("us/cluster.yaml", "region: us-west-2\n", 1),
        ("cluster.yaml", "partition: aws\n", 2),
        ("irsa.yaml", "roleName: x\n", 1),
        ("../web/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: webs}\n", 1),
        ("us/foo/web.values.yaml", "a: 2\n", 1),
        ("../elsewhere.yaml", "a: 2\n", 0),
    ];
    for (path, text, clusters) in cases {
        let before = fs::read(fleet.root().join(path)).ok();
        fleet.put(path, text);
        assert_eq!(rendered(), clusters, "{path}");
        match before {
            Some(before) => fs::write(fleet.root().join(path), before).expect("a file"),
            None => fs::remove_file(fleet.root().join(path)).expect("a file"),
        }
    }
    // Defaults that were removed.
    fs::remove_file(fleet.root().join("ray.yaml")).expect("a file");
    assert_eq!(rendered(), 2);
    fleet.put("ray.yaml", "workerCPURequest: 4\n");
    // A file that an app still refers to.
    fs::remove_file(top.join("shared.yaml")).expect("a file");
    let refused = fleet.check(&["--changed-since", "HEAD"]);
    assert!(refused.code == 2 && refused.stderr.contains("shared.yaml`: no such file"), "{}", refused.stderr);
    fleet.put("../shared.yaml", "b: 1\n");
    let refused = fleet.check(&["--changed-since", "nowhere"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--changed-since"), "{}", refused.stderr);
}

#[test]
fn argocd_and_flux_files_are_written() {
    let fleet = Fleet::with_two_clusters();
    fleet.put("us/cluster.yaml", "labels: {env: test}\n");
    let flags = ["--argocd", "--flux", "--repo-url", "https://git.example.com/fleet.git", "--repo-path", "deploy/tree"];
    let done = fleet.write(&flags);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let tree = files(&fleet.tree());
    let text = |path: &str| String::from_utf8(tree[path].clone()).expect("text");
    insta::assert_snapshot!("argocd_application_set", text("argocd/applicationset-fleet.yaml"));
    insta::assert_snapshot!("argocd_apps", text("us/foo/apps.yaml"));
    insta::assert_snapshot!("flux_kustomizations", text("us/foo/flux/kustomization-ray.yaml"));
    assert!(!text("us/foo/flux/kustomization-namespaces.yaml").contains("dependsOn"));
    // Without the flags, these files are stale.
    assert_eq!(fleet.write(&[]).code, 0);
    assert!(!fleet.tree().join("argocd").exists() && !fleet.tree().join("us/foo/flux").exists());
}

/// `kubectl apply -k` and the GitOps tools apply exactly what the subcommands print.
#[test]
fn kustomize_builds_what_the_subcommands_print() {
    let Some(kubectl) = common::program("kubectl") else { return };
    let fleet = Fleet::with_two_clusters();
    let chart = "path: ../../../chart\nnamespace: web\nrelease: shop\nvalues: {replicas: 3}\nhooks: include\n";
    fleet.put("us/foo/shop.chart.yaml", chart);
    fleet.put("../chart/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n");
    fleet.put("../chart/values.yaml", "replicas: 1\n");
    fleet.put("../chart/templates/all.yaml", include_str!("../../data/program/gitops/chart-template.yaml"));
    fleet.put("../values.yaml", "replicas: 3\n");
    fleet.put("us/foo/page.template.yaml", "path: ../../../page\nnamespace: web\nvalues: {title: x}\n");
    fleet.put(
        "../page/templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\ndata: {title: {{ values.title }}}\n",
    );
    for layout in ["objects", "apps"] {
        let done = fleet.write(&["--layout", layout]);
        assert_eq!(done.code, 0, "{}", done.stderr);
        let top = fleet.root().join("..").display().to_string();
        let (chart, page, values) = (format!("{top}/chart"), format!("{top}/page"), format!("{top}/values.yaml"));
        let apps: [(&str, &[&str]); 5] = [
            ("us/foo/ray", &["ray", "--cluster", "foo", "--set", "workerReplicaCount=3"]),
            ("us/foo/irsa", &["irsa", "--cluster", "foo", "--set", "accountId=111122223333"]),
            ("eu/bar/ray", &["ray", "--cluster", "bar"]),
            ("us/foo/shop", &["chart", &chart, "shop", "-n", "web", "-f", &values, "--deterministic"]),
            ("us/foo/page", &["template", &page, "--set", "title=x"]),
        ];
        for (app, arguments) in apps {
            let applied = run_in(&kubectl.display().to_string(), &["kustomize", app], &fleet.tree());
            assert_eq!(applied.code, 0, "{app}: {}", applied.stderr);
            let printed = run(&[arguments, &["-q"]].concat());
            assert_eq!(printed.code, 0, "{app}: {}", printed.stderr);
            let expected = super::support::objects(&printed.stdout, Some("web"));
            assert_eq!(super::support::objects(&applied.stdout, None), expected, "{app}");
            assert!(!expected.is_empty());
        }
        let namespaces = run_in(&kubectl.display().to_string(), &["kustomize", "us/foo/namespaces"], &fleet.tree());
        let names: Vec<String> = super::support::objects(&namespaces.stdout, None).into_keys().collect();
        assert_eq!(names, ["Namespace//ray", "Namespace//web"]);
    }
}

#[test]
fn secrets_are_replaced_omitted_or_written_as_configured() {
    let fleet = Fleet::empty();
    fleet.put("foo/cluster.yaml", "secretStore: {name: vault, key: kv/<cluster>/<app>/<name>}\n");
    fleet.put("foo/web.template.yaml", "path: ../../web\nnamespace: web\n");
    fleet.put("../web/templates/a.yaml", include_str!("../../data/program/gitops/secrets.yaml"));
    let refused = fleet.write(&[]);
    assert_eq!(refused.code, 2);
    assert_eq!(refused.stderr.matches("would be written to Git").count(), 2, "{}", refused.stderr);
    assert!(!refused.stderr.contains("hunter2"));

    let external = fleet.write(&["--secrets", "external"]);
    assert_eq!(external.code, 0, "{}", external.stderr);
    let tree = files(&fleet.tree());
    assert!(tree.values().all(|text| !String::from_utf8_lossy(text).contains("hunter2")), "no secret in Git");
    insta::assert_snapshot!("external_secret", String::from_utf8_lossy(&tree["foo/web/externalsecret-tls.yaml"]));
    let token = String::from_utf8_lossy(&tree["foo/web/secret-token.yaml"]).into_owned();
    assert!(token.contains("kubernetes.io/service-account-token"), "a Secret without data is not replaced: {token}");

    let omit = fleet.write(&["--secrets", "omit"]);
    assert_eq!(omit.code, 0);
    assert!(omit.stderr.contains("Secret `web/tls` in the app `web` is omitted"), "{}", omit.stderr);
    let plain = fleet.write(&["--secrets", "plain"]);
    assert_eq!(plain.code, 0);
    assert!(String::from_utf8_lossy(&files(&fleet.tree())["foo/web/secret-password.yaml"]).contains("hunter2"));
}
