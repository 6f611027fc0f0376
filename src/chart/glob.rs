//! The two pattern languages that Helm has: that of `.Files.Glob`, and that of `--show-only`.

use regex::Regex;

/// A pattern of `.Files.Glob`: `*` is anything but `/`, `**` anything, `?` one character but `/`, and there are
/// `[a-z]`, `[!a-z]`, `{one,other}` and `\` escapes.
///
/// One that is malformed matches everything, as in Helm.
pub(super) struct Glob(Pattern);

enum Pattern {
    /// Of nothing but stars, question marks and plain characters, as most are: an expression takes long to make.
    Plain(Vec<Step>),
    Regex(Option<Regex>),
}

#[derive(Clone, Copy)]
enum Step {
    /// `**`
    All,
    /// `*`
    Name,
    /// `?`
    One,
    Char(char),
}

impl Glob {
    /// Reads a pattern.
    pub fn new(pattern: &str) -> Glob {
        Glob(match plain(pattern) {
            Some(steps) => Pattern::Plain(steps),
            None => Pattern::Regex(Regex::new(&files_regex(pattern).unwrap_or_default()).ok()),
        })
    }

    /// Whether a path matches.
    pub fn matches(&self, path: &str) -> bool {
        match &self.0 {
            Pattern::Plain(steps) => walk(steps, path),
            Pattern::Regex(regex) => regex.as_ref().is_none_or(|regex| regex.is_match(path)),
        }
    }
}

fn plain(pattern: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = pattern.chars().peekable();
    while let Some(found) = rest.next() {
        steps.push(match found {
            '[' | '{' | '}' | '\\' => return None,
            '*' if rest.next_if_eq(&'*').is_some() => {
                while rest.next_if_eq(&'*').is_some() {}
                Step::All
            }
            '*' => Step::Name,
            '?' => Step::One,
            other => Step::Char(other),
        });
    }
    Some(steps)
}

/// Goes through a path with all steps at once that it may be at.
fn walk(steps: &[Step], path: &str) -> bool {
    let mut at = vec![false; steps.len() + 1];
    at[0] = true;
    let skip = |at: &mut [bool]| {
        for (index, step) in steps.iter().enumerate() {
            at[index + 1] |= at[index] && matches!(step, Step::All | Step::Name);
        }
    };
    skip(&mut at);
    for found in path.chars() {
        let mut next = vec![false; steps.len() + 1];
        for (index, step) in steps.iter().enumerate().filter(|(index, _)| at[*index]) {
            match step {
                Step::All => next[index] = true,
                Step::Name => next[index] |= found != '/',
                Step::One => next[index + 1] |= found != '/',
                Step::Char(wanted) => next[index + 1] |= found == *wanted,
            }
        }
        skip(&mut next);
        at = next;
    }
    at.last().is_some_and(|last| *last)
}

/// Whether a path matches a pattern of Go's `filepath.Match`, which `--show-only` takes: `*` and `?` never match
/// `/`, and there are `[a-z]`, `[^a-z]` and `\` escapes. A malformed pattern matches nothing.
pub(super) fn show_only(pattern: &str, path: &str) -> bool {
    let regex = path_regex(pattern).and_then(|regex| Regex::new(&regex).ok());
    regex.is_some_and(|regex| regex.is_match(path))
}

/// The characters of a pattern that are not read yet.
type Rest<'p> = std::iter::Peekable<std::str::Chars<'p>>;

/// The expression of a pattern; `None` if Helm's library refuses it. What that library takes: a `{` and a `\` at the
/// end without what belongs to them, a `}` and a `,` outside of braces.
fn files_regex(pattern: &str) -> Option<String> {
    let mut regex = String::from("(?s)^");
    let mut rest = pattern.chars().peekable();
    let mut open = 0_usize;
    while let Some(found) = rest.next() {
        match found {
            '*' if rest.next_if_eq(&'*').is_some() => {
                while rest.next_if_eq(&'*').is_some() {}
                regex.push_str(".*");
            }
            '{' => {
                open += 1;
                regex.push_str("(?:");
            }
            ',' if open > 0 => regex.push('|'),
            '}' if open > 0 => {
                open -= 1;
                regex.push(')');
            }
            '[' => files_class(&mut regex, &mut rest)?,
            '\\' if rest.peek().is_none() => {}
            other => common(&mut regex, &mut rest, other)?,
        }
    }
    regex.push_str(&")".repeat(open));
    regex.push('$');
    Some(regex)
}

/// `[a-z]` or `[xyz]`, negated by `!`: one range or some characters, never both.
fn files_class(regex: &mut String, rest: &mut Rest<'_>) -> Option<()> {
    regex.push('[');
    if rest.next_if_eq(&'!').is_some() {
        regex.push('^');
    }
    let first = rest.next()?;
    if rest.next_if_eq(&'-').is_some() {
        let last = rest.next().filter(|last| *last >= first)?;
        literal_in_class(regex, first);
        regex.push('-');
        literal_in_class(regex, last);
        rest.next_if_eq(&']')?;
    } else {
        characters(regex, rest, first)?;
    }
    regex.push(']');
    Some(())
}

