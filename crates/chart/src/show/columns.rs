//! Prints tables in columns, as Helm's library `uitable` does.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Formats rows in columns: each cell as wide as the widest of its column, with a tab between cells and no line break
/// at the end. Cells wider than `max` columns of a terminal are cut and end in `...`; 0 is no limit.
///
/// Source: <https://github.com/gosuri/uitable>, without wrapping and colours.
pub fn table<R: AsRef<[String]>>(rows: &[R], max: usize) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        for (at, cell) in row.as_ref().iter().enumerate() {
            let width = cell.split('\n').map(text_width).max().unwrap_or(0);
            let width = if max == 0 { width } else { width.min(max) };
            match widths.get_mut(at) {
                Some(widest) => *widest = width.max(*widest),
                None => widths.push(width),
            }
        }
    }
    rows.iter().map(|row| line(row.as_ref(), &widths)).collect::<Vec<_>>().join("\n")
}

/// Formats a row, which has several lines if a cell has.
fn line(row: &[String], widths: &[usize]) -> String {
    let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| resize(cell, *width)).collect();
    let columns: Vec<Vec<&str>> = cells.iter().map(|cell| cell.split('\n').collect()).collect();
    let count = columns.iter().map(Vec::len).max().unwrap_or(0);
    let lines = (0..count).map(|at| {
        let parts = columns.iter().zip(widths).map(|(lines, width)| match lines.get(at) {
            Some(text) => resize(text, *width),
            None => " ".repeat((*width).max(1)),
        });
        parts.collect::<Vec<_>>().join("\t")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the width of a text in a terminal. Control characters have no width.
fn text_width(text: &str) -> usize {
    let printable: String = text.chars().filter(|char| !char.is_control()).collect();
    printable.width()
}

/// Pads a text with spaces, or cuts it.
fn resize(text: &str, width: usize) -> String {
    let found = text_width(text);
    if width == 0 || found == width {
        return text.to_owned();
    }
    if found < width {
        return format!("{text}{}", " ".repeat(width - found));
    }
    let mut out = String::new();
    let mut used = 0;
    for char in text.chars() {
        out.push(char);
        used += char.width().unwrap_or(0);
        if used + 3 >= width {
            break;
        }
    }
    out + "..."
}
