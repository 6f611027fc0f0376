//! What kind of diagnostic it is, as data: code asks this, and never reads a message.

use std::fmt;

/// The rule of fields that a type does not have.
pub const UNKNOWN_FIELD: &str = "unknown-field";

/// What a diagnostic says, for programs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Code {
    /// Only people tell it from others.
    #[default]
    General,
    /// A rule of [`check`](crate::check) was broken: its id.
    Rule(&'static str),
    /// A value does not fit its type.
    Value(ValueCode),
}

/// How a value does not fit the type that it is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueCode {
    /// The type has no such field.
    UnknownField,
    /// A required field is missing.
    MissingField,
    /// The value is of another type.
    WrongType {
        /// What the type is, in words: "a string".
        expected: String,
        /// What the value is.
        found: ValueType,
    },
    /// YAML reads the text that was written as a number or boolean.
    NotText {
        /// The text as it was written.
        written: String,
    },
    /// The type matches, the value does not.
    Invalid,
}

impl Code {
    /// The id of the rule of [`check`](crate::check) that was broken, if there is one.
    pub fn rule(&self) -> Option<&'static str> {
        match self {
            Code::Rule(id) => Some(id),
            Code::Value(ValueCode::UnknownField) => Some(UNKNOWN_FIELD),
            Code::General | Code::Value(_) => None,
        }
    }
}

/// The type of a value in a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// Text.
    String,
    /// Bytes that are not UTF-8.
    Bytes,
    /// A list.
    List,
    /// A mapping.
    Mapping,
}

/// The object that a diagnostic is about. Prints as ``Deployment `shop/web` ``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectName {
    /// Its kind; "object" if it has none.
    pub kind: String,
    /// Its namespace, if it names one.
    pub namespace: Option<String>,
    /// Its name, or the start of a generated one.
    pub name: Option<String>,
}

impl ObjectName {
    /// The name with its namespace, if there is a name: `shop/web`.
    pub fn path(&self) -> Option<String> {
        let name = self.name.as_deref()?;
        Some(self.namespace.as_deref().map_or_else(|| name.to_owned(), |namespace| format!("{namespace}/{name}")))
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            Some(path) => write!(f, "{} `{path}`", self.kind),
            None => write!(f, "{} without a name", self.kind),
        }
    }
}