/// The characters up to `]`, of which there is at least one; a `\` takes away what the next one means.
fn characters(regex: &mut String, rest: &mut Rest<'_>, first: char) -> Option<()> {
    let mut next = first;
    let mut any = false;
    while next != ']' {
        literal_in_class(regex, if next == '\\' { rest.next()? } else { next });
        any = true;
        next = rest.next()?;
    }
    any.then_some(())
}

fn path_regex(pattern: &str) -> Option<String> {
    let mut regex = String::from("(?s)^");
    let mut rest = pattern.chars().peekable();
    while let Some(found) = rest.next() {
        match found {
            '[' => path_class(&mut regex, &mut rest)?,
            other => common(&mut regex, &mut rest, other)?,
        }
    }
    regex.push('$');
    Some(regex)
}

/// What both languages have: `*`, `?`, escapes and plain characters.
fn common(regex: &mut String, rest: &mut Rest<'_>, found: char) -> Option<()> {
    match found {
        '*' => regex.push_str("[^/]*"),
        '?' => regex.push_str("[^/]"),
        '\\' => literal(regex, rest.next()?),
        other => literal(regex, other),
    }
    Some(())
}

fn literal(regex: &mut String, found: char) {
    regex.push_str(&regex::escape(found.encode_utf8(&mut [0; 4])));
}

/// `[a-zxy]`, negated by `^`.
fn path_class(regex: &mut String, rest: &mut Rest<'_>) -> Option<()> {
    regex.push('[');
    if rest.next_if_eq(&'^').is_some() {
        regex.push('^');
    }
    let mut empty = true;
    loop {
        match rest.next()? {
            ']' if empty => return None,
            ']' => break,
            '-' => regex.push('-'),
            '\\' => literal_in_class(regex, rest.next()?),
            other => literal_in_class(regex, other),
        }
        empty = false;
    }
    regex.push(']');
    Some(())
}

fn literal_in_class(regex: &mut String, found: char) {
    if !found.is_alphanumeric() {
        regex.push('\\');
    }
    if found.is_ascii() || found.is_alphanumeric() {
        regex.push(found);
    } else {
        regex.push_str(&format!("x{{{:x}}}", u32::from(found)));
    }
}

#[cfg(test)]
mod tests {
    use super::{Glob, show_only};

    #[test]
    fn files_are_found_by_globs() {
        let found = |pattern: &str, path: &str| Glob::new(pattern).matches(path);
        assert!(found("files/*", "files/a.txt"));
        assert!(!found("files/*", "files/b/a.txt"));
        assert!(found("files/**", "files/b/a.txt"));
        assert!(found("**.txt", "files/b/a.txt"));
        assert!(found("files/{a,b}.[tx][!y]t", "files/b.txt"));
        assert!(found("[malformed", "anything"));
        assert!(!found("a.c", "abc"));
        assert!(found("**/c*d?", "a/b/ccdd") && !found("**/c*d?", "a/b/c/dd"));
        // What a person would take for malformed, and Helm's library does not.
        assert!(found("{a", "a") && !found("{a", "b") && found("{a,b", "b") && found("a\\", "a") && found("a}", "a}"));
        assert!(
            found("[\\]x]", "]") && found("[ab-c]", "-") && found("[a-bc]", "anything") && found("[]a]", "anything")
        );
        assert!(found("a***", "a/b") && found("*", "") && !found("?", "") && !found("?", "/") && found("?,", "é,"));
    }

    /// What needs no expression matches as an expression does.
    #[test]
    fn plain_patterns_are_those_of_expressions() {
        let texts = |letters: &[char], most: usize| {
            let mut all = vec![String::new()];
            for from in 0..most {
                let longer: Vec<String> = all.iter().filter(|text| text.chars().count() == from).cloned().collect();
                all.extend(longer.iter().flat_map(|text| letters.iter().map(move |letter| format!("{text}{letter}"))));
            }
            all
        };
        let paths = texts(&['a', '/', '\n'], 4);
        for pattern in texts(&['*', '?', 'a', '/', ','], 4) {
            let regex = regex::Regex::new(&super::files_regex(&pattern).unwrap()).unwrap();
            let steps = super::plain(&pattern).unwrap();
            for path in &paths {
                assert_eq!(super::walk(&steps, path), regex.is_match(path), "{pattern:?} {path:?}");
            }
        }
    }

    #[test]
    fn templates_are_found_by_patterns_of_paths() {
        assert!(show_only("templates/*.yaml", "templates/a.yaml"));
        assert!(!show_only("templates/*", "templates/b/a.yaml"));
        assert!(show_only("templates/[^b].yaml", "templates/a.yaml"));
        assert!(!show_only("templates/{a,b}.yaml", "templates/a.yaml"));
        assert!(!show_only("templates/[", "templates/["));
    }
}
