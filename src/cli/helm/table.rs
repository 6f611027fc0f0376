//! Prints rows as a table, as JSON or as YAML: `--output`.

use crate::chart::show;
use crate::tree::write::{Style, write as write_yaml};
use crate::tree::{Kind, Map, Node};

/// Writes rows of fields, each with its name, in a format. A table has the headers in its first row, and its columns
/// are at most `width` characters wide; 0 is no limit.
pub(super) fn write<const N: usize>(
    rows: &[[(&'static str, String); N]],
    headers: Option<[&str; N]>,
    width: usize,
    format: &str,
) -> Vec<u8> {
    match format {
        "json" => (show::json(&list(rows), None) + "\n").into_bytes(),
        "yaml" => {
            let mut out = Vec::new();
            // Writing to memory does not fail.
            let _ = write_yaml(&mut out, &list(rows), Style::HELM);
            out
        }
        _ => {
            let headers = headers.map(|headers| headers.map(str::to_owned));
            let cells = rows.iter().map(|row| row.clone().map(|(_, text)| text));
            let cells: Vec<[String; N]> = headers.into_iter().chain(cells).collect();
            (show::table(&cells, width) + "\n").into_bytes()
        }
    }
}

fn list<const N: usize>(rows: &[[(&'static str, String); N]]) -> Node {
    let item = |row: &[(&'static str, String); N]| {
        let mut map = Map::new();
        row.iter().for_each(|(name, text)| map.set(*name, text.as_str()));
        Node::from(map)
    };
    Kind::Seq(rows.iter().map(item).collect()).into()
}
