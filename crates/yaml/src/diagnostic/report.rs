//! Renders diagnostics as text: message, source line with a caret, help.

use annotate_snippets::{Group, Level, Renderer, renderer::DecorStyle};

use super::excerpt::excerpts;
use super::lines::Lines;
use super::{Diagnostic, Severity, Sources};

/// The width of reports in columns; fixed, so that they do not depend on the terminal.
const WIDTH: usize = 160;

pub(super) fn render(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let mut lines = Lines::default();
    let mut out = String::new();
    for diagnostic in diagnostics {
        let message = diagnostic.message();
        let (title, rest) = message.split_once('\n').unwrap_or((&message, ""));
        let title = level(diagnostic).primary_title(title);
        let groups = if rest.is_empty() {
            vec![elements(Group::with_title(title), diagnostic, sources, &mut lines)]
        } else {
            // The report of another program keeps its line breaks.
            out.push_str(&renderer.render(&[Group::with_title(title)]));
            out.push_str(&format!("\n{rest}\n"));
            let is_all = !diagnostic.location.is_known() && diagnostic.help.is_empty();
            let mut group = || elements(Group::with_level(level(diagnostic)), diagnostic, sources, &mut lines);
            if is_all { Vec::new() } else { vec![group()] }
        };
        out.push_str(&renderer.render(&groups));
        out.push_str("\n\n");
    }
    out.truncate(out.trim_end().len());
    out
}

fn level(diagnostic: &Diagnostic) -> Level<'static> {
    match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    }
}

/// Adds the locations and the help of a diagnostic.
fn elements<'a>(group: Group<'a>, diagnostic: &'a Diagnostic, sources: &'a Sources, lines: &mut Lines) -> Group<'a> {
    let mut group = group.elements(excerpts(diagnostic, sources, lines));
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}
