//! Problems as text: message, source line with a caret, help.

use annotate_snippets::{Group, Level, Renderer, renderer::DecorStyle};

use super::excerpt::excerpts;
use super::lines::Lines;
use super::{Problem, Severity, Sources};

/// Wide enough for any real values line; fixed, so that reports do not depend on the terminal.
const WIDTH: usize = 160;

pub(super) fn render(problems: &[Problem], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let mut lines = Lines::default();
    let mut out = String::new();
    for problem in problems {
        out.push_str(&renderer.render(&[group(problem, sources, &mut lines)]));
        out.push_str("\n\n");
    }
    out.truncate(out.trim_end().len());
    out
}

fn group<'a>(problem: &'a Problem, sources: &'a Sources, lines: &mut Lines) -> Group<'a> {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(problem.message.as_str()));
    group = group.elements(excerpts(problem, sources, lines));
    for help in &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}
