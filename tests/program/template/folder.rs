//! Reading a template folder from a real file system, and properties of any template.

use std::fs;
use std::path::Path;

use mkmanifests::diagnostic::Sources;
use mkmanifests::manifest::Rendered;
use mkmanifests::patch::Patches;
use mkmanifests::release::Release;
use mkmanifests::template::{File, Folder, render};
use mkmanifests::tree::{Kind, Node, read, to_node};
use mkmanifests::values::Values;
use proptest::prelude::*;

fn write(dir: &Path, path: &str, text: impl AsRef<[u8]>) {
    let file = dir.join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n";

/// Returns the error of reading the folder, without its path.
#[track_caller]
fn refused(dir: &Path) -> String {
    let failure = Folder::read(dir).expect_err("it should be refused");
    failure.to_string().replace(&dir.display().to_string(), "DIR").replace(std::path::MAIN_SEPARATOR, "/")
}

#[test]
fn a_missing_folder_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(refused(&dir.path().join("none")), "error: cannot read `DIR`: no such file or directory");
    write(dir.path(), "file", "");
    assert_eq!(refused(&dir.path().join("file")), "error: `DIR` is not a folder");
}

#[test]
fn all_unreadable_files_are_reported() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "templates/a.yaml", b"\xff\xfe");
    write(dir.path(), "templates/b.yaml", vec![b'a'; (4 << 20) + 1]);
    write(dir.path(), "values.yaml", b"\x80");
    assert_eq!(
        refused(dir.path()),
        "error: `DIR/values.yaml` is not UTF-8 text\n\nerror: `DIR/templates/a.yaml` is not UTF-8 text\n\n\
         error: `DIR/templates/b.yaml` is larger than 4 MiB"
    );
}

#[test]
fn a_helm_chart_is_recognized() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "Chart.yaml", "name: web");
    write(dir.path(), "templates/web.yaml", OBJECT);
    assert_eq!(refused(dir.path()), "error: `DIR` is a Helm chart\n |\n = help: `mkmanifests chart DIR` renders it");
}

#[test]
fn huge_numbers_are_refused() {
    for expression in [
        "'a' | indent(10 ** 12)",
        "'a' | indent(width=10 ** 12)",
        "'a' | nindent(10 ** 12)",
        "1 | toyaml(10 ** 12)",
        "1 | tojson(10 ** 12)",
        "[1] | slice(10 ** 12) | list | string",
        "[1] | batch(10 ** 12, 0) | list | string",
        "'%999999999999d' | format(1)",
        "'%*d' | format(10 ** 12, 1)",
        "'a' * 10 ** 12",
        "range(10 ** 12) | list | string",
        "1.5 | round(10 ** 12)",
        "'a' | trunc(10 ** 30)",
        "'1e400' | float",
        "[1] * 10 ** 12",
    ] {
        let template = format!("{OBJECT}data: {{a: {{{{ {expression} }}}}}}\n");
        assert!(render_with(&template, &Node::default()).is_err(), "{expression}");
    }
}

#[test]
fn too_many_files_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    for number in 0..=2_000 {
        write(dir.path(), &format!("templates/{number}.yaml"), "");
    }
    assert_eq!(refused(dir.path()), "error: `DIR/templates` has more than 2000 files");
}

#[cfg(unix)]
#[test]
fn symlinks_out_of_the_folder_are_refused() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "secret.yaml", OBJECT);
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "shared/web.yaml", OBJECT);
    fs::create_dir_all(dir.path().join("templates")).unwrap();
    symlink("../shared/web.yaml", dir.path().join("templates/web.yaml")).unwrap();
    assert_eq!(Folder::read(dir.path()).unwrap().templates.len(), 1);

    symlink(outside.path().join("secret.yaml"), dir.path().join("templates/one.yaml")).unwrap();
    symlink(outside.path(), dir.path().join("templates/all")).unwrap();
    symlink(outside.path().join("secret.yaml"), dir.path().join("values.yaml")).unwrap();
    symlink("nowhere", dir.path().join("templates/zero.yaml")).unwrap();
    assert_eq!(
        refused(dir.path()),
        "error: `DIR/values.yaml` is a symlink to a file outside of `DIR`\n\n\
         error: `DIR/templates/all` is a symlink to a file outside of `DIR`\n\n\
         error: `DIR/templates/one.yaml` is a symlink to a file outside of `DIR`\n\n\
         error: `DIR/templates/zero.yaml` cannot be read: no such file or directory"
    );
}

#[cfg(unix)]
#[test]
fn a_cycle_of_symlinks_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "templates/web.yaml", OBJECT);
    std::os::unix::fs::symlink("..", dir.path().join("templates/up")).unwrap();
    assert!(refused(dir.path()).contains("it is a symlink to a folder that contains it"));
}

