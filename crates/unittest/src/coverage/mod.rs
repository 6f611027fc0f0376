//! What the tests of a chart cover: lines and branches of its templates, and its values.
//!
//! A line counts if it has text that is rendered, an action, or a condition. A branch is a way that `if`, `with` or `range`
//! can go. All tests that run count, also those that fail.

mod lines;
mod measure;
mod values;

use std::sync::Arc;

pub(crate) use self::measure::{Expressions, template};
pub use self::values::ValuesCoverage;
pub(crate) use self::values::{SetValues, measure as measure_values};

/// What the tests of a chart cover.
#[derive(Debug, Clone, Default)]
pub struct ChartCoverage {
    /// The name of the chart, with its parents: `web/charts/db`.
    pub name: String,
    /// Its templates, in the order of their paths.
    pub templates: Vec<TemplateCoverage>,
    /// Its values.
    pub values: ValuesCoverage,
}

/// What the tests cover of a template.
#[derive(Debug, Clone)]
pub struct TemplateCoverage {
    /// The path in its chart: `templates/service.yaml`.
    pub name: String,
    /// The path of its file.
    pub path: String,
    /// The text.
    pub text: Arc<str>,
    /// The lines that count.
    pub lines: Vec<Line>,
    /// The branches, in the order of the text.
    pub branches: Vec<Branch>,
}

/// A line that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The number, from 1.
    pub number: u32,
    /// Whether a test ran it.
    pub is_covered: bool,
}

/// A way that a condition or loop can go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The line of the condition.
    pub line: u32,
    /// The condition: `if .Values.ingress.enabled`.
    pub condition: String,
    /// The way.
    pub way: Way,
    /// Whether a test went this way.
    pub is_covered: bool,
}

/// The ways of conditions and loops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The condition of `if` or `with` is true.
    True,
    /// It is false.
    False,
    /// `range` has an item.
    Items,
    /// `range` has none.
    Empty,
}

/// How many lines or branches there are, and how many are covered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ratio {
    /// Those that are covered.
    pub covered: usize,
    /// All of them.
    pub total: usize,
}

impl Ratio {
    fn of(covered: impl IntoIterator<Item = bool>) -> Ratio {
        covered.into_iter().fold(Ratio::default(), |Ratio { covered, total }, is_covered| Ratio {
            covered: covered + usize::from(is_covered),
            total: total + 1,
        })
    }

    /// Returns the sum of two.
    #[must_use]
    pub fn and(self, other: Ratio) -> Ratio {
        Ratio { covered: self.covered + other.covered, total: self.total + other.total }
    }

    /// Returns the part that is covered, from 0 to 1; 1 of nothing.
    pub fn rate(self) -> f64 {
        if self.total == 0 { 1.0 } else { self.covered as f64 / self.total as f64 }
    }

    /// Returns the percentage with one decimal, rounded down, so that only all is 100 %.
    pub fn percent(self) -> String {
        let tenths = (self.covered * 1000).checked_div(self.total).unwrap_or(1000);
        format!("{}.{}%", tenths / 10, tenths % 10)
    }
}

impl TemplateCoverage {
    /// Returns how many lines are covered.
    pub fn line_ratio(&self) -> Ratio {
        Ratio::of(self.lines.iter().map(|line| line.is_covered))
    }

    /// Returns how many branches are covered.
    pub fn branch_ratio(&self) -> Ratio {
        Ratio::of(self.branches.iter().map(|branch| branch.is_covered))
    }
}

/// Returns how many lines of templates are covered, and how many branches.
pub fn totals<'c>(templates: impl IntoIterator<Item = &'c TemplateCoverage>) -> (Ratio, Ratio) {
    templates.into_iter().fold(Default::default(), |(lines, branches), template| {
        (Ratio::and(lines, template.line_ratio()), Ratio::and(branches, template.branch_ratio()))
    })
}

/// Returns how many lines and branches of charts are covered, together.
pub fn total(charts: &[ChartCoverage]) -> Ratio {
    let (lines, branches) = totals(charts.iter().flat_map(|chart| &chart.templates));
    lines.and(branches)
}

impl Branch {
    /// Returns what no test has seen, if the branch is not covered: "never true".
    pub fn missing(&self) -> &'static str {
        match self.way {
            Way::True => "never true",
            Way::False => "never false",
            Way::Items => "never has items",
            Way::Empty => "never empty",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ratio;

    #[test]
    fn only_all_is_a_hundred_percent() {
        let percent = |covered, total| Ratio { covered, total }.percent();
        assert_eq!(percent(1999, 2000), "99.9%");
        assert_eq!(
            (percent(2, 3), percent(0, 3), percent(3, 3), percent(0, 0)),
            ("66.6%".into(), "0.0%".into(), "100.0%".into(), "100.0%".into())
        );
    }
}
