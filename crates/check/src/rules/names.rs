//! Rules for the names of objects.
//!
//! Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>; `Name...` in apimachinery
//! pkg/api/validation/generic.go.

use crate::syntax::{dns_label, dns_subdomain, path_segment};

/// The rule for the names of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// A DNS subdomain (RFC 1123): most kinds.
    Subdomain,
    /// A DNS label (RFC 1123).
    Label,
    /// A valid path segment: RBAC kinds and others.
    Segment,
}

impl Name {
    /// Validates the name of an object.
    pub(super) fn check(self, name: &str) -> Result<(), String> {
        match self {
            Name::Subdomain => dns_subdomain(name),
            Name::Label => dns_label(name),
            Name::Segment => path_segment(name),
        }
    }

    /// Validates a `generateName`, to which an API server appends five letters or digits.
    pub(super) fn prefix(self, prefix: &str) -> Result<(), String> {
        if self == Name::Segment {
            // `.` and `..` are valid as the start of a longer name.
            return path_segment(prefix).or_else(|why| if matches!(prefix, "." | "..") { Ok(()) } else { Err(why) });
        }
        match prefix.strip_suffix('-') {
            Some(before) if !before.is_empty() => {
                self.check(&format!("{}a", &prefix[..before.len() - last_char_len(before)]))
            }
            _ => self.check(prefix),
        }
    }
}

/// Returns the length in bytes of the last character, which is replaced for validation.
fn last_char_len(text: &str) -> usize {
    text.chars().next_back().map_or(0, char::len_utf8)
}
