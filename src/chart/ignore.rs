//! `.helmignore`: which files of a folder are no part of the chart.
//!
//! The rules are Helm's, not Git's: the first line that matches decides, and a line with `!` leaves out all that it
//! does *not* match.

use super::ChartCode;
use crate::diagnostic::Diagnostic;

/// The lines of a `.helmignore`.
#[derive(Debug, Default)]
pub(super) struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    /// Without `!`, a slash in front and one at the end.
    pattern: Vec<char>,
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
        let rule = Rule {
            pattern: pattern.chars().collect(),
            negated,
            folders_only,
            whole_path: rooted || pattern.contains('/'),
        };
        if glob(&line.chars().collect::<Vec<_>>(), &['a', 'b', 'c']).is_none() {
            return Err(Diagnostic::error(ChartCode::InvalidIgnore, "syntax error in pattern").label(line));
        }
        Ok(Some(rule))
    }

    fn matches(&self, path: &str) -> bool {
        let name = if self.whole_path { path } else { path.rsplit('/').next().unwrap_or(path) };
        glob(&self.pattern, &name.chars().collect::<Vec<_>>()).unwrap_or(false)
    }
}

/// Go's `filepath.Match`; `None` if the pattern is malformed, which shows only as far as it is read.
///
/// Neither `*` nor `?` matches `/`. Linear in the text for each star, as stars need no more than the
/// last one to be tried again.
fn glob(pattern: &[char], text: &[char]) -> Option<bool> {
    let (mut at, mut pos) = (0, 0);
    // Where to go on if what follows the last star does not match: behind that star, one character further.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        if pattern.get(at) == Some(&'*') {
            at += 1;
            retry = Some((at, pos));
            continue;
        }
        let step = match (pattern.get(at), text.get(pos)) {
            (None, None) => return Some(true),
            (None, Some(_)) => None,
            (Some(_), None) => return rest_is_valid(&pattern[at..]).then_some(false),
            (Some(_), Some(char)) => {
                let (matched, length) = one(&pattern[at..], *char)?;
                matched.then_some(length)
            }
        };
        match (step, retry) {
            (Some(length), _) => {
                at += length;
                pos += 1;
            }
            (None, Some((star, from))) if text.get(from).is_some_and(|char| *char != '/') => {
                retry = Some((star, from + 1));
                (at, pos) = (star, from + 1);
            }
            (None, _) => return rest_is_valid(&pattern[at..]).then_some(false),
        }
    }
}

/// Whether the first step of a pattern (a character, `?`, a class, an escape) matches, and how long the step is.
fn one(pattern: &[char], char: char) -> Option<(bool, usize)> {
    match pattern.first()? {
        '?' => Some((char != '/', 1)),
        '\\' => Some((*pattern.get(1)? == char, 2)),
        '[' => class(pattern, char),
        literal => Some((*literal == char, 1)),
    }
}

/// `[a-z]`, `[^a]`.
fn class(pattern: &[char], char: char) -> Option<(bool, usize)> {
    let negated = pattern.get(1) == Some(&'^');
    let mut at = if negated { 2 } else { 1 };
    let mut matched = false;
    let mut ranges = 0;
    loop {
        if pattern.get(at) == Some(&']') && ranges > 0 {
            return Some((matched != negated, at + 1));
        }
        let low = class_char(pattern, &mut at)?;
        let high = if pattern.get(at) == Some(&'-') {
            at += 1;
            class_char(pattern, &mut at)?
        } else {
            low
        };
        matched |= (low..=high).contains(&char);
        ranges += 1;
    }
}

fn class_char(pattern: &[char], at: &mut usize) -> Option<char> {
    let mut char = *pattern.get(*at)?;
    if char == '-' || char == ']' {
        return None;
    }
    if char == '\\' {
        *at += 1;
        char = *pattern.get(*at)?;
    }
    *at += 1;
    // A class has to be closed.
    pattern.get(*at).map(|_| char)
}

fn rest_is_valid(mut pattern: &[char]) -> bool {
    while !pattern.is_empty() {
        let length = if pattern[0] == '*' { Some(1) } else { one(pattern, 'a').map(|(_, length)| length) };
        match length {
            Some(length) => pattern = &pattern[length..],
            None => return false,
        }
    }
    true
}
