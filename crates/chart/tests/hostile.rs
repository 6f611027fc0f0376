//! Hostile charts fail with a clear error, quickly and without much memory.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use mkmanifests_chart::release::Release;
use mkmanifests_chart::{
    Behaviour, Capabilities, File, Options, SchemaFiles, SymbolicLinks, load, load_archive, load_files, load_with,
    prepare,
};
use mkmanifests_yaml::diagnostic::Sources;
use mkmanifests_yaml::tree::{Kind, Map, Node};
use proptest::prelude::*;
use tar::{Builder, EntryType, Header};

type Archive = Builder<GzEncoder<Vec<u8>>>;

const METADATA: &str = "apiVersion: v2\nname: x\nversion: 1.0.0\n";

fn archive(fill: impl FnOnce(&mut Archive)) -> Vec<u8> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    fill(&mut archive);
    archive.into_inner().expect("an archive").finish().expect("an archive")
}

/// An entry whose name is written as it is, which the crate's own writer refuses.
fn add(archive: &mut Archive, name: &str, kind: EntryType, data: &[u8]) {
    let mut header = Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(data.len() as u64);
    header.set_mode(0o644);
    if kind == EntryType::Symlink || kind == EntryType::Link {
        header.as_old_mut().linkname[..11].copy_from_slice(b"/etc/passwd");
    }
    header.set_cksum();
    archive.append(&header, data).expect("an entry");
}

fn error(packed: &[u8]) -> String {
    match load_archive(packed, "x.tgz", &mut Sources::default()) {
        Ok(_) => "loaded".to_owned(),
        Err(diagnostics) => {
            diagnostics.into_iter().map(|diagnostic| diagnostic.message()).collect::<Vec<_>>().join("\n")
        }
    }
}

#[test]
fn names_that_lead_out_are_refused() {
    let cases = [
        ("x/../../etc/passwd", "chart illegally references parent directory: \"x/../../etc/passwd\""),
        ("x/..", "chart illegally references parent directory: \"x/..\""),
        ("x//etc/passwd", "chart illegally contains absolute paths: \"x//etc/passwd\""),
        ("x\\..\\..\\evil", r#"chart illegally references parent directory: "x\\..\\..\\evil""#),
        ("x/C:/evil", "chart contains illegally named files: \"x/C:/evil\""),
        ("x/.", "chart illegally contains content outside the base directory: \"x/.\""),
        ("single", "chart illegally contains content outside the base directory: \"single\""),
        ("Chart.yaml", "chart illegally contains content outside the base directory: \"Chart.yaml\""),
        ("Chart.yaml/x", "chart yaml not in base directory: \"Chart.yaml/x\""),
    ];
    for (name, expected) in cases {
        assert_eq!(error(&archive(|archive| add(archive, name, EntryType::Regular, b"x"))), expected, "{name}");
    }
}

#[test]
fn links_and_devices_are_refused() {
    let kinds = [EntryType::Symlink, EntryType::Link, EntryType::Char, EntryType::Block, EntryType::Fifo];
    for kind in kinds {
        let error = error(&archive(|archive| add(archive, "x/templates/link.yaml", kind, b"")));
        assert!(error.starts_with("chart archive contains the ") && error.ends_with("expected only files"), "{error}");
    }
}

#[test]
fn bombs_are_refused() {
    // Six MiB in one file.
    let large = vec![0; 6 << 20];
    let one = archive(|archive| add(archive, "x/large", EntryType::Regular, &large));
    assert!(error(&one).contains("larger than the maximum file size 5242880"), "{}", error(&one));
    // Files of four MiB, a few KiB packed.
    let many = archive(|archive| {
        (0..26).for_each(|at| add(archive, &format!("x/{at}"), EntryType::Regular, &large[..4 << 20]))
    });
    assert_eq!(error(&many), "decompressed chart is larger than the maximum size 104857600");
    // The same below `charts/`, one archive per chart.
    let inner = archive(|archive| {
        add(archive, "x/Chart.yaml", EntryType::Regular, METADATA.as_bytes());
        (0..4).for_each(|at| add(archive, &format!("x/{at}"), EntryType::Regular, &large[..4 << 20]));
    });
    let nested = archive(|archive| {
        add(archive, "x/Chart.yaml", EntryType::Regular, METADATA.as_bytes());
        (0..26).for_each(|at| add(archive, &format!("x/charts/{at}.tgz"), EntryType::Regular, &inner));
    });
    assert!(error(&nested).contains("decompressed chart is larger than the maximum size"), "{}", error(&nested));
    // A name of 5 MiB, and more files than anybody needs.
    let name = archive(|archive| add(archive, "././@LongLink", EntryType::GNULongName, &vec![b'a'; 5 << 20]));
    assert_eq!(error(&name), "unable to load chart archive: an extension header is too long");
    let files = archive(|archive| (0..20_100).for_each(|at| add(archive, &format!("x/{at}"), EntryType::Regular, b"")));
    assert_eq!(error(&files), "chart has more than 20000 files");
}

#[test]
fn sizes_that_lie_are_refused() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    let mut header = Header::new_gnu();
    header.set_path("x/Chart.yaml").expect("a path");
    header.set_size(4000);
    header.set_cksum();
    packed.write_all(header.as_bytes()).expect("written");
    packed.write_all(b"short").expect("written");
    let packed = packed.finish().expect("an archive");
    assert!(error(&packed).starts_with("unable to load chart archive: "), "{}", error(&packed));
    assert!(error(b"\x1f\x8b\x08garbage").starts_with("unable to load chart archive: "));
    assert_eq!(error(b"PK"), "file 'x.tgz' does not appear to be a gzipped archive; got 'application/octet-stream'");
    assert_eq!(error(&archive(|_| ())), "no files in chart archive");
}

