//! A diagnostic of a checked object, which can be skipped.

use mkmanifests_yaml::diagnostic::Diagnostic;

/// An error or warning about an object or a document.
#[derive(Debug, Clone)]
pub struct ObjectDiagnostic {
    /// The index of the object; `None` for a diagnostic about a document.
    pub object: Option<usize>,
    /// The message with its rule, field and location.
    pub diagnostic: Diagnostic,
    /// The reason why it does not count, if its rule is skipped.
    pub skipped: Option<Skipped>,
}

/// The reason why a diagnostic is skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The reason that the user gave.
    pub reason: String,
    /// Whether an annotation of the object skips the rule, instead of an option.
    pub by_object: bool,
}
