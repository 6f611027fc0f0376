//! The types of expressions.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The type of a value, as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    /// Not known here: everything may be done with it.
    Unknown,
    /// Not known before the expression runs: everything may be done with it then.
    Dyn,
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    Null,
    Timestamp,
    Duration,
    /// A type of one of Kubernetes' libraries, by its name: `quantity`, `url`, `ip`.
    Named(&'static str),
    /// A value that may be absent.
    Optional(Arc<Type>),
    List(Arc<Type>),
    /// A map from texts.
    Map(Arc<Type>),
    /// An object with these fields and no others.
    Object(Arc<BTreeMap<String, Type>>),
}

impl Type {
    pub(crate) fn list(of: Type) -> Type {
        Type::List(Arc::new(of))
    }

    pub(crate) fn optional(of: Type) -> Type {
        Type::Optional(Arc::new(of))
    }

    pub(crate) fn map(of: Type) -> Type {
        Type::Map(Arc::new(of))
    }

    pub(crate) fn object<'n>(fields: impl IntoIterator<Item = (&'n str, Type)>) -> Type {
        Type::Object(Arc::new(fields.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect()))
    }

    /// Returns whether nothing is known of it.
    pub(super) fn is_open(&self) -> bool {
        matches!(self, Type::Unknown | Type::Dyn)
    }

    /// Returns whether they are the same type, as far as both are known; `dyn` is a separate type.
    pub(super) fn is_equivalent(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Unknown, _) | (_, Type::Unknown) => true,
            (Type::List(a), Type::List(b)) | (Type::Map(a), Type::Map(b)) | (Type::Optional(a), Type::Optional(b)) => {
                a.is_equivalent(b)
            }
            (Type::Object(_), Type::Object(_)) => true,
            _ => self == other,
        }
    }

    /// Returns whether a value of one can be a value of the other.
    pub(super) fn fits(&self, other: &Type) -> bool {
        match (self, other) {
            _ if self.is_open() || other.is_open() => true,
            (Type::List(a), Type::List(b)) | (Type::Map(a), Type::Map(b)) | (Type::Optional(a), Type::Optional(b)) => {
                a.fits(b)
            }
            (Type::Object(_), Type::Object(_)) => true,
            (Type::Null, Type::Object(_) | Type::Timestamp | Type::Duration) => true,
            (Type::Object(_) | Type::Timestamp | Type::Duration, Type::Null) => true,
            // An object can be written as a map.
            (Type::Object(_), Type::Map(_)) | (Type::Map(_), Type::Object(_)) => true,
            _ => self == other,
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Unknown | Type::Dyn => f.write_str("dyn"),
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Uint => f.write_str("uint"),
            Type::Double => f.write_str("double"),
            Type::String => f.write_str("string"),
            Type::Bytes => f.write_str("bytes"),
            Type::Null => f.write_str("null"),
            Type::Timestamp => f.write_str("timestamp"),
            Type::Duration => f.write_str("duration"),
            Type::Named(name) => f.write_str(name),
            Type::Optional(of) => write!(f, "optional({of})"),
            Type::List(of) => write!(f, "list({of})"),
            Type::Map(of) => write!(f, "map(string, {of})"),
            Type::Object(_) => f.write_str("object"),
        }
    }
}

/// Returns the name of a field in expressions; `None` if expressions cannot refer to it.
///
/// Source: `Escape`, apiserver pkg/cel/escaping.go
pub(crate) fn field_name(name: &str) -> Option<String> {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte);
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) || !name.bytes().all(is_known) {
        return None;
    }
    if super::environment::SYMBOLS.contains(&name) || super::environment::RESERVED.contains(&name) {
        return Some(format!("__{name}__"));
    }
    if !name.contains(['.', '-', '/']) && !name.contains("__") {
        return Some(name.to_owned());
    }
    let escaped = name.replace("__", "\0").replace('.', "__dot__").replace('-', "__dash__").replace('/', "__slash__");
    Some(escaped.replace('\0', "__underscores__"))
}
