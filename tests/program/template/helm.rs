//! Filters with the name and meaning of Helm's or Sprig's functions return the same text as the real helm.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use mkmanifests::patch::Patches;
use mkmanifests::release::Release;
use mkmanifests::template::{Folder, render};
use mkmanifests::tree::Node;
use mkmanifests::values::Values;

const VALUES: &str = r#"
text: "it's a \"test\""
lines: "a\nb\n\nc\n"
port: 8080
half: 0.5
yes: true
empty: ""
name: HTTPServerName
path: registry.example.com/Shop Web_2
unicode: "Zürich ☃ 😀"
encoded: aGVsbG8gd29ybGQ=
tricky: {a: "yes", b: "0666", c: "", d: "multi\nline\n", e: [null], f: [1, {x: z}, []], g: "1_000", h: "12:30", i: "a: b"}
long: {text: "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"}
base: {a: 1, deep: {x: 1, keep: true}, list: [1]}
over: {b: 2, deep: {x: 2, z: 3}, list: [2]}
html: "<a href='x'>&</a>"
"#;

/// Our expression, and Helm's.
const PAIRS: &[(&str, &str)] = &[
    ("values.text | quote", ".Values.text | quote"),
    ("values.port | quote", ".Values.port | quote"),
    ("values.half | quote", ".Values.half | quote"),
    ("values.true | quote", "index .Values \"true\" | quote"),
    ("values.empty | quote", ".Values.empty | quote"),
    ("values.unicode | quote", ".Values.unicode | quote"),
    ("values.lines | quote", ".Values.lines | quote"),
    ("values.port | squote", ".Values.port | squote"),
    ("values.name | squote", ".Values.name | squote"),
    ("values.lines | nindent(4)", ".Values.lines | nindent 4"),
    ("values.lines | nindent(0)", ".Values.lines | nindent 0"),
    ("values.lines | b64encode", ".Values.lines | b64enc"),
    ("values.unicode | b64encode", ".Values.unicode | b64enc"),
    ("values.encoded | b64decode", ".Values.encoded | b64dec"),
    ("values.unicode | sha256sum", ".Values.unicode | sha256sum"),
    ("values.text | sha256", ".Values.text | sha256sum"),
    ("values.name | trunc(4)", ".Values.name | trunc 4"),
    ("values.name | trunc(-4)", ".Values.name | trunc -4"),
    ("values.name | trunc(400)", ".Values.name | trunc 400"),
    ("values.name | trimsuffix('Name')", ".Values.name | trimSuffix \"Name\""),
    ("values.name | trimsuffix('x')", ".Values.name | trimSuffix \"x\""),
    ("values.name | trimprefix('HTTP')", ".Values.name | trimPrefix \"HTTP\""),
    ("values.name | kebabcase", ".Values.name | kebabcase"),
    ("values.name | snakecase", ".Values.name | snakecase"),
    ("'fooBar baz_qux' | kebabcase", "\"fooBar baz_qux\" | kebabcase"),
    ("'FirstName' | snakecase", "\"FirstName\" | snakecase"),
    (
        "values.lines | indent(2, true)",
        ".Values.lines | trimSuffix \"\\n\" | indent 2 | replace \"\\n  \\n\" \"\\n\\n\"",
    ),
    ("'%s-%05d' | format(values.name, 42)", "printf \"%s-%05d\" .Values.name 42"),
    ("values.name | lower", ".Values.name | lower"),
    ("values.name | upper", ".Values.name | upper"),
    ("'  a ' | trim", "\"  a \" | trim"),
    ("values.tricky | toyaml", ".Values.tricky | toYaml"),
    ("values.long | toyaml", ".Values.long | toYaml"),
    ("values.base.list | toyaml", ".Values.base.list | toYaml"),
    ("values.text | toyaml", ".Values.text | toYaml"),
    ("values.tricky | toyaml | nindent(2)", ".Values.tricky | toYaml | nindent 2"),
    ("values.base | tojson", ".Values.base | toJson"),
    ("values.html | tojson", ".Values.html | toRawJson"),
    ("values.tricky | tojson", ".Values.tricky | toJson"),
    ("'a: [1, yes]' | fromyaml | tojson", "\"a: [1, yes]\" | fromYaml | toJson"),
    ("'{\"a\": [1, null]}' | fromjson | tojson", "`{\"a\": [1, null]}` | fromJson | toJson"),
    ("values.base | merge(values.over) | tojson", "merge (deepCopy .Values.base) .Values.over | toJson"),
    ("merge(values.over, values.base) | tojson", "merge (deepCopy .Values.over) .Values.base | toJson"),
    (
        "mergeoverwrite(values.base, values.over) | tojson",
        "mergeOverwrite (deepCopy .Values.base) .Values.over | toJson",
    ),
    ("values.true | ternary('a', 'b')", "index .Values \"true\" | ternary \"a\" \"b\""),
    ("(not values.true) | ternary('a', 'b')", "not (index .Values \"true\") | ternary \"a\" \"b\""),
    ("values.port | required('no port') | string", ".Values.port | required \"no port\" | toString"),
    ("values.path | regex_match('^[a-z.]+/')", "regexMatch \"^[a-z.]+/\" .Values.path"),
    ("values.path | regex_match('^x')", "regexMatch \"^x\" .Values.path"),
    ("values.path | regex_replace('[^a-z]+', '-')", "regexReplaceAll \"[^a-z]+\" .Values.path \"-\""),
    ("values.path | regex_replace('(\\\\w+)\\\\.', '${1}/')", "regexReplaceAll `(\\w+)\\.` .Values.path \"${1}/\""),
    ("values.empty | default('x', true)", ".Values.empty | default \"x\""),
];

