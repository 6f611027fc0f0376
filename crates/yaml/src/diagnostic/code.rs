//! What kind of diagnostic it is, as data: code asks this, and never reads a message.

use std::fmt;

/// What a diagnostic says, for programs. Each area of the crate has an enum of its own, made by [`codes!`](crate::codes), whose codes turn
/// into this by [`From`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// A code of an area: its id.
    Area(&'static str),
    /// A rule of validation was broken: its id.
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
    /// The value is accepted, and is most likely not what was meant.
    Suspicious,
}

impl Code {
    /// The id: `yaml/duplicate-key`, `value/wrong-type`, or that of the rule.
    pub fn id(&self) -> &'static str {
        match self {
            Code::Area(id) | Code::Rule(id) => id,
            Code::Value(code) => code.id(),
        }
    }

    /// The id of the rule of validation that was broken, if there is one.
    pub fn rule(&self) -> Option<&'static str> {
        match self {
            Code::Rule(id) => Some(id),
            Code::Area(_) | Code::Value(_) => None,
        }
    }
}

impl ValueCode {
    /// The id, without what the code holds.
    pub fn id(&self) -> &'static str {
        match self {
            ValueCode::UnknownField => "value/unknown-field",
            ValueCode::MissingField => "value/missing-field",
            ValueCode::WrongType { .. } => "value/wrong-type",
            ValueCode::NotText { .. } => "value/not-text",
            ValueCode::Invalid => "value/invalid",
            ValueCode::Suspicious => "value/suspicious",
        }
    }
}

impl From<ValueCode> for Code {
    fn from(code: ValueCode) -> Self {
        Code::Value(code)
    }
}

/// Makes the enum of an area's codes, each with its id and what it means. Ids are `area/what-is-wrong`, and stay as they are:
/// people's programs compare them.
///
/// ```
/// use mkmanifests_yaml::diagnostic::Code;
/// mkmanifests_yaml::codes! {
///     /// What can be wrong with tea.
///     pub enum TeaCode {
///         /// It has cooled down.
///         Cold = "tea/cold",
///     }
/// }
/// assert_eq!(Code::from(TeaCode::Cold).id(), "tea/cold");
/// ```
#[macro_export]
macro_rules! codes {
    ($(#[doc = $about:literal])+ $visibility:vis enum $area:ident {
        $($(#[doc = $doc:literal])+ $code:ident = $id:literal,)+
    }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $visibility enum $area {
            $($(#[doc = $doc])+ $code,)+
        }

        impl $area {
            /// Every code of the area.
            pub const ALL: &'static [$area] = &[$($area::$code),+];

            /// The id, for programs.
            pub const fn id(self) -> &'static str {
                match self {
                    $($area::$code => $id,)+
                }
            }
        }

        impl From<$area> for $crate::diagnostic::Code {
            fn from(code: $area) -> Self {
                $crate::diagnostic::Code::Area(code.id())
            }
        }
    };
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
