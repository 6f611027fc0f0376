//! Coverage as a page of HTML without scripts and other files.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::missing;
use crate::coverage::{Branch, ChartCoverage, Ratio, TemplateCoverage, ValuesCoverage, total, totals};
use crate::report::xml::escape;

const STYLE: &str = "
:root { color-scheme: light dark; --hit: #d9f2d9; --miss: #fbdcdc; --part: #fdf0c8; --edge: #8885 }
@media (prefers-color-scheme: dark) { :root { --hit: #123d1e; --miss: #521d1d; --part: #4a3b0d } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em }
table { border-collapse: collapse } td, th { padding: .15em .8em; text-align: right }
td:first-child, th:first-child { text-align: left } tr.total { border-top: 1px solid var(--edge); font-weight: bold }
pre { margin: 0 } .code { border: 1px solid var(--edge); width: 100%; font: 13px/1.4 ui-monospace, monospace }
.code td { text-align: left; padding: 0 .6em; white-space: pre-wrap } .code td:first-child { text-align: right; opacity: .6 }
.hit { background: var(--hit) } .miss { background: var(--miss) } .part { background: var(--part) }
.note { opacity: .8; font-style: italic } summary { cursor: pointer; margin: .6em 0 }
";

/// Returns the page.
pub fn html(charts: &[ChartCoverage]) -> String {
    let names: Vec<&str> = charts.iter().map(|chart| chart.name.as_str()).collect();
    let title = escaped(&format!("Coverage of {}", names.join(", ")));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}: {}</h1>\n<p>Lines: <span class=\"hit\">covered</span>, \
         <span class=\"part\">covered, but not all branches</span>, <span class=\"miss\">not covered</span>.</p>\n",
        total(charts).percent()
    );
    for (index, chart) in charts.iter().enumerate() {
        self::chart(index, chart, &mut out);
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn chart(index: usize, chart: &ChartCoverage, out: &mut String) {
    let _ = writeln!(out, "<h2>{}</h2>\n<table>", escaped(&chart.name));
    out.push_str("<tr><th>Template<th>Lines<th>Branches<th>Covered</tr>\n");
    for (number, template) in chart.templates.iter().enumerate() {
        let link = format!("<a href=\"#t{index}-{number}\">{}</a>", escaped(&template.name));
        row("", &link, template.line_ratio(), template.branch_ratio(), out);
    }
    let (lines, branches) = totals(&chart.templates);
    row(" class=\"total\"", "Total", lines, branches, out);
    out.push_str("</table>\n");
    values(&chart.values, out);
    for (number, template) in chart.templates.iter().enumerate() {
        let percent = template.line_ratio().and(template.branch_ratio()).percent();
        let open = if percent == "100.0%" { "" } else { " open" };
        let name = escaped(&template.name);
        let _ = writeln!(out, "<details id=\"t{index}-{number}\"{open}><summary>{name}: {percent}</summary>");
        code(template, out);
        out.push_str("</details>\n");
    }
}

fn row(class: &str, name: &str, lines: Ratio, branches: Ratio, out: &mut String) {
    let of = |ratio: Ratio| format!("{}/{}", ratio.covered, ratio.total);
    let percent = lines.and(branches).percent();
    let _ = writeln!(out, "<tr{class}><td>{name}<td>{}<td>{}<td>{percent}</tr>", of(lines), of(branches));
}

fn values(values: &ValuesCoverage, out: &mut String) {
    for (what, names) in [("read", &values.unread), ("set", &values.unset)] {
        if names.is_empty() {
            continue;
        }
        let names: Vec<String> = names.iter().map(|name| format!("<code>{}</code>", escaped(name))).collect();
        let (count, total) = (names.len(), values.total);
        let names = names.join(", ");
        let _ = writeln!(
            out,
            "<details><summary>Values that no test {what}s: {count} of {total}</summary><p>{names}</p></details>"
        );
    }
}

fn code(template: &TemplateCoverage, out: &mut String) {
    let lines: BTreeMap<u32, bool> = template.lines.iter().map(|line| (line.number, line.is_covered)).collect();
    let mut gaps: BTreeMap<u32, Vec<&Branch>> = BTreeMap::new();
    for branch in template.branches.iter().filter(|branch| !branch.is_covered) {
        gaps.entry(branch.line).or_default().push(branch);
    }
    out.push_str("<table class=\"code\">\n");
    for (number, text) in (1..).zip(template.text.lines()) {
        let missing_ways = gaps.get(&number);
        let class = match (lines.get(&number), missing_ways) {
            (Some(false), _) => " class=\"miss\"",
            (Some(true), Some(_)) => " class=\"part\"",
            (Some(true), None) => " class=\"hit\"",
            (None, _) => "",
        };
        let is_covered = lines.get(&number) == Some(&true);
        let notes: Vec<String> =
            missing_ways.into_iter().flatten().filter(|_| is_covered).map(|branch| missing(branch)).collect();
        let (text, notes) = (escaped(text), escaped(&notes.join("; ")));
        let _ = writeln!(out, "<tr{class}><td>{number}<td>{text}<td class=\"note\">{notes}</tr>");
    }
    out.push_str("</table>\n");
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(&mut out, text);
    out
}
