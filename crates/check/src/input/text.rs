//! Splits a text of YAML or JSON into documents, so that an error in one does not hide the others.

use crate::CheckCode;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, SourceId, Sources};
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{self, Duplicates};

/// The documents of a text.
pub(super) struct Read {
    pub documents: Vec<Node>,
    /// Errors of duplicate keys.
    pub duplicates: Vec<Diagnostic>,
    /// Errors of documents that are not YAML.
    pub failures: Vec<Diagnostic>,
}

/// Reads a text, and adds it to the sources as `name`.
pub(super) fn read(sources: &mut Sources, name: &str, bytes: &[u8]) -> Read {
    // kubectl also reads consecutive JSON values, with tabs as white space.
    let is_json = bytes.trim_ascii_start().starts_with(b"{") || bytes.trim_ascii_start().starts_with(b"[");
    let spaced: Vec<u8>;
    let bytes = if is_json && bytes.contains(&b'\t') {
        spaced = bytes.iter().map(|byte| if *byte == b'\t' { b' ' } else { *byte }).collect();
        &spaced
    } else {
        bytes
    };
    match read::documents(sources, name, bytes, Duplicates::Refused) {
        Ok(documents) => Read { documents, duplicates: Vec::new(), failures: Vec::new() },
        Err(diagnostics) => one_by_one(sources, diagnostics, is_json),
    }
}

/// Reads the documents of a text one by one. Those with duplicate keys are read again, with the last value.
fn one_by_one(sources: &mut Sources, diagnostics: Vec<Diagnostic>, is_json: bool) -> Read {
    let mut read = Read { documents: Vec::new(), duplicates: Vec::new(), failures: Vec::new() };
    let source =
        diagnostics.iter().map(|diagnostic| diagnostic.location.source).find(|source| sources.get(*source).is_some());
    let Some((source, text)) = source.and_then(|source| Some((source, sources.get(source)?.text.clone()))) else {
        read.failures = diagnostics;
        return read;
    };
    let parts = if is_json { json_values(&text) } else { documents(&text) };
    let (mut offset, mut unreported) = (Offset::default(), 0);
    for (start, end) in parts {
        offset.advance(text.get(offset.at..start).unwrap_or_default());
        let document = text.get(start..end).unwrap_or_default();
        unreported += usize::from(!one(source, document, &offset, &mut read));
    }
    if unreported > 0 {
        let message = format!("{unreported} more documents have errors");
        read.failures.push(
            Diagnostic::error(CheckCode::MoreFailures, message)
                .help(format!("only the errors of the first {MOST} are shown")),
        );
    }
    read
}

/// The position in a text at which a document starts.
#[derive(Debug, Clone, Copy, Default)]
struct Offset {
    /// In bytes.
    at: usize,
    lines: usize,
    /// In characters, from the start of the line.
    column: usize,
}

impl Offset {
    /// Advances by the text `between`.
    fn advance(&mut self, between: &str) {
        self.at += between.len();
        match between.rsplit_once('\n') {
            Some((lines, last)) => {
                self.lines += lines.matches('\n').count() + 1;
                self.column = last.chars().count();
            }
            None => self.column += between.chars().count(),
        }
    }

    /// Returns white space up to the position.
    fn padding(&self) -> String {
        "\n".repeat(self.lines) + &" ".repeat(self.column)
    }

    /// Converts a location in the document to one in the text.
    fn shift(&self, location: Location) -> Location {
        if !location.is_known() {
            return location;
        }
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let column = if location.line == 1 { count(self.column) } else { 0 };
        Location::new(
            location.source,
            location.line.saturating_add(count(self.lines)),
            location.column.saturating_add(column),
        )
    }
}

/// The errors of at most this many documents are reported.
const MOST: usize = 100;

/// Reads one document, or reports its errors. Returns `false` if the limit of reports is reached.
fn one(source: SourceId, document: &str, offset: &Offset, read: &mut Read) -> bool {
    if let Ok(mut node) = read::document(source, document, Duplicates::Refused) {
        node.move_locations(&mut |location| offset.shift(location));
        read.add(node);
        return true;
    }
    if read.failures.len() + read.duplicates.len() >= MOST {
        return false;
    }
    // Read again at its position, since messages contain line numbers.
    let padded = offset.padding() + document;
    let diagnostics = match read::document(source, &padded, Duplicates::Refused) {
        Ok(node) => {
            read.add(node);
            return true;
        }
        Err(diagnostics) => diagnostics,
    };
    match read::document(source, &padded, Duplicates::LastWins) {
        Ok(node) => {
            read.duplicates.extend(diagnostics);
            read.add(node);
        }
        Err(_) => read.failures.extend(diagnostics),
    }
    true
}

impl Read {
    fn add(&mut self, node: Node) {
        if !node.is_null() {
            self.documents.push(node);
        }
    }
}

/// Returns the ranges of the documents in a YAML stream, which start at lines with `---`.
fn documents(text: &str) -> Vec<(usize, usize)> {
    let mut starts = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let rest = line.strip_prefix("---");
        if at > 0 && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).collect()
}

/// Returns the ranges of consecutive JSON values.
fn json_values(text: &str) -> Vec<(usize, usize)> {
    let (mut values, mut depth, mut start) = (Vec::new(), 0usize, 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => {
                if depth == 0 {
                    start = at;
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    values.push((start, at + 1));
                }
            }
            _ => {}
        }
    }
    // A truncated value, or text that is not JSON, is one range.
    let end = values.last().map_or(0, |(_, end)| *end);
    if text.get(end..).is_some_and(|rest| !rest.trim().is_empty()) {
        values.push((end, text.len()));
    }
    values
}
