//! Errors of rendering that a job expects: they become documents of the template that failed.

use std::sync::LazyLock;

use mkmanifests_chart::OutputFile;
use mkmanifests_gotmpl::Value;
use regex::Regex;

use super::choice;
use crate::{go_yaml, path};

/// The path of a template with its line and column, and the reason behind the last colon of the first line.
static PARTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?msU)^(?:.+: |.+ \()(?:(.+):[0-9]+:[0-9]+).+(?:.+>)*: (.+)$").ok());

/// Returns the files that stand for an error of rendering: the reason, below the path of the template that failed. An
/// error in a partial is one of all selected templates. `None` if no template is found in the text.
pub(super) fn files(text: &str, selected: &[String], route: &str) -> Option<Vec<OutputFile>> {
    let (template, reason) = parts(text)?;
    let content = go_yaml::write_trimmed(&Value::map([("raw", Value::from(reason))]));
    let file = |path| OutputFile { path, text: content.clone() };
    if !path::base(template).starts_with('_') {
        return Some(vec![file(template.to_owned())]);
    }
    Some(selected.iter().map(|name| file(path::join(&[route, &choice::file_name(name)]))).collect())
}

/// Returns the reason of an error of rendering, without the template.
pub(super) fn reason(text: &str) -> Option<&str> {
    parts(text).map(|(_, reason)| reason)
}

/// Returns the template and the reason: all lines but the first, if there are several.
fn parts(text: &str) -> Option<(&str, &str)> {
    let found = PARTS.as_ref()?.captures(text)?;
    let template = found.get(1)?.as_str();
    let reason = match text.split_once('\n') {
        Some((_, rest)) => rest,
        None => found.get(2)?.as_str(),
    };
    // helm-unittest takes an error without either for one that it cannot read.
    (!template.is_empty() || !reason.is_empty()).then_some((template, reason))
}

/// Returns what is wrong with the name of a release, without the name.
pub(super) fn of_name(message: &str) -> String {
    const REASON: &str = "invalid release name, ";
    message.find(REASON).map_or(message, |at| &message[at..]).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_and_the_reason_are_found() {
        let fail = "execution error at (web/templates/a.yaml:3:4): name is required";
        assert_eq!(parts(fail), Some(("web/templates/a.yaml", "name is required")));
        let nil = "template: web/templates/a.yaml:1:10: executing \"web/templates/a.yaml\" at <.Values.a.b>: nil pointer \
                   evaluating interface {}.b";
        // As in helm-unittest, a column of two digits keeps what follows the first colon after it.
        let reason = "executing \"web/templates/a.yaml\" at <.Values.a.b>: nil pointer evaluating interface {}.b";
        assert_eq!(parts(nil), Some(("web/templates/a.yaml", reason)));
        let reason = "nil pointer evaluating interface {}.b";
        assert_eq!(parts(&nil.replace("1:10", "1:9")), Some(("web/templates/a.yaml", reason)));
        let lines = "execution error at (web/templates/a.yaml:3:4): \nfirst: a\nsecond";
        assert_eq!(parts(lines), Some(("web/templates/a.yaml", "first: a\nsecond")));
        assert_eq!(parts("parse error at (web/templates/a.yaml:3): unexpected EOF"), None);
    }
}
