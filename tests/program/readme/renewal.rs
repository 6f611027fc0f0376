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

/// By how many lines a part of the output may grow.
const GROWTH: usize = 12;

/// What a line costs, so that no more are shown than needed.
const SURPLUS: f32 = 0.02;

/// Returns the shown lines as the command prints them now, with the same lines left out.
///
/// Returns nothing where too much changed to tell which lines to show: edit the document then.
pub fn renewed(shown: &[String], actual: &[&str]) -> Option<Vec<String>> {
    let segments: Vec<&[String]> = shown.split(|line| line == ELLIPSIS).collect();
    let last = segments.len() - 1;
    let (mut lines, mut from) = (Vec::new(), 0);
    for (number, segment) in segments.iter().enumerate() {
        let starts = if number == 0 { 0..1 } else { from..actual.len() + 1 };
        let range = if last == 0 {
            0..actual.len()
        } else if segment.is_empty() {
            from..from
        } else {
            most_similar(segment, actual, starts, (number == last).then_some(actual.len()))?
        };
        from = range.end;
        lines.extend(actual[range].iter().map(|line| (*line).to_owned()));
        if number < last {
            lines.push(ELLIPSIS.to_owned());
        }
    }
    matches(&lines, actual).then_some(lines)
}

/// Finds the actual lines that are most like a segment; lines may have been added, removed and changed.
fn most_similar(segment: &[String], actual: &[&str], starts: Range<usize>, end: Option<usize>) -> Option<Range<usize>> {
    let likeness: Vec<Vec<f32>> =
        segment.iter().map(|shown| actual.iter().map(|line| similarity(shown, line)).collect()).collect();
    let mut best = (0.0, None);
    for start in starts {
        // `scores[n]`: how well the segment's lines so far can be aligned with the first n lines from `start`.
        let longest = (segment.len() + GROWTH).min(actual.len() - start);
        let mut scores = vec![0.0_f32; longest + 1];
        for row in &likeness {
            let before = scores.clone();
            for n in 1..=longest {
                scores[n] = (before[n - 1] + row[start + n - 1]).max(before[n]).max(scores[n - 1]);
            }
        }
        for (n, score) in scores.iter().enumerate().filter(|(n, _)| end.is_none_or(|end| start + n == end)) {
            let score = score / segment.len() as f32 - n as f32 * SURPLUS;
            if score > best.0 {
                best = (score, Some(start..start + n));
            }
        }
    }
    best.1.filter(|_| best.0 > 0.6)
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
        let grown = ["note: the namespace", "note: nodes need", "  a label", "kind: Pod", "spec:", "  replicas: 3"];
        let shown = lines("note: a namespace\nkind: Pod\n...");
        let expected = lines("note: the namespace\nnote: nodes need\n  a label\nkind: Pod\n...");
        assert_eq!(renewed(&shown, &grown), Some(expected));
        assert_eq!(renewed(&lines("old\ntext"), &actual), Some(lines(&actual.join("\n"))));
        assert_eq!(renewed(&lines("...\nnothing of this kind\n..."), &actual), None);
    }
}
