//! What is wrong with a schema, or with a value, in the words of Helm's library.

use std::fmt;

use super::json::Json;
use super::location::escape;
use super::number::{Number, localized, localized_int};
use super::schema::{SchemaRef, Types};
use crate::go::quote::quote as go_quote;

/// Why a schema cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CompileError {
    /// The document is not JSON.
    Syntax(String),
    ParseUrl {
        url: String,
        why: String,
    },
    /// A document that no `--schema-map` and no `--schema-dir` has.
    Unmapped {
        url: String,
        why: String,
    },
    /// A document that is mapped, but not JSON.
    Load {
        url: String,
        why: String,
    },
    InvalidMetaschemaUrl {
        at: String,
        why: String,
    },
    UnsupportedDraft {
        url: String,
    },
    MetaschemaCycle {
        url: String,
    },
    UnsupportedVocabulary {
        url: String,
        vocabulary: String,
    },
    /// The schema breaks the rules for schemas; the text is a report of [`Error`], and its reasons are those of the errors
    /// that have no causes.
    Metaschema {
        at: String,
        report: String,
        reasons: Vec<String>,
    },
    ParseId {
        at: String,
    },
    ParseAnchor {
        at: String,
    },
    DuplicateId {
        id: String,
        url: String,
        pointers: [String; 2],
    },
    DuplicateAnchor {
        anchor: String,
        url: String,
        pointers: [String; 2],
    },
    InvalidPointer {
        at: String,
    },
    PointerNotFound {
        at: String,
    },
    AnchorNotFound {
        url: String,
        reference: String,
    },
    InvalidRegex {
        at: String,
        pattern: String,
        why: String,
    },
}

fn q(text: &str) -> String {
    go_quote(text.as_bytes())
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

/// One thing that a schema refuses, with what led to it.
#[derive(Debug)]
pub(crate) struct Error<'s> {
    /// The schema that refuses it.
    pub(crate) schema: SchemaRef<'s>,
    /// The keys and indexes that lead to the value.
    pub(crate) path: Vec<String>,
    pub(crate) kind: Kind<'s>,
    pub(crate) causes: Vec<Error<'s>>,
}

#[derive(Debug)]
pub(crate) enum Kind<'s> {
    /// Several errors of one value.
    Group,
    /// The whole report; the URL of the schema.
    Schema {
        url: &'s str,
    },
    /// What a `$ref` or the like leads to.
    Reference,
    RefCycle {
        url: &'s str,
        keywords: [String; 2],
    },
    /// Not one of the library's: it would go on.
    TooManySteps,
    False,
    Type {
        got: &'static str,
        want: Types,
    },
    Enum {
        want: &'s [Json],
    },
    Const {
        want: &'s Json,
    },
    Format {
        got: String,
        want: &'static str,
        why: String,
    },
    Size {
        keyword: &'static str,
        got: usize,
        want: i64,
    },
    Bound {
        keyword: &'static str,
        got: Number,
        want: &'s Number,
    },
    Required {
        missing: Vec<&'s str>,
    },
    Dependency {
        property: &'s str,
        missing: Vec<&'s str>,
    },
    AdditionalProperties {
        names: Vec<String>,
    },
    PropertyName {
        name: String,
    },
    AdditionalItems {
        count: usize,
    },
    UniqueItems {
        first: usize,
        second: usize,
    },
    Contains,
    MinContains {
        got: Vec<usize>,
        want: i64,
    },
    MaxContains {
        got: Vec<usize>,
        want: i64,
    },
    Pattern {
        got: String,
        want: &'s str,
    },
    Not,
    AllOf,
    AnyOf,
    /// None matches, or two do.
    OneOf(Option<(usize, usize)>),
}

/// A text in single quotes, as in the library's messages.
fn quote(text: &str) -> String {
    let quoted = q(text).replace("\\\"", "\"").replace('\'', "\\'");
    let inner = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    format!("'{inner}'")
}

fn quote_all(texts: &[impl AsRef<str>]) -> String {
    texts.iter().map(|text| quote(text.as_ref())).collect::<Vec<_>>().join(", ")
}

fn display(value: &Json) -> String {
    match value {
        Json::Null => "<nil>".to_owned(),
        Json::Bool(bool) => bool.to_string(),
        Json::Number(number) => number.text(),
        Json::Text(text) => quote(text),
        Json::List(_) | Json::Map(_) => "value".to_owned(),
    }
}

fn is_plain(value: &Json) -> bool {
    !matches!(value, Json::List(_) | Json::Map(_))
}

