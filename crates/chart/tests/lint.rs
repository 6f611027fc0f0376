//! Lints charts, and compares messages and log with those of the real Helm: small charts with one mistake each, and
//! those in the folder `MKMANIFESTS_CHARTS`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mkmanifests_chart::lint::{self, Options, UserValues};
use mkmanifests_chart::values::{Layers, Values};
use mkmanifests_check::kube_version::KubeVersion;
use mkmanifests_testing as common;

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\nicon: https://example.com/icon.svg\n";

/// Returns what helm prints, and its log.
fn by_helm(program: &Path, chart: &Path, args: &[&str]) -> (String, String) {
    let done = Command::new(program).arg("lint").arg(chart).args(args).output().expect("helm runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let log = text(&done.stderr)
        .lines()
        .filter(|line| line.starts_with("level="))
        .fold(String::new(), |log, line| log + line + "\n");
    let out = text(&done.stdout);
    // The last lines are the summary.
    (out.split("\n\n1 chart(s) linted").next().unwrap_or_default().trim_end().to_owned(), log)
}

/// Returns the same of this crate.
fn by_crate(chart: &Path, values: &str, options: &Options) -> (String, String) {
    let base = Values::default();
    let mut layers = Layers::over(&base);
    layers.file("values.yaml", values.as_bytes());
    let values = UserValues::new(&layers.overlaid().expect("values"));
    let linted = lint::lint(chart, &values, options);
    let mut out = format!("==> Linting {}", chart.display());
    for message in &linted.messages {
        write!(out, "\n{message}").expect("memory");
    }
    let log = linted.log.iter().fold(String::new(), |log, line| log + line + "\n");
    (out.trim_end().to_owned(), log)
}

fn options(kube_version: Option<&str>) -> Options {
    let kube_version = kube_version.map(|version| KubeVersion::parse(version).expect("a version"));
    Options { namespace: "default".to_owned(), kube_version, skip_schema: false }
}

/// Compares a chart of these files.
fn assert_equal(program: &Path, files: &[(&str, &str)], values: &str, kube_version: Option<&str>) {
    let folder = tempfile::tempdir().expect("a folder");
    let chart = folder.path().join("web");
    for (name, text) in files {
        let path = chart.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let file = folder.path().join("values.yaml");
    fs::write(&file, values).expect("a file");
    let mut args = vec!["--values", file.to_str().expect("UTF-8")];
    args.extend(kube_version.iter().flat_map(|version| ["--kube-version", *version]));
    let helm = by_helm(program, &chart, &args);
    assert_eq!(by_crate(&chart, values, &options(kube_version)), helm, "{files:#?}");
}

#[test]
fn chart_files_are_linted_as_helm_lints_them() {
    let Some(program) = common::program("helm") else { return };
    for text in [
        "",
        "# nothing",
        "text",
        "[a]",
        "version: \"",
        "apiVersion: v3\nname: ..\nversion: 1",
        "apiVersion: v1\nname: a/b\nversion: v1.2\ntype: application\ndependencies: [{name: b}, {name: b}]",
        "version: 0.0.0-0\nname: 1\nappVersion: 1\nmaintainers: [~]",
        "version: 1.0.0+a_b\nname: [a]",
        "annotations: {a: [b]}",
        "maintainers: 1",
        "maintainers: [1]",
        "maintainers: [{name: [1]}]",
        "keywords: [[1]]",
        "deprecated: 'true'",
        "dependencies: [{name: a, tags: [[1]], enabled: x}]",
    ] {
        assert_equal(&program, &[("Chart.yaml", text), ("values.yaml", "")], "", None);
    }
    for more in [
        "team: x\nmaintainers: [{name: x, foo: bar}]",
        "name: web\n'version': 0.1.0",
        "NAME: x\nfoo: {a: b}",
        "a: &x 1\nb: *y",
        "<<: {a: b}",
        "version: ~\nappVersion: ~",
        "icon: x y",
        "sources: ['http://a b', x]",
        "sources: [ftp:x]",
        "sources: ['/x']",
        "sources: ['//x']",
        "sources: [~]",
        "sources: ['http://[::1']",
        "sources: ['https://example.com/#a#b%zz']",
        "dependencies: [~]",
        "dependencies: [{name: x, version: 1, repository: '', alias: 'a b'}]",
        "maintainers: [{email: a@b.c}]",
    ] {
        assert_equal(&program, &[("Chart.yaml", &format!("{CHART}{more}\n")), ("values.yaml", "")], "", None);
    }
}

#[test]
fn addresses_are_accepted_as_helm_accepts_them() {
    let Some(program) = common::program("helm") else { return };
    let emails = [
        "a@b",
        "a@b.c",
        "a.b+c@d.example.com",
        "a@-b.de",
        "ö@b.de",
        "a@b_c.de",
        "a@b.c1",
        "a b@c.de",
        "@b.de",
        r#""a b"@c.de"#,
        r#""a"@c.de"#,
        r#"" a "@c.de"#,
        r#""a"b"@c.de"#,
        r#"""@c.de"#,
        r#""@c.de"#,
        r#""(a"@c.de"#,
        r#""\a"@c.de"#,
    ];
    let urls = [
        "foo",
        "http:/x",
        "localhost",
        "http://localhost",
        "example.com",
        "https://a_b.de/x?y#z",
        "http://1.2.3.4:80/",
        "http://256.1.1.1",
        "http://[::1]/",
        "a.b:99999",
        "a.b:123456",
        ".a.b",
        "http://u:p@a.b",
        "ftp://a.b",
        "mailto:a@b.c",
        "http://a..b",
        "http://-a.b",
        "http://a-.b",
        "http://ö.de",
        "x.y z",
    ];
    let quoted = |text: &str| serde_json::to_string(text).expect("JSON");
    let emails = emails.iter().map(|email| format!("[{{name: a, email: {}}}]", quoted(email)));
    for maintainers in emails.chain(urls.iter().map(|url| format!("[{{name: a, url: {}}}]", quoted(url)))) {
        let text = format!("{CHART}maintainers: {maintainers}\n");
        assert_equal(&program, &[("Chart.yaml", &text), ("values.yaml", "")], "", None);
    }
}

#[test]
fn values_are_linted_as_helm_lints_them() {
    let Some(program) = common::program("helm") else { return };
    let schema = r#"{"properties": {"a": {"type": "string"}}, "required": ["q"]}"#;
    for (values, schema, user) in [
        ("a: 1\na: 2\n", schema, ""),
        ("a: [", schema, ""),
        ("- a", schema, ""),
        ("text", "", ""),
        ("a: x", schema, "q: {r: 1}"),
        ("a: x", "{", ""),
        ("a: {b: c}\nd: 1", schema, "a: ~\nd: {e: f}\nq: 1"),
        ("a: x\n---\nq: 1", schema, ""),
    ] {
        let files = [
            ("Chart.yaml", CHART),
            ("values.yaml", values),
            ("values.schema.json", schema),
            (
                "templates/x.yaml",
                "metadata: {name: x}\ndata: {{ .Values | toJson }}\nrelease: {{ .Release | toJson }}\n",
            ),
        ];
        assert_equal(&program, &files, user, None);
    }
}

#[test]
fn templates_are_linted_as_helm_lints_them() {
    let Some(program) = common::program("helm") else { return };
    let long = format!("a: {}\n", "x".repeat(70_000));
    let long_name = format!("metadata: {{name: {}_}}", "a".repeat(260));
    for text in [
        "a: {{ required \"need a\" .Values.a }}\nb: {{ required \"b\" \"\" }}\nc: {{ fail \"a b\" }}\nmetadata: {name: x}",
        "{{ .Values.a.b.c }}",
        "{{ if }}",
        "{{ nofunction }}",
        "kind: [a]",
        "kind: {a: b}",
        "metadata: a",
        "metadata: {name: [a]}",
        "metadata: {namespace: {a: b}, name: 1}",
        "just text",
        "[a, b]",
        "12",
        "true",
        "kind: 1\nmetadata: {name: true, namespace: 1.50}",
        "{\"kind\": \"a\", \"metadata\": {\"name\": \"x\"}}",
        "{\"kind\": 1, \"metadata\": {\"name\": \"x\"}}",
        "{\"kind\": \"a\", \"metadata\": {\"name\": \"x\"}} trailing",
        "{\"kind\": \"a\", \"metadata\": {\"name\": \"x\"}}{\"kind\": 1}",
        "{\"kind\": \"a\", metadata: {name: \"x\"}}",
        "{\"kind\": \"a\", metadata: {name: \"x\"",
        "  a: b\n",
        "\ta: b\n",
        &long,
        "a: b\n--- # foo\na: c\n--- x\nb: d",
        "a: b\n---x\n",
        "a: b\n  c: d\n",
        "a: b\na: c\n",
        "a: b\r\n---\r\nmetadata: {name: y}\r\n",
        "# c\n---\n# d\n",
        "kind: Deployment\nmetadata: {name: x}\n",
        "kind: Deployment\nmetadata: {name: x}\nspec: {selector: {matchLabels: {}}}\n",
        "kind: List\nmetadata: {name: x}\nitems: [{metadata: {annotations: {helm.sh/resource-policy: keep}}}]",
        "kind: List\nmetadata: {name: x}\nitems: 1",
        "kind: List\nmetadata: {name: x}\nitems: [{metadata: {annotations: {a: [b]}}}]",
        "KIND: service\nMetadata: {NAME: 1a}",
        "metadata: {name: x/y}\nkind: Role",
        "metadata: {name: '%/..'}\nkind: ClusterRole",
        "metadata: {name: '..'}\nkind: RoleBinding",
        "metadata: {name: a.b}\nkind: Namespace",
        "metadata: {name: A_b}\nkind: Namespace",
        "metadata: {name: A_b}\nkind: CertificateSigningRequest",
        &long_name,
        "a: &x 1\nb: *y",
        "? [a]\n: b",
        "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: x}",
        "apiVersion: v1\nkind: Endpoints\nmetadata: {name: x}",
    ] {
        let files = [("Chart.yaml", CHART), ("values.yaml", ""), ("templates/x.yaml", text)];
        assert_equal(&program, &files, "", None);
        if text.starts_with("apiVersion") {
            assert_equal(&program, &files, "", Some("1.20"));
        }
    }
}

#[test]
fn folders_and_dependencies_are_linted_as_helm_lints_them() {
    let Some(program) = common::program("helm") else { return };
    let declared = format!("{CHART}dependencies: [{{name: a, version: 1}}, {{name: b, version: 1, alias: c}}]\n");
    let sub = "apiVersion: v1\nname: sub\nversion: 1.0.0\n";
    let crd =
        "apiVersion: v1\nkind: ConfigMap\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n";
    for files in [
        &[("Chart.yaml", CHART)][..],
        &[("Chart.yaml", CHART), ("templates", "a file")],
        &[("Chart.yaml/x", "a folder")],
        &[("Chart.yaml", CHART), ("crds", "a file")],
        &[("Chart.yaml", CHART), ("crds/a.yaml", crd), ("crds/b.yaml", "a: {{ b }}"), ("crds/c.txt", "x")],
        &[("Chart.yaml", &declared), ("templates/a.yaml", ""), ("values.yaml", "")],
        &[
            ("Chart.yaml", CHART),
            ("charts/sub/Chart.yaml", sub),
            ("templates/a.json", "{}"),
            ("templates/Makefile", ""),
        ],
        &[("Chart.yaml", CHART), ("charts/sub/Chart.yaml", "name: x\n"), ("templates/a.yml", ""), ("crds/x.yaml", "")],
        &[
            ("Chart.yaml", CHART),
            ("requirements.yaml", "dependencies: []\n"),
            ("templates/a.yml", ""),
            ("crds/x.yaml", ""),
        ],
    ] {
        assert_equal(&program, files, "", None);
    }
}

/// Charts whose messages differ: they have a schema that has to be downloaded.
const DOWNLOADED_SCHEMAS: [&str; 3] = ["app-template@", "common@bjw-s", "private-action-runner@"];

#[test]
fn public_charts_are_linted_as_helm_lints_them() {
    let (Some(program), Some(charts)) = (common::program("helm"), common::charts()) else { return };
    let charts = fs::read_dir(charts).expect("charts").flatten().map(|entry| entry.path());
    let mut charts: Vec<PathBuf> = charts.filter(|path| path.join("Chart.yaml").exists()).collect();
    charts.sort();
    for chart in &charts {
        let name = chart.file_name().unwrap_or_default().to_string_lossy();
        if !DOWNLOADED_SCHEMAS.iter().any(|known| name.starts_with(known)) {
            assert_eq!(by_crate(chart, "", &options(None)), by_helm(&program, chart, &[]));
        }
    }
    println!("{} charts", charts.len());
}
