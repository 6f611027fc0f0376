//! Codes of diagnostics. Programs compare codes, never messages.

use std::fmt;

/// The code of a diagnostic, for programs. Each area has its own enum of codes, defined with [`codes!`](crate::codes),
/// that converts into this type with [`From`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// The id of a code of an area, such as `yaml/duplicate-key`.
    Area(&'static str),
    /// The id of a broken rule, such as `pod/restart-policy`.
    Rule(&'static str),
    /// A value does not match its type.
    Value(ValueCode),
}

/// How a value does not match the type that it is read as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueCode {
    /// The type has no such field.
    UnknownField,
    /// A required field is missing.
    MissingField,
    /// The value has another type.
    WrongType {
        /// The expected type in words: "a string".
        expected: String,
        /// The type of the value.
        found: ValueType,
    },
    /// A string was expected, and YAML reads the unquoted text as a number or boolean.
    NotText {
        /// The text in the file.
        written: String,
    },
    /// The type matches, but the value is not allowed.
    Invalid,
    /// The value is valid, but most likely a mistake.
    Suspicious,
}

impl Code {
    /// Returns the id: `yaml/duplicate-key`, `value/wrong-type`, or that of the rule.
    pub fn id(&self) -> &'static str {
        match self {
            Code::Area(id) | Code::Rule(id) => id,
            Code::Value(code) => code.id(),
        }
    }

    /// Returns the id of the broken rule; `None` for other codes.
    pub fn rule(&self) -> Option<&'static str> {
        match self {
            Code::Rule(id) => Some(id),
            Code::Area(_) | Code::Value(_) => None,
        }
    }
}

impl ValueCode {
    /// Returns the id, such as `value/wrong-type`.
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

/// Defines the enum of an area's codes, each with its id and a description. Ids have the form `area/what-is-wrong` and
/// never change: programs compare them.
///
/// ```
/// use mkmanifests_yaml::diagnostic::Code;
/// mkmanifests_yaml::codes! {
///     /// Errors of tea.
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
            /// All codes of the area.
            pub const ALL: &'static [$area] = &[$($area::$code),+];

            /// Returns the id, for programs.
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

/// The Kubernetes object that a diagnostic is about. Prints as ``Deployment `shop/web` ``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectName {
    /// The kind; "object" if it has none.
    pub kind: String,
    /// The namespace, if set.
    pub namespace: Option<String>,
    /// The name, or `generateName`.
    pub name: Option<String>,
}

impl ObjectName {
    /// Returns `NAMESPACE/NAME`, or `NAME` without a namespace; `None` without a name.
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
