//! Splits rendered text into documents as Helm does: at every line that begins with `---`.

use super::behaviour::{Behaviour, Change};

/// Returns the documents of a text, without blank documents and leading white space.
///
/// The text after `---` on its line belongs to the document (`---apiVersion: v1` is frequent), and `---` also splits
/// within a block scalar. Charts rely on both.
pub(super) fn documents(text: &str, helm: Behaviour) -> Vec<&str> {
    let keeps_end = helm.has(Change::TrailingBlankLinesKept);
    let text = if keeps_end { text.trim_start() } else { text.trim() };
    let mut documents = if helm.has(Change::EachMarkSplits) { at_each_mark(text) } else { between_marks(text) };
    if !keeps_end {
        documents.iter_mut().for_each(|document| *document = document.trim_end());
    }
    documents
}

fn at_each_mark(text: &str) -> Vec<&str> {
    let mut documents = Vec::new();
    let mut start = 0;
    for mark in marks(text) {
        push(&mut documents, &text[start..mark]);
        let rest = &text[mark + MARK.len()..];
        start = text.len() - rest.trim_start_matches([' ', '\t']).len();
    }
    push(&mut documents, &text[start..]);
    documents
}

/// Splits as releases without [`Change::EachMarkSplits`]: the white space around a mark belongs to it, so that a second
/// mark directly after it does not split.
fn between_marks(text: &str) -> Vec<&str> {
    let after = |mark: usize| {
        let rest = text.get(mark..).unwrap_or_default();
        text.len() - rest.trim_start_matches(BLANK).len()
    };
    let mut documents = Vec::new();
    let mut start = if text.starts_with(MARK) { after(MARK.len()) } else { 0 };
    while let Some(length) = text.get(start..).and_then(|rest| rest.find("\n---")) {
        push(&mut documents, text[start..start + length].trim_end_matches(BLANK));
        start = after(start + length + 1 + MARK.len());
    }
    push(&mut documents, &text[start..]);
    documents
}

/// What `\s` of Go's regular expressions matches.
const BLANK: [char; 5] = [' ', '\t', '\n', '\r', '\u{c}'];

const MARK: &str = "---";

/// Returns the positions of lines that begin with `---`.
fn marks(text: &str) -> impl Iterator<Item = usize> + '_ {
    let first = text.starts_with(MARK).then_some(0);
    first.into_iter().chain(memchr::memmem::find_iter(text.as_bytes(), "\n---").map(|newline| newline + 1))
}

fn push<'t>(documents: &mut Vec<&'t str>, document: &'t str) {
    let document = document.trim_start();
    if !document.is_empty() {
        documents.push(document);
    }
}

#[cfg(test)]
mod tests {
    use super::{Behaviour, documents as documents_of};
    use crate::HelmRelease;

    fn documents(text: &str) -> Vec<&str> {
        documents_of(text, Behaviour::default())
    }

    #[test]
    fn splits_where_helm_does() {
        assert_eq!(documents("\n\n---\na: 1\n---  \n\n---b: 2\n----\n"), ["a: 1\n", "b: 2\n", "-\n"]);
        assert_eq!(documents("a: |\n  ---\n  x\n---\n"), ["a: |\n  ---\n  x\n"]);
        assert_eq!(documents("--- # comment\na: 1"), ["# comment\na: 1"]);
        assert!(documents(" \n---\n---\n").is_empty());
    }

    #[test]
    fn older_releases_cut_the_end() {
        let documents = |text| documents_of(text, Behaviour::of(HelmRelease::V4_1));
        assert_eq!(documents("\n---\na: 1\n\n---  \n\n---b: 2\n\n"), ["a: 1", "---b: 2"]);
        assert_eq!(documents("a: |\n  x\n \n---\n"), ["a: |\n  x"]);
        assert!(documents(" \n---\n").is_empty());
        let first_of_4_2 = HelmRelease::parse("4.2.0").expect("a release");
        let documents = |text| documents_of(text, Behaviour::of(first_of_4_2));
        assert_eq!(documents("a: 1 \n\n---\n---\nb: 2\n\n"), ["a: 1", "---\nb: 2\n\n"]);
    }
}
