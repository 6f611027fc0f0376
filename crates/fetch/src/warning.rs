//! Warnings, in the form in which Helm logs them.

use std::fmt;

use mkmanifests_go::quote::{is_print, quote};

/// Something that is not an error: Helm logs it to standard error.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Warning {
    /// What happened.
    pub message: &'static str,
    /// Names and values. They contain no credentials.
    pub fields: Vec<(&'static str, String)>,
}

impl Warning {
    pub(crate) fn new<const N: usize>(message: &'static str, fields: [(&'static str, &str); N]) -> Warning {
        Warning { message, fields: fields.map(|(name, value)| (name, value.to_owned())).to_vec() }
    }
}

impl Warning {
    /// Returns the warning for people: the message, then names and values.
    pub fn describe(&self) -> String {
        let fields: Vec<String> = self.fields.iter().map(|(name, value)| format!("{name} `{value}`")).collect();
        format!("{}: {}", self.message, fields.join(", "))
    }
}

/// Writes Helm's log line, without the line end: `level=WARN msg="..." chart=mychart`.
impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "level=WARN msg={}", logged(self.message))?;
        self.fields.iter().try_for_each(|(name, value)| write!(f, " {name}={}", logged(value)))
    }
}

/// Quotes a text where Go's `slog` does.
fn logged(text: &str) -> String {
    let is_special = |char: char| char.is_whitespace() || char == '=' || char == '"' || !is_print(char);
    if text.is_empty() || text.contains(is_special) { quote(text.as_bytes()) } else { text.to_owned() }
}
