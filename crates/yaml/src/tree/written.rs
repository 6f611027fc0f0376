//! The text of numbers and booleans in their source. YAML reads `1.30` as 1.3, `0666` as 438 and `yes` as `true`, so
//! the value alone does not show what a person wrote.

use std::cell::RefCell;
use std::collections::HashMap;

use super::{Kind, Node};
use crate::diagnostic::{FieldPath, Location, SourceId, Sources, Step};

/// Looks up the text of plain scalars in their sources.
#[derive(Debug)]
pub struct Written<'a> {
    sources: &'a Sources,
    /// The line starts of each source, so that many lookups take linear time.
    lines: RefCell<HashMap<SourceId, Vec<usize>>>,
}

impl<'a> Written<'a> {
    /// Creates a lookup in `sources`.
    pub fn new(sources: &'a Sources) -> Self {
        Written { sources, lines: RefCell::default() }
    }

    /// Returns the text of a number or boolean if YAML has changed it: `1.30` for 1.3, `yes` for `true`. Returns `None`
    /// for other values, and for values without a location.
    pub fn differs(&self, node: &Node) -> Option<&'a str> {
        let read = text_of(&node.kind)?;
        self.plain(node.location).filter(|written| *written != read)
    }

    /// Describes a scalar as it was written: "the number `0123`" rather than the number that YAML makes of it.
    pub fn describe(&self, node: &Node) -> String {
        match (self.differs(node), &node.kind) {
            (None, _) => node.describe(),
            (Some(written), Kind::Bool(_)) => format!("`{written}`, which YAML 1.1 reads as a boolean"),
            (Some(written), _) => format!("the number `{written}`"),
        }
    }

    /// Returns the path of a field with each key as it was written: `policies.on` for `policies.true`.
    pub fn path_as_written(&self, root: &Node, path: &FieldPath) -> FieldPath {
        let mut node = Some(root);
        let steps = path.steps().iter().map(|step| {
            let (written, child) = match (step, node) {
                (Step::Field(key) | Step::Key(key), Some(parent)) => {
                    let entry = parent.as_map().and_then(|map| map.entry(key));
                    (entry.and_then(|entry| self.key_differs(key, entry.location)), entry.map(|entry| &entry.value))
                }
                (Step::Index(index), Some(parent)) => (None, parent.as_seq().and_then(|items| items.get(*index))),
                (_, None) => (None, None),
            };
            node = child;
            written.map_or_else(|| step.clone(), |written| Step::Field(written.to_owned()))
        });
        steps.collect()
    }

    /// Returns the key at `location` as it was written if YAML converted it: `yes` for `true`, `1.0` for `1`.
    pub(super) fn key_differs(&self, key: &str, location: Location) -> Option<&'a str> {
        let converted =
            matches!(key, "true" | "false") || key.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        if !converted {
            return None;
        }
        let written = self.plain(location)?;
        let written = written.split_once(':').map_or(written, |(written, _)| written);
        let is_text = written.is_empty() || written == key || !is_number_or_boolean(written);
        (!is_text).then_some(written)
    }

    /// Returns the help for a value at `location` that should be a string: quotes do not help in a `--set` flag.
    pub fn quote_help(&self, location: Location, written: Option<&str>) -> String {
        match (self.sources.get(location.source), written) {
            (Some(source), _) if source.name == "--set" => "use `--set-string` to set a string".to_owned(),
            (_, Some(written)) => format!("quote it: \"{written}\""),
            (_, None) => super::de::QUOTE.to_owned(),
        }
    }

    /// Returns the plain scalar of one word at `location`.
    fn plain(&self, location: Location) -> Option<&'a str> {
        let mut rest = self.from(location)?;
        // A tag or an anchor before the scalar.
        while rest.starts_with(['!', '&']) {
            rest = rest.split_once(' ')?.1.trim_start();
        }
        let end = rest.find(|c: char| c.is_whitespace() || ",[]{}".contains(c)).unwrap_or(rest.len());
        rest.get(..end).filter(|word| !word.is_empty() && !word.starts_with(['"', '\'', '*', '|', '>']))
    }

    /// Returns the rest of the source, starting at `location`.
    fn from(&self, location: Location) -> Option<&'a str> {
        let text: &'a str = &self.sources.get(location.source)?.text;
        let mut lines = self.lines.borrow_mut();
        let starts = lines.entry(location.source).or_insert_with(|| line_starts(text));
        let row = (location.line as usize).checked_sub(1)?;
        let line = text.get(*starts.get(row)?..)?;
        let column = (location.column as usize).checked_sub(1)?;
        let skipped: usize = line.chars().take(column).map(char::len_utf8).sum();
        line.get(skipped..)
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// Returns the only text of a number or boolean that reading and printing do not change. Go prints numbers below 0.0001
/// and from 1e21 on with an exponent, in a form that people do not write.
fn text_of(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Int(number) => Some(number.to_string()),
        Kind::UInt(number) => Some(number.to_string()),
        Kind::Float(number) if (1e-4..1e21).contains(&number.abs()) => Some(number.to_string()),
        Kind::Float(_) => Some(String::new()),
        Kind::Null | Kind::Str(_) | Kind::Raw(_) | Kind::Seq(_) | Kind::Map(_) => None,
    }
}

