//! What checks find.

use mkmanifests_yaml::diagnostic::Diagnostic;

/// Something that is wrong with an object.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The object, by its index; none for what is wrong with a document.
    pub object: Option<usize>,
    /// What is wrong, with its rule, field and location.
    pub diagnostic: Diagnostic,
    /// Why it does not count, if its rule is skipped.
    pub skipped: Option<Skipped>,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The reason that was given.
    pub reason: String,
    /// Whether the object itself says so, by its annotation.
    pub by_object: bool,
}
