//! Reading by lines gives what reading by tokens gives.
//!
//! A text with an invalid character is read by tokens alone. Here that character is far behind the first document, so that
//! nothing else depends on it.

use mkmanifests_yaml::tree::read::{Duplicates, first_document};
use proptest::prelude::*;

/// Returns the tree with its locations, or the errors.
fn read(text: &str, is_by_tokens: bool) -> String {
    let tail = "# comment\n".repeat(200);
    let last = if is_by_tokens { "\u{1}" } else { "" };
    let text = format!("{text}\n...\n{tail}{last}");
    match first_document(Default::default(), &text, Duplicates::LastWins) {
        Ok(node) => format!("{node:?}"),
        Err(refused) => format!("{}\n{:?}", refused.go, refused.diagnostics),
    }
}

fn compare(text: &str) {
    assert_eq!(read(text, false), read(text, true), "{text}");
}

/// What a line can have after its indentation.
const LINES: [&str; 56] = [
    "a: b",
    "b:",
    "- c",
    "- d: e",
    "-",
    "- ",
    "-   f:",
    "- - g",
    "- 'h'",
    "- \"i\": j",
    "- k l: m",
    "- n # o",
    "x: |",
    "x: >-",
    "x: |2-",
    "text in words",
    "more: 'quoted'",
    "more: \"quoted\" ",
    "more: \"es\\taped\"",
    "more: 'it''s'",
    "more: 'open",
    "end'",
    "c: v # comment",
    "c: v#no comment",
    "# comment",
    "",
    "   ",
    "list: [1, 2]",
    "map: {a: b}",
    "? complex",
    ": value",
    "anchor: &a v",
    "anchor: &b",
    "alias: *a",
    "<<: *b",
    "- *a",
    "tab:\tv",
    "\ttab: v",
    "tab: v\t",
    "tab: v\tw",
    "\u{e9}t\u{e9}: \u{fc}",
    "nel: a\u{85}b",
    "ls: a\u{2028}b",
    "a: b: c",
    "a: b:",
    "\"quoted\": 1",
    "k: - a",
    "k: ~",
    "1.0: 2",
    "y: n",
    "k: !!str 1",
    "k: !!int x",
    "k: .inf",
    "---",
    "cr: a\r",
    "url: http://a.b/c?d=e",
];

#[test]
fn each_pair_of_lines() {
    for first in LINES {
        for second in LINES {
            for spaces in [0, 2] {
                compare(&format!("root:\n  {first}\n{}{second}\n  last: 1", " ".repeat(spaces)));
            }
        }
    }
}

#[test]
fn nesting_has_the_same_limit() {
    for depth in 120..135 {
        let maps: String = (0..depth).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
        compare(&maps);
        let lists: String = (0..depth).map(|level| format!("{}- a:\n", " ".repeat(2 * level))).collect();
        compare(&lists);
        compare(&format!("{maps}{}b: c", " ".repeat(depth)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if mkmanifests_testing::is_full() { 20_000 } else { 500 }))]

    #[test]
    fn random_lines(lines in prop::collection::vec((0..5_usize, prop::sample::select(LINES.to_vec())), 0..12)) {
        let text: Vec<String> = lines.iter().map(|(level, line)| format!("{}{line}", "  ".repeat(*level))).collect();
        compare(&text.join("\n"));
    }
}
