//! `.helmignore`: the files of a folder that do not belong to the chart.
//!
//! The semantics are Helm's, not Git's: the first pattern that matches excludes the file, and a pattern with `!`
//! excludes every file that it does *not* match.

use super::ChartCode;
use mkmanifests_go::glob::Glob;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, SourceId};

/// The patterns of a `.helmignore`.
#[derive(Debug, Default)]
pub(super) struct Rules(Vec<Rule>);

/// One pattern of a `.helmignore`.
#[derive(Debug)]
pub(super) struct Rule {
    /// The pattern without its `!`, leading slash and trailing slash; `None` if what remains is not a valid pattern.
    pattern: Option<Glob>,
    /// Whether the pattern begins with `!`, so that it excludes every file that it does not match.
    pub(super) negated: bool,
    folders_only: bool,
    /// Whether the pattern is matched against the whole path instead of the file name.
    whole_path: bool,
    /// Where the pattern was written; unknown for the built-in one.
    pub(super) location: Location,
}

impl Rules {
    /// Parses the text of `source`, and adds Helm's built-in pattern, which excludes hidden files in `templates/`.
    ///
    /// # Errors
    /// Every line that is not a valid pattern.
    pub(super) fn parse(text: &str, source: SourceId) -> Result<Rules, Vec<Diagnostic>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (mut rules, mut diagnostics) = (Rules::default(), Vec::new());
        for (line, number) in text.split('\n').zip(1..) {
            let indent = line.chars().take_while(|char| char.is_whitespace()).count();
            let column = u32::try_from(indent).unwrap_or_default().saturating_add(1);
            match Rule::parse(line.trim(), Location::new(source, number, column)) {
                Ok(rule) => rules.0.extend(rule),
                Err(diagnostic) => diagnostics.push(*diagnostic),
            }
        }
        rules.0.extend(Rule::parse("templates/.?*", Location::UNKNOWN).ok().flatten());
        if diagnostics.is_empty() { Ok(rules) } else { Err(diagnostics) }
    }

    /// Returns the rule that excludes a file or folder, if any; `path` is relative to the chart and uses `/`.
    pub(super) fn excluding(&self, path: &str, is_folder: bool) -> Option<&Rule> {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.0.iter().find(|rule| {
            let applies = !rule.folders_only || is_folder;
            (applies && rule.matches(if rule.whole_path { path } else { name })) != rule.negated
        })
    }
}

impl Rule {
    /// Parses one line without the white space around it; `None` for blank lines and comments.
    fn parse(line: &str, location: Location) -> Result<Option<Rule>, Box<Diagnostic>> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        let invalid = |reason: &str| Diagnostic::error(ChartCode::InvalidIgnore, reason).at(location);
        if line.contains("**") {
            let diagnostic = invalid("double-star (**) syntax is not supported").label("unsupported pattern");
            return Err(Box::new(diagnostic.help(
                "a pattern without `/` matches a name in every folder; a pattern with `/` needs one `*` per folder",
            )));
        }
        let (negated, pattern) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (folders_only, pattern) = pattern.strip_suffix('/').map_or((false, pattern), |rest| (true, rest));
        let (rooted, pattern) = pattern.strip_prefix('/').map_or((false, pattern), |rest| (true, rest));
        if Glob::path(line).is_none() {
            let diagnostic = invalid("syntax error in pattern").label("not a valid pattern");
            return Err(Box::new(diagnostic.help("close the `[`, or escape it as `\\[`")));
        }
        let whole_path = rooted || pattern.contains('/');
        Ok(Some(Rule { pattern: Glob::path(pattern), negated, folders_only, whole_path, location }))
    }

    fn matches(&self, name: &str) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| pattern.matches(name))
    }
}
