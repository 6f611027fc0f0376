//! Coverage as text: a table, and what no test covers.

use std::fmt::Write as _;

use super::{missing, ranges};
use crate::coverage::{ChartCoverage, Ratio, TemplateCoverage, ValuesCoverage, totals};

/// The most names of values in a line.
const MOST_VALUES: usize = 20;

/// Returns the tables of all charts.
pub fn text(charts: &[ChartCoverage]) -> String {
    let mut out = String::new();
    for chart in charts {
        let _ = writeln!(out, "Coverage of {}\n", chart.name);
        table(chart, &mut out);
        let gaps: Vec<&TemplateCoverage> = chart.templates.iter().filter(|template| has_gaps(template)).collect();
        if !gaps.is_empty() {
            out.push_str("\nNot covered:\n");
        }
        gaps.iter().for_each(|template| details(template, &mut out));
        values(&chart.values, &mut out);
        out.push('\n');
    }
    out
}

fn has_gaps(template: &TemplateCoverage) -> bool {
    let (lines, branches) = (template.line_ratio(), template.branch_ratio());
    lines.covered < lines.total || branches.covered < branches.total
}

fn table(chart: &ChartCoverage, out: &mut String) {
    let row = |name: &str, lines: Ratio, branches: Ratio| {
        let of = |ratio: Ratio| format!("{}/{}", ratio.covered, ratio.total);
        [name.to_owned(), of(lines), of(branches), lines.and(branches).percent()]
    };
    let mut rows = vec![["Template", "Lines", "Branches", "Covered"].map(str::to_owned)];
    rows.extend(chart.templates.iter().map(|one| row(&one.name, one.line_ratio(), one.branch_ratio())));
    let (lines, branches) = totals(&chart.templates);
    rows.push(row("Total", lines, branches));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths = [width(0), width(1), width(2), width(3)];
    for [name, lines, branches, covered] in &rows {
        let [a, b, c, d] = widths;
        let _ = writeln!(out, "{name:<a$}  {lines:>b$}  {branches:>c$}  {covered:>d$}");
    }
}

fn details(template: &TemplateCoverage, out: &mut String) {
    let _ = writeln!(out, "  {}", template.path);
    let lines: Vec<u32> = template.lines.iter().filter(|line| !line.is_covered).map(|line| line.number).collect();
    match lines.as_slice() {
        [] => {}
        [line] => {
            let _ = writeln!(out, "    line {line}");
        }
        _ => {
            let _ = writeln!(out, "    lines {}", ranges(lines));
        }
    }
    // Of a condition that did not run, the line says enough.
    let ran = |line: u32| template.lines.iter().any(|known| known.number == line && known.is_covered);
    for branch in template.branches.iter().filter(|branch| !branch.is_covered && ran(branch.line)) {
        let _ = writeln!(out, "    line {}: {}", branch.line, missing(branch));
    }
}

fn values(values: &ValuesCoverage, out: &mut String) {
    let ValuesCoverage { total, unread, unset } = values;
    for (what, names) in [("read", unread), ("set", unset)] {
        if names.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\nValues that no test {what}s: {} of {total}", names.len());
        for name in names.iter().take(MOST_VALUES) {
            let _ = writeln!(out, "  {name}");
        }
        if names.len() > MOST_VALUES {
            let _ = writeln!(out, "  and {} more", names.len() - MOST_VALUES);
        }
    }
}