#[test]
fn hidden_files_are_skipped_and_paths_are_sorted() {
    let dir = tempfile::tempdir().unwrap();
    for path in ["b.yaml", "a/c.yaml", "a.yaml", ".git/config", ".swp", "_p.j2", "a/_q.yaml", "n.txt"] {
        write(dir.path(), &format!("templates/{path}"), OBJECT);
    }
    let folder = Folder::read(dir.path()).unwrap();
    let seen: Vec<(&str, bool)> =
        folder.templates.iter().map(|file| (file.template_name(), file.is_output())).collect();
    let expected = [
        ("_p.j2", false),
        ("a.yaml", true),
        ("a/_q.yaml", false),
        ("a/c.yaml", true),
        ("b.yaml", true),
        ("n.txt", false),
    ];
    assert_eq!(seen, expected);
}

fn folder(template: &str) -> Folder {
    let path = "templates/web.yaml".to_owned();
    Folder {
        name: "any".to_owned(),
        values: None,
        schema: None,
        compiled: Default::default(),
        templates: vec![File { name: path.clone(), path, text: template.into() }],
    }
}

fn render_with(template: &str, values: &Node) -> Result<Rendered, String> {
    let release = Release::new("web", "shop");
    let values = Values { root: values.clone(), sources: Sources::default() };
    render(&folder(template), &values, &release, &Patches::default()).map_err(|failure| failure.to_string())
}

/// Returns the value of `data.a` that is read back from the text that a template prints for a value.
fn read_back(expression: &str, value: &Node) -> Node {
    let mut values = mkmanifests::tree::Map::new();
    values.set("x", value.clone());
    let template = format!("apiVersion: example.com/v1\nkind: Any\nmetadata: {{name: web}}\ndata: {expression}\n");
    let rendered = render_with(&template, &values.into()).unwrap_or_else(|failure| panic!("{failure}"));
    let manifest = rendered.manifests.iter().next().unwrap();
    manifest.node.get("data").cloned().unwrap_or_default()
}

/// Texts that a careless writer changes.
const TRICKY: &[&str] =
    &["yes", "0x1F", "1_000", "~", "null", "012", "1e3", "- a", "a: b", "#", "|", "{{ x }}", "\u{feff}", "a\u{85}b"];

fn json(depth: u32) -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        "[ -~äß\n\t]{0,20}".prop_map(Into::into),
        prop::sample::select(TRICKY).prop_map(Into::into),
    ];
    leaf.prop_recursive(depth, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::btree_map("[a-z/.: 0-9]{1,8}", inner, 0..5)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    // Each case starts a thread; failures are printed, not saved in files.
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_template_panics(template in "(\\PC|\n|[{}%#'\"|.()\\[\\]]|\\{\\{ |\\{% (if|for|set|include|macro) | %\\}| \\}\\}|values|release){0,40}") {
        let _ = render_with(&template, &read::values(&mut Sources::default(), "v", b"a: {b: [1]}").unwrap());
    }

    #[test]
    fn no_expression_panics(expression in "(values|a|b|x|release|name|\\.|\\[|\\]|0|-1|1.5|9223372036854775807|\"s\"| \\| | ~ | \\+ | \\* | // | % |\\*\\*|\\(|\\)|,|toyaml|tojson|nindent|indent|trunc|quote|dnslabel|merge|fromyaml|to_bytes|include|range|join|slice|batch|default| in | is | if | else |not ){1,14}") {
        let template = format!("{OBJECT}data: {{a: {{{{ {expression} }}}}}}\n");
        let _ = render_with(&template, &read::values(&mut Sources::default(), "v", b"a: {b: [1, x]}\nb: text").unwrap());
    }

    #[test]
    fn quoted_text_is_read_back(text in any::<String>()) {
        // YAML cannot contain NUL or other control characters unless they are escaped.
        let node = Node::from(text.as_str());
        prop_assert_eq!(read_back("{{ values.x | quote }}", &node), node);
    }

    #[test]
    fn single_quoted_text_is_read_back(text in "[ -~äß]{0,40}") {
        let node = Node::from(text.as_str());
        prop_assert_eq!(read_back("{{ values.x | squote }}", &node), node);
    }

    #[test]
    fn yaml_and_json_are_read_back(value in json(3)) {
        let node = to_node(&value).unwrap();
        prop_assert_eq!(&read_back("{{- [values.x] | toyaml | nindent(2) }}", &node), &Kind::Seq(vec![node.clone()]).into());
        prop_assert_eq!(&read_back("{{ values.x | tojson }}", &node), &node);
        prop_assert_eq!(&read_back("{{ values.x | tojson | fromjson | toyaml | fromyaml | tojson(2) | indent(2) }}", &node), &node);
    }

    #[test]
    fn dnslabel_returns_a_valid_dns_label(text in any::<String>()) {
        let template = format!("{OBJECT}data: {{a: {{{{ values.x | dnslabel | quote }}}}}}\n");
        let mut values = mkmanifests::tree::Map::new();
        values.set("x", text.as_str());
        if let Ok(rendered) = render_with(&template, &values.into()) {
            let node = rendered.manifests.iter().next().unwrap().node.clone();
            let label = node.find(["data", "a"]).and_then(Node::as_str).unwrap_or_default().to_owned();
            prop_assert!(!label.is_empty() && label.len() <= 63);
            prop_assert!(label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
            prop_assert!(!label.starts_with('-') && !label.ends_with('-'));
        }
    }
}
