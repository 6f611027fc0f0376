//! What assertions check: one type per kind of assertion, one file per family.

mod contains;
mod context;
mod document;
mod exists;
mod failed;
mod length;
mod regex;
mod snapshot;
mod valid;
mod value;

pub use self::contains::{Contains, Subset};
pub use self::context::Snapshots;
pub(super) use self::context::{Context, Verdict};
pub use self::document::{ContainsDocument, HasDocuments, Identity};
pub use self::exists::{Exists, NullOrEmpty, TypeOf};
pub use self::failed::FailedTemplate;
pub use self::length::Length;
pub use self::regex::{MatchRegex, MatchRegexRaw};
pub use self::snapshot::{MatchSnapshot, MatchSnapshotRaw};
pub use self::valid::Valid;
pub(super) use self::value::decode as decode_base64;
pub use self::value::{Equal, EqualRaw, Order};

/// What an assertion checks, with its parameters.
#[derive(Debug, Clone)]
pub enum Check {
    /// `matchSnapshot`
    MatchSnapshot(MatchSnapshot),
    /// `matchSnapshotRaw`
    MatchSnapshotRaw(MatchSnapshotRaw),
    /// `equal`, `notEqual`
    Equal(Equal),
    /// `equalRaw`, `notEqualRaw`
    EqualRaw(EqualRaw),
    /// `greaterOrEqual`, `lessOrEqual`, and their negations
    Order(Order),
    /// `exists`, `notExists`, `isNull`, `isNotNull`
    Exists(Exists),
    /// `isNullOrEmpty`, `isNotNullOrEmpty`, `isEmpty`, `isNotEmpty`
    NullOrEmpty(NullOrEmpty),
    /// `isType`, `isNotType`
    TypeOf(TypeOf),
    /// `matchRegex`, `notMatchRegex`
    MatchRegex(MatchRegex),
    /// `matchRegexRaw`, `notMatchRegexRaw`
    MatchRegexRaw(MatchRegexRaw),
    /// `contains`, `notContains`
    Contains(Contains),
    /// `isSubset`, `isNotSubset`
    Subset(Subset),
    /// `isKind`, `isAPIVersion`
    Identity(Identity),
    /// `hasDocuments`
    HasDocuments(HasDocuments),
    /// `containsDocument`
    ContainsDocument(ContainsDocument),
    /// `lengthEqual`, `notLengthEqual`
    Length(Length),
    /// `failedTemplate`, `notFailedTemplate`
    FailedTemplate(FailedTemplate),
    /// `isValid`, `isNotValid`
    Valid(Valid),
}

impl Check {
    /// Checks the documents of one template.
    pub(super) fn validate(&self, context: &mut Context<'_, '_>) -> Verdict {
        match self {
            Check::MatchSnapshot(check) => check.validate(context),
            Check::MatchSnapshotRaw(check) => check.validate(context),
            Check::Equal(check) => check.validate(context),
            Check::EqualRaw(check) => check.validate(context),
            Check::Order(check) => check.validate(context),
            Check::Exists(check) => check.validate(context),
            Check::NullOrEmpty(check) => check.validate(context),
            Check::TypeOf(check) => check.validate(context),
            Check::MatchRegex(check) => check.validate(context),
            Check::MatchRegexRaw(check) => check.validate(context),
            Check::Contains(check) => check.validate(context),
            Check::Subset(check) => check.validate(context),
            Check::Identity(check) => check.validate(context),
            Check::HasDocuments(check) => check.validate(context),
            Check::ContainsDocument(check) => check.validate(context),
            Check::Length(check) => check.validate(context),
            Check::FailedTemplate(check) => check.validate(context),
            Check::Valid(check) => check.validate(context),
        }
    }

    /// Returns whether it is about a text as a whole.
    pub(super) fn is_about_text(&self) -> bool {
        matches!(self, Check::EqualRaw(_) | Check::MatchRegexRaw(_) | Check::MatchSnapshotRaw(_))
    }

    /// Returns the paths that it reads in documents.
    pub fn paths(&self) -> Vec<&str> {
        match self {
            Check::MatchSnapshot(MatchSnapshot { path, .. })
            | Check::Equal(Equal { path, .. })
            | Check::Order(Order { path, .. })
            | Check::Exists(Exists { path })
            | Check::NullOrEmpty(NullOrEmpty { path })
            | Check::TypeOf(TypeOf { path, .. })
            | Check::MatchRegex(MatchRegex { path, .. })
            | Check::Contains(Contains { path, .. })
            | Check::Subset(Subset { path, .. }) => vec![path],
            Check::Length(Length { path, paths, .. }) => {
                std::iter::once(path).filter(|path| !path.is_empty()).chain(paths).map(String::as_str).collect()
            }
            Check::MatchSnapshotRaw(_)
            | Check::EqualRaw(_)
            | Check::MatchRegexRaw(_)
            | Check::Identity(_)
            | Check::HasDocuments(_)
            | Check::ContainsDocument(_)
            | Check::FailedTemplate(_)
            | Check::Valid(_) => Vec::new(),
        }
    }
}
