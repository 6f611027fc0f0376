//! Splits rendered text into documents as Helm does: at every line that begins with `---`.

/// Returns the documents of a text, without blank documents and leading white space.
///
/// The text after `---` on its line belongs to the document (`---apiVersion: v1` is frequent), and `---` also splits
/// within a block scalar. Charts rely on both.
pub(super) fn documents(text: &str) -> Vec<&str> {
    let text = text.trim_start();
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
    use super::documents;

    #[test]
    fn splits_where_helm_does() {
        assert_eq!(documents("\n\n---\na: 1\n---  \n\n---b: 2\n----\n"), ["a: 1\n", "b: 2\n", "-\n"]);
        assert_eq!(documents("a: |\n  ---\n  x\n---\n"), ["a: |\n  ---\n  x\n"]);
        assert_eq!(documents("--- # comment\na: 1"), ["# comment\na: 1"]);
        assert!(documents(" \n---\n---\n").is_empty());
    }
}
