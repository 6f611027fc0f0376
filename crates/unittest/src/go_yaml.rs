//! YAML as go-yaml 3 reads and writes it: the library of helm-unittest.
//!
//! Helm itself uses go-yaml 2 and converts to JSON. Here `yes` is a string, `1.0` a float, `2001-01-01` a time, a key can
//! be a number, and a duplicate key is an error. [`mkmanifests_yaml`] has the grammar, which is the same, and the layout
//! of the output.

mod any_map;
mod decode;
mod node;
mod scalar;
mod write;

use std::fmt;

use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::SourceId;
use mkmanifests_yaml::tree::read::ReadError;

pub use any_map::AnyMap;
pub use decode::{Decoder, TypeErrors};
pub use mkmanifests_yaml::tree::read::raw::{Content, RawDocuments, RawNode};
pub use node::NodeExt;
pub use scalar::{Tag, scalar_text};
pub use write::{write, write_trimmed};

/// The error of a text that is not YAML, or has other types than expected, in the words of go-yaml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    text: String,
    line: Option<u32>,
}

impl Error {
    /// Creates an error about the whole document; go-yaml begins each with `yaml: `.
    pub fn new(message: impl fmt::Display) -> Error {
        Error { text: format!("yaml: {message}"), line: None }
    }

    /// Returns the line of a syntax error, from 1.
    pub fn line(&self) -> Option<u32> {
        self.line
    }
}

impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        let location = error.diagnostics.first().map(|diagnostic| diagnostic.location);
        Error { text: error.go, line: location.map(|location| location.line).filter(|line| *line > 0) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}

/// Reads the nodes of the first document of a text, without resolving them; `None` for a text without documents.
///
/// # Errors
/// Go's error.
pub fn parse(source: SourceId, text: &str) -> Result<Option<RawNode<'_>>, Error> {
    Ok(RawDocuments::new(source, text).next_document()?)
}

/// Reads the nodes of all documents of a text.
///
/// # Errors
/// Go's error.
pub fn parse_documents(source: SourceId, text: &str) -> Result<Vec<RawNode<'_>>, Error> {
    let mut documents = RawDocuments::new(source, text);
    let mut nodes = Vec::new();
    while let Some(node) = documents.next_document()? {
        nodes.push(node);
    }
    Ok(nodes)
}

/// Reads the first document of a text as Go's `any`. Returns nil for an empty text.
///
/// # Errors
/// Go's error.
pub fn read(text: &str) -> Result<Value, Error> {
    parse(SourceId::default(), text)?.map_or(Ok(Value::Nil), |node| decode(&node))
}

/// Reads the first document of a text as Go's `map[string]any`: keys of other types become their text. Returns an empty
/// map for an empty text.
///
/// # Errors
/// Go's error, also for a document that is not a mapping.
pub fn read_map(text: &str) -> Result<Map, Error> {
    parse(SourceId::default(), text)?.map_or_else(|| Ok(Map::new()), |node| decode_map(&node))
}

/// Reads all documents of a text as Go's `any`. An empty document is nil.
///
/// # Errors
/// Go's error.
pub fn read_documents(text: &str) -> Result<Vec<Value>, Error> {
    read_all(text, decode)
}

/// Reads all documents of a text as Go's `map[string]any`: the manifests of a template. An empty document is an empty map.
///
/// # Errors
/// Go's error, also for a document that is not a mapping.
pub fn read_maps(text: &str) -> Result<Vec<Map>, Error> {
    read_all(text, decode_map)
}

fn read_all<T>(text: &str, decode: fn(&RawNode<'_>) -> Result<T, Error>) -> Result<Vec<T>, Error> {
    let mut documents = RawDocuments::new(SourceId::default(), text);
    let mut values = Vec::new();
    while let Some(node) = documents.next_document()? {
        values.push(decode(&node)?);
    }
    Ok(values)
}

/// Decodes a node as Go's `any`.
///
/// # Errors
/// Go's error.
pub fn decode(node: &RawNode<'_>) -> Result<Value, Error> {
    let mut decoder = Decoder::default();
    let value = decoder.any(node)?;
    decoder.errors.finish(value.unwrap_or_default())
}

/// Decodes a node as Go's `map[string]any`.
///
/// # Errors
/// Go's error.
pub fn decode_map(node: &RawNode<'_>) -> Result<Map, Error> {
    let mut decoder = Decoder::default();
    let map = decoder.map(node)?;
    decoder.errors.finish(map.unwrap_or_default())
}
