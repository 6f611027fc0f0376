//! Prints why tests fail, like other diagnostics: with excerpts of the suite, of what was rendered, and of the template.

use mkmanifests_yaml::diagnostic::{self, Diagnostic, Location, did_you_mean, listed};
use similar::{ChangeTag, TextDiff};

use super::expectation::{Expectation, count};
use crate::explain::{AssertionExplanation, Explanation, Hint};
use crate::json_path::near::{Miss, Missing};
use crate::suite::SuiteCode;

/// The lines around a change.
const CONTEXT: usize = 2;
/// The most lines of a diff.
const MOST_LINES: usize = 60;

/// Returns the text of an explanation, without a line break at its end.
pub fn text(explanation: &Explanation, color: bool) -> String {
    match explanation {
        Explanation::Assertion(assertion) => of_assertion(assertion, color),
        Explanation::More { name, count: number } => {
            format!("`{name}` has {}", count(*number, "more failure"))
        }
        Explanation::Diagnostics(failure) => failure.render(color),
    }
}

fn of_assertion(explanation: &AssertionExplanation, color: bool) -> String {
    let Expectation { title, diff } = Expectation::of(explanation);
    let mut diagnostic = Diagnostic::error(SuiteCode::Failed, title).at(explanation.location);
    let mut add = |location: Location, label: String| {
        if location.is_known() && !diagnostic.related.iter().any(|(known, _)| *known == location) {
            diagnostic.related.push((location, label));
        }
    };
    let miss = explanation.hints.iter().find_map(Hint::miss);
    add(explanation.rendered, miss.map(missing_label).unwrap_or_default());
    add(explanation.rendered_by, "rendered by this line".to_owned());
    for value in &explanation.values {
        let origin = if value.is_default { "the default of" } else { "sets" };
        add(value.set_at, format!("{origin} `{}`", value.path));
    }
    let unset = explanation.values.iter().filter(|value| !value.set_at.is_known());
    diagnostic.help.extend(unset.map(|value| match value.shown.as_str() {
        "null" => format!("`{}` is not set", value.path),
        shown => format!("`{}` is {shown}", value.path),
    }));
    diagnostic.help.extend(explanation.hints.iter().filter_map(help));
    if explanation.failure.as_ref().is_some_and(|failure| is_changed_snapshot(&failure.kind)) {
        diagnostic.help.push("if the change is intended, replace the snapshot with `-u`".to_owned());
    }
    let report = diagnostic::render(&[diagnostic], &explanation.sources, color);
    let Some((expected, actual)) = diff else { return report };
    let diff = diff_text(&expected, &actual, color);
    match report.split_once('\n') {
        Some((title, rest)) => format!("{title}\n{diff}{rest}"),
        None => format!("{report}\n{diff}").trim_end().to_owned(),
    }
}

fn is_changed_snapshot(kind: &crate::assertion::FailureKind) -> bool {
    matches!(kind, crate::assertion::FailureKind::Snapshot { .. })
}

fn missing_label(miss: &Miss) -> String {
    match &miss.missing {
        Missing::Key { name, .. } => format!("has no key `{name}`"),
        Missing::Item { length } => format!("has {}", count(*length, "item")),
        Missing::Match => "has no match".to_owned(),
    }
}

fn help(hint: &Hint) -> Option<String> {
    Some(match hint {
        Hint::Miss(Miss { near: Some(near), .. }) => did_you_mean(near),
        Hint::Miss(Miss { missing: Missing::Key { keys, .. }, reached, .. }) if !keys.is_empty() => {
            let of = if reached.is_empty() { "the document".to_owned() } else { format!("`{reached}`") };
            format!("keys of {of}: {}", listed(keys.iter().map(String::as_str)))
        }
        Hint::Miss(_) | Hint::NearestItem { .. } | Hint::Object { .. } => return None,
        Hint::Items(items) if items.is_empty() => "the list is empty".to_owned(),
        Hint::Items(items) => format!("its items are {}", listed(items.iter().map(String::as_str))),
        Hint::DocumentCount { template, count: 0 } => format!("`{template}` renders no documents"),
        Hint::DocumentCount { template, count: 1 } => format!("`{template}` renders 1 document, with the index 0"),
        Hint::DocumentCount { template, count } => {
            format!("`{template}` renders {count} documents, with the indices 0 to {}", count.saturating_sub(1))
        }
        Hint::Selectable { path, values } if values.is_empty() => format!("no document has a value at `{path}`"),
        Hint::Selectable { path, values } => {
            format!("`{path}` of the documents: {}", listed(values.iter().map(String::as_str)))
        }
        Hint::NearestTemplate(near) => did_you_mean(near),
        Hint::NotSelected(template) => format!("add `{template}` to `templates` of the suite"),
        Hint::Empty(template) => format!("`{template}` rendered nothing with these values"),
    })
}

/// Returns the lines that differ, with those around them.
fn diff_text(expected: &str, actual: &str, color: bool) -> String {
    let paint = |code: &str, line: &str| match color {
        true => format!("\x1b[{code}m{line}\x1b[0m\n"),
        false => format!("{line}\n"),
    };
    let mut out = paint("31", "  - expected") + &paint("32", "  + actual");
    let (expected, actual) = (with_line_feed(expected), with_line_feed(actual));
    let diff = TextDiff::from_lines(&expected, &actual);
    let mut lines = 0;
    for (group, operations) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if group > 0 {
            out.push_str("    ...\n");
        }
        for change in operations.iter().flat_map(|operation| diff.iter_changes(operation)) {
            lines += 1;
            if lines > MOST_LINES {
                return out + "    ...\n";
            }
            let line = change.value().trim_end_matches('\n');
            out.push_str(&match change.tag() {
                ChangeTag::Equal => format!("{}\n", format!("      {line}").trim_end()),
                ChangeTag::Delete => paint("31", format!("  -   {line}").trim_end()),
                ChangeTag::Insert => paint("32", format!("  +   {line}").trim_end()),
            });
        }
    }
    out
}

fn with_line_feed(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}
