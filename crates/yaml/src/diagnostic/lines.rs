//! The line starts of texts, found once per report instead of once per diagnostic.

use std::collections::HashMap;

use super::{Location, Source, SourceId};

/// The line starts of the texts in a report.
#[derive(Default)]
pub(super) struct Lines(HashMap<SourceId, Vec<usize>>);

/// A line of a text.
pub(super) struct Line<'a> {
    /// The offset of its first byte.
    pub start: usize,
    /// The line without its line break.
    pub text: &'a str,
}

impl Lines {
    /// Returns the line of a location; an empty line at the end of the text if it has fewer lines.
    pub fn line<'a>(&mut self, source: &'a Source, location: Location) -> Line<'a> {
        let text = &*source.text;
        let starts = self.0.entry(location.source).or_insert_with(|| line_starts(text));
        let at = location.line.saturating_sub(1) as usize;
        let start = starts.get(at).copied().unwrap_or(text.len());
        let end = starts.get(at + 1).map_or(text.len(), |next| next - 1);
        Line { start, text: text.get(start..end).unwrap_or_default().trim_end_matches('\r') }
    }

    /// Returns the number of the line, from 1, that contains a byte.
    pub fn number(&self, source: SourceId, at: usize) -> usize {
        self.0.get(&source).map_or(1, |starts| starts.partition_point(|start| *start <= at))
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use crate::diagnostic::{Location, Sources};

    #[test]
    fn lines_are_found_by_their_number() {
        let mut sources = Sources::default();
        let id = sources.add("x.yaml", "a\r\n\nbc");
        let source = sources.get(id).expect("the source");
        let mut lines = Lines::default();
        let mut line = |number| {
            let line = lines.line(source, Location::new(id, number, 1));
            (line.start, line.text)
        };
        assert_eq!((line(0), line(1), line(2), line(3), line(4)), ((0, "a"), (0, "a"), (3, ""), (4, "bc"), (6, "")));
        assert_eq!((lines.number(id, 0), lines.number(id, 3), lines.number(id, 6)), (1, 2, 3));
    }
}
