//! Tests properties of all values: nothing panics, a flag sets its value, and merging is associative.

use mkmanifests_chart::values::{Flag, apply, merge};
use mkmanifests_yaml::diagnostic::{Failure, Sources};
use mkmanifests_yaml::tree::read::{self, Duplicates};
use mkmanifests_yaml::tree::{Kind, Map, Node};
use proptest::prelude::*;

/// Reads in every way, and renders what is wrong; neither may panic.
fn read_all(bytes: &[u8]) {
    let mut sources = Sources::default();
    if let Err(diagnostics) = read::values(&mut sources, "values.yaml", bytes) {
        let _ = Failure::new(diagnostics, sources.clone()).to_string();
    }
    let _ = read::documents(&mut sources, "values.yaml", bytes, Duplicates::LastWins);
}

/// Pieces that YAML gives a meaning to.
const PIECES: &[&str] = &[
    " ",
    "  ",
    "\n",
    "\n  ",
    "\t",
    ":",
    ": ",
    "- ",
    "-",
    "?",
    "? ",
    ",",
    "[",
    "]",
    "{",
    "}",
    "#",
    " #",
    "&a ",
    "*a",
    "!!str ",
    "!x",
    "!<",
    "%",
    "|",
    ">",
    "|+\n",
    "'",
    "\"",
    "\\",
    "@",
    "`",
    "a",
    "é",
    "1",
    "~",
    "<<: ",
    "---",
    "...",
    "\r",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\0",
    "{{",
    "}}",
    "\\x4",
    "\\U0011",
    "!!binary ",
    "0x",
    "_",
    ".",
    "%TAG ",
];

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![8 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()]
}

/// Escapes a text for `--set`.
fn escaped(text: &str) -> String {
    let special = |c: char| matches!(c, '\\' | ',' | '.' | '=' | '[' | ']' | '{' | '}');
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

fn scalar() -> impl Strategy<Value = Node> {
    prop_oneof![
        any::<bool>().prop_map(|value| Kind::Bool(value).into()),
        any::<i64>().prop_map(|value| Kind::Int(value).into()),
        "[a-c]{0,3}".prop_map(|text| Node::from(text.as_str())),
    ]
}

/// A mapping without nulls and with few keys, so that they meet. `a` to `c` never hold a mapping and `m` to `o`
/// always do: where a key is a mapping in one layer only, merging is not associative, in Helm neither.
fn tree() -> impl Strategy<Value = Node> {
    let list = proptest::collection::vec(scalar(), 0..3).prop_map(|items| Node::from(Kind::Seq(items)));
    let leaf = prop_oneof![3 => scalar(), 1 => list].boxed();
    let leaves = proptest::collection::btree_map("[a-c]", leaf, 0..4).boxed();
    let flat = leaves.clone().prop_map(|entries| mapping(entries.into_iter()));
    flat.prop_recursive(4, 32, 4, move |inner| {
        let mappings = proptest::collection::btree_map("[m-o]", inner, 0..4);
        (leaves.clone(), mappings).prop_map(|(leaves, mappings)| mapping(leaves.into_iter().chain(mappings)))
    })
}

fn mapping(entries: impl Iterator<Item = (String, Node)>) -> Node {
    let mut map = Map::new();
    for (key, value) in entries {
        map.set(key, value);
    }
    map.into()
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }

    #[test]
    fn any_pieces_of_yaml_are_read_or_refused(pieces in proptest::collection::vec(piece(), 0..30)) {
        read_all(pieces.concat().as_bytes());
    }

    #[test]
    fn any_cut_of_yaml_is_read_or_refused(pieces in proptest::collection::vec(piece(), 0..12), cut in any::<prop::sample::Index>()) {
        let text = format!("a: &x\n  - \"b\\u00e9\": [c, {{d: 'e'}}]\n    f: |\n      g\n{}", pieces.concat());
        read_all(&text.as_bytes()[..cut.index(text.len())]);
        read_all(text.as_bytes());
    }

    #[test]
    fn any_flag_is_applied_or_refused(pieces in proptest::collection::vec("[a-b=.,{}\\\\\\[\\]0-9 é\"n]{0,4}", 0..8)) {
        let text = pieces.concat();
        for flag in [Flag::Set, Flag::SetString, Flag::SetJson, Flag::SetFile, Flag::SetLiteral] {
            let (mut root, mut sources) = (Node::from(Map::new()), Sources::default());
            let applied = apply(&mut root, flag, &text, &mut sources, &mut |_| Ok(b"x".to_vec()));
            if let Err(diagnostics) = applied {
                let _ = Failure::new(diagnostics, sources).to_string();
            }
        }
    }

    #[test]
    fn what_a_flag_sets_is_there(
        path in proptest::collection::vec(".{1,8}", 1..6),
        value in "(?s).{0,20}",
        index in proptest::option::of(0..20_usize),
    ) {
        let name = path.iter().map(|name| escaped(name)).collect::<Vec<_>>().join(".");
        let bracket = index.map_or(String::new(), |index| format!("[{index}]"));
        let text = format!("{name}{bracket}={}", escaped(&value));
        let mut root = Node::from(Map::new());
        apply(&mut root, Flag::SetString, &text, &mut Sources::default(), &mut |_| Ok(Vec::new())).expect(&text);
        let index = index.map(|index| index.to_string());
        let steps = path.iter().map(String::as_str).chain(index.as_deref());
        prop_assert_eq!(root.find(steps).and_then(Node::as_str), Some(value.as_str()), "{}", text);
    }

    #[test]
    fn merging_is_associative_without_nulls(a in tree(), b in tree(), c in tree()) {
        let left = merge(merge(a.clone(), b.clone()), c.clone());
        let right = merge(a, merge(b, c));
        prop_assert_eq!(left, right);
    }

    #[test]
    fn merging_over_nothing_and_nothing_over_change_nothing(a in tree()) {
        let nothing = || Node::from(Map::new());
        prop_assert_eq!(&merge(nothing(), a.clone()), &a);
        prop_assert_eq!(&merge(a.clone(), nothing()), &a);
    }

    #[test]
    fn json_is_read_as_it_is(tree in tree()) {
        let json = serde_json::to_string(&tree).expect("JSON");
        let read = read::values(&mut Sources::default(), "values.json", json.as_bytes()).expect(&json);
        prop_assert_eq!(read, tree);
    }
}
