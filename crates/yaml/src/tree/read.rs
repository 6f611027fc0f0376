//! YAML 1.1 text as Helm reads it.
//!
//! Helm turns YAML into JSON before anything else sees it: keys are text, `yes` is `true`, `0666` is 438, `1.0` is 1.
//! This module does the same, in one pass over the text, and differs on purpose in two points: a key that a mapping
//! has twice is an error, and so is a second document in a values file (Helm 4 merges it silently).

mod anchors;
mod block;
mod collection;
mod compose;
mod convert;
mod cursor;
mod fault;
mod go;
mod go_syntax;
mod merge;
mod mistake;
pub mod octets;
mod property;
mod resolve;
mod scalar;
mod scan;
mod utf16;

use self::compose::Composer;
use super::{Kind, Map, Node, YamlCode};
use crate::diagnostic::{Diagnostic, Location, SourceId, Sources};

/// How deep lists and mappings may be nested.
pub const MAX_DEPTH: usize = 128;

/// How many bytes a file may have: 16 MiB.
pub const MAX_BYTES: usize = crate::files::MAX_TEXT;

/// How many nodes a text may have once its aliases are expanded; each 64 bytes of repeated text count as one more.
pub const MAX_NODES: usize = 1_000_000;

/// What a key is that a mapping has twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duplicates {
    /// An error that names both lines.
    Refused,
    /// Taken; the last one wins, as in Helm.
    LastWins,
}

/// Reads a values file: one document that is a mapping, or none, which is an empty mapping.
///
/// The text is added to `sources` as `name`.
///
/// # Errors
///
/// All diagnostics of the file, or the first one of its grammar.
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
                    "a values file holds one document, found a second one",
                );
                let diagnostic = diagnostic.at(node.location).related(first.location, "the first document begins here");
                composer.diagnostics.push(diagnostic.help("remove the `---` before it, or give two files"));
                break;
            }
        }
    }
    if let Some(found) = root.as_ref().filter(|root| !root.is_null() && root.as_map().is_none()) {
        let diagnostic = Diagnostic::error(
            YamlCode::NotAMapping,
            format!("expected `key: value` pairs, found {}", found.describe()),
        );
        composer.diagnostics.push(diagnostic.at(found.location));
    }
    let empty = || Node::new(Kind::Map(Map::new()), Location::new(source, 1, 1));
    composer.finish(root.filter(|root| !root.is_null()).unwrap_or_else(empty))
}

/// Reads any number of documents of any kind; empty ones are left out. The text is added to `sources` as `name`.
///
/// # Errors
///
/// All diagnostics of the text, or the first one of its grammar.
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

/// Reads the one document of a text that is `source`; nothing but comments is `null`.
///
/// # Errors
///
/// All diagnostics of the text, or the first one of its grammar; a second document is one.
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

/// A text that cannot be read.
#[derive(Debug, Clone)]
pub struct Refused {
    /// What is wrong with it; never empty.
    pub diagnostics: Vec<Diagnostic>,
    /// What Go programs say of it, with go-yaml's line where it names one: `yaml: line 2: did not find expected key`.
    pub go: String,
}

/// Reads the first document of a text that is `source`, as Go programs do: what follows it is not looked at, but for
/// characters that YAML refuses in the 512 bytes which those programs read together.
///
/// # Errors
///
/// All diagnostics of the document, or the first one of its grammar, and what Go says.
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
) -> Result<Node, Refused> {
    let bytes = text.as_ref();
    if let Err(diagnostics) = check_size(bytes.len(), "the text") {
        let go = diagnostics.first().map(|diagnostic| format!("yaml: {}", diagnostic.reason)).unwrap_or_default();
        return Err(Refused { diagnostics, go });
    }
    let utf16 = utf16::decode(bytes);
    let (text, bad) = utf16.as_ref().map_or_else(|| octets::readable(bytes), |(text, bad)| (text.as_str(), *bad));
    let mut composer = Composer::as_go(source, text, duplicates, bad);
    let root = composer.next_document().unwrap_or_default();
    composer.convert(&root);
    let Some(first) = composer.diagnostics.first() else { return Ok(root) };
    let go = composer.go.message(&first.reason);
    Err(Refused { diagnostics: composer.diagnostics, go })
}

/// The text of a file, without its byte order mark, added to the sources.
fn text(sources: &mut Sources, name: &str, bytes: &[u8]) -> Result<(SourceId, std::sync::Arc<str>), Vec<Diagnostic>> {
    check_size(bytes.len(), &format!("`{name}`"))?;
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let diagnostic = Diagnostic::error(YamlCode::Encoding, format!("`{name}` is UTF-16, expected UTF-8"));
        return Err(vec![diagnostic.help("save it as UTF-8, for example by `iconv -f UTF-16 -t UTF-8`")]);
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
                    .help("save the file as UTF-8; binary data belongs in base64"),
            ])
        }
    }
}

fn check_size(bytes: usize, what: &str) -> Result<(), Vec<Diagnostic>> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let message = format!("{what} has more than {} MiB, the limit of mkmanifests", MAX_BYTES >> 20);
    Err(vec![Diagnostic::error(YamlCode::TooLarge, message)])
}

/// The location behind `text`, which begins the source.
fn location_after(source: SourceId, text: &str) -> Location {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1);
    let last = text.rsplit('\n').next().unwrap_or_default();
    Location::new(source, count(text.matches('\n').count()), count(last.chars().count()))
}
