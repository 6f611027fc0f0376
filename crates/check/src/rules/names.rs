//! What an object of a kind may be called.
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
    /// What can be one part of a path: RBAC's kinds.
    Segment,
}

impl Name {
    /// Whether `name` may be the name of an object.
    pub(super) fn check(self, name: &str) -> Result<(), String> {
        match self {
            Name::Subdomain => dns_subdomain(name),
            Name::Label => dns_label(name),
            Name::Segment => path_segment(name),
        }
    }

    /// Whether a name may begin with `prefix`, to which five letters and digits are added.
    pub(super) fn prefix(self, prefix: &str) -> Result<(), String> {
        if self == Name::Segment {
            // `.` and `..` are the beginning of another name.
            return path_segment(prefix).or_else(|why| if matches!(prefix, "." | "..") { Ok(()) } else { Err(why) });
        }
        match prefix.strip_suffix('-') {
            Some(before) if !before.is_empty() => self.check(&format!("{}a", &prefix[..before.len() - last(before)])),
            _ => self.check(prefix),
        }
    }
}

/// The bytes of the last character, of which the one that stands for it takes the place.
fn last(text: &str) -> usize {
    text.chars().next_back().map_or(0, char::len_utf8)
}
