//! The scalars that filters compare: a type and the text in YAML.

use std::cmp::Ordering;

use mkmanifests_gotmpl::Value;

use super::lexeme::Operator;
use crate::go_yaml::scalar_text;

/// The types that filters distinguish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    /// A list, a mapping or a time.
    Other,
    Text,
    Integer,
    Float,
    Boolean,
    Null,
    Regex,
}

/// A value of a filter.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    pub kind: Type,
    pub text: String,
}

impl Typed {
    pub fn new(kind: Type, text: String) -> Typed {
        Typed { kind, text }
    }

    /// Returns the type that go-yaml finds when it reads the value again.
    pub fn of(value: &Value) -> Typed {
        let text = scalar_text(value).into_owned();
        let kind = match value {
            Value::Nil => Type::Null,
            Value::Bool(_) => Type::Boolean,
            Value::Int(..) | Value::Uint(..) => Type::Integer,
            Value::Float(_) if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => Type::Integer,
            Value::Float(_) => Type::Float,
            Value::Str(raw) if raw.as_str().is_some_and(|text| text != "<<") => Type::Text,
            _ => Type::Other,
        };
        Typed { kind, text }
    }

    fn is_number(&self) -> bool {
        matches!(self.kind, Type::Integer | Type::Float)
    }

    /// Compares two values; those of different types are only unequal.
    pub fn compare(&self, other: &Typed, operator: Operator) -> bool {
        let numbers = self.is_number() && other.is_number();
        let ordering = if numbers {
            numeric(&self.text, &other.text)
        } else if self.kind != other.kind {
            None
        } else {
            match self.kind {
                Type::Boolean => self.text.eq_ignore_ascii_case(&other.text).then_some(Ordering::Equal),
                Type::Null => Some(Ordering::Equal),
                Type::Text => Some(self.text.cmp(&other.text)),
                _ => None,
            }
        };
        match operator {
            Operator::Equal => ordering == Some(Ordering::Equal),
            Operator::NotEqual => ordering != Some(Ordering::Equal),
            Operator::Greater => ordering == Some(Ordering::Greater),
            Operator::GreaterOrEqual => matches!(ordering, Some(Ordering::Greater | Ordering::Equal)),
            Operator::Less => ordering == Some(Ordering::Less),
            Operator::LessOrEqual => matches!(ordering, Some(Ordering::Less | Ordering::Equal)),
        }
    }
}

/// Compares numbers. The library stops the program at `.inf` and `.nan`, which it cannot parse.
fn numeric(one: &str, other: &str) -> Option<Ordering> {
    one.parse::<f64>().ok()?.partial_cmp(&other.parse::<f64>().ok()?)
}
