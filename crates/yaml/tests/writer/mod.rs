//! The YAML writer compared with the real helm and the real kubectl.

#[path = "../../../../fuzz/src/arbitrary.rs"]
mod arbitrary;
mod helm;
mod kubectl;
#[path = "../../../../fuzz/src/yaml_roundtrip.rs"]
mod yaml_roundtrip;

use std::path::PathBuf;

use mkmanifests_yaml::diagnostic::SourceId;
use mkmanifests_yaml::tree::read::{Duplicates, document};
use mkmanifests_yaml::tree::write::{Style, to_string, write};
use mkmanifests_yaml::tree::{Kind, Map, Node};
use proptest::prelude::*;

use mkmanifests_testing as common;

/// Returns the path of a data file below `tests/data/writer`.
fn data(name: &str) -> PathBuf {
    common::data("writer").join(name)
}

/// The random bytes from which values are drawn. A failing test prints the seed.
struct Random(u64);

impl Random {
    fn new() -> Self {
        Random(common::seed(20_260_101))
    }

    /// SplitMix64: any seed works equally well.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count.div_ceil(8)).flat_map(|_| self.next().to_le_bytes()).collect()
    }

    fn text(&mut self) -> String {
        arbitrary::Choices::new(&self.bytes(128)).text()
    }

    fn tree(&mut self) -> Node {
        arbitrary::Choices::new(&self.bytes(1024)).node(5)
    }
}

/// Prints the first differences, and fails if there are any.
fn assert_no_differences(differences: &[String], of: usize) {
    for difference in differences.iter().take(10) {
        eprintln!("{}\n", difference.chars().take(3000).collect::<String>());
    }
    assert!(differences.is_empty(), "{} of {of} differ", differences.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_is_read_back(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        yaml_roundtrip::run(&bytes);
    }

    #[test]
    fn any_text_is_read_back(key in any::<String>(), text in any::<String>()) {
        let mut map = Map::new();
        map.set(key, text.as_str());
        let node = Node::from(map);
        let written = to_string(&node, Style::MANIFEST).expect("text");
        prop_assert_eq!(document(SourceId::default(), &written, Duplicates::Refused), Ok(node));
    }
}

#[test]
fn seeds_are_read_back() {
    common::run_seeds("yaml_roundtrip", yaml_roundtrip::run);
}

#[test]
fn stack_use_does_not_grow_with_depth() {
    for begin in [
        |inner: Node| Node::from(Kind::Seq(vec![inner])),
        |inner| {
            let mut map = Map::new();
            map.set("a", inner);
            map.into()
        },
    ] {
        let deep = (0..3_000).fold(Node::default(), |inner, _| begin(inner));
        let mut out = Vec::new();
        write(&mut out, &deep, Style::HELM).expect("writing to a vector cannot fail");
        assert!(out.ends_with(b" null\n"));
    }
}

#[test]
fn column_counting_continues_after_a_flush() {
    let mut map = Map::new();
    // The buffer is most likely flushed after a key of this length, in the middle of the line of its value.
    map.set("k".repeat(3000), Kind::Seq(vec!["w ".repeat(90).trim_end().into()]));
    let once = Kind::Seq(vec![map.clone().into()]).into();
    let many = Kind::Seq(vec![map.into(); 1000]).into();
    let [once, many] = [once, many].map(|node: Node| to_string(&node, Style::HELM).expect("text"));
    assert!(many == once.repeat(1000));
}
