//! Draws the picture of the README: the report of three errors as a terminal shows it.
//!
//! `tests/renew readme` renews `docs/images/report.svg` from `docs/images/prod.yaml`.

use std::fmt::Write as _;

use mkmanifests::cli::{self, Streams};

use super::{read, root};

const COLUMNS: usize = 104;
const LINE_HEIGHT: usize = 20;
/// The advance of a character at 14 px in the widest of the usual monospace fonts.
const CHARACTER_WIDTH: f32 = 8.45;
const MARGIN: usize = 20;

/// A character and how it looks.
type Cell = (char, Style);

#[derive(Clone, Copy, Default, PartialEq)]
struct Style {
    bold: bool,
    color: Option<&'static str>,
}

impl Style {
    /// Applies an SGR parameter (ECMA-48, 8.3.117), as far as reports use them.
    fn apply(&mut self, parameter: &str) {
        match parameter {
            "" | "0" => *self = Style::default(),
            "1" => self.bold = true,
            "91" | "31" => self.color = Some("#ff7b72"),
            "93" | "33" => self.color = Some("#e3b341"),
            "92" | "32" => self.color = Some("#7ee787"),
            "94" | "34" => self.color = Some("#79c0ff"),
            "96" | "36" => self.color = Some("#76e3ea"),
            other => panic!("the picture has no colour for the SGR parameter {other}"),
        }
    }
}

/// Reads text with ANSI escapes into lines of cells.
fn cells(text: &str) -> Vec<Vec<Cell>> {
    let mut style = Style::default();
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut cells = Vec::new();
        let mut pieces = line.split("\u{1b}[");
        cells.extend(pieces.next().unwrap_or_default().chars().map(|c| (c, style)));
        for piece in pieces {
            let (parameters, rest) = piece.split_once('m').expect("an SGR sequence");
            parameters.split(';').for_each(|parameter| style.apply(parameter));
            cells.extend(rest.chars().map(|c| (c, style)));
        }
        lines.push(cells);
    }
    lines
}

/// Breaks lines as a terminal does.
fn wrapped(lines: &[Vec<Cell>]) -> Vec<&[Cell]> {
    lines
        .iter()
        .flat_map(|line| if line.is_empty() { vec![&line[..]] } else { line.chunks(COLUMNS).collect() })
        .collect()
}

/// Draws a row of text; neighbouring cells of one style are one element.
fn row(svg: &mut String, cells: &[Cell], y: usize) {
    write!(svg, "<text x=\"{MARGIN}\" y=\"{y}\">").expect("a string");
    for run in cells.chunk_by(|a, b| a.1 == b.1) {
        let style = run[0].1;
        let weight = if style.bold { " font-weight=\"bold\"" } else { "" };
        let fill = style.color.map(|color| format!(" fill=\"{color}\"")).unwrap_or_default();
        let text: String = run.iter().map(|(c, _)| *c).collect();
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        write!(svg, "<tspan{weight}{fill}>{text}</tspan>").expect("a string");
    }
    svg.push_str("</text>\n");
}

fn svg(text: &str) -> String {
    let lines = cells(text);
    let rows = wrapped(&lines);
    let width = (COLUMNS as f32 * CHARACTER_WIDTH) as usize + 2 * MARGIN;
    let height = rows.len() * LINE_HEIGHT + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title>mkmanifests reports three errors at once, each with file, line and column</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n\
         <g fill=\"#e6edf3\" font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, monospace\" font-size=\"14\" \
         xml:space=\"preserve\" style=\"white-space: pre\">\n"
    );
    for (number, cells) in rows.into_iter().enumerate() {
        row(&mut svg, cells, MARGIN + 14 + number * LINE_HEIGHT);
    }
    svg + "</g>\n</svg>\n"
}

/// Returns what a terminal shows: the values file, the command and its report.
fn session() -> String {
    let values = root().join("docs/images/prod.yaml");
    let path = values.to_str().expect("UTF-8");
    let mut stderr = Vec::new();
    let streams = Streams {
        stdin: &mut std::io::empty(),
        stdout: &mut std::io::sink(),
        stderr: &mut stderr,
        color: true,
        color_stdout: false,
        terminal: false,
    };
    let args = ["mkmanifests", "ray", "--cluster", "foo", "-f", path].map(Into::into);
    assert_eq!(cli::run(args, streams), cli::FAILED);
    let report = String::from_utf8(stderr).expect("UTF-8").replace(path, "prod.yaml");
    let command = |text: &str| format!("\u{1b}[1m\u{1b}[92m$\u{1b}[0m \u{1b}[1m{text}\u{1b}[0m\n");
    let (cat, ray) = (command("cat prod.yaml"), command("mkmanifests ray --cluster foo -f prod.yaml"));
    format!("{cat}{}\n{ray}{}", read(&values), report.trim_end())
}

#[test]
fn the_picture_of_the_report_is_current() {
    let picture = svg(&session());
    assert!(picture.matches(">error<").count() == 3, "{picture}");
    let difference = mkmanifests_testing::compare(&root().join("docs/images/report.svg"), &picture);
    assert!(difference.is_none(), "`tests/renew readme` renews it:\n{}", difference.unwrap_or_default());
}