fn text_of(expression: &str, open: &str, json: &str) -> String {
    format!("{open} ({expression}) | {json} }}}}")
}

/// Returns a ConfigMap whose data has the JSON text of every expression.
fn config_map(expressions: impl Iterator<Item = String>, quote: &str) -> String {
    let data: String =
        expressions.enumerate().map(|(at, text)| format!("  k{at}: {}\n", text_of(&text, "{{", quote))).collect();
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata:\n{data}")
}

fn write(dir: &Path, path: &str, text: &str) {
    let file = dir.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn our_texts() -> BTreeMap<String, String> {
    let dir = tempfile::tempdir().unwrap();
    let expressions = PAIRS.iter().map(|(ours, _)| (*ours).to_owned());
    write(dir.path(), "templates/a.yaml", &config_map(expressions, "string | tojson"));
    let folder = Folder::read(dir.path()).unwrap();
    let values = Values::parse("values.yaml", VALUES).unwrap();
    let rendered =
        render(&folder, &values, &Release::new("web", "shop"), &Patches::default()).unwrap_or_else(|f| panic!("{f}"));
    let node = rendered.manifests.iter().next().unwrap().node.clone();
    let text = |node: &Node| node.as_str().unwrap_or_default().to_owned();
    node.get("data").unwrap().as_map().unwrap().entries().iter().map(|e| (e.key.to_string(), text(&e.value))).collect()
}

fn helm_texts(helm: &Path) -> BTreeMap<String, String> {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    write(dir.path(), "values.yaml", VALUES);
    let expressions = PAIRS.iter().map(|(_, theirs)| (*theirs).to_owned());
    write(dir.path(), "templates/a.yaml", &config_map(expressions, "toString | toRawJson"));
    let output = Command::new(helm).arg("template").arg(dir.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let object: serde_yaml::Value = serde_yaml::from_slice(&output.stdout).unwrap();
    serde_yaml::from_value(object["data"].clone()).unwrap()
}

#[test]
fn filters_return_the_same_text_as_in_helm() {
    let Some(helm) = mkmanifests_testing::program("helm") else { return };
    let (ours, theirs) = (our_texts(), helm_texts(&helm));
    assert_eq!(ours.len(), PAIRS.len());
    let mut wrong = Vec::new();
    for (at, (expression, other)) in PAIRS.iter().enumerate() {
        let key = format!("k{at}");
        if ours[&key] != theirs[&key] {
            wrong.push(format!("{expression}: {:?}\n{other}: {:?}", ours[&key], theirs[&key]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
