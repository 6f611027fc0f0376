//! The lines of a text.

use mkmanifests_gotmpl::ast::{Pos, Span};

/// The offsets at which lines start.
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    pub fn of(text: &'t str) -> Lines<'t> {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// Returns the number of the line with an offset, from 1.
    pub fn number(&self, pos: Pos) -> u32 {
        number(self.starts.partition_point(|start| *start <= pos as usize))
    }

    /// Returns the numbers of the lines in which a text has more than white space.
    pub fn written(&self, span: Span) -> Vec<u32> {
        let first = self.number(span.start);
        let lines = span.of(self.text).split('\n').zip(first..);
        lines.filter(|(line, _)| !line.trim().is_empty()).map(|(_, number)| number).collect()
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
