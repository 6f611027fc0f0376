//! Coverage as Cobertura XML, which GitLab, Jenkins, Azure DevOps and others show.
//!
//! Source: the document type `coverage-04.dtd` of Cobertura, and the files that coverage.py writes.

use std::collections::BTreeMap;

use crate::coverage::{Branch, ChartCoverage, Line, Ratio, TemplateCoverage, totals};
use crate::report::xml::Element;

const HEAD: &str = "<?xml version=\"1.0\" ?>\n<!DOCTYPE coverage SYSTEM \
                    \"http://cobertura.sourceforge.net/xml/coverage-04.dtd\">\n";

/// Returns the report: a package per chart, and a class per template. `folder` is the one that the paths of templates are
/// relative to, and `milliseconds` the time since 1970.
pub fn cobertura(charts: &[ChartCoverage], folder: &str, milliseconds: u128) -> String {
    let (lines, branches) = totals(charts.iter().flat_map(|chart| &chart.templates));
    let root = Element::new("coverage")
        .attribute("line-rate", rate(lines))
        .attribute("branch-rate", rate(branches))
        .attribute("lines-covered", lines.covered)
        .attribute("lines-valid", lines.total)
        .attribute("branches-covered", branches.covered)
        .attribute("branches-valid", branches.total)
        .attribute("complexity", 0)
        .attribute("version", concat!("mkmanifests ", env!("CARGO_PKG_VERSION")))
        .attribute("timestamp", milliseconds);
    let sources = Element::new("sources").children([Element::new("source").text(folder)]);
    let packages = Element::new("packages").children(charts.iter().map(package));
    format!("{HEAD}{}", root.children([sources, packages]).to_text())
}

fn rate(ratio: Ratio) -> String {
    format!("{:.4}", ratio.rate())
}

fn package(chart: &ChartCoverage) -> Element {
    let (lines, branches) = totals(&chart.templates);
    let classes = Element::new("classes").children(chart.templates.iter().map(class));
    rated(Element::new("package").attribute("name", &chart.name), lines, branches).children([classes])
}

fn rated(element: Element, lines: Ratio, branches: Ratio) -> Element {
    element.attribute("line-rate", rate(lines)).attribute("branch-rate", rate(branches)).attribute("complexity", 0)
}

fn class(template: &TemplateCoverage) -> Element {
    let mut branches: BTreeMap<u32, Vec<&Branch>> = BTreeMap::new();
    for branch in &template.branches {
        branches.entry(branch.line).or_default().push(branch);
    }
    let lines = template.lines.iter().map(|line| line_of(*line, branches.get(&line.number)));
    let element = Element::new("class").attribute("name", &template.name).attribute("filename", &template.path);
    rated(element, template.line_ratio(), template.branch_ratio())
        .children([Element::new("methods"), Element::new("lines").children(lines)])
}

fn line_of(Line { number, is_covered }: Line, branches: Option<&Vec<&Branch>>) -> Element {
    let line = Element::new("line").attribute("number", number).attribute("hits", usize::from(is_covered));
    let Some(branches) = branches else { return line };
    let covered = |branches: &[&Branch]| branches.iter().filter(|branch| branch.is_covered).count();
    let percent = |covered: usize, total: usize| format!("{}%", covered * 100 / total.max(1));
    let (count, total) = (covered(branches), branches.len());
    // The two ways of each condition.
    let conditions = branches.chunks(2).enumerate().map(|(index, ways)| {
        Element::new("condition")
            .attribute("number", index)
            .attribute("type", "jump")
            .attribute("coverage", percent(covered(ways), ways.len()))
    });
    line.attribute("branch", "true")
        .attribute("condition-coverage", format!("{} ({count}/{total})", percent(count, total)))
        .children([Element::new("conditions").children(conditions)])
}