#[test]
fn charts_in_charts_end() {
    let mut packed = archive(|archive| add(archive, "x/Chart.yaml", EntryType::Regular, METADATA.as_bytes()));
    for _ in 0..40 {
        packed = archive(|archive| {
            add(archive, "x/Chart.yaml", EntryType::Regular, METADATA.as_bytes());
            add(archive, "x/charts/x.tgz", EntryType::Regular, &packed);
        });
    }
    assert!(error(&packed).ends_with("is nested more than 16 charts deep"), "{}", error(&packed));
}

#[test]
fn aliases_do_not_multiply_without_end() {
    let mut files = Vec::new();
    let mut folder = String::new();
    for depth in 0..14 {
        let aliases: String =
            (0..3).map(|at| format!("- {{name: c{}, alias: a{at}, version: 1.0.0}}\n", depth + 1)).collect();
        let metadata = format!("apiVersion: v2\nname: c{depth}\nversion: 1.0.0\ndependencies:\n{aliases}");
        files.push(File::new(format!("{folder}Chart.yaml"), metadata.into_bytes()));
        folder.push_str(&format!("charts/c{}/", depth + 1));
    }
    files.push(File::new(format!("{folder}Chart.yaml"), b"apiVersion: v2\nname: c14\nversion: 1.0.0\n".to_vec()));
    let mut sources = Sources::default();
    let chart = load_files(files, "x", &mut sources).expect("a chart").chart;
    let diagnostics = prepare(&chart, &Node::from(Map::new()), &sources, options()).expect_err("too many");
    assert!(
        diagnostics[0].message().starts_with("with all aliases, the dependencies are more than 2000 charts"),
        "{diagnostics:?}"
    );
}

