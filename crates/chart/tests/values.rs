//! Tests layers of values: locations, duplicate keys and limits.

use mkmanifests_chart::values::{Flag, Layers, Values};
use mkmanifests_yaml::diagnostic::{Location, Sources};
use mkmanifests_yaml::tree::read::{self, Duplicates, MAX_BYTES, MAX_DEPTH};
use mkmanifests_yaml::tree::{Kind, Node};
use serde::Deserialize;

fn values(text: &str) -> Node {
    read::values(&mut Sources::default(), "values.yaml", text.as_bytes()).expect(text)
}

fn messages(text: &[u8]) -> Vec<String> {
    let refused = read::values(&mut Sources::default(), "values.yaml", text).expect_err("refused");
    refused.into_iter().map(|diagnostic| diagnostic.message()).collect()
}

fn at(location: Location) -> (u32, u32) {
    (location.line, location.column)
}

#[test]
fn every_node_and_key_has_its_place() {
    let root = values("# c\nä: é\nb:\n  - [x, \"y\"]\n  - c: |\n      z\nd:\n");
    let locations = |path: &[&str]| at(root.find(path.iter().copied()).expect("there").location);
    assert_eq!(at(root.location), (2, 1));
    assert_eq!(locations(&["ä"]), (2, 4));
    assert_eq!(locations(&["b"]), (4, 3));
    assert_eq!(locations(&["b", "0", "1"]), (4, 9));
    assert_eq!(locations(&["b", "1"]), (5, 5));
    assert_eq!(locations(&["b", "1", "c"]), (5, 8));
    assert_eq!(locations(&["d"]), (7, 2), "an empty value is at its colon");
    assert_eq!(at(root.as_map().unwrap().entry("d").unwrap().location), (7, 1));
}

#[test]
fn places_count_lines_as_editors_do() {
    let root = values("a: 1\r\nb: 2\r\nc: 3\u{2028}d: 4\re: 5\nf: 6\n");
    let location = |key: &str| at(root.get(key).expect("there").location);
    assert_eq!(
        [location("b"), location("c"), location("d"), location("e"), location("f")],
        [(2, 4), (3, 4), (3, 9), (3, 14), (4, 4)]
    );
}

#[test]
fn a_byte_order_mark_is_no_column() {
    let root = values("\u{feff}a: 1\n");
    assert_eq!(at(root.get("a").unwrap().location), (1, 4));
}

#[test]
fn nothing_is_an_empty_mapping() {
    for text in ["", "\n", "# only a comment", "---\n", "---\n...\n", "\u{feff}", "~", "---\n---\n"] {
        assert_eq!(values(text).kind, Kind::Map(Default::default()), "{text:?}");
    }
}

#[test]
fn integers_are_exact_and_floats_are_what_go_reads() {
    let root = values("a: 18446744073709551615\nb: -9223372036854775808\nc: 1e3\nd: 123456789012345678901\ne: 0.1\n");
    let kind = |key: &str| root.get(key).unwrap().kind.clone();
    assert_eq!(kind("a"), Kind::UInt(u64::MAX));
    assert_eq!(kind("b"), Kind::Int(i64::MIN));
    assert_eq!(kind("c"), Kind::Int(1000));
    assert_eq!(kind("d"), Kind::Float(1.234_567_890_123_456_8e20));
    assert_eq!(kind("e"), Kind::Float(0.1));
}

#[test]
fn all_duplicates_are_told_and_those_of_a_merge_are_none() {
    let told = messages(b"a: 1\nb: {x: 1, x: 2}\na: 2\n");
    assert_eq!(told.len(), 2, "{told:?}");
    let root = values("base: &base {x: 1, z: 2}\nc:\n  <<: *base\n  x: 3\n");
    assert_eq!(root.find(["c", "x"]).unwrap().kind, Kind::Int(3));
    let lenient = read::documents(&mut Sources::default(), "", b"a: 1\na: 2\n", Duplicates::LastWins).unwrap();
    assert_eq!(lenient[0].get("a").unwrap().kind, Kind::Int(2));
}

#[test]
fn documents_are_all_read_and_empty_ones_left_out() {
    let read = |text: &str| read::documents(&mut Sources::default(), "", text.as_bytes(), Duplicates::Refused);
    assert_eq!(read("---\n# c\n---\na: 1\n---\n- x\n...\n---\ntext\n").unwrap().len(), 3);
    assert_eq!(read("").unwrap().len(), 0);
    assert!(read("a: 1\n---\na: [\n").is_err());
}

#[test]
fn limits_are_told() {
    let deep = |depth: usize| format!("a: {}{}", "[".repeat(depth), "]".repeat(depth));
    values(&deep(MAX_DEPTH - 1));
    assert!(messages(deep(MAX_DEPTH).as_bytes())[0].contains("128 levels deep"));
    assert!(messages("- ".repeat(100_000).as_bytes())[0].contains("128 levels deep"));
    assert!(messages("{a: ".repeat(100_000).as_bytes())[0].contains("128 levels deep"));
    assert!(messages(&vec![b' '; MAX_BYTES + 1])[0].contains("16 MiB"));
    assert!(messages(b"\xFF\xFEa\0")[0].contains("UTF-16"));
    assert!(messages(b"a: 1\nb: \xFF\n")[0].contains("offset 8"));
}

