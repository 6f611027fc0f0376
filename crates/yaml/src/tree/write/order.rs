//! The order of keys in the output.

use std::cmp::Ordering;

use unicode_general_category::{GeneralCategory, get_general_category};

use super::Order;
use crate::tree::Entry;

/// The entries of one mapping in the order in which they are written.
#[derive(Debug)]
pub(super) enum Entries<'a> {
    /// As they are in the tree.
    Same(std::slice::Iter<'a, Entry>),
    /// In another order.
    Sorted(std::vec::IntoIter<&'a Entry>),
}

impl<'a> Entries<'a> {
    /// Returns the entries of the outermost mapping, or of any other if `order` is natural.
    pub(super) fn new(entries: &'a [Entry], order: Order) -> Self {
        let lead = order == Order::Manifest && entries.iter().any(|entry| rank(&entry.key) < LEADERS.len());
        let sorted = entries.is_sorted_by(|a, b| natural(&a.key, &b.key) == Ordering::Less);
        if sorted && !lead {
            return Entries::Same(entries.iter());
        }
        let mut entries: Vec<&Entry> = entries.iter().collect();
        if !sorted {
            entries = merge_sort(entries, |entry| &entry.key, natural);
        }
        if lead {
            entries.sort_by_key(|entry| rank(&entry.key));
        }
        Entries::Sorted(entries.into_iter())
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<&'a Entry> {
        match self {
            Entries::Same(entries) => entries.next(),
            Entries::Sorted(entries) => entries.next(),
        }
    }
}

const LEADERS: [&str; 3] = ["apiVersion", "kind", "metadata"];

fn rank(key: &str) -> usize {
    LEADERS.iter().position(|leader| *leader == key).unwrap_or(LEADERS.len())
}

/// Returns the entries of a mapping in natural order, each with its key.
pub fn in_order<'a, V: Copy>(entries: impl Iterator<Item = (&'a str, V)>) -> Vec<(&'a str, V)> {
    let entries: Vec<(&str, V)> = entries.collect();
    if entries.is_sorted_by(|(a, _), (b, _)| natural(a, b) == Ordering::Less) {
        return entries;
    }
    merge_sort(entries, |(key, _)| key, natural)
}

/// Returns the entries of a mapping in the order of `toYamlPretty`.
pub fn in_pretty_order<T: Copy>(mut entries: Vec<T>, key: fn(&T) -> &str) -> Vec<T> {
    // Go's maps have no order, so the order of equal keys is arbitrary there.
    entries.sort_by(|a, b| key(a).cmp(key(b)));
    merge_sort(entries, key, |a, b| ordered(a, b, true))
}

/// Sorts by an order that need not be a total one: the standard library may panic then.
fn merge_sort<T: Copy>(entries: Vec<T>, key: fn(&T) -> &str, order: fn(&str, &str) -> Ordering) -> Vec<T> {
    let mut from = entries;
    let mut to = Vec::with_capacity(from.len());
    let mut run = 1;
    while run < from.len() {
        for pair in from.chunks(2 * run) {
            let (left, right) = pair.split_at(run.min(pair.len()));
            merge(left, right, &mut to, |a, b| order(key(a), key(b)));
        }
        std::mem::swap(&mut from, &mut to);
        to.clear();
        run *= 2;
    }
    from
}

fn merge<T: Copy>(mut left: &[T], mut right: &[T], to: &mut Vec<T>, order: impl Fn(&T, &T) -> Ordering) {
    while let ([first, ..], [second, ..]) = (left, right) {
        if order(second, first) == Ordering::Less {
            to.push(*second);
            right = &right[1..];
        } else {
            to.push(*first);
            left = &left[1..];
        }
    }
    to.extend_from_slice(left);
    to.extend_from_slice(right);
}

/// Compares two keys by the natural order of go-yaml: the first different character decides. Letters come last, by
/// code; numbers compare by value, other characters by code.
///
/// This is not a total order: `a1a` < `a20b` < `a100b` < `a1a`.
///
/// ```
/// use mkmanifests_yaml::tree::write::natural;
/// let mut keys = ["b", "a10", "a2", "A", "a-b"];
/// keys.sort_by(|a, b| natural(a, b));
/// assert_eq!(keys, ["A", "a-b", "a2", "a10", "b"]);
/// ```
pub fn natural(a: &str, b: &str) -> Ordering {
    ordered(a, b, false)
}

/// Returns the natural order, or that of `toYamlPretty`: there, letters come first after a digit.
fn ordered(a: &str, b: &str, pretty: bool) -> Ordering {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    // Nearly all keys differ in letters.
    if let (Some(first), Some(second)) = (a.as_bytes().get(same), b.as_bytes().get(same))
        && first.is_ascii_alphabetic()
        && second.is_ascii_alphabetic()
    {
        return first.cmp(second);
    }
    let same = a.floor_char_boundary(same).min(b.floor_char_boundary(same));
    let (before, a) = a.split_at(same);
    let b = &b[same..];
    let (Some(first), Some(second)) = (a.chars().next(), b.chars().next()) else {
        return a.len().cmp(&b.len());
    };
    match (is_letter(first), is_letter(second)) {
        (true, true) => first.cmp(&second),
        (true, false) | (false, true) => {
            let letters_first = pretty && before.chars().next_back().is_some_and(is_digit);
            if is_letter(first) == letters_first { Ordering::Less } else { Ordering::Greater }
        }
        (false, false) => {
            let zero = first == '0' || second == '0';
            let start = i64::from(zero && is_within_number(before));
            number(a, start).cmp(&number(b, start)).then(first.cmp(&second))
        }
    }
}

/// Returns whether the text ends with a number that is not zero, so that a zero after it counts.
fn is_within_number(text: &str) -> bool {
    text.chars().rev().take_while(|c| is_digit(*c)).any(|c| c != '0')
}

/// Returns the value of the number that the text starts with (wrapping around, as in Go) and its digits.
fn number(text: &str, start: i64) -> (i64, usize) {
    text.chars().take_while(|c| is_digit(*c)).fold((start, 0), |(value, digits), c| {
        (value.wrapping_mul(10).wrapping_add(i64::from(u32::from(c)) - i64::from(b'0')), digits + 1)
    })
}

fn is_letter(c: char) -> bool {
    use GeneralCategory::{LowercaseLetter, ModifierLetter, OtherLetter, TitlecaseLetter, UppercaseLetter};
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    let category = get_general_category(c);
    matches!(category, UppercaseLetter | LowercaseLetter | TitlecaseLetter | ModifierLetter | OtherLetter)
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || !c.is_ascii() && get_general_category(c) == GeneralCategory::DecimalNumber
}
