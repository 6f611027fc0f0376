//! Errors of schemas that cannot be compiled, with the messages of Helm's library.

use std::fmt;

use super::error::q;

/// The reason why a schema cannot be compiled. Prints as the message of Helm's library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileError {
    /// The document is not JSON; the message of Go's JSON decoder.
    Syntax(String),
    /// A reference is not a valid URL.
    ParseUrl {
        /// The URL of the document.
        url: String,
        /// The reason.
        why: String,
    },
    /// The schema refers to a document that neither `--schema-map` nor `--schema-dir` provides.
    Unmapped {
        /// The URL of the document.
        url: String,
        /// The reason.
        why: String,
    },
    /// A document of `--schema-map` or `--schema-dir` is not JSON.
    Load {
        /// The URL of the document.
        url: String,
        /// The reason.
        why: String,
    },
    /// A `$schema` is not a valid URL.
    InvalidMetaschemaUrl {
        /// The location in the schema: URL and JSON pointer.
        at: String,
        /// The reason.
        why: String,
    },
    /// A `$schema` names an unknown draft.
    UnsupportedDraft {
        /// The URL of the document.
        url: String,
    },
    /// The `$schema` of documents form a cycle.
    MetaschemaCycle {
        /// The URL of the document.
        url: String,
    },
    /// A metaschema requires an unknown vocabulary.
    UnsupportedVocabulary {
        /// The URL of the document.
        url: String,
        /// The URL of the vocabulary.
        vocabulary: String,
    },
    /// The schema does not match its metaschema.
    Metaschema {
        /// The location in the schema: URL and JSON pointer.
        at: String,
        /// The report of all errors, as [`Error`](super::Error) prints it.
        report: String,
        /// The messages of the errors without causes.
        reasons: Vec<String>,
    },
    /// An `$id` is not a valid URL.
    ParseId {
        /// The location in the schema: URL and JSON pointer.
        at: String,
    },
    /// An `$anchor` is not valid.
    ParseAnchor {
        /// The location in the schema: URL and JSON pointer.
        at: String,
    },
    /// Two schemas have the same `$id`.
    DuplicateId {
        /// The `$id`.
        id: String,
        /// The URL of the document.
        url: String,
        /// The JSON pointers of the two schemas.
        pointers: [String; 2],
    },
    /// Two schemas have the same `$anchor`.
    DuplicateAnchor {
        /// The `$anchor`.
        anchor: String,
        /// The URL of the document.
        url: String,
        /// The JSON pointers of the two schemas.
        pointers: [String; 2],
    },
    /// The fragment of a reference is not a JSON pointer.
    InvalidPointer {
        /// The location in the schema: URL and JSON pointer.
        at: String,
    },
    /// A JSON pointer refers to nothing.
    PointerNotFound {
        /// The location in the schema: URL and JSON pointer.
        at: String,
    },
    /// A reference names an unknown anchor.
    AnchorNotFound {
        /// The URL of the document.
        url: String,
        /// The reference in the schema.
        reference: String,
    },
    /// A pattern is not a regular expression of Go.
    InvalidRegex {
        /// The location in the schema: URL and JSON pointer.
        at: String,
        /// The pattern.
        pattern: String,
        /// The reason.
        why: String,
    },
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use CompileError as E;
        match self {
            E::Syntax(why) => f.write_str(why),
            E::ParseUrl { url, why } => write!(f, "error in parsing {}: {why}", q(url)),
            E::Unmapped { url, why } | E::Load { url, why } => write!(f, "failing loading {}: {why}", q(url)),
            E::InvalidMetaschemaUrl { at, why } => write!(f, "invalid $schema in {}: {why}", q(at)),
            E::UnsupportedDraft { url } => write!(f, "draft {} is not supported", q(url)),
            E::MetaschemaCycle { url } => write!(f, "cycle in resolving $schema in {}", q(url)),
            E::UnsupportedVocabulary { url, vocabulary } => {
                write!(f, "unsupported vocabulary {} in {}", q(vocabulary), q(url))
            }
            E::Metaschema { at, report, .. } => write!(f, "{} is not valid against metaschema: {report}", q(at)),
            E::ParseId { at } => write!(f, "error in parsing id at {}", q(at)),
            E::ParseAnchor { at } => write!(f, "error in parsing anchor at {}", q(at)),
            E::DuplicateId { id, url, pointers: [one, two] } => {
                write!(f, "duplicate id {} in {} at {} and {}", q(id), q(url), q(one), q(two))
            }
            E::DuplicateAnchor { anchor, url, pointers: [one, two] } => {
                write!(f, "duplicate anchor {} in {} at {} and {}", q(anchor), q(url), q(one), q(two))
            }
            E::InvalidPointer { at } => write!(f, "invalid json-pointer {}", q(at)),
            E::PointerNotFound { at } => write!(f, "json-pointer in {} not found", q(at)),
            E::AnchorNotFound { url, reference } => {
                write!(f, "anchor in {} not found in schema {}", q(reference), q(url))
            }
            E::InvalidRegex { at, pattern, why } => write!(f, "invalid regex {} at {}: {why}", q(pattern), q(at)),
        }
    }
}
