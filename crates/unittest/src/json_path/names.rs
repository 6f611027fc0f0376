//! Names of children: escapes, and lists of names in brackets.

use super::Step;

/// Returns the step to a child, or to all of them for `*`.
pub(super) fn child(name: &str) -> Step {
    if name == "*" { Step::AllChildren } else { Step::Child(unescape(name)) }
}

/// Removes the backslashes of escapes.
pub(super) fn unescape(name: &str) -> String {
    let (mut text, mut escaped) = (String::with_capacity(name.len()), false);
    for c in name.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            text.push(c);
            escaped = false;
        }
    }
    text
}

/// Returns the names in `['a', "b"]`.
pub(super) fn in_brackets(text: &str) -> Vec<String> {
    let text = text.trim();
    let text = text.strip_prefix('[').unwrap_or(text);
    let text = text.strip_suffix(']').unwrap_or(text).trim();
    let mut names: Vec<String> = Vec::new();
    // A name with a comma in its quotes, of which the end is not read yet.
    let mut open: Option<String> = None;
    for part in text.split(',') {
        let complete = is_balanced(part, '\'') && is_balanced(part, '"');
        open = match open.filter(|open| !open.is_empty()) {
            Some(open) if complete => Some(open + "," + part),
            Some(open) => {
                names.push(open + "," + part);
                None
            }
            None if complete => {
                names.push(part.to_owned());
                None
            }
            None => Some(part.to_owned()),
        };
    }
    names.extend(open.filter(|open| !open.is_empty()));
    names.iter().map(|name| unescape(unquoted(name.trim()))).collect()
}

fn unquoted(name: &str) -> &str {
    match name.strip_prefix('\'') {
        Some(rest) => rest.strip_suffix('\'').unwrap_or(rest),
        None => {
            let rest = name.strip_prefix('"').unwrap_or(name);
            rest.strip_suffix('"').unwrap_or(rest)
        }
    }
}

/// Returns whether the number of quotes without a backslash before them is even.
fn is_balanced(text: &str, quote: char) -> bool {
    let (mut balanced, mut before) = (true, None);
    for c in text.chars() {
        if c == quote && before != Some('\\') {
            balanced = !balanced;
        }
        before = Some(c);
    }
    balanced
}
