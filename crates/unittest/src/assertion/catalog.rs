//! The names of assertions, and their parameters.

use mkmanifests_check::Options;

use super::check::{
    Check, Contains, ContainsDocument, Equal, EqualRaw, Exists, FailedTemplate, HasDocuments, Identity, Length,
    MatchRegex, MatchRegexRaw, MatchSnapshot, MatchSnapshotRaw, NullOrEmpty, Order, Subset, TypeOf, Valid,
};
use super::failure::Comparison;
use super::params::Params;
use crate::snapshot::Patterns;

/// The name of an assertion.
#[derive(Debug, Clone, Copy)]
pub struct Name {
    /// The name in suites.
    pub name: &'static str,
    /// Whether it is the negation of its kind.
    pub is_antonym: bool,
    family: Family,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    MatchSnapshot,
    MatchSnapshotRaw,
    Equal,
    EqualRaw,
    GreaterOrEqual,
    LessOrEqual,
    Exists,
    NullOrEmpty,
    TypeOf,
    MatchRegex,
    MatchRegexRaw,
    Contains,
    Subset,
    Kind,
    ApiVersion,
    HasDocuments,
    ContainsDocument,
    Length,
    FailedTemplate,
    Valid,
}

const fn is(name: &'static str, family: Family) -> Name {
    Name { name, is_antonym: false, family }
}

const fn not(name: &'static str, family: Family) -> Name {
    Name { name, is_antonym: true, family }
}

/// All names of assertions, with old ones: `isNull` is `notExists`, `isEmpty` is `isNullOrEmpty`.
pub const NAMES: &[Name] = &[
    is("matchSnapshot", Family::MatchSnapshot),
    is("matchSnapshotRaw", Family::MatchSnapshotRaw),
    is("equal", Family::Equal),
    not("notEqual", Family::Equal),
    is("equalRaw", Family::EqualRaw),
    not("notEqualRaw", Family::EqualRaw),
    is("greaterOrEqual", Family::GreaterOrEqual),
    not("notGreaterOrEqual", Family::GreaterOrEqual),
    is("lessOrEqual", Family::LessOrEqual),
    not("notLessOrEqual", Family::LessOrEqual),
    is("exists", Family::Exists),
    not("notExists", Family::Exists),
    not("isNull", Family::Exists),
    is("isNotNull", Family::Exists),
    is("isNullOrEmpty", Family::NullOrEmpty),
    not("isNotNullOrEmpty", Family::NullOrEmpty),
    is("isEmpty", Family::NullOrEmpty),
    not("isNotEmpty", Family::NullOrEmpty),
    is("isType", Family::TypeOf),
    not("isNotType", Family::TypeOf),
    is("matchRegex", Family::MatchRegex),
    not("notMatchRegex", Family::MatchRegex),
    is("matchRegexRaw", Family::MatchRegexRaw),
    not("notMatchRegexRaw", Family::MatchRegexRaw),
    is("contains", Family::Contains),
    not("notContains", Family::Contains),
    is("isSubset", Family::Subset),
    not("isNotSubset", Family::Subset),
    is("isKind", Family::Kind),
    is("isAPIVersion", Family::ApiVersion),
    is("hasDocuments", Family::HasDocuments),
    is("containsDocument", Family::ContainsDocument),
    is("lengthEqual", Family::Length),
    not("notLengthEqual", Family::Length),
    is("failedTemplate", Family::FailedTemplate),
    not("notFailedTemplate", Family::FailedTemplate),
];

/// The names of assertions that helm-unittest does not have.
pub const EXTENSIONS: &[Name] = &[is("isValid", Family::Valid), not("isNotValid", Family::Valid)];