/// Many values that are global, or in a chart with many aliases, come to more than memory has.
#[test]
fn values_do_not_multiply_without_end() {
    let names = |count: usize| (0..count).map(|at| format!("  k{at}: 1\n")).collect::<String>();
    let aliases: String = (0..500).map(|at| format!("- {{name: c, alias: a{at}, version: 1.0.0}}\n")).collect();
    let cases = [
        (format!("global:\n{}", names(20_000)), String::new()),
        (String::new(), format!("t:\n{}", names(20_000))),
        (format!("global:\n  a:\n{}", names(20_000).replace("  ", "    ")), String::new()),
    ];
    for (top, sub) in cases {
        let files = vec![
            File::new("Chart.yaml", format!("{METADATA}dependencies:\n{aliases}").into_bytes()),
            File::new("values.yaml", top.into_bytes()),
            File::new("charts/c/Chart.yaml", b"name: c\nversion: 1.0.0\n".to_vec()),
            File::new("charts/c/values.yaml", sub.into_bytes()),
        ];
        let mut sources = Sources::default();
        let chart = load_files(files, "x", &mut sources).expect("a chart").chart;
        let diagnostics = prepare(&chart, &Node::from(Map::new()), &sources, options()).expect_err("too many");
        assert!(diagnostics[0].message().ends_with("too many values to merge"), "{diagnostics:?}");
    }
}

#[test]
fn long_names_are_read() {
    let name = format!("x/templates/{}.yaml", "long/".repeat(60));
    let packed = archive(|archive| {
        add(archive, "x/Chart.yaml", EntryType::Regular, METADATA.as_bytes());
        let mut header = Header::new_gnu();
        header.set_size(2);
        archive.append_data(&mut header, &name, &b"x\n"[..]).expect("an entry");
        archive.append_pax_extensions([("path", name.as_bytes()), ("mtime", &b"1"[..])]).expect("records");
        add(archive, "x/short", EntryType::Regular, b"y");
    });
    let chart = load_archive(&packed, "x.tgz", &mut Sources::default()).expect("a chart").chart;
    let names: Vec<&str> = chart.templates.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, [&name[2..], &name[2..]]);
}

#[cfg(unix)]
#[test]
fn links_stay_inside() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("chart");
    fs::create_dir_all(root.join("templates")).expect("a folder");
    fs::create_dir_all(root.join("shared")).expect("a folder");
    fs::write(root.join("Chart.yaml"), METADATA).expect("a file");
    fs::write(root.join("shared/a.yaml"), "a").expect("a file");
    fs::write(folder.path().join("secret"), "secret").expect("a file");
    symlink("../shared", root.join("templates/inside")).expect("a link");
    let chart = load(&root, &mut Sources::default()).expect("a chart").chart;
    assert_eq!(chart.templates[0].name, "templates/inside/a.yaml");
    symlink("../../secret", root.join("templates/outside")).expect("a link");
    symlink("..", root.join("templates/round")).expect("a link");
    symlink("nowhere", root.join("templates/broken")).expect("a link");
    let load_inside = || load_with(&root, SymbolicLinks::InsideChart, &mut Sources::default());
    let diagnostics = load_inside().expect_err("links");
    let messages: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.reason.as_str()).collect();
    assert!(messages[0].starts_with("cannot follow the link `templates/broken` to `nowhere`: "), "{messages:?}");
    assert!(messages[1].starts_with("the link `templates/outside` points out of the chart, to `"), "{messages:?}");
    assert_eq!(messages[2], "the link `templates/round` points to a folder that contains it");
    fs::write(root.join(".helmignore"), "outside\nround\nbroken\n").expect("a file");
    assert!(load(&root, &mut Sources::default()).is_ok());
    fs::remove_file(root.join(".helmignore")).expect("a file");
    symlink("../secret", root.join(".helmignore")).expect("a link");
    let diagnostics = load_inside().expect_err("a link");
    assert!(
        diagnostics[0].message().starts_with("the link `.helmignore` points out of the chart, to `"),
        "{diagnostics:?}"
    );
    fs::remove_file(root.join(".helmignore")).expect("a file");
    let diagnostics = load(&root, &mut Sources::default()).expect_err("two links are left");
    assert_eq!(diagnostics.len(), 2, "{diagnostics:?}");
    fs::remove_file(root.join("templates/round")).expect("a file");
    fs::remove_file(root.join("templates/broken")).expect("a file");
    let chart = load(&root, &mut Sources::default()).expect("a chart").chart;
    assert_eq!(&*chart.templates[1].data, b"secret");
}

