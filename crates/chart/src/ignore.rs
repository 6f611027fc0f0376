//! `.helmignore`: which files of a folder are no part of the chart.
//!
//! The rules are Helm's, not Git's: the first line that matches decides, and a line with `!` leaves out all that it
//! does *not* match.

use super::ChartCode;
use mkmanifests_go::glob::Glob;
use mkmanifests_yaml::diagnostic::Diagnostic;

/// The lines of a `.helmignore`.
#[derive(Debug, Default)]
pub(super) struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    /// Without `!`, a slash in front and one at the end; none if that leaves nothing that is right.
    pattern: Option<Glob>,
    negated: bool,
    folders_only: bool,
    /// Matched with the whole path, not with its last step.
    whole_path: bool,
}

impl Rules {
    /// The rules of a text, and Helm's own one: what begins with a dot in `templates/` is left out.
    pub(super) fn parse(text: &str) -> Result<Rules, Diagnostic> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut rules = Rules::default();
        for line in text.split('\n').chain(["templates/.?*"]) {
            rules.0.extend(Rule::parse(line.trim())?);
        }
        Ok(rules)
    }

    /// Whether a file or folder is left out; `path` is relative to the chart, with `/`.
    pub(super) fn ignores(&self, path: &str, is_folder: bool) -> bool {
        for rule in &self.0 {
            let applies = !rule.folders_only || is_folder;
            let matches = applies && rule.matches(path);
            if matches != rule.negated {
                return true;
            }
        }
        false
    }
}

impl Rule {
    fn parse(line: &str) -> Result<Option<Rule>, Diagnostic> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        if line.contains("**") {
            return Err(
                Diagnostic::error(ChartCode::InvalidIgnore, "double-star (**) syntax is not supported").label(line)
            );
        }
        let (negated, pattern) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (folders_only, pattern) = pattern.strip_suffix('/').map_or((false, pattern), |rest| (true, rest));
        let (rooted, pattern) = pattern.strip_prefix('/').map_or((false, pattern), |rest| (true, rest));
        let rule =
            Rule { pattern: Glob::path(pattern), negated, folders_only, whole_path: rooted || pattern.contains('/') };
        if Glob::path(line).is_none() {
            return Err(Diagnostic::error(ChartCode::InvalidIgnore, "syntax error in pattern").label(line));
        }
        Ok(Some(rule))
    }

    fn matches(&self, path: &str) -> bool {
        let name = if self.whole_path { path } else { path.rsplit('/').next().unwrap_or(path) };
        self.pattern.as_ref().is_some_and(|pattern| pattern.matches(name))
    }
}
