//! Problems as text: message, source line with a caret, help.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};

use super::{Place, Problem, Severity, Source, SourceId, Sources};

/// Wide enough for any real values line; fixed, so that reports do not depend on the terminal.
const WIDTH: usize = 160;

pub(super) fn render(problems: &[Problem], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let mut out = String::new();
    for problem in problems {
        out.push_str(&renderer.render(&[group(problem, sources)]));
        out.push_str("\n\n");
    }
    out.truncate(out.trim_end().len());
    out
}

fn group<'a>(problem: &'a Problem, sources: &'a Sources) -> Group<'a> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(problem.message.as_str()));
    for snippet in snippets(problem, sources) {
        group = group.element(snippet);
    }
    for help in &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}

/// One snippet a source, so that two places in one file stand in one excerpt.
fn snippets<'a>(problem: &'a Problem, sources: &'a Sources) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let places = std::iter::once((problem.place, problem.label.as_str(), AnnotationKind::Primary))
        .chain(problem.related.iter().map(|(place, what)| (*place, what.as_str(), AnnotationKind::Context)));
    let mut excerpts: Vec<(SourceId, Vec<Marked<'a>>)> = Vec::new();
    for (place, label, kind) in places {
        let Some(source) = sources.get(place.source) else { continue };
        let marked = Marked { span: span(source, place), label, kind };
        match excerpts.iter_mut().find(|(id, _)| *id == place.source) {
            Some((_, all)) => all.push(marked),
            None => excerpts.push((place.source, vec![marked])),
        }
    }
    excerpts.into_iter().filter_map(|(id, marked)| Some(snippet(sources.get(id)?, marked))).collect()
}

/// Bytes of a source that are underlined.
struct Marked<'a> {
    span: Range<usize>,
    label: &'a str,
    kind: AnnotationKind,
}

/// The lines from the first to the last that is marked: a renderer that is given all of a long text looks at all of it.
fn snippet<'a>(source: &'a Source, marked: Vec<Marked<'a>>) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = &*source.text;
    let first = marked.iter().map(|it| it.span.start).min().unwrap_or(0);
    let last = marked.iter().map(|it| it.span.end).max().unwrap_or(0);
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at + 1);
    let line = text[..start].bytes().filter(|byte| *byte == b'\n').count() + 1;
    let mut snippet = Snippet::source(&text[start..end]).path(source.name.as_str()).line_start(line);
    for Marked { span, label, kind } in marked {
        let mut annotation = kind.span(span.start - start..span.end - start);
        if !label.is_empty() {
            annotation = annotation.label(label);
        }
        snippet = snippet.annotation(annotation);
    }
    snippet
}

/// The bytes to underline: the word, quoted string or `key` that begins at the place.
fn span(source: &Source, place: Place) -> Range<usize> {
    let text = &*source.text;
    let line_start = match place.line.saturating_sub(1) {
        0 => 0,
        line => text.match_indices('\n').nth(line as usize - 1).map_or(text.len(), |(at, _)| at + 1),
    };
    let line = text[line_start..].split('\n').next().unwrap_or_default().trim_end_matches('\r');
    let column = place.column.saturating_sub(1) as usize;
    let start = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    let start = line_start + start;
    start..start + word_length(&text[start..line_start + line.len()])
}

fn word_length(rest: &str) -> usize {
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
