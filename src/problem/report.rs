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
        let (title, rest) = problem.message.split_once('\n').unwrap_or((&problem.message, ""));
        let title = level(problem).primary_title(title);
        let groups = if rest.is_empty() {
            vec![elements(Group::with_title(title), problem, sources, &mut lines)]
        } else {
            // Another program's report keeps its own lines.
            out.push_str(&renderer.render(&[Group::with_title(title)]));
            out.push_str(&format!("\n{rest}\n"));
            let is_all = !problem.place.is_known() && problem.help.is_empty();
            let mut group = || elements(Group::with_level(level(problem)), problem, sources, &mut lines);
            if is_all { Vec::new() } else { vec![group()] }
        };
        out.push_str(&renderer.render(&groups));
        out.push_str("\n\n");
    }
    out.truncate(out.trim_end().len());
    out
}

fn level(problem: &Problem) -> Level<'static> {
    match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    }
}

/// Adds the places and the help of a problem.
fn elements<'a>(group: Group<'a>, problem: &'a Problem, sources: &'a Sources, lines: &mut Lines) -> Group<'a> {
    let mut group = group.elements(excerpts(problem, sources, lines));
    for help in &problem.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    group
}