impl Name {
    /// Returns the assertion of that name.
    pub fn find(name: &str) -> Option<&'static Name> {
        NAMES.iter().chain(EXTENSIONS).find(|known| known.name == name)
    }

    /// Returns whether it is an extension, whose parameters the suite reads.
    pub fn is_extension(self) -> bool {
        self.family == Family::Valid
    }

    /// Returns whether it needs the chart to render without an error. `failedTemplate` needs an error.
    pub fn requires_success(self) -> bool {
        self.family != Family::FailedTemplate || self.is_antonym
    }

    /// Returns the names of its parameters.
    pub fn parameters(self) -> &'static [&'static str] {
        match self.family {
            Family::MatchSnapshot => &["path", "matchRegex", "notMatchRegex"],
            Family::MatchSnapshotRaw => &[],
            Family::Equal => &["path", "value", "decodeBase64"],
            Family::EqualRaw => &["value"],
            Family::GreaterOrEqual | Family::LessOrEqual => &["path", "value"],
            Family::Exists | Family::NullOrEmpty => &["path"],
            Family::TypeOf => &["path", "type"],
            Family::MatchRegex => &["path", "pattern", "decodeBase64"],
            Family::MatchRegexRaw => &["pattern"],
            Family::Contains => &["path", "content", "count", "any"],
            Family::Subset => &["path", "content"],
            Family::Kind | Family::ApiVersion => &["of"],
            Family::HasDocuments => &["count", "filterAware"],
            Family::ContainsDocument => &["kind", "apiVersion", "name", "namespace", "any"],
            Family::Length => &["path", "paths", "count"],
            Family::FailedTemplate => &["errorMessage", "errorPattern"],
            Family::Valid => &["kubeVersion", "lint", "skip", "external"],
        }
    }

    /// Reads its parameters.
    pub(crate) fn check(self, params: &mut Params) -> Check {
        let path = |params: &mut Params| params.string("Path");
        match self.family {
            Family::MatchSnapshot => {
                let path = path(params);
                let mut pattern = |name| params.nested(name, |nested| nested.string("Pattern")).unwrap_or_default();
                let (matches, not_matches) = (pattern("MatchRegex"), pattern("NotMatchRegex"));
                Check::MatchSnapshot(MatchSnapshot { path, patterns: Patterns { matches, not_matches } })
            }
            Family::MatchSnapshotRaw => Check::MatchSnapshotRaw(MatchSnapshotRaw),
            Family::Equal => Check::Equal(Equal {
                path: path(params),
                value: params.value("Value"),
                decode_base64: params.bool("DecodeBase64"),
            }),
            Family::EqualRaw => Check::EqualRaw(EqualRaw { value: params.string("Value") }),
            Family::GreaterOrEqual => order(params, Comparison::Greater),
            Family::LessOrEqual => order(params, Comparison::Less),
            Family::Exists => Check::Exists(Exists { path: path(params) }),
            Family::NullOrEmpty => Check::NullOrEmpty(NullOrEmpty { path: path(params) }),
            Family::TypeOf => Check::TypeOf(TypeOf { path: path(params), name: params.string("Type") }),
            Family::MatchRegex => Check::MatchRegex(MatchRegex {
                path: path(params),
                pattern: params.string("Pattern"),
                decode_base64: params.bool("DecodeBase64"),
            }),
            Family::MatchRegexRaw => Check::MatchRegexRaw(MatchRegexRaw { pattern: params.string("Pattern") }),
            Family::Contains => Check::Contains(Contains {
                path: path(params),
                content: params.value("Content"),
                count: params.int("Count"),
                any: params.bool("Any"),
            }),
            Family::Subset => Check::Subset(Subset { path: path(params), content: params.value("Content") }),
            Family::Kind => Check::Identity(Identity { field: "kind", of: params.string("Of") }),
            Family::ApiVersion => Check::Identity(Identity { field: "apiVersion", of: params.string("Of") }),
            Family::HasDocuments => Check::HasDocuments(HasDocuments {
                count: params.int("Count").unwrap_or_default(),
                filter_aware: params.bool("FilterAware"),
            }),
            Family::ContainsDocument => Check::ContainsDocument(ContainsDocument {
                kind: params.string("Kind"),
                api_version: params.string("APIVersion"),
                name: params.string("Name"),
                namespace: params.string("Namespace"),
                any: params.bool("Any"),
            }),
            Family::Length => {
                let paths = params.strings("Paths");
                Check::Length(Length { paths, path: path(params), count: params.int("Count") })
            }
            Family::FailedTemplate => Check::FailedTemplate(FailedTemplate {
                error_message: params.string("ErrorMessage"),
                error_pattern: params.string("ErrorPattern"),
            }),
            Family::Valid => Check::Valid(Valid { options: Options { lint: false, ..Options::default() } }),
        }
    }
}

fn order(params: &mut Params, comparison: Comparison) -> Check {
    Check::Order(Order { path: params.string("Path"), value: params.value("Value"), comparison })
}
