//! Compares the output that a document shows with what a command prints, and renews it.
//!
//! A line `...` stands for any lines, also none.

use std::ops::Range;

const ELLIPSIS: &str = "...";

/// Whether `actual` is what is shown.
pub fn matches(shown: &[String], actual: &[&str]) -> bool {
    match shown.split_first() {
        None => actual.is_empty(),
        Some((first, rest)) if first == ELLIPSIS => (0..=actual.len()).any(|from| matches(rest, &actual[from..])),
        Some((first, rest)) => actual.split_first().is_some_and(|(line, more)| first == line && matches(rest, more)),
    }
}

/// Returns the shown lines as the command prints them now, with the same lines left out.
///
/// Returns nothing where too much changed to tell which lines to show: edit the document then.
pub fn renewed(shown: &[String], actual: &[&str]) -> Option<Vec<String>> {
    let segments: Vec<&[String]> = shown.split(|line| line == ELLIPSIS).collect();
    let last = segments.len() - 1;
    let (mut lines, mut from) = (Vec::new(), 0);
    for (number, segment) in segments.iter().enumerate() {
        let length = segment.len();
        let range = match number {
            0 if last == 0 => 0..actual.len(),
            0 => 0..length,
            _ if number == last => actual.len().checked_sub(length)?..actual.len(),
            _ => most_similar(segment, actual, from)?,
        };
        if range.start < from {
            return None;
        }
        from = range.end;
        lines.extend(actual.get(range)?.iter().map(|line| (*line).to_owned()));
        if number < last {
            lines.push(ELLIPSIS.to_owned());
        }
    }
    matches(&lines, actual).then_some(lines)
}

/// Finds where the lines of a segment are most like the actual ones, at or after `from`.
fn most_similar(segment: &[String], actual: &[&str], from: usize) -> Option<Range<usize>> {
    let length = segment.len();
    let mut best = (0.0, None);
    for start in from..=actual.len().checked_sub(length)? {
        let pairs = segment.iter().zip(&actual[start..]);
        let score: f32 = pairs.map(|(shown, line)| similarity(shown, line)).sum();
        if score > best.0 {
            best = (score, Some(start..start + length));
        }
    }
    best.1.filter(|_| best.0 > length as f32 * 0.6)
}

/// How alike two lines are, from 0 to 1.
fn similarity(shown: &str, line: &str) -> f32 {
    if shown == line { 1.0 } else { similar::TextDiff::from_chars(shown, line).ratio() * 0.9 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn an_ellipsis_stands_for_any_lines() {
        assert!(matches(&lines("a\n...\nd"), &["a", "b", "c", "d"]));
        assert!(matches(&lines("...\na\n..."), &["a"]));
        assert!(!matches(&lines("a\n...\nd"), &["a", "b"]));
        assert!(!matches(&lines("a"), &["a", "b"]));
    }

    #[test]
    fn changed_lines_are_renewed_and_the_rest_stays_left_out() {
        let actual = ["note: the namespace", "kind: Pod", "spec:", "  replicas: 3", "status: {}"];
        let shown = lines("note: a namespace\n...\n  replicas: 2\n...");
        assert_eq!(renewed(&shown, &actual), Some(lines("note: the namespace\n...\n  replicas: 3\n...")));
        assert_eq!(renewed(&lines("old\ntext"), &actual), Some(lines(&actual.join("\n"))));
        assert_eq!(renewed(&lines("...\nnothing of this kind\n..."), &actual), None);
    }
}
