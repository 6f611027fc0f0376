//! Reports on what tests cover: as text, as HTML, and as Cobertura XML.

mod cobertura;
mod html;
mod text;

pub use self::cobertura::cobertura;
pub use self::html::html;
pub use self::text::text;

use crate::coverage::Branch;

/// Numbers that follow each other as ranges: `3, 7-9`.
fn ranges(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let shown = |(first, last): &(u32, u32)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    ranges.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// Says which way no test goes: "`if .Values.x` is never true".
fn missing(branch: &Branch) -> String {
    let verb = if branch.way == crate::coverage::Way::Items { "" } else { "is " };
    format!("`{}` {verb}{}", branch.condition, branch.missing())
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn lines_that_follow_each_other_are_a_range() {
        assert_eq!(ranges([1, 2, 3, 5, 7, 8]), "1-3, 5, 7-8");
        assert_eq!(ranges([]), "");
    }
}
