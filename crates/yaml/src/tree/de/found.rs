//! What is wrong with a tree, before it becomes diagnostics.

use super::Nulls;
use crate::diagnostic::{Diagnostic, FieldPath, Location};

/// Something that is wrong with a tree.
pub(super) enum Found {
    /// A key that a struct does not have.
    Unknown(UnknownKey),
    /// Anything else.
    Diagnostic(Diagnostic),
}

/// A key that a struct does not have.
pub(super) struct UnknownKey {
    /// The path of the key as it was written.
    pub(super) path: FieldPath,
    /// The key as YAML reads it.
    pub(super) key: String,
    pub(super) location: Location,
    /// The keys that may be there, of each type.
    pub(super) fields: Vec<&'static [&'static str]>,
}

impl Found {
    /// Returns whether this is an unknown key of the node at `path`, or of a node below it.
    pub(super) fn is_unknown_below(&self, path: &FieldPath) -> bool {
        match self {
            Found::Unknown(unknown) => unknown.path.steps().starts_with(path.steps()),
            Found::Diagnostic(_) => false,
        }
    }

    pub(super) fn into_diagnostic(self, nulls: Nulls, beside: &[&str]) -> Diagnostic {
        match self {
            Found::Unknown(unknown) => unknown.into_diagnostic(nulls, beside),
            Found::Diagnostic(diagnostic) => diagnostic,
        }
    }
}

impl UnknownKey {
    /// Creates the error; `beside` are other keys that the root may have.
    fn into_diagnostic(self, nulls: Nulls, beside: &[&str]) -> Diagnostic {
        let UnknownKey { path, key, location, fields } = self;
        let beside = if path.steps().len() == 1 { beside } else { &[] };
        let mut valid = fields.concat();
        if fields.len() > 1 {
            valid.sort_unstable();
            valid.dedup();
        }
        let converted = path.last_name().filter(|written| **written != *key).map(str::to_owned);
        let unknown = match nulls {
            Nulls::Refused => Diagnostic::unknown_key,
            Nulls::Skipped => Diagnostic::unknown_field,
        };
        let diagnostic = unknown(path, &[&valid, beside].concat()).at(location);
        match converted {
            Some(written) => diagnostic.help(format!("YAML 1.1 reads `{written}` as `{key}` unless it is quoted")),
            None => diagnostic,
        }
    }
}
