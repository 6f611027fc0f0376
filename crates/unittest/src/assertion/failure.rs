//! Why an assertion fails, as data.

use mkmanifests_gotmpl::Value;

use super::inside::Format;
use super::objects::Invalid;

/// One reason why an assertion fails.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The index of the document among the selected ones of its template.
    pub document: Option<usize>,
    /// The index of the value among the results of the path.
    pub value: Option<usize>,
    /// Whether the assertion is negated.
    pub negated: bool,
    /// What is wrong.
    pub kind: FailureKind,
}

/// What is wrong. `actual` is `None` if no document is selected.
#[derive(Debug, Clone)]
pub enum FailureKind {
    /// The assertion cannot be checked.
    Problem(Problem),
    /// `equal`, `equalRaw`: the value differs, or is equal if negated.
    Equal {
        /// The path; `None` if it is about a text as a whole.
        path: Option<String>,
        /// The value in the suite.
        expected: Value,
        /// The value in the document.
        actual: Option<Value>,
    },
    /// `greaterOrEqual`, `lessOrEqual`
    Order {
        /// The path.
        path: String,
        /// The comparison.
        comparison: Comparison,
        /// The result of the comparison; `None` if no document is selected.
        found: Option<Unordered>,
    },
    /// `exists`, `isNotNull`: nothing is at the path, or something if negated.
    Exists {
        /// The path.
        path: String,
    },
    /// `isNullOrEmpty`
    NullOrEmpty {
        /// The path.
        path: String,
        /// The value in the document.
        actual: Option<Value>,
    },
    /// `isType`
    Type {
        /// The path.
        path: String,
        /// The name of the type in the suite.
        expected: String,
        /// The name of the value's Go type; empty for null.
        actual: Option<String>,
    },
    /// `matchRegex`, `matchRegexRaw`
    Match {
        /// The path; `None` if it is about a text as a whole.
        path: Option<String>,
        /// The pattern.
        pattern: String,
        /// The text in the document.
        actual: Option<String>,
    },
    /// `contains`: the list does not contain an item.
    Contains {
        /// The path.
        path: String,
        /// The item.
        content: Value,
        /// The list in the document.
        actual: Option<Value>,
    },
    /// `isSubset`: the mapping does not have the entries.
    Subset {
        /// The path.
        path: String,
        /// The entries.
        content: Value,
        /// The mapping in the document.
        actual: Option<Value>,
    },
    /// `isKind`, `isAPIVersion`
    Identity {
        /// The field, `kind` or `apiVersion`.
        field: &'static str,
        /// The value in the suite.
        expected: String,
        /// The value of the field.
        actual: Option<Value>,
    },
    /// `hasDocuments`
    Documents {
        /// The number in the suite.
        expected: i64,
        /// The number of documents.
        actual: usize,
    },
    /// `containsDocument`
    Document {
        /// The kind.
        kind: String,
        /// The version of its API.
        api_version: String,
        /// The name; empty for any.
        name: String,
        /// The namespace; empty for any.
        namespace: String,
    },
    /// `lengthEqual`
    Length {
        /// The path; `None` if no document is selected.
        path: Option<String>,
        /// The number in the suite; `None` if lists are compared with each other.
        expected: Option<i64>,
        /// The number of items.
        actual: Option<usize>,
    },
    /// `failedTemplate`: the error has another message.
    Message {
        /// The message or pattern.
        expected: String,
        /// Whether it is a pattern.
        is_pattern: bool,
        /// The error.
        actual: Option<Value>,
    },
    /// `matchSnapshot`, `matchSnapshotRaw`: the snapshot differs.
    Snapshot {
        /// The path; `None` if it is about a text as a whole.
        path: Option<String>,
        /// The number of the snapshot in its test, from 1.
        index: u64,
        /// The snapshot in the file.
        cached: String,
        /// The current snapshot.
        new: String,
    },
    /// `matchSnapshot`, `matchSnapshotRaw`: there is no snapshot, and none may be written.
    NoSnapshot {
        /// The path; `None` if it is about a text as a whole.
        path: Option<String>,
        /// The number of the snapshot in its test, from 1.
        index: u64,
    },
    /// `matchSnapshot` with a pattern.
    SnapshotPattern {
        /// What is wrong with the snapshot, with a space before it.
        message: String,
        /// The snapshot in the file.
        cached: String,
    },
    /// `isValid`: what an API server would refuse; nothing if negated.
    Invalid {
        /// The version of Kubernetes; `None` for the newest one.
        kube_version: Option<String>,
        /// What is wrong with the document; `None` if no document is selected.
        found: Option<Vec<Invalid>>,
    },
    /// Documents cannot be selected.
    Selection(SelectionError),
    /// The template was not rendered, or does not exist.
    NoTemplate {
        /// The template.
        template: String,
    },
    /// Rendering succeeded and had to fail, or the other way around.
    Rendering {
        /// The error of the template, or a text it rendered; `None` if there is no document.
        text: Option<Value>,
    },
}

