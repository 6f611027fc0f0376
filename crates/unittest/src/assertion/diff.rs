//! The unified diff of two texts, line for line as Python's `difflib` makes it, and its copy in Go that helm-unittest
//! uses. The crates for diffs use other algorithms, which choose other lines where several choices are possible.

use std::collections::HashMap;
use std::fmt::Write;

/// Lines around a change.
const CONTEXT: usize = 1;
/// From this number of lines on, lines that are frequent do not start a match.
const MANY: usize = 200;

/// Returns the changes from `expected` to `actual` with one line of context; empty if both are equal.
pub(crate) fn unified(expected: &str, actual: &str) -> String {
    let (old, new) = (lines(expected), lines(actual));
    let mut text = String::new();
    for group in grouped(changes(&old, &new)) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        if text.is_empty() {
            text.push_str("--- Expected\n+++ Actual\n");
        }
        let (was, is) = (range(first.old.0, last.old.1), range(first.new.0, last.new.1));
        let _ = writeln!(text, "@@ -{was} +{is} @@");
        for change in &group {
            let (from, to) = change.old;
            if change.is_equal {
                old[from..to].iter().for_each(|line| push(&mut text, ' ', line));
                continue;
            }
            old[from..to].iter().for_each(|line| push(&mut text, '-', line));
            new[change.new.0..change.new.1].iter().for_each(|line| push(&mut text, '+', line));
        }
    }
    text
}

fn push(text: &mut String, sign: char, line: &str) {
    text.push(sign);
    text.push_str(line);
    text.push('\n');
}

/// Splits at line feeds. A text that ends with one has an empty last line.
fn lines(text: &str) -> Vec<&str> {
    text.split('\n').collect()
}

/// Formats a range of lines, which count from 1; an empty range names the line before it.
fn range(start: usize, stop: usize) -> String {
    match stop - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        length => format!("{},{length}", start + 1),
    }
}

/// A part of both texts: equal, or lines that replace each other.
#[derive(Debug, Clone, Copy)]
struct Change {
    is_equal: bool,
    old: (usize, usize),
    new: (usize, usize),
}

/// Equal lines: their starts and their number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Block {
    old: usize,
    new: usize,
    size: usize,
}

fn changes(old: &[&str], new: &[&str]) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut was, mut is) = (0, 0);
    for block in blocks(old, new) {
        if was < block.old || is < block.new {
            changes.push(Change { is_equal: false, old: (was, block.old), new: (is, block.new) });
        }
        (was, is) = (block.old + block.size, block.new + block.size);
        if block.size > 0 {
            changes.push(Change { is_equal: true, old: (block.old, was), new: (block.new, is) });
        }
    }
    changes
}

/// Finds the blocks of equal lines, in their order, and an empty one at the end.
fn blocks(old: &[&str], new: &[&str]) -> Vec<Block> {
    let places = places(new);
    let mut found = Vec::new();
    let mut pending = vec![((0, old.len()), (0, new.len()))];
    while let Some(((a, b), (c, d))) = pending.pop() {
        let block = longest(old, new, &places, (a, b), (c, d));
        if block.size == 0 {
            continue;
        }
        if a < block.old && c < block.new {
            pending.push(((a, block.old), (c, block.new)));
        }
        let (e, f) = (block.old + block.size, block.new + block.size);
        if e < b && f < d {
            pending.push(((e, b), (f, d)));
        }
        found.push(block);
    }
    found.sort_unstable();
    let mut merged: Vec<Block> = Vec::new();
    for block in found {
        match merged.last_mut() {
            Some(last) if last.old + last.size == block.old && last.new + last.size == block.new => {
                last.size += block.size;
            }
            _ => merged.push(block),
        }
    }
    merged.push(Block { old: old.len(), new: new.len(), size: 0 });
    merged
}

/// Returns where each line of a text is, without frequent lines of a long text.
fn places<'l>(lines: &[&'l str]) -> HashMap<&'l str, Vec<usize>> {
    let mut places: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, line) in lines.iter().enumerate() {
        places.entry(line).or_default().push(index);
    }
    if lines.len() >= MANY {
        let most = lines.len() / 100 + 1;
        places.retain(|_, indices| indices.len() <= most);
    }
    places
}