#[test]
fn aliases_cannot_grow_without_end() {
    let level = |at: u8| {
        format!("{}: &{0} [{}]\n", char::from(b'b' + at), vec![format!("*{}", char::from(b'a' + at)); 9].join(", "))
    };
    let bomb: String = std::iter::once("a: &a [x]\n".to_owned()).chain((0..9).map(level)).collect();
    assert!(messages(bomb.as_bytes())[0].contains("1,000,000 values"), "{bomb}");
    let text = format!("a: &a \"{}\"\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(1000));
    assert!(messages(text.as_bytes())[0].contains("1,000,000 values"));
    let nest = |at: usize| format!("k{at}: &k{at} {}*k{}{}\n", "[".repeat(60), at - 1, "]".repeat(60));
    let tower: String = std::iter::once("k0: &k0 x\n".to_owned()).chain((1..4).map(nest)).collect();
    assert!(messages(tower.as_bytes())[0].contains("128 levels deep"));
}

/// Texts that cost quadratic time in a careless reader.
#[test]
fn hostile_texts_take_no_time() {
    let many = 20_000;
    let start = std::time::Instant::now();
    for text in [
        format!("a: {}", "[x, ".repeat(many)),
        format!("a: [{}]", "x: y, ".repeat(many)),
        format!("a: {{{}}}", "x, ".repeat(many)),
        "a: b\r".repeat(many),
        "&a x: *a\n".repeat(many),
        format!("a: \"{}", "\\\n ".repeat(many)),
        format!("a: '{}", "\n\n".repeat(many)),
        format!("a: |\n{}", " \n".repeat(many)),
        format!("a: b\n{}", "  c\n".repeat(many)),
        "? ".repeat(many),
        "? a\n".repeat(many),
        ": ".repeat(many),
        "!x ".repeat(many),
        format!("a: &a {}x{}", "[".repeat(90), ", x]".repeat(90)),
        format!("{}: x", "é".repeat(many)),
        format!("x: &x {{a: 1}}\ny: {{{}}}", "<<: *x, ".repeat(many)),
    ] {
        let _ = read::documents(&mut Sources::default(), "", text.as_bytes(), Duplicates::Refused);
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

fn merged(defaults: &str, files: &[&str], flags: &[(Flag, &str)]) -> String {
    let defaults = Values::parse("defaults.yaml", defaults).expect("defaults");
    let mut layers = Layers::over(&defaults);
    for file in files {
        layers.file("file.yaml", file.as_bytes());
    }
    for (flag, text) in flags {
        layers.set(*flag, text, |path| Ok(format!("content of {path}").into_bytes()));
    }
    match layers.merge() {
        Ok(values) => serde_json::to_string(&values.root).expect("JSON"),
        Err(failure) => failure.to_string(),
    }
}

#[test]
fn later_layers_win() {
    assert_eq!(
        merged("a: {x: 1, z: 2}\nl: [1, 2]\n", &["a: {x: 3}\nl: [4]\n", "a: {w: 5}\n"], &[]),
        r#"{"a":{"w":5,"x":3,"z":2},"l":[4]}"#
    );
    assert_eq!(merged("a: {x: 1}\n", &["a: 1\n"], &[]), r#"{"a":1}"#);
    assert_eq!(merged("a: 1\n", &["a: {x: 1}\n"], &[]), r#"{"a":{"x":1}}"#);
}

#[test]
fn null_takes_a_default_away() {
    assert_eq!(merged("a: {x: 1, z: 2}\n", &["a: {x: ~}\n"], &[]), r#"{"a":{"z":2}}"#);
    assert_eq!(merged("a: 1\n", &["a: ~\n", "b: 1\n"], &[]), r#"{"b":1}"#, "it lasts over later files");
    assert_eq!(merged("a: 1\n", &["a: ~\n", "a: 2\n"], &[]), r#"{"a":2}"#);
    assert_eq!(merged("", &["a: {b: ~, l: [~]}\n"], &[]), r#"{"a":{"l":[null]}}"#);
    assert_eq!(merged("a: {x: 1}\n", &[], &[(Flag::Set, "a.x=null")]), r#"{"a":{}}"#);
}

#[test]
fn flags_come_in_the_order_given() {
    let flags = [
        (Flag::SetFile, "d=f"),
        (Flag::SetString, "a=2,c=2"),
        (Flag::Set, "a=1,b=1"),
        (Flag::SetJson, "a=0,b=0,e=[0]"),
    ];
    assert_eq!(merged("", &["a: file\n"], &flags), r#"{"a":0,"b":0,"c":"2","d":"content of f","e":[0]}"#);
    assert_eq!(
        merged("l: [1, 2]\n", &[], &[(Flag::Set, "l[1]=x")]),
        r#"{"l":[null,"x"]}"#,
        "a default list is replaced"
    );
}

#[test]
fn problems_of_all_layers_are_told_at_once() {
    let report = merged("", &["a: [\n", "b: 1\nb: 2\n"], &[(Flag::Set, "x"), (Flag::SetJson, "y=z")]);
    assert_eq!(report.matches("error:").count(), 4, "{report}");
}

#[test]
fn typed_values_tell_the_flag_that_is_wrong() {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Typed {
        #[expect(dead_code, reason = "only its type matters")]
        replicas: u32,
    }
    let defaults = Values::parse("defaults.yaml", "replicas: 1\n").expect("defaults");
    defaults.typed::<Typed>().expect("fits");
    let mut layers = Layers::over(&defaults);
    layers.set(Flag::Set, "replicas=many,replica=2", |_| Err(String::new()));
    let failure = layers.merge().expect("merges").typed::<Typed>().expect_err("does not fit");
    let report = failure.to_string();
    assert!(report.contains("--set:1:10") && report.contains("did you mean `replicas`?"), "{report}");
}
