//! What clusters share is not visible in the tree: neither which cluster rendered first, nor on how many threads.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::support::{Fleet, files};

const DEFINITION: &str = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}
";

const TEMPLATES: &str = r#"apiVersion: v1
kind: ConfigMap
metadata: {name: '{{ .Release.Name }}'}
data: {size: '{{ .Values.size }}', version: '{{ .Capabilities.KubeVersion }}', time: '{{ now | unixEpoch }}'}
---
{{- range $name := list "one" "two" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: '{{ $.Release.Name }}-{{ $name }}', namespace: {{ $.Release.Namespace }}}
data: {id: '{{ uuidv4 }}', included: '{{ include "id" $ }}', rendered: '{{ tpl "{{ randAlphaNum 20 }}" $ }}'}
---
{{- end }}
apiVersion: example.com/v1
kind: Widget
metadata: {name: '{{ .Release.Name }}', namespace: fixed}
spec: {size: {{ .Values.size }}}
"#;

const HELPERS: &str = "{{ define \"id\" }}{{ randAlphaNum 20 }}{{ end }}";

/// Clusters whose apps differ in one input each: values, release, namespace, version, hooks, definitions, patches.
const APPS: [(&str, &str, &str); 9] = [
    ("a", "", ""),
    ("b", "", ""),
    ("c", "", "values: {size: 2}\n"),
    ("d", "", "values: {size: 2}\nrelease: other\n"),
    ("e", "", "namespace: elsewhere\n"),
    ("f", "kubeVersion: \"1.33\"\n", ""),
    ("g", "", "includeCrds: false\n"),
    ("h", "", "patches: [{target: {kind: CustomResourceDefinition}, patch: {metadata: {labels: {patched: 'yes'}}}}]\n"),
    ("i", "", "values: {size: 2.0}\n"),
];

fn fleet() -> Fleet {
    let fleet = Fleet::empty();
    fleet.put("../charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n");
    fleet.put("../charts/web/values.yaml", "size: 1\n");
    fleet.put("../charts/web/templates/a.yaml", TEMPLATES);
    fleet.put("../charts/web/templates/_helpers.tpl", HELPERS);
    fleet.put("../charts/web/crds/widget.yaml", DEFINITION);
    for (cluster, settings, app) in APPS {
        fleet.put(&format!("{cluster}/cluster.yaml"), settings);
        // Two apps of the chart would both have the definition.
        fleet.put(&format!("{cluster}/web.chart.yaml"), &format!("path: ../../charts/web\n{app}"));
        fleet.put(&format!("{cluster}/ray.yaml"), "");
    }
    fleet
}

/// Renders the fleet into an empty folder.
fn tree(fleet: &Fleet, runs: &[&[&str]]) -> BTreeMap<String, Vec<u8>> {
    let _ = fs::remove_dir_all(fleet.tree());
    for flags in runs {
        let run = fleet.write(flags);
        assert_eq!(run.code, 0, "{flags:?}: {}", run.stderr);
    }
    files(&fleet.tree())
}

/// Renders the clusters one by one, and together on one thread and on several. Returns the tree, which is always the same.
fn one_tree_in_any_order(fleet: &Fleet, layout: &str) -> BTreeMap<String, Vec<u8>> {
    let only: Vec<_> = APPS.iter().map(|(cluster, ..)| ["--layout", layout, "--only", *cluster]).collect();
    let alone = tree(fleet, &only.iter().map(<[&str; 4]>::as_slice).collect::<Vec<_>>());
    for jobs in ["1", "2", "8"] {
        let flags = ["--layout", layout, "--jobs", jobs];
        // The second run finds all files unchanged.
        let together = tree(fleet, &[&flags, &flags]);
        assert_eq!(together.keys().collect::<Vec<_>>(), alone.keys().collect::<Vec<_>>());
        for (path, text) in &alone {
            let text = String::from_utf8_lossy(text);
            assert_eq!(String::from_utf8_lossy(&together[path]), text, "{path} with {flags:?}");
        }
    }
    alone
}

#[test]
fn a_tree_with_one_file_per_app_does_not_depend_on_what_clusters_share() {
    let fleet = fleet();
    let alone = one_tree_in_any_order(&fleet, "apps");
    let text = |cluster: &str| String::from_utf8_lossy(&alone[&format!("{cluster}/web/manifests.yaml")]).into_owned();
    assert_eq!(text("a"), text("b"));
    assert!(text("a").contains("size: \"1\"") && text("c").contains("size: \"2\""));
}

#[test]
fn a_tree_does_not_depend_on_what_clusters_share() {
    let fleet = fleet();
    let alone = one_tree_in_any_order(&fleet, "objects");
    let text = |path: &str| String::from_utf8_lossy(&alone[path]).into_owned();
    let definition = "crds/customresourcedefinition-widgets.example.com.yaml";
    assert!(text(&format!("h/{definition}")).contains("patched: \"yes\""));
    assert!(!text(&format!("a/{definition}")).contains("patched"));
    assert!(text("c/web/configmap-web.yaml").contains("size: \"2\""));
    assert!(text("f/web/configmap-web.yaml").contains("v1.33"));
    assert!(text("e/web/configmap-web.yaml").contains("namespace: elsewhere"));
    assert!(!alone.contains_key(&format!("g/{definition}")));
    // Random texts depend on the release and its namespace, not on values or on who parsed the templates.
    let random = |cluster: &str, release: &str, number: &str| {
        let text = text(&format!("{cluster}/web/configmap-{release}-{number}.yaml"));
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| ["id:", "included:", "rendered:"].iter().any(|key| line.starts_with(key)));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let all =
        [random("a", "web", "one"), random("a", "web", "two"), random("d", "other", "one"), random("e", "web", "one")];
    assert_eq!(all.iter().flatten().collect::<BTreeSet<_>>().len(), 12, "{all:?}");
    assert_eq!(random("a", "web", "one"), random("c", "web", "one"));
}

#[test]
fn a_warning_about_a_shared_app_names_the_file_of_each_cluster() {
    let fleet = fleet();
    for cluster in ["a", "b", "c"] {
        fleet.put(&format!("{cluster}/web.chart.yaml"), "path: ../../charts/web\nvalues: {sise: 2}\n");
    }
    let run = fleet.write(&["--jobs", "1"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for cluster in ["a", "b", "c"] {
        assert!(run.stderr.contains(&format!("{cluster}/web.chart.yaml:2:")), "{cluster}: {}", run.stderr);
    }
}
