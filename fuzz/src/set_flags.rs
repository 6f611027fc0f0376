//! Any text of a `--set` flag is applied or refused, over any values.

use mkmanifests::values::{Flag, Layers, Values};

const FLAGS: [Flag; 5] = [Flag::Set, Flag::SetString, Flag::SetJson, Flag::SetFile, Flag::SetLiteral];

pub fn run(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let defaults = Values::parse("values.yaml", "a: {b: [1, {c: d}]}\nx: text\n").expect("it is YAML");
    let mut layers = Layers::over(&defaults);
    layers.file("mine.yaml", b"a: {b: [2]}\n");
    // Two flags; the second changes the result of the first.
    for text in text.splitn(2, '\u{1}') {
        layers.set(FLAGS[usize::from(*first) % FLAGS.len()], text, |path| Ok(path.as_bytes().to_vec()));
    }
    if let Err(failure) = layers.merge() {
        assert!(!failure.render(false).is_empty());
    }
}