fn options() -> Options {
    Options {
        release: Release::named("r", "ns"),
        capabilities: Capabilities::default(),
        skip_schema: false,
        schema_files: SchemaFiles::default(),
        helm: Behaviour::default(),
    }
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        Just(Kind::Null),
        any::<bool>().prop_map(Kind::Bool),
        any::<i64>().prop_map(Kind::Int),
        "[ab]".prop_map(Kind::Str),
    ];
    leaf.prop_map(Node::from).prop_recursive(4, 24, 4, |inner| {
        let key = prop_oneof![
            Just("global"),
            Just("sub"),
            Just("grand"),
            Just("tags"),
            Just("enabled"),
            Just("a"),
            Just("b")
        ];
        prop_oneof![
            prop::collection::vec((key, inner.clone()), 0..5).prop_map(|entries| {
                let mut map = Map::new();
                entries.into_iter().for_each(|(key, node)| map.set(key, node));
                map.into()
            }),
            prop::collection::vec(inner, 0..3).prop_map(|items| Kind::Seq(items).into()),
        ]
    })
}

/// `values.yaml` of a node: JSON is YAML.
fn values(path: &str, node: &Node) -> File {
    let text = if node.as_map().is_some() { serde_json::to_vec(node).expect("JSON") } else { b"{}".to_vec() };
    File::new(path, text)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn coalescing_never_panics(top in node(), sub in node(), grand in node(), user in node()) {
        let chart = |name: &str, more: &str| format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n{more}").into_bytes();
        let imports = "import-values: [a, {child: a, parent: b.a}, {child: global, parent: .}]";
        let files = vec![
            File::new("Chart.yaml", chart("top", &format!("dependencies: [{{name: sub, version: '*', condition: sub.enabled, tags: [a], {imports}}}, {{name: sub, version: '*', alias: a}}]\n"))),
            values("values.yaml", &top),
            File::new("charts/sub/Chart.yaml", chart("sub", &format!("dependencies: [{{name: grand, version: '*', condition: 'a,global.a', {imports}}}]\n"))),
            values("charts/sub/values.yaml", &sub),
            File::new("charts/sub/charts/grand/Chart.yaml", chart("grand", "")),
            values("charts/sub/charts/grand/values.yaml", &grand),
        ];
        let mut sources = Sources::default();
        let chart = load_files(files, "x", &mut sources).expect("a chart").chart;
        let _ = prepare(&chart, &user, &sources, options());
    }

    #[test]
    fn broken_archives_never_panic(changes in prop::collection::vec((0usize..4000, any::<u8>()), 1..8), cut in 0usize..4000, repack: bool) {
        let plain = {
            let mut archive = Builder::new(Vec::new());
            for (name, text) in [("x/Chart.yaml", METADATA), ("x/values.yaml", "a: 1\n"), ("x/templates/a.yaml", "b")] {
                let mut header = Header::new_gnu();
                header.set_size(text.len() as u64);
                archive.append_data(&mut header, name, text.as_bytes()).expect("an entry");
            }
            archive.into_inner().expect("an archive")
        };
        let gzip = |data: &[u8]| {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(data).expect("written");
            packed.finish().expect("packed")
        };
        let mut data = if repack { plain } else { gzip(&plain) };
        for (at, byte) in changes {
            let length = data.len();
            data[at % length] = byte;
        }
        data.truncate(data.len() - cut % data.len() / 2);
        let packed = if repack { gzip(&data) } else { data };
        let _ = load_archive(&packed, "x.tgz", &mut Sources::default());
    }
}
