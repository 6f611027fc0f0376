//! YAML 1.1 text as Helm reads it.
//!
//! Helm converts YAML to JSON before it uses it: keys are strings, `yes` is `true`, `0666` is 438, `1.0` is 1. This
//! module does the same in one pass over the text, with two deliberate differences: a duplicate key is an error, and so
//! is a second document in a values file (Helm 4 silently merges it).

mod anchors;
mod block;
mod collection;
mod comment_lines;
mod comments;
mod common_errors;
mod compose;
mod convert;
mod cursor;
mod go;
mod go_syntax;
mod lines;
mod merge;
pub mod numbers;
pub mod octets;
mod property;
pub mod raw;
mod resolve;
mod scalar;
mod scan;
mod syntax_error;
mod token;
mod utf16;

use self::compose::Composer;
use super::{Kind, Map, Node, YamlCode};
use crate::diagnostic::{Diagnostic, Location, SourceId, Sources, missing_space_help};

/// How many levels deep lists and mappings may be nested.
pub const MAX_DEPTH: usize = 128;

/// The maximum size of a text in bytes: 16 MiB.
pub const MAX_BYTES: usize = crate::files::MAX_TEXT;

/// The maximum number of nodes of a text after expanding aliases; each 64 bytes of repeated text count as one more.
pub const MAX_NODES: usize = 1_000_000;

/// How a duplicate key of a mapping is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// An error that names both lines.
    Refused,
    /// Accepted; the last value wins, as in Helm.
    LastWins,
}

/// Reads a values file: one document that is a mapping. An empty file is an empty mapping.
///
/// Adds the text to `sources` as `name`; the locations of the nodes point into it. `bytes` is UTF-8 (a byte order mark
/// is skipped), at most [`MAX_BYTES`].
///
/// # Errors
///
/// Returns all errors of values ([`YamlCode`]), up to and including the first error of the grammar, which stops the
/// reading.
///
/// ```
/// use mkmanifests_yaml::diagnostic::Sources;
/// use mkmanifests_yaml::tree::{Kind, read};
/// let mut sources = Sources::default();
/// let values = read::values(&mut sources, "values.yaml", b"mode: 0666\nenabled: yes\n").unwrap();
/// assert_eq!(values.get("mode").unwrap().kind, Kind::Int(438));
/// assert_eq!(values.get("enabled").unwrap().kind, Kind::Bool(true));
/// ```
pub fn values(sources: &mut Sources, name: &str, bytes: &[u8]) -> Result<Node, Vec<Diagnostic>> {
    let (source, text) = text(sources, name, bytes)?;
    let mut composer = Composer::new(source, &text, Duplicates::Refused);
    let mut root: Option<Node> = None;
    while let Some(node) = composer.next_document() {
        match &root {
            Some(_) if node.is_null() => {}
            // Documents without content do not count, wherever they are.
            None => root = Some(node),
            Some(first) if first.is_null() => root = Some(node),
            Some(first) => {
                let diagnostic = Diagnostic::error(
                    YamlCode::MultipleDocuments,
                    "a values file must have one document, found a second one",
                );
                let diagnostic = diagnostic.at(node.location).related(first.location, "the first document starts here");
                composer.diagnostics.push(diagnostic.help("remove the `---`, or use two files"));
                break;
            }
        }
    }
    if let Some(found) = root.as_ref().filter(|root| !root.is_null() && root.as_map().is_none()) {
        let diagnostic = Diagnostic::error(
            YamlCode::NotAMapping,
            format!("expected `key: value` pairs, found {}", found.describe()),
        );
        let missing_space = found.as_str().and_then(missing_space_help);
        composer.diagnostics.push(missing_space.into_iter().fold(diagnostic, Diagnostic::help).at(found.location));
    }
    let empty = || Node::new(Kind::Map(Map::new()), Location::new(source, 1, 1));
    composer.finish(root.filter(|root| !root.is_null()).unwrap_or_else(empty))
}

/// Reads all documents of a text, separated by `---`, without the empty ones. A document can be any value.
///
/// Adds the text to `sources` as `name`; the locations of the nodes point into it.
///
/// # Errors
///
/// As [`values`]: all errors of values, up to and including the first error of the grammar.
pub fn documents(
    sources: &mut Sources,
    name: &str,
    bytes: &[u8],
    duplicates: Duplicates,
) -> Result<Vec<Node>, Vec<Diagnostic>> {
    let (source, text) = text(sources, name, bytes)?;
    let mut composer = Composer::new(source, &text, duplicates);
    let mut nodes = Vec::new();
    while let Some(node) = composer.next_document() {
        if !node.is_null() {
            nodes.push(node);
        }
    }
    composer.finish(nodes)
}