fn size(number: usize) -> String {
    localized_int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Indexes as Go prints a list, without its brackets.
fn indexes(indexes: &[usize]) -> String {
    indexes.iter().map(usize::to_string).collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Group | Kind::Reference => f.write_str("validation failed"),
            Kind::Schema { url } => write!(f, "jsonschema validation failed with {}", quote(url)),
            Kind::RefCycle { url, keywords: [one, two] } => {
                write!(f, "both {one} and {two} resolve to {} causing reference cycle", q(url))
            }
            Kind::TooManySteps => f.write_str("validating takes too many steps"),
            Kind::False => f.write_str("false schema"),
            Kind::Type { got, want } => write!(f, "got {got}, want {want}"),
            Kind::Enum { want } if !want.iter().all(is_plain) => f.write_str("'enum' failed"),
            Kind::Enum { want: [want] } => write!(f, "value must be {}", display(want)),
            Kind::Enum { want } => {
                write!(f, "value must be one of {}", want.iter().map(display).collect::<Vec<_>>().join(", "))
            }
            Kind::Const { want } if !is_plain(want) => f.write_str("'const' failed"),
            Kind::Const { want } => write!(f, "value must be {}", display(want)),
            Kind::Format { got, want, why } => write!(f, "{} is not valid {want}: {why}", quote(got)),
            Kind::Size { keyword, got, want } => {
                write!(f, "{keyword}: got {}, want {}", size(*got), localized_int(*want))
            }
            Kind::Bound { keyword, got, want } => {
                write!(f, "{keyword}: got {}, want {}", localized(got.to_float()), localized(want.to_float()))
            }
            Kind::Required { missing } if missing.len() == 1 => write!(f, "missing property {}", quote_all(missing)),
            Kind::Required { missing } => write!(f, "missing properties {}", quote_all(missing)),
            Kind::Dependency { property, missing } => {
                write!(f, "properties {} required, if {} exists", quote_all(missing), quote(property))
            }
            Kind::AdditionalProperties { names } => {
                write!(f, "additional properties {} not allowed", quote_all(names))
            }
            Kind::PropertyName { name } => write!(f, "invalid propertyName {}", quote(name)),
            Kind::AdditionalItems { count } => write!(f, "last {} additionalItem(s) not allowed", size(*count)),
            Kind::UniqueItems { first, second } => {
                write!(f, "items at {} and {} are equal", size(*first), size(*second))
            }
            Kind::Contains => f.write_str("no items match contains schema"),
            Kind::MinContains { got, want } if got.is_empty() => {
                write!(f, "min {} items required to match contains schema, but none matched", localized_int(*want))
            }
            Kind::MinContains { got, want } => contains(f, "min", got, *want),
            Kind::MaxContains { got, want } => contains(f, "max", got, *want),
            Kind::Pattern { got, want } => write!(f, "{} does not match pattern {}", quote(got), quote(want)),
            Kind::Not => f.write_str("'not' failed"),
            Kind::AllOf => f.write_str("'allOf' failed"),
            Kind::AnyOf => f.write_str("'anyOf' failed"),
            Kind::OneOf(None) => f.write_str("'oneOf' failed, none matched"),
            Kind::OneOf(Some((one, two))) => {
                write!(f, "'oneOf' failed, subschemas {}, {} matched", size(*one), size(*two))
            }
        }
    }
}

fn contains(f: &mut fmt::Formatter<'_>, which: &str, got: &[usize], want: i64) -> fmt::Result {
    let (want, count, at) = (localized_int(want), size(got.len()), indexes(got));
    write!(f, "{which} {want} items required to match contains schema, but matched {count} items at {at}")
}

impl Error<'_> {
    /// Whether it is left out of reports, as its only cause says it all.
    pub(crate) fn is_skipped(&self) -> bool {
        matches!(self.kind, Kind::Reference) && self.causes.len() == 1
    }

    /// The report on the causes alone, a line each.
    pub(crate) fn below(&self) -> String {
        self.causes.iter().map(|cause| At(cause, 1).to_string().trim_start().to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// What the errors without causes say, which the others lead to.
    pub(crate) fn reasons(&self) -> Vec<String> {
        if self.causes.is_empty() {
            return vec![self.line()];
        }
        self.causes.iter().flat_map(Error::reasons).collect()
    }

    /// The error itself, without its causes.
    fn line(&self) -> String {
        if matches!(self.kind, Kind::Schema { .. }) {
            return self.kind.to_string();
        }
        let pointer: String = self.path.iter().map(|token| format!("/{}", escape(token))).collect();
        format!("at {}: {}", quote(&pointer), self.kind)
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let mut below = depth;
        if !self.is_skipped() {
            below += 1;
            if depth > 0 {
                write!(f, "\n{}- ", "  ".repeat(depth - 1))?;
            }
            f.write_str(&self.line())?;
        }
        self.causes.iter().try_for_each(|cause| cause.write(f, below))
    }
}

/// An error at a depth of a report.
struct At<'e, 's>(&'e Error<'s>, usize);

impl fmt::Display for At<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f, self.1)
    }
}

impl fmt::Display for Error<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}