/// Finds the longest block of equal lines in two ranges: the first one in the old text, then in the new text.
fn longest(
    old: &[&str],
    new: &[&str],
    places: &HashMap<&str, Vec<usize>>,
    (from, to): (usize, usize),
    (start, stop): (usize, usize),
) -> Block {
    let mut best = Block { old: from, new: start, size: 0 };
    let mut lengths: HashMap<usize, usize> = HashMap::new();
    for (index, line) in old.iter().enumerate().take(to).skip(from) {
        let mut next = HashMap::new();
        let indices = places.get(line).map(Vec::as_slice).unwrap_or_default();
        for &at in indices.iter().skip_while(|at| **at < start).take_while(|at| **at < stop) {
            let before = at.checked_sub(1).and_then(|before| lengths.get(&before));
            let size = before.copied().unwrap_or_default() + 1;
            next.insert(at, size);
            if size > best.size {
                best = Block { old: index + 1 - size, new: at + 1 - size, size };
            }
        }
        lengths = next;
    }
    while best.old > from && best.new > start && old[best.old - 1] == new[best.new - 1] {
        best = Block { old: best.old - 1, new: best.new - 1, size: best.size + 1 };
    }
    while best.old + best.size < to
        && best.new + best.size < stop
        && old[best.old + best.size] == new[best.new + best.size]
    {
        best.size += 1;
    }
    best
}

/// Groups changes that are close to each other, with equal lines around them.
fn grouped(mut changes: Vec<Change>) -> Vec<Vec<Change>> {
    if let Some(first) = changes.first_mut().filter(|change| change.is_equal) {
        first.old.0 = first.old.0.max(first.old.1.saturating_sub(CONTEXT));
        first.new.0 = first.new.0.max(first.new.1.saturating_sub(CONTEXT));
    }
    if let Some(last) = changes.last_mut().filter(|change| change.is_equal) {
        last.old.1 = last.old.1.min(last.old.0 + CONTEXT);
        last.new.1 = last.new.1.min(last.new.0 + CONTEXT);
    }
    let (mut groups, mut group) = (Vec::new(), Vec::new());
    for mut change in changes {
        let ((a, b), (c, d)) = (change.old, change.new);
        if change.is_equal && b - a > 2 * CONTEXT {
            group.push(Change { is_equal: true, old: (a, a + CONTEXT), new: (c, c + CONTEXT) });
            groups.push(std::mem::take(&mut group));
            change = Change { is_equal: true, old: (b - CONTEXT, b), new: (d - CONTEXT, d) };
        }
        group.push(change);
    }
    if group.iter().any(|change| !change.is_equal) {
        groups.push(group);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn changes_have_one_line_of_context() {
        let diff = unified("a\nb\nc\nd\n", "a\nb\nx\nd\n");
        assert_eq!(diff, "--- Expected\n+++ Actual\n@@ -2,3 +2,3 @@\n b\n-c\n+x\n d\n");
        assert_eq!(unified("a\n", "b\n"), "--- Expected\n+++ Actual\n@@ -1,2 +1,2 @@\n-a\n+b\n \n");
        assert_eq!(unified("a\n", "a\n"), "");
    }

    #[test]
    fn distant_changes_are_two_groups() {
        let diff = unified("a\n1\n2\n3\n4\nb", "c\n1\n2\n3\n4\nd");
        assert_eq!(diff, "--- Expected\n+++ Actual\n@@ -1,2 +1,2 @@\n-a\n+c\n 1\n@@ -5,2 +5,2 @@\n 4\n-b\n+d\n");
    }

    /// As Python's `difflib`, which matches the longest block first.
    #[test]
    fn the_longest_block_is_matched_first() {
        let diff = unified("a\nb", "a\nc\na\nb");
        assert_eq!(diff, "--- Expected\n+++ Actual\n@@ -1 +1,3 @@\n+a\n+c\n a\n");
    }
}
