//! Errors of values and schemas, with the messages of Helm's library.

use std::fmt;

use super::json::Json;
use super::location::escape;
use super::number::{Number, localized, localized_int};
use super::schema::{SchemaRef, Types};
use mkmanifests_go::quote::quote as go_quote;

pub(super) fn q(text: &str) -> String {
    go_quote(text.as_bytes())
}

/// An error of a value, with its causes. Prints as a report of Helm's library.
#[derive(Debug)]
pub struct Error<'s> {
    /// The schema that the value does not match.
    pub schema: SchemaRef<'s>,
    /// The keys and indices of the value, from the root.
    pub path: Vec<String>,
    /// The keyword that the value does not match.
    pub kind: Kind<'s>,
    /// The errors that caused this one, such as those of the alternatives of `anyOf`.
    pub causes: Vec<Error<'s>>,
}

/// The kinds of errors, mostly one per keyword. Prints as the message of Helm's library.
#[derive(Debug)]
pub enum Kind<'s> {
    /// Several errors of one value, which are the causes.
    Group,
    /// The root of a report; all errors are its causes.
    Schema {
        /// The URL of the schema.
        url: String,
    },
    /// The errors of the target of a `$ref` or similar keyword.
    Reference,
    /// A cycle of references.
    RefCycle {
        /// The URL of the schema that both keywords refer to.
        url: String,
        /// The locations of the two keywords.
        keywords: [String; 2],
    },
    /// The validation takes more than 10 million steps. Helm's library has no such limit.
    TooManySteps,
    /// The schema is `false`.
    False,
    /// `type`: the value has another type.
    Type {
        /// The type of the value.
        got: &'static str,
        /// The allowed types.
        want: Types,
    },
    /// `enum`: the value is not one of the allowed values.
    Enum {
        /// The allowed values.
        want: &'s [Json],
    },
    /// `const`: the value differs.
    Const {
        /// The only allowed value.
        want: &'s Json,
    },
    /// `format`: the string does not have the format.
    Format {
        /// The string.
        got: String,
        /// The name of the format.
        want: &'static str,
        /// The reason.
        why: String,
    },
    /// `minItems`, `maxLength`, `minProperties` and similar keywords.
    Size {
        /// The keyword.
        keyword: &'static str,
        /// The size of the value: characters, items or properties.
        got: usize,
        /// The limit.
        want: i64,
    },
    /// `minimum`, `exclusiveMaximum`, `multipleOf` and similar keywords.
    Bound {
        /// The keyword.
        keyword: &'static str,
        /// The value.
        got: Number,
        /// The limit or the factor.
        want: &'s Number,
    },
    /// `required`: the keys that are missing.
    Required {
        /// The keys that are missing.
        missing: Vec<&'s str>,
    },
    /// `dependentRequired`: a key requires other keys, which are missing.
    Dependency {
        /// The key that requires them.
        property: &'s str,
        /// The keys that are missing.
        missing: Vec<&'s str>,
    },
    /// `additionalProperties: false`: keys that the schema does not allow.
    AdditionalProperties {
        /// The keys.
        names: Vec<String>,
    },
    /// `propertyNames`: a key that does not match the schema.
    PropertyName {
        /// The key.
        name: String,
    },
    /// `additionalItems: false` or `items: false`: more items than the schema allows.
    AdditionalItems {
        /// The number of extra items.
        count: usize,
    },
    /// `uniqueItems`: two items are equal.
    UniqueItems {
        /// The index of the first item.
        first: usize,
        /// The index of the second item.
        second: usize,
    },
    /// `contains`: no item matches.
    Contains,
    /// `minContains`: too few items match.
    MinContains {
        /// The indices of the items that match.
        got: Vec<usize>,
        /// The limit.
        want: i64,
    },
    /// `maxContains`: too many items match.
    MaxContains {
        /// The indices of the items that match.
        got: Vec<usize>,
        /// The limit.
        want: i64,
    },
    /// `pattern`: the string does not match.
    Pattern {
        /// The string.
        got: String,
        /// The pattern, a regular expression of Go.
        want: &'s str,
    },
    /// `not`: the value matches.
    Not,
    /// `allOf`: at least one schema does not match.
    AllOf,
    /// `anyOf`: no schema matches.
    AnyOf,
    /// `oneOf`: no schema matches, or two do, whose indices these are.
    OneOf(Option<(usize, usize)>),
}

/// Quotes a text with single quotes, as in the messages of the library.
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

/// Formats indices as Go prints a list, without its brackets.
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
    /// Returns whether reports leave it out: a reference with only one cause.
    pub fn is_skipped(&self) -> bool {
        matches!(self.kind, Kind::Reference) && self.causes.len() == 1
    }

    /// Returns the report of the causes, without this error, one line per error.
    pub fn below(&self) -> String {
        self.causes
            .iter()
            .map(|cause| Indented(cause, 1).to_string().trim_start().to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// Returns the messages of the errors without causes, which caused all others.
    pub fn reasons(&self) -> Vec<String> {
        if self.causes.is_empty() {
            return vec![self.line()];
        }
        self.causes.iter().flat_map(Error::reasons).collect()
    }

    /// Returns the line of the error, without its causes.
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

/// An error at a depth of the report.
struct Indented<'e, 's>(&'e Error<'s>, usize);

impl fmt::Display for Indented<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f, self.1)
    }
}

impl fmt::Display for Error<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}