fn is_number_or_boolean(word: &str) -> bool {
    let document = super::read::first_document(SourceId::default(), word, super::read::Duplicates::LastWins);
    document.is_ok_and(|node| text_of(&node.kind).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::read;

    /// Returns the text of `k`, if YAML has changed it.
    fn differs(document: &str) -> Option<String> {
        let mut sources = Sources::default();
        let values = read::values(&mut sources, "values.yaml", document.as_bytes()).expect("YAML");
        Written::new(&sources).differs(values.get("k").expect("there is `k`")).map(str::to_owned)
    }

    #[test]
    fn numbers_and_booleans_that_come_back_as_they_were_written_do_not_differ() {
        for written in ["12", "0", "-3", "1.5", "0.25", "true", "false", "111122223333", "9223372036854775807"] {
            for document in [format!("k: {written}\n"), format!("{{k: {written}}}"), format!("k: {written} # 1.50\n")] {
                assert_eq!(differs(&document), None, "{document}");
            }
        }
    }

    #[test]
    fn numbers_and_booleans_that_lose_their_text_differ() {
        let lossy = [
            "1.30",
            "1.0",
            "1.",
            ".5",
            "+5",
            "-0",
            "0666",
            "0o17",
            "0b11",
            "0x1F",
            "1_000",
            "1e3",
            "1E400",
            "6.0e-2",
            "1e-7",
            "0.00001",
            "012345678901",
            "123456789012345678901234",
            "yes",
            "no",
            "on",
            "Off",
            "y",
            "N",
            "TRUE",
            "False",
        ];
        for written in lossy.iter().filter(|written| **written != "1E400") {
            for document in [format!("k: {written}\n"), format!("{{k: {written}}}"), format!("[x]: 1\nk: {written}, ")]
            {
                let mut sources = Sources::default();
                let Ok(values) = read::values(&mut sources, "values.yaml", document.as_bytes()) else { continue };
                if values.get("k").is_some_and(|node| node.as_str().is_some()) {
                    continue;
                }
                assert_eq!(differs(&document).as_deref(), Some(*written), "{document}");
            }
        }
    }

    #[test]
    fn tags_and_anchors_are_no_part_of_the_scalar() {
        assert_eq!(differs("k: &version 1.30\n"), Some("1.30".to_owned()));
        assert_eq!(differs("k: !!float 1.30\n"), Some("1.30".to_owned()));
        assert_eq!(differs("a: &version 1.30\nk: *version\n"), Some("1.30".to_owned()));
    }

    #[test]
    fn texts_do_not_differ() {
        for document in
            ["k: \"1.30\"\n", "k: '0666'\n", "k: text\n", "k: 1.2.3\n", "k: 2001-01-01\n", "k:\n", "k: [1.30]\n"]
        {
            assert_eq!(differs(document), None, "{document}");
        }
    }
}
