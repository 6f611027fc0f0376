//! `gitops` with apps of charts, and the diagnostics about them.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use mkmanifests_testing as common;

use super::support::{Fleet, files, run};

const CONFIG_MAP: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\ndata: {size: \"{{ .Values.size }}\"}\n";

/// Adds a chart beside the fleet, whose schema refers to another document.
fn put_chart(fleet: &Fleet, schema: &str) {
    fleet.put("../charts/page/Chart.yaml", "apiVersion: v2\nname: page\nversion: 0.1.0\n");
    fleet.put("../charts/page/values.yaml", "size: 1\n");
    fleet.put("../charts/page/templates/a.yaml", CONFIG_MAP);
    fleet.put("../charts/page/values.schema.json", schema);
    fleet.put("foo/cluster.yaml", "");
}

#[test]
fn chart_schemas_resolve_references_with_the_files_of_an_app() {
    let fleet = Fleet::empty();
    put_chart(&fleet, r#"{"properties": {"size": {"$ref": "https://example.com/size.json"}}}"#);
    fleet.put("../schemas/size.json", r#"{"$id": "https://example.com/size.json", "type": "integer", "maximum": 9}"#);
    let apps = [
        ("map", "schemaMap: {\"https://example.com/size.json\": ../../schemas/size.json}"),
        ("folder-map", "schemaMap: {\"https://example.com/\": ../../schemas/}"),
        ("dir", "schemaDirs: [../../schemas]"),
    ];
    for (name, setting) in apps {
        let app = format!("foo/{name}.chart.yaml");
        fleet.put(&app, &format!("path: ../../charts/page\n{setting}\nvalues: {{size: 9}}\n"));
        let good = fleet.write(&[]);
        assert_eq!(good.code, 0, "{name}: {}", good.stderr);
        fleet.put(&app, &format!("path: ../../charts/page\n{setting}\nvalues: {{size: 10}}\n"));
        let bad = fleet.write(&[]);
        assert_eq!(bad.code, 2, "{name}");
        // The wording of Helm's library.
        assert!(bad.stderr.contains("- at '/size': maximum: got 10, want 9"), "{name}: {}", bad.stderr);
        fs::remove_file(fleet.root().join(&app)).expect("a file");
    }
    fleet.put("foo/alone.chart.yaml", "path: ../../charts/page\n");
    let alone = fleet.write(&[]);
    assert_eq!(alone.code, 2);
    assert!(alone.stderr.contains("https://example.com/size.json"), "{}", alone.stderr);
    assert!(alone.stderr.contains("schemaMap"), "the message names the setting: {}", alone.stderr);
}

#[test]
fn links_out_of_a_chart_are_followed_unless_forbidden() {
    let fleet = Fleet::empty();
    put_chart(&fleet, "{}");
    fleet.put("../shared/b.yaml", &CONFIG_MAP.replace("page", "linked"));
    let link = fleet.root().join("../charts/page/templates/b.yaml");
    symlink("../../../shared/b.yaml", link).expect("a link");
    let app = |setting: &str| fleet.put("foo/page.chart.yaml", &format!("path: ../../charts/page\n{setting}"));
    app("");
    let followed = fleet.write(&[]);
    assert_eq!(followed.code, 0, "{}", followed.stderr);
    assert!(files(&fleet.tree()).contains_key("foo/page/configmap-linked.yaml"));

    let is_refused = |flags: &[&str]| {
        let ended = fleet.write(flags);
        assert_eq!(ended.code == 0, !ended.stderr.contains("templates/b.yaml"), "{}", ended.stderr);
        ended.code != 0
    };
    assert!(is_refused(&["--no-external-links"]));
    app("externalLinks: false\n");
    assert!(is_refused(&[]));
    fleet.put("foo/cluster.yaml", "externalLinks: false\n");
    app("");
    assert!(is_refused(&[]));
    app("externalLinks: true\n");
    assert!(!is_refused(&[]));
    assert!(is_refused(&["--no-external-links"]));
}

#[test]
fn clusters_and_apps_choose_the_release_of_helm() {
    let fleet = Fleet::empty();
    fleet.put("../charts/page/Chart.yaml", "{apiVersion: v2, name: page, version: 0.1.0}");
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\ndata: {helm: {{ .Capabilities.HelmVersion.Version }}, kube: {{ .Capabilities.KubeVersion }}}\n";
    fleet.put("../charts/page/templates/a.yaml", template);
    let renders = |cluster: &str, app: &str, expected: &str| {
        fleet.put("foo/cluster.yaml", cluster);
        fleet.put("foo/page.chart.yaml", &format!("path: ../../charts/page\n{app}"));
        let done = fleet.write(&[]);
        assert_eq!(done.code, 0, "{}", done.stderr);
        let text = files(&fleet.tree())["foo/page/configmap-page.yaml"].clone();
        let text = String::from_utf8(text).expect("text");
        assert!(text.contains(expected), "{text}");
    };
    renders("", "", "v4.3");
    renders("helmVersion: \"3.17\"\n", "", "v3.17");
    renders("helmVersion: \"3.17\"\n", "", "v1.32.0");
    renders("helmVersion: \"3.17\"\nkubeVersion: \"1.30\"\n", "helmVersion: \"4.2\"\n", "v4.2");
    renders("helmVersion: \"3.17\"\nkubeVersion: \"1.30\"\n", "helmVersion: v4.2.3\n", "v1.30");
}

#[test]
fn cluster_info_reaches_components_and_charts() {
    let fleet = Fleet::empty();
    fleet.put("cluster.yaml", "accountId: \"111122223333\"\npartition: aws-cn\n");
    let cluster = "name: prod_1\nregion: cn-north-1\nroleArns: {autoscaler: \"arn:aws-cn:iam::111122223333:role/a\"}\n";
    fleet.put("cn/prod/cluster.yaml", cluster);
    fleet.put("cn/prod/irsa.yaml", "");
    fleet.put("cn/prod/autoscaler.yaml", "");
    fleet.put("cn/prod/ray/gpu.yaml", "namespace: gpu\n");
    let facts = "path: ../../../page\nfacts: {where.region: region, where.name: name, account: accountId}\n";
    fleet.put("cn/prod/page.template.yaml", facts);
    fleet.put("../page/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\ndata: {x: \"{{ values.where.region }} {{ values.where.name }} {{ values.account }} {{ release.cluster }}\"}\n");
    let done = fleet.write(&[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let tree: BTreeMap<String, String> =
        files(&fleet.tree()).into_iter().map(|(path, text)| (path, String::from_utf8(text).expect("text"))).collect();
    let has = |path: &str, text: &str| assert!(tree[path].contains(text), "{path}: {}", tree[path]);
    has("cn/prod/irsa/serviceaccount-daft.yaml", "arn:aws-cn:iam::111122223333:role/prod_1_DaftRole");
    has(
        "cn/prod/autoscaler/deployment-cluster-autoscaler-aws-cluster-autoscaler.yaml",
        "k8s.io/cluster-autoscaler/prod_1",
    );
    has("cn/prod/autoscaler/deployment-cluster-autoscaler-aws-cluster-autoscaler.yaml", "value: cn-north-1");
    has(
        "cn/prod/autoscaler/serviceaccount-cluster-autoscaler-aws-cluster-autoscaler.yaml",
        "arn:aws-cn:iam::111122223333:role/a",
    );
    has("cn/prod/ray/gpu/service-gpu-ray-head-svc.yaml", "namespace: gpu");
    has("cn/prod/page/configmap-page.yaml", "cn-north-1 prod_1 111122223333 prod_1");
    has("cn/prod/page/configmap-page.yaml", "namespace: default");
}

/// Renders the whole example, including JupyterHub and Vault from charts that are not in this repository.
#[test]
fn the_sandbox_renders_its_charts_if_they_are_installed() {
    let (Some(charts), Some(_), Some(_)) = (common::charts(), common::chart("jupyterhub"), common::chart("vault"))
    else {
        return;
    };
    let fleet = Fleet::empty();
    let sandbox = common::root().join("values/sandbox");
    for (path, text) in files(&sandbox) {
        fleet.put_bytes(&path, &text);
    }
    symlink(&charts, fleet.root().join("../charts")).expect("a link");
    assert!(fleet.write(&[]).stderr.contains("would be written to Git"), "the hub has a Secret");
    let done = fleet.write(&["--secrets", "external"]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let tree = files(&fleet.tree());
    assert!(tree.contains_key("us-west-2/sandbox/jupyterhub/externalsecret-hub.yaml"));
    let again = fleet.check(&["--secrets", "external"]);
    assert_eq!(again.code, 0, "random texts stay the same: {}", again.stdout);

    let values = fleet.root().join("../values.yaml");
    let text = String::from_utf8(tree_file(&sandbox, "us-west-2/sandbox/vault.chart.yaml")).expect("text");
    let (_, inline) = text.split_once("values:\n").expect("values");
    fs::write(
        &values,
        inline.lines().map(|line| format!("{}\n", line.get(2..).unwrap_or_default())).collect::<String>(),
    )
    .expect("a file");
    let chart = Path::new(&charts).join("vault").display().to_string();
    let values = values.display().to_string();
    let arguments =
        ["chart", &chart, "vault", "-n", "vault", "-f", &values, "--kube-version", "1.33", "--skip-tests", "-q"];
    let printed = run(&arguments);
    let expected = super::support::objects(&printed.stdout, Some("vault"));
    let mut written = BTreeMap::new();
    for (path, text) in &tree {
        if path.starts_with("us-west-2/sandbox/vault/") && !path.ends_with("/kustomization.yaml") {
            written.extend(super::support::objects(&String::from_utf8_lossy(text), None));
        }
    }
    assert!(expected.len() > 5);
    // A webhook configuration has no namespace.
    let named = |objects: BTreeMap<String, serde_json::Value>| -> Vec<String> {
        objects
            .into_keys()
            .map(|key| key.replace("MutatingWebhookConfiguration/vault/", "MutatingWebhookConfiguration//"))
            .collect()
    };
    assert_eq!(named(written), named(expected));
}

fn tree_file(root: &Path, path: &str) -> Vec<u8> {
    fs::read(root.join(path)).expect("a file")
}
