//! How `kubectl`, Argo CD, Flux and Git read a tree: names, order, sizes, scopes, line endings.

use std::fs;

use super::support::{Fleet, INDEX, Run, files, run, run_in};

const ARGOCD: [&str; 5] = ["--argocd", "--repo-url", "https://git.example.com/fleet.git", "--repo-path", "tree"];
const FLUX: [&str; 3] = ["--flux", "--repo-path", "tree"];

const DEFINITION: &str = include_str!("../../data/program/gitops/definition.yaml");
const WIDGETS: &str = include_str!("../../data/program/gitops/widgets.yaml");

/// Creates a fleet of one cluster with one app: a chart with these templates.
fn fleet_with_chart(templates: &str) -> Fleet {
    let fleet = Fleet::empty();
    fleet.put("foo/cluster.yaml", "");
    add_chart(&fleet, "web", templates);
    fleet
}

/// Adds an app of a chart to the cluster `foo`.
fn add_chart(fleet: &Fleet, name: &str, templates: &str) {
    fleet.put(&format!("foo/{name}.chart.yaml"), &format!("path: ../../{name}\nnamespace: web\n"));
    fleet.put(&format!("../{name}/Chart.yaml"), &format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n"));
    fleet.put(&format!("../{name}/templates/all.yaml"), templates);
}

fn text(fleet: &Fleet, path: &str) -> String {
    let path = fleet.tree().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn assert_refused(ended: &Run, message: &str) {
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains(message), "{}", ended.stderr);
}

#[test]
fn kustomizations_with_the_same_name_are_an_error() {
    let fleet = Fleet::empty();
    fleet.put("foo/cluster.yaml", "");
    fleet.put("foo/ray/gpu.yaml", "");
    fleet.put("foo/ray-gpu.template.yaml", "path: ../../page\n");
    fleet.put("../page/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\n");
    assert_eq!(fleet.write(&[]).code, 0, "without Flux they are two folders");
    let message = "the Flux Kustomizations of `foo/ray-gpu` and `foo/ray/gpu` would have the same name `ray-gpu`";
    for mode in [Fleet::write, Fleet::check] {
        assert_refused(&mode(&fleet, &FLUX), message);
        let message =
            "the Argo CD Applications of `foo/ray-gpu` and `foo/ray/gpu` would have the same name `foo-ray-gpu`";
        assert_refused(&mode(&fleet, &ARGOCD), message);
    }
    fleet.put("foo/ray/gpus.yaml", "");
    fs::remove_file(fleet.root().join("foo/ray/gpu.yaml")).expect("a file");
    let ended = fleet.write(&[&FLUX[..], &ARGOCD[..3]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
}

/// `flux bootstrap` creates its own Kustomization in the same namespace.
#[test]
fn the_kustomization_of_flux_bootstrap_is_not_replaced() {
    let fleet = fleet_with_chart("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n");
    add_chart(&fleet, "flux-system", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    assert_refused(&fleet.write(&FLUX), "would have the same name `flux-system`");
}

#[test]
fn applications_with_the_same_name_are_an_error() {
    let cases = [
        ("eu/foo", "eu-foo", "web", "web", "eu-foo-web"),
        ("a", "a-b", "b-web", "web", "a-b-web"),
        ("a", "a-b", "b-namespaces", "web", "a-b-namespaces"),
    ];
    for (first, second, app, other, name) in cases {
        let fleet = Fleet::empty();
        fleet.put("../page/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\n");
        for (cluster, app) in [(first, app), (second, other)] {
            fleet.put(&format!("{cluster}/cluster.yaml"), "");
            let page = format!("path: {}page\n", "../".repeat(cluster.split('/').count() + 1));
            fleet.put(&format!("{cluster}/{app}.template.yaml"), &page);
        }
        assert_eq!(fleet.write(&[]).code, 0);
        assert_refused(&fleet.write(&ARGOCD), &format!("would have the same name `{name}`"));
        // The other cluster is not rendered, but its name still conflicts.
        assert_refused(&fleet.write(&[&ARGOCD[..], &["--only", first]].concat()), "would have the same name");
    }
}

#[test]
fn clusters_with_the_same_name_are_a_warning_if_argocd_deploys_to_them() {
    let fleet = Fleet::empty();
    fleet.put("eu/foo/cluster.yaml", "");
    fleet.put("us/foo/cluster.yaml", "");
    let warned = fleet.write(&ARGOCD);
    assert_eq!(warned.code, 0);
    assert!(warned.stderr.contains("2 clusters have the name `foo`"), "{}", warned.stderr);
    assert!(!fleet.write(&[]).stderr.contains("are called"));
    fleet.put("us/foo/cluster.yaml", "name: us-foo\n");
    assert!(!fleet.write(&ARGOCD).stderr.contains("are called"));
}

#[test]
fn folders_that_differ_only_in_case_are_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a"), "").expect("a file");
    if folder.path().join("A").exists() {
        println!("skipped: the file system ignores case");
        return;
    }
    for (first, second) in [("eu/Foo", "eu/foo"), ("EU", "eu/foo")] {
        let fleet = Fleet::empty();
        fleet.put(&format!("{first}/cluster.yaml"), "");
        fleet.put(&format!("{second}/cluster.yaml"), "");
        assert_refused(&fleet.write(&[]), "differ only in case");
    }
    let fleet = Fleet::empty();
    fleet.put("EU/foo/cluster.yaml", "");
    fleet.put("eu/bar/cluster.yaml", "");
    assert_eq!(fleet.write(&[]).code, 0, "ignoring case, this is one folder with two clusters");
}

#[test]
fn long_names_are_shortened_to_unique_labels() {
    let fleet = Fleet::empty();
    let (a, b) = ("x".repeat(63), format!("{}y", "x".repeat(62)));
    fleet.put("foo/cluster.yaml", "");
    for instance in [&a, &b] {
        fleet.put(&format!("foo/ray/{instance}.yaml"), "clusterName: a\nnamespace: other\n");
    }
    fleet.put(&format!("foo/ray/{b}.yaml"), "clusterName: b\n");
    let ended = fleet.write(&[&FLUX[..], &ARGOCD[..3]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let apps = text(&fleet, "foo/apps.yaml");
    let names: Vec<&str> = apps.lines().filter_map(|line| line.strip_prefix("  name: foo-ray-")).collect();
    assert_eq!(names.len(), 2);
    assert!(names[0] != names[1] && names.iter().all(|name| name.len() + "foo-ray-".len() <= 63), "{names:?}");
}

#[test]
fn an_object_without_a_name_is_an_error() {
    let job = "spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}]}}}\n";
    let job = format!("apiVersion: batch/v1\nkind: Job\nmetadata: {{generateName: migrate-}}\n{job}");
    let fleet = fleet_with_chart(&job);
    fleet.put("foo/page.template.yaml", "path: ../../page\n");
    fleet.put("../page/templates/job.yaml", &job);
    for mode in [Fleet::write, Fleet::check] {
        let refused = mode(&fleet, &[]);
        assert_refused(
            &refused,
            "`web/templates/all.yaml`: Job in the app `foo/web` has no `metadata.name`, only `generateName: migrate-`",
        );
        assert!(refused.stderr.contains("Job in the app `foo/page` has no `metadata.name`"), "{}", refused.stderr);
    }
    let patch = "patches: [{target: {kind: Job}, patch: [{op: add, path: /metadata/name, value: migrate}]}]\n";
    fleet.put("foo/web.chart.yaml", &format!("path: ../../web\n{patch}"));
    fleet.put("foo/page.template.yaml", &format!("path: ../../page\nnamespace: page\n{patch}"));
    let ended = fleet.write(&[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let Some(kubectl) = mkmanifests_testing::program("kubectl") else { return };
    let built = run_in(&kubectl.display().to_string(), &["kustomize", "foo/web"], &fleet.tree());
    assert!(built.stdout.contains("name: migrate\n"), "{}", built.stderr);
}

#[test]
fn custom_resources_get_a_namespace_if_they_are_namespaced() {
    let fleet = fleet_with_chart(include_str!("../../data/program/gitops/custom-resources.yaml"));
    fleet.put("foo/cluster.yaml", "scopes: {Site.example.com: Cluster, ClusterPlan.example.com: Namespaced}\n");
    add_chart(&fleet, "operator", DEFINITION);
    let ended = fleet.write(&[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for (path, is_namespaced) in [
        ("nodepool-a", false),
        ("gatewayclass-a", false),
        ("clusterissuer-a", false),
        ("certificate-a", true),
        ("widget-a", false),
        ("site-a", false),
        ("clusterplan-a", true),
        ("gadget-a", true),
        ("clustergadget-a", false),
    ] {
        assert_eq!(text(&fleet, &format!("foo/web/{path}.yaml")).contains("namespace: web\n"), is_namespaced, "{path}");
    }
    let warned: Vec<&str> = ended.stderr.lines().filter(|line| line.starts_with("warning: ")).collect();
    assert_eq!(
        warned,
        [
            "warning: the scope of the kind ClusterGadget in `example.com` is unknown: no namespace is set",
            "warning: the scope of the kind Gadget in `example.com` is unknown: `namespace: web` is set",
        ]
    );
    fleet.put("foo/cluster.yaml", "scopes: {nodepools.karpenter.sh: Cluster, Site.example.com: Global}\n");
    let refused = fleet.write(&[]);
    assert_refused(&refused, "must be one of `Cluster`, `Namespaced`");
    fleet.put("foo/cluster.yaml", "scopes: {nodepools.karpenter.sh: Cluster}\n");
    assert_refused(&fleet.write(&[]), "must be a kind and its group such as `NodePool.karpenter.sh`");
}

#[test]
fn an_object_too_large_for_kubectl_apply_is_reported() {
    let large = "<".repeat(60_000);
    let map = |name: &str, text: &str| {
        format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: \"{text}\"}}\n")
    };
    let fleet = fleet_with_chart(&format!("{}{}", map("large", &large), map("small", &"x".repeat(60_000))));
    add_chart(&fleet, "other", &map("other", "a"));
    let ended = fleet.write(&ARGOCD);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(ended.stderr.matches("is too large for `kubectl apply`").count(), 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("ConfigMap `web/large` is too large"), "{}", ended.stderr);
    let apps = text(&fleet, "foo/apps.yaml");
    let of_web = apps.split("- app: ").find(|item| item.starts_with("web\n")).expect("the app");
    assert!(of_web.contains("syncOptions:\n  - ServerSideApply=true\n"), "{apps}");
    assert_eq!(apps.matches("ServerSideApply").count(), 1, "{apps}");
    assert!(text(&fleet, "argocd/applicationset-fleet.yaml").contains("syncOptions: {{ toJson .syncOptions }}"));
}

#[test]
fn custom_resource_definitions_are_applied_before_their_objects() {
    let fleet = fleet_with_chart(&format!("{DEFINITION}---\n{WIDGETS}"));
    add_chart(&fleet, "other", &WIDGETS.replace("name: small", "name: other"));
    let ended = fleet.write(&[&FLUX[..], &ARGOCD[..3]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    insta::assert_snapshot!("definition", text(&fleet, "foo/crds/customresourcedefinition-widgets.example.com.yaml"));
    insta::assert_snapshot!("flux_app_after_definitions", text(&fleet, "foo/flux/kustomization-web.yaml"));
    assert!(!text(&fleet, "foo/flux/kustomization-crds.yaml").contains("dependsOn"));
    assert_eq!(
        files(&fleet.tree().join("foo/web")).keys().collect::<Vec<_>>(),
        ["kustomization.yaml", "widget-small.yaml"]
    );
    assert!(text(&fleet, "foo/apps.yaml").starts_with("- app: crds\n"));
    let Some(kubectl) = mkmanifests_testing::program("kubectl") else { return };
    for (folder, kind) in [("crds", "CustomResourceDefinition"), ("web", "Widget"), ("other", "Widget")] {
        for layout in ["objects", "apps"] {
            assert_eq!(fleet.write(&["--layout", layout]).code, 0);
            let built = run_in(&kubectl.display().to_string(), &["kustomize", &format!("foo/{folder}")], &fleet.tree());
            let kinds: Vec<&str> = built.stdout.lines().filter_map(|line| line.strip_prefix("kind: ")).collect();
            assert_eq!(kinds, [kind], "{}", built.stderr);
        }
    }
}

/// An app with only definitions has no folder, but is counted.
#[test]
fn an_app_with_only_definitions_is_counted() {
    let fleet = fleet_with_chart(DEFINITION);
    let ended = fleet.write(&FLUX);
    assert!(ended.stderr.contains("1 app of 1 cluster"), "{}", ended.stderr);
    assert!(!fleet.tree().join("foo/web").exists() && !fleet.tree().join("foo/flux/kustomization-web.yaml").exists());
    assert_eq!(fleet.check(&FLUX).code, 0);
}

#[test]
fn converted_line_endings_are_reported_and_restored() {
    let fleet = Fleet::with_two_clusters();
    fleet.write(&[]);
    let before = files(&fleet.tree());
    assert_eq!(before[".gitattributes"], b"* -text\n");
    let convert = || {
        for (path, content) in files(&fleet.tree()) {
            let text = String::from_utf8(content).expect("text").replace('\n', "\r\n");
            fs::write(fleet.tree().join(path), text).expect("a file");
        }
    };
    convert();
    let check = fleet.check(&[]);
    assert_eq!(check.code, 1);
    assert_eq!(check.stdout.matches("only the line endings differ (CRLF)").count(), before.len() - 3);
    assert!(!check.stdout.contains("@@"), "{}", check.stdout);
    assert!(check.stderr.contains("`* -text` in `.gitattributes`"), "{}", check.stderr);
    let done = fleet.write(&[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stderr.contains("files converted from CRLF line endings"), "{}", done.stderr);
    let healed = files(&fleet.tree());
    assert!(before.iter().all(|(path, text)| path == ".gitattributes" || healed[path] == *text));

    // A stale file with converted line endings is still this program's, an edited one is not.
    convert();
    fs::remove_file(fleet.root().join("us/foo/irsa.yaml")).expect("a file");
    let worker = fleet.tree().join("us/foo/ray/deployment-foo-ray-worker.yaml");
    let edited = fs::read_to_string(&worker).expect("text").replace("replicas: 3", "replicas: 4");
    fs::write(&worker, edited).expect("a file");
    let check = fleet.check(&[]);
    assert!(check.stdout.contains("\n-  replicas: 4\n+  replicas: 3\n"), "{}", check.stdout);
    assert_refused(&fleet.write(&[]), "deployment-foo-ray-worker.yaml` was edited by hand");
    assert_eq!(fleet.write(&["--force"]).code, 0);
    assert!(!fleet.tree().join("us/foo/irsa").exists());
}

/// Git itself converts the tree as a checkout on Windows does.
#[test]
fn git_does_not_convert_the_tree() {
    let fleet = Fleet::with_two_clusters();
    fleet.write(&[]);
    let git = |arguments: &[&str]| {
        let ended = run_in("git", &[&["-c", "core.autocrlf=true"][..], arguments].concat(), &fleet.tree());
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "tree"]);
    fs::remove_dir_all(fleet.tree().join("us")).expect("a folder");
    git(&["checkout", "-q", "."]);
    let check = fleet.check(&[]);
    assert_eq!(check.code, 0, "{}", check.stdout);
}

#[test]
fn existing_gitattributes_are_kept() {
    let fleet = Fleet::with_two_clusters();
    fs::create_dir_all(fleet.tree()).expect("a folder");
    fs::write(fleet.tree().join(".gitattributes"), "*.yaml eol=lf\n").expect("a file");
    assert_eq!(fleet.write(&[]).code, 0);
    assert_eq!(text(&fleet, ".gitattributes"), "*.yaml eol=lf\n");
}

#[test]
fn clusters_of_a_tree_are_checked_separately() {
    let fleet = Fleet::empty();
    fleet.put("ray.yaml", "clusterName: demo\n");
    for cluster in ["ap/a", "eu/b", "us/c"] {
        fleet.put(&format!("{cluster}/cluster.yaml"), "");
        fleet.put(&format!("{cluster}/ray.yaml"), "");
    }
    assert_eq!(fleet.write(&ARGOCD).code, 0);
    let tree = fleet.tree().display().to_string();
    let checked = run(&["check", &tree]);
    assert!(!checked.stderr.contains("duplicate object"), "{}", checked.stderr);
    assert!(checked.stderr.contains("16 objects: no errors or warnings"), "{}", checked.stderr);
    // Files that are named one by one, in any order.
    let kinds = ["service-demo-ray-head-svc", "deployment-demo-ray-head", "deployment-demo-ray-worker"];
    let clusters = ["ap/a", "eu/b", "us/c"];
    let paths = kinds.iter().flat_map(|kind| clusters.map(|cluster| format!("{tree}/{cluster}/ray/{kind}.yaml")));
    let paths: Vec<String> = paths.collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let named = run(&[&["check"][..], &paths].concat());
    assert!(!named.stderr.contains("duplicate object") && !named.stderr.contains("no pods"), "{}", named.stderr);
    // Without the index, it is an ordinary folder.
    fs::remove_file(fleet.tree().join("us/c").join(INDEX)).expect("a file");
    fs::remove_file(fleet.tree().join("eu/b").join(INDEX)).expect("a file");
    assert!(run(&["check", &tree]).stderr.contains("duplicate object"));
}