/// Reads the only document of a text that is already in the sources as `source`. Returns `null` for a text without
/// content.
///
/// # Errors
///
/// As [`values`], and [`YamlCode::MultipleDocuments`] for a second document.
pub fn document(source: SourceId, text: &str, duplicates: Duplicates) -> Result<Node, Vec<Diagnostic>> {
    check_size(text.len(), "the text")?;
    let mut composer = Composer::new(source, text, duplicates);
    let root = composer.next_document().unwrap_or_default();
    if let Some(second) = composer.next_document()
        && !second.is_null()
    {
        composer.diagnostics.push(
            Diagnostic::error(YamlCode::MultipleDocuments, "expected one document, found a second one")
                .at(second.location),
        );
    }
    composer.finish(root)
}

/// The errors of a text that cannot be read.
#[derive(Debug, Clone)]
pub struct ReadError {
    /// Our errors; never empty.
    pub diagnostics: Vec<Diagnostic>,
    /// The message of Go programs, with go-yaml's line number: `yaml: line 2: did not find expected key`.
    pub go: String,
}

/// Reads the first document of a text that is `source`, as Go programs do. They ignore the rest of the text, except for
/// invalid characters in the same 512 bytes, which they read at once.
///
/// # Errors
///
/// As [`values`], together with the message of Go programs.
///
/// ```
/// use mkmanifests_yaml::tree::read::{Duplicates, first_document};
/// let first = first_document(Default::default(), "a\n---\n]", Duplicates::LastWins).unwrap();
/// assert_eq!(first.as_str(), Some("a"));
/// let refused = first_document(Default::default(), "a: b: c", Duplicates::LastWins).unwrap_err();
/// assert_eq!(refused.go, "yaml: mapping values are not allowed in this context");
/// ```
pub fn first_document(
    source: SourceId,
    text: &(impl AsRef<[u8]> + ?Sized),
    duplicates: Duplicates,
) -> Result<Node, ReadError> {
    let bytes = text.as_ref();
    if let Err(diagnostics) = check_size(bytes.len(), "the text") {
        let go = diagnostics.first().map(|diagnostic| format!("yaml: {}", diagnostic.reason)).unwrap_or_default();
        return Err(ReadError { diagnostics, go });
    }
    first_of(source, bytes, duplicates, MAX_NODES)
}

/// Reads a large text, such as the index of a chart repository, as [`first_document`]. The caller limits its size; at most
/// `millions` of nodes.
///
/// # Errors
///
/// As [`first_document`].
pub fn large_document(
    source: SourceId,
    bytes: &[u8],
    duplicates: Duplicates,
    millions: usize,
) -> Result<Node, ReadError> {
    first_of(source, bytes, duplicates, millions.saturating_mul(1_000_000))
}

fn first_of(source: SourceId, bytes: &[u8], duplicates: Duplicates, max_nodes: usize) -> Result<Node, ReadError> {
    let utf16 = utf16::decode(bytes);
    let (text, bad) = utf16.as_ref().map_or_else(|| octets::readable(bytes), |(text, bad)| (text.as_str(), *bad));
    let mut composer = Composer::as_go(source, text, duplicates, bad);
    composer.max_nodes = max_nodes;
    let root = composer.next_document().unwrap_or_default();
    composer.convert(&root);
    let Some(first) = composer.diagnostics.first() else { return Ok(root) };
    let go = composer.go.message(&first.reason);
    Err(ReadError { diagnostics: composer.diagnostics, go })
}

/// Decodes the text of a file, without its byte order mark, and adds it to the sources.
fn text(sources: &mut Sources, name: &str, bytes: &[u8]) -> Result<(SourceId, std::sync::Arc<str>), Vec<Diagnostic>> {
    check_size(bytes.len(), &format!("`{name}`"))?;
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let diagnostic = Diagnostic::error(YamlCode::Encoding, format!("`{name}` is UTF-16, expected UTF-8"));
        return Err(vec![diagnostic.help("save it as UTF-8, for example with `iconv -f UTF-16 -t UTF-8`")]);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let text: std::sync::Arc<str> = text.into();
            Ok((sources.add(name, text.clone()), text))
        }
        Err(error) => {
            let valid = &bytes[..error.valid_up_to()];
            let source = sources.add(name, String::from_utf8_lossy(bytes));
            let byte = bytes.get(valid.len()).copied().unwrap_or(0);
            let message = format!("`{name}` is not UTF-8: byte {byte:#04x} at offset {}", valid.len());
            let location = location_after(source, &String::from_utf8_lossy(valid));
            Err(vec![
                Diagnostic::error(YamlCode::Encoding, message)
                    .at(location)
                    .help("save the file as UTF-8, and encode binary data as base64"),
            ])
        }
    }
}

fn check_size(bytes: usize, what: &str) -> Result<(), Vec<Diagnostic>> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let message = format!("{what} is larger than the limit of {} MiB", MAX_BYTES >> 20);
    Err(vec![Diagnostic::error(YamlCode::TooLarge, message)])
}

/// Returns the location after `text`, the start of the source.
fn location_after(source: SourceId, text: &str) -> Location {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
    let last = text.rsplit('\n').next().unwrap_or_default();
    Location::new(source, count(text.matches('\n').count()), count(last.chars().count()))
}
