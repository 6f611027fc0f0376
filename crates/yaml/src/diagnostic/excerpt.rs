//! Excerpts: the source lines that a diagnostic points to, small enough that a report's cost does not depend on the
//! size of the sources.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Origin, Snippet};

use super::lines::Lines;
use super::{Diagnostic, Location, Source, SourceId, Sources};

/// Locations of one source that are at most this many bytes apart share an excerpt.
const MOST_BETWEEN: usize = 32 << 10;

/// A location beyond this column has no excerpt: for JSON on one line, only the column helps.
const MOST_COLUMNS: u32 = 4096;

/// At most this many bytes of the last line follow the underlined span: more than a report is wide.
const MOST_AFTER: usize = 1024;

/// At most this many characters are underlined.
const MOST_UNDERLINED: usize = 1024;

/// Returns the elements of a report for the locations of a diagnostic, the main one first.
pub(super) fn excerpts<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources, lines: &mut Lines) -> Vec<Element<'a>> {
    let locations = std::iter::once((diagnostic.location, diagnostic.label.as_str(), AnnotationKind::Primary))
        .chain(diagnostic.related.iter().map(|(location, what)| (*location, what.as_str(), AnnotationKind::Context)));
    let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
    for (location, label, kind) in locations {
        let Some(source) = sources.get(location.source) else { continue };
        if location.column > MOST_COLUMNS {
            excerpts.push(Excerpt::Far { source, location, label });
            continue;
        }
        let mark = Mark { span: span(source, location, lines), label, kind };
        let Some(mark) = excerpts.iter_mut().try_fold(mark, |mark, excerpt| excerpt.add(location.source, mark)) else {
            continue;
        };
        excerpts.push(Excerpt::Near { source, id: location.source, range: mark.span.clone(), marks: vec![mark] });
    }
    excerpts.into_iter().flat_map(|excerpt| excerpt.elements(lines)).collect()
}

/// The span of bytes to underline in a source.
struct Mark<'a> {
    span: Range<usize>,
    label: &'a str,
    kind: AnnotationKind,
}

/// Locations that share an excerpt.
enum Excerpt<'a> {
    /// Source lines with underlined spans.
    Near { source: &'a Source, id: SourceId, range: Range<usize>, marks: Vec<Mark<'a>> },
    /// Only line and column.
    Far { source: &'a Source, location: Location, label: &'a str },
}

impl<'a> Excerpt<'a> {
    /// Adds a mark that is close to the others; otherwise returns it.
    fn add(&mut self, source: SourceId, mark: Mark<'a>) -> Option<Mark<'a>> {
        let Excerpt::Near { id, range, marks, .. } = self else { return Some(mark) };
        let both = range.start.min(mark.span.start)..range.end.max(mark.span.end);
        if *id != source || both.len() > MOST_BETWEEN {
            return Some(mark);
        }
        *range = both;
        marks.push(mark);
        None
    }

    fn elements(self, lines: &Lines) -> Vec<Element<'a>> {
        match self {
            Excerpt::Near { source, id, range, marks } => vec![snippet(source, id, &range, marks, lines).into()],
            Excerpt::Far { source, location, label } => {
                let origin = Origin::path(source.name.as_str());
                let origin = origin.line(location.line as usize).char_column(location.column as usize);
                let label = (!label.is_empty()).then(|| Level::NOTE.message(label).into());
                std::iter::once(origin.into()).chain(label).collect()
            }
        }
    }
}

/// Returns the lines from the first to the last mark. The renderer would read all of a long text.
fn snippet<'a>(
    source: &'a Source,
    id: SourceId,
    range: &Range<usize>,
    marks: Vec<Mark<'a>>,
    lines: &Lines,
) -> Snippet<'a, Annotation<'a>> {
    let text = &*source.text;
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let most = text.floor_char_boundary(range.end.saturating_add(MOST_AFTER));
    let end = text[range.end..most].find('\n').map_or(most, |at| range.end + at + 1);
    let mut snippet = Snippet::source(&text[start..end]).path(source.name.as_str()).line_start(lines.number(id, start));
    for Mark { span, label, kind } in marks {
        let mut annotation = kind.span(span.start - start..span.end - start);
        if !label.is_empty() {
            annotation = annotation.label(label);
        }
        snippet = snippet.annotation(annotation);
    }
    snippet
}

/// Returns the span to underline: the word, quoted string or `key` that starts at the location.
fn span(source: &Source, location: Location, lines: &mut Lines) -> Range<usize> {
    let line = lines.line(source, location);
    let column = location.column.saturating_sub(1) as usize;
    let at = line.text.char_indices().nth(column).map_or(line.text.len(), |(at, _)| at);
    let start = line.start + at;
    start..start + word_length(&line.text[at..])
}

fn word_length(rest: &str) -> usize {
    let rest = rest.char_indices().nth(MOST_UNDERLINED).map_or(rest, |(end, _)| &rest[..end]);
    let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''));
    if let Some(quote) = quote
        && let Some(end) = rest[1..].find(quote)
    {
        return end + 2;
    }
    let end = rest.char_indices().find(|(at, c)| {
        c.is_whitespace()
            || matches!(c, ',' | ']' | '}' | '=')
            || (*c == ':' && rest[at + 1..].chars().next().is_none_or(char::is_whitespace))
    });
    let length = end.map_or(rest.len(), |(at, _)| at);
    length.max(rest.chars().next().map_or(0, char::len_utf8))
}
