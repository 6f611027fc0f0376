//! What is wrong with a schema, or with a value, in the words of Helm's library.

use std::fmt;

use super::json::Json;
use super::location::escape;
use super::number::{Number, localized, localized_int};
use super::schema::{SchemaRef, Types};
use mkmanifests_go::quote::quote as go_quote;

pub(super) fn q(text: &str) -> String {
    go_quote(text.as_bytes())
}

/// One thing that a schema refuses, with what led to it.
#[derive(Debug)]
pub struct Error<'s> {
    /// The schema that refuses it.
    pub schema: SchemaRef<'s>,
    /// The keys and indexes that lead to the value.
    pub path: Vec<String>,
    /// What is wrong with it.
    pub kind: Kind<'s>,
    /// The errors that led to this one.
    pub causes: Vec<Error<'s>>,
}

/// What a schema refuses, by keyword.
#[derive(Debug)]
pub enum Kind<'s> {
    /// Several errors of one value.
    Group,
    /// The whole report; the URL of the schema.
    Schema {
        /// The URL.
        url: String,
    },
    /// What a `$ref` or the like leads to.
    Reference,
    /// References that lead back to themselves.
    RefCycle {
        /// The URL.
        url: String,
        /// The two keywords.
        keywords: [String; 2],
    },
    /// Not one of the library's: it would go on.
    TooManySteps,
    /// The schema is `false`.
    False,
    /// `type`: the type of the value, and those it may have.
    Type {
        /// What the value is.
        got: &'static str,
        /// What it has to be.
        want: Types,
    },
    /// `enum`: the values it may have.
    Enum {
        /// What it has to be.
        want: &'s [Json],
    },
    /// `const`: the value it has to be.
    Const {
        /// What it has to be.
        want: &'s Json,
    },
    /// `format`: the text, the name of the format, and why it does not fit.
    Format {
        /// What the value is.
        got: String,
        /// What it has to be.
        want: &'static str,
        /// The reason.
        why: String,
    },
    /// `minItems`, `maxLength`, `minProperties` and the like.
    Size {
        /// The keyword.
        keyword: &'static str,
        /// What the value is.
        got: usize,
        /// What it has to be.
        want: i64,
    },
    /// `minimum`, `exclusiveMaximum`, `multipleOf` and the like.
    Bound {
        /// The keyword.
        keyword: &'static str,
        /// What the value is.
        got: Number,
        /// What it has to be.
        want: &'s Number,
    },
    /// `required`: the keys that are missing.
    Required {
        /// The keys that are missing.
        missing: Vec<&'s str>,
    },
    /// `dependentRequired`: the keys that are missing beside the property.
    Dependency {
        /// The key that asks for them.
        property: &'s str,
        /// The keys that are missing.
        missing: Vec<&'s str>,
    },
    /// Keys that the schema does not allow.
    AdditionalProperties {
        /// The keys.
        names: Vec<String>,
    },
    /// `propertyNames`: a key that does not fit.
    PropertyName {
        /// The key.
        name: String,
    },
    /// More items than the schema allows; how many.
    AdditionalItems {
        /// How many.
        count: usize,
    },
    /// Two items are equal; their indexes.
    UniqueItems {
        /// The first of the two.
        first: usize,
        /// The second of the two.
        second: usize,
    },
    /// `contains`: no item fits.
    Contains,
    /// `minContains`: the indexes of the items that fit, and how many have to.
    MinContains {
        /// What the value is.
        got: Vec<usize>,
        /// What it has to be.
        want: i64,
    },
    /// `maxContains`: the indexes of the items that fit, and how many may.
    MaxContains {
        /// What the value is.
        got: Vec<usize>,
        /// What it has to be.
        want: i64,
    },
    /// `pattern`: the text, and the pattern.
    Pattern {
        /// What the value is.
        got: String,
        /// What it has to be.
        want: &'s str,
    },
    /// `not`: the value fits.
    Not,
    /// `allOf`: one does not fit.
    AllOf,
    /// `anyOf`: none fits.
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
    pub fn is_skipped(&self) -> bool {
        matches!(self.kind, Kind::Reference) && self.causes.len() == 1
    }

    /// The report on the causes alone, a line each.
    pub fn below(&self) -> String {
        self.causes.iter().map(|cause| At(cause, 1).to_string().trim_start().to_owned()).collect::<Vec<_>>().join("\n")
    }

    /// What the errors without causes say, which the others lead to.
    pub fn reasons(&self) -> Vec<String> {
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
