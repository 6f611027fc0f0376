//! Any tree that was written is read back unchanged, in all styles.

use mkmanifests_yaml::diagnostic::SourceId;
use mkmanifests_yaml::tree::read::{Duplicates, document};
use mkmanifests_yaml::tree::write::{Style, write};

use super::arbitrary::Choices;

/// Deeper trees are out of scope: the reader has a limit.
const DEPTH: usize = 8;

pub fn run(bytes: &[u8]) {
    let node = Choices::new(bytes).node(DEPTH);
    for style in
        [Style::MANIFEST, Style { width: Some(80), ..Style::MANIFEST }, Style { width: Some(0), ..Style::MANIFEST }]
    {
        let mut out = Vec::new();
        write(&mut out, &node, style).expect("a vector takes all");
        let text = String::from_utf8(out).expect("UTF-8");
        assert!(text.ends_with('\n'), "no line break at the end of {text:?}");
        match document(SourceId::default(), &text, Duplicates::Refused) {
            Ok(read) => assert!(read == node, "not read as it was written:\n{text}"),
            Err(diagnostics) => panic!("{}\n{text}", diagnostics[0].message()),
        }
    }
}
