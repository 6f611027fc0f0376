//! One text of YAML or JSON as documents: what is wrong with one of them does not hide the others.

use crate::CheckCode;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, SourceId, Sources};
use mkmanifests_yaml::tree::Node;
use mkmanifests_yaml::tree::read::{self, Duplicates};

/// The documents of a text.
pub(super) struct Read {
    pub documents: Vec<Node>,
    /// Keys that a mapping has twice.
    pub repeated: Vec<Diagnostic>,
    /// What is no YAML.
    pub failures: Vec<Diagnostic>,
}

/// Reads a text, which is added to the sources as `name`.
pub(super) fn read(sources: &mut Sources, name: &str, bytes: &[u8]) -> Read {
    // A list of JSON values one after the other is read by kubectl too, and tabs are blanks in it.
    let is_json = bytes.trim_ascii_start().starts_with(b"{") || bytes.trim_ascii_start().starts_with(b"[");
    let spaced: Vec<u8>;
    let bytes = if is_json && bytes.contains(&b'\t') {
        spaced = bytes.iter().map(|byte| if *byte == b'\t' { b' ' } else { *byte }).collect();
        &spaced
    } else {
        bytes
    };
    match read::documents(sources, name, bytes, Duplicates::Refused) {
        Ok(documents) => Read { documents, repeated: Vec::new(), failures: Vec::new() },
        Err(diagnostics) => apart(sources, diagnostics, is_json),
    }
}

/// Reads the documents of a text one by one: those with a key twice once more, with the last one winning.
fn apart(sources: &mut Sources, diagnostics: Vec<Diagnostic>, is_json: bool) -> Read {
    let mut read = Read { documents: Vec::new(), repeated: Vec::new(), failures: Vec::new() };
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
        let message = format!("{unreported} more documents cannot be read");
        read.failures.push(
            Diagnostic::error(CheckCode::MoreFailures, message)
                .help(format!("only the first {MOST} are reported one by one")),
        );
    }
    read
}

/// How far into a text a part of it begins.
#[derive(Debug, Clone, Copy, Default)]
struct Offset {
    /// In bytes.
    at: usize,
    lines: usize,
    /// In characters, from the beginning of the line.
    column: usize,
}

impl Offset {
    /// Goes on by the text that stands between.
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

    /// Blanks up to it.
    fn padding(&self) -> String {
        "\n".repeat(self.lines) + &" ".repeat(self.column)
    }

    /// The location in the text of a location in the part.
    fn behind(&self, location: Location) -> Location {
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

/// More than this many broken documents are not told apart: the reader has enough to do.
const MOST: usize = 100;

/// Reads one document, or reports what is wrong with it; `false` if neither was done, as enough is reported already.
fn one(source: SourceId, document: &str, offset: &Offset, read: &mut Read) -> bool {
    if let Ok(mut node) = read::document(source, document, Duplicates::Refused) {
        node.move_locations(&mut |location| offset.behind(location));
        read.add(node);
        return true;
    }
    if read.failures.len() + read.repeated.len() >= MOST {
        return false;
    }
    // Read once more where it stands, since messages name lines.
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
            read.repeated.extend(diagnostics);
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

/// Where the documents of a stream of YAML begin and end: at the lines that begin with `---`.
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

/// Where JSON values that follow one another begin and end.
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
    // What is cut off, or no JSON at all, is told as a whole.
    let end = values.last().map_or(0, |(_, end)| *end);
    if text.get(end..).is_some_and(|rest| !rest.trim().is_empty()) {
        values.push((end, text.len()));
    }
    values
}