/// A comparison of `greaterOrEqual` or `lessOrEqual`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The value has to be greater or equal.
    Greater,
    /// The value has to be less or equal.
    Less,
}

impl Comparison {
    /// Returns the word for messages.
    pub fn word(self) -> &'static str {
        match self {
            Comparison::Greater => "greater",
            Comparison::Less => "less",
        }
    }
}

/// Why a comparison does not hold.
#[derive(Debug, Clone)]
pub enum Unordered {
    /// The values are in the wrong order.
    Values {
        /// The value in the suite.
        expected: Value,
        /// The value in the document.
        actual: Value,
    },
    /// Values of the type have no order.
    Type(String),
}

/// Why documents cannot be selected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelectionError {
    /// A template has fewer documents.
    OutOfRange(i64),
    /// Several documents match a selector that selects one.
    Several,
    /// No document of a template matches the selector.
    NotFound,
    /// No document of any template meets the conditions of the selector.
    NoDocument,
    /// No template matches a pattern.
    NoTemplate(String),
    /// The path of the selector is invalid.
    Path(String),
}

/// Why an assertion cannot be checked.
#[derive(Debug, Clone)]
pub enum Problem {
    /// The path is invalid.
    Path(String),
    /// The document has nothing at the path.
    UnknownPath {
        /// The path.
        path: String,
        /// Whether the message quotes it.
        is_quoted: bool,
    },
    /// The value at the path has another type.
    WrongType {
        /// The path.
        path: String,
        /// The expected type: "an array".
        expected: &'static str,
        /// The value.
        actual: Value,
    },
    /// The value at the path is not a list, and the number of items is needed.
    NotList(String),
    /// The number of equal items differs.
    Count {
        /// The path.
        path: String,
        /// The number in the suite.
        expected: i64,
        /// The number of items that are equal.
        found: usize,
        /// The list.
        actual: Value,
    },
    /// The types of the values differ.
    Types {
        /// The Go type of the value in the document; `None` for null.
        actual: Option<String>,
        /// The Go type of the value in the suite; `None` for null.
        expected: Option<String>,
    },
    /// The text is not Base64.
    Base64(String),
    /// The text at a path has another format.
    NotParsed {
        /// The path.
        path: String,
        /// The expected format.
        format: Format,
        /// The error of its reader.
        error: String,
        /// The line of the text that the error names.
        line: Option<String>,
    },
    /// The pattern is not a regular expression.
    Pattern(String),
    /// A parameter is missing.
    Missing(&'static str),
    /// `failedTemplate` has both a message and a pattern.
    MessageAndPattern,
    /// `lengthEqual` has a path and no count.
    PathWithoutCount,
    /// `lengthEqual` has both `path` and `paths`.
    PathAndPaths,
    /// The pattern of a snapshot is not a regular expression.
    SnapshotPattern(String),
}
