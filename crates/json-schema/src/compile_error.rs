//! Why a schema cannot be compiled, in the words of Helm's library.

use std::fmt;

use super::error::q;

/// Why a schema cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileError {
    /// The document is not JSON.
    Syntax(String),
    /// A reference that is no URL.
    /// A reference that is no URL.
    ParseUrl {
        /// The URL.
        url: String,
        /// The reason.
        why: String,
    },
    /// A document that no `--schema-map` and no `--schema-dir` has.
    Unmapped {
        /// The URL.
        url: String,
        /// The reason.
        why: String,
    },
    /// A document that is mapped, but not JSON.
    Load {
        /// The URL.
        url: String,
        /// The reason.
        why: String,
    },
    /// A `$schema` that is no URL.
    InvalidMetaschemaUrl {
        /// Where in the schema.
        at: String,
        /// The reason.
        why: String,
    },
    /// A `$schema` that names no draft that the library knows.
    UnsupportedDraft {
        /// The URL.
        url: String,
    },
    /// Schemas whose `$schema` lead to one another.
    MetaschemaCycle {
        /// The URL.
        url: String,
    },
    /// A vocabulary that a metaschema requires and the library does not know.
    UnsupportedVocabulary {
        /// The URL.
        url: String,
        /// The URL of the vocabulary.
        vocabulary: String,
    },
    /// The schema breaks the rules for schemas; the text is a report of [`Error`](super::Error), and its reasons are those of the errors
    /// that have no causes.
    Metaschema {
        /// Where in the schema.
        at: String,
        /// All errors, as the library prints them.
        report: String,
        /// The errors that have no causes.
        reasons: Vec<String>,
    },
    /// An `$id` that is no URL.
    ParseId {
        /// Where in the schema.
        at: String,
    },
    /// An `$anchor` that is none.
    ParseAnchor {
        /// Where in the schema.
        at: String,
    },
    /// Two schemas with one `$id`.
    DuplicateId {
        /// The `$id`.
        id: String,
        /// The URL.
        url: String,
        /// Where the two are.
        pointers: [String; 2],
    },
    /// Two schemas with one `$anchor`.
    DuplicateAnchor {
        /// The `$anchor`.
        anchor: String,
        /// The URL.
        url: String,
        /// Where the two are.
        pointers: [String; 2],
    },
    /// A reference whose fragment is no JSON pointer.
    InvalidPointer {
        /// Where in the schema.
        at: String,
    },
    /// A JSON pointer that leads to nothing.
    PointerNotFound {
        /// Where in the schema.
        at: String,
    },
    /// A reference to an anchor that is not there.
    AnchorNotFound {
        /// The URL.
        url: String,
        /// The reference as it is written.
        reference: String,
    },
    /// A pattern that is no regular expression of Go.
    InvalidRegex {
        /// Where in the schema.
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
