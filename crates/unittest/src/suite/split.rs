//! The suites of a file, and the documents of a rendered template: texts between lines that start with `---`.

use std::sync::OnceLock;

use mkmanifests_go::regexp::{Pattern, Subject};
use mkmanifests_yaml::diagnostic::Location;

/// A part of a text, with the place where it starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'t> {
    pub text: &'t str,
    /// The number of lines before it.
    pub lines: u32,
    /// The number of characters before it in its first line.
    pub columns: u32,
}

impl Part<'_> {
    /// Returns the column of the first character of a line that is not white space, or the dash of an item.
    pub fn first_column(&self, line: u32) -> u32 {
        let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        let text = self.text.split('\n').nth(index).unwrap_or_default();
        1 + count(text.chars().take_while(|character| character.is_whitespace() || *character == '-'))
    }

    /// Returns a location in the file for one in this part.
    pub fn location(&self, Location { source, line, column }: Location) -> Location {
        let columns = if line == 1 { self.columns } else { 0 };
        Location::new(source, line.saturating_add(self.lines), column.saturating_add(columns))
    }
}

/// Splits a text where helm-unittest does: at every line that starts with `---`, even in a block of text. White space
/// around the separator is not part of a suite. Leaves out parts without content.
pub(crate) fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut from) = (Vec::new(), 0);
    for (start, end) in separators(text).into_iter().chain([(text.len(), text.len())]) {
        let part = text.get(from..start).unwrap_or_default();
        if !part.trim().is_empty() {
            let before = text.get(..from).unwrap_or_default();
            let line = before.rsplit('\n').next().unwrap_or_default();
            parts.push(Part { text: part, lines: count(before.matches('\n')), columns: count(line.chars()) });
        }
        from = end;
    }
    parts
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// Returns where the separators are.
fn separators(text: &str) -> Vec<(usize, usize)> {
    static PATTERN: OnceLock<Option<Pattern>> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| Pattern::compile(br"(?:^|\s*\n)---\s*").ok());
    pattern.as_ref().map(|pattern| pattern.find_all(&Subject::new(text.as_bytes()), -1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn suites_are_separated_by_lines_with_dashes() {
        let found =
            |text| parts(text).into_iter().map(|part| (part.text, part.lines, part.columns)).collect::<Vec<_>>();
        assert_eq!(found("a: 1\n"), [("a: 1\n", 0, 0)]);
        assert_eq!(found("---\na: 1\n\n---\n# b\nc: 2\n"), [("a: 1", 1, 0), ("# b\nc: 2\n", 4, 0)]);
        // White space belongs to the first separator, so that the second is not at the start of a line.
        assert_eq!(found("---\n\n---\n  a: 1"), [("---\n  a: 1", 2, 0)]);
        assert_eq!(found("a: 1\n---\n  b: 1"), [("a: 1", 0, 0), ("b: 1", 2, 2)]);
        assert_eq!(found("a: |\n  x\n---- y"), [("a: |\n  x", 0, 0), ("- y", 2, 3)]);
        assert_eq!(found("a: x---y\n ---"), [("a: x---y\n ---", 0, 0)]);
    }
}
