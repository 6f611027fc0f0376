//! Settings of suites and jobs.

use std::collections::BTreeMap;

use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::Location;

/// The release (`release`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Release {
    /// The name; empty for `RELEASE-NAME`.
    pub name: String,
    /// The namespace; empty for `NAMESPACE`.
    pub namespace: String,
    /// The revision; 0 if not set.
    pub revision: i64,
    /// Whether it is an upgrade.
    pub is_upgrade: bool,
}

/// Versions that replace those of the chart (`chart`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChartVersions {
    /// The version of the chart; empty to keep it.
    pub version: String,
    /// The version of the application; empty to keep it.
    pub app_version: String,
}

/// What the cluster supports (`capabilities`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// The major version of Kubernetes; empty for the default.
    pub major_version: String,
    /// The minor version of Kubernetes; empty for the default.
    pub minor_version: String,
    /// The versions of the API (`apps/v1`); none by default.
    pub api_versions: Vec<String>,
}

/// Objects that `lookup` finds (`kubernetesProvider`).
#[derive(Debug, Clone, Default)]
pub struct KubernetesProvider {
    /// The kinds by `VERSION/KIND` or `GROUP/VERSION/KIND`.
    pub scheme: BTreeMap<String, FakeKind>,
    /// The objects. Without any, `lookup` finds nothing and needs no scheme.
    pub objects: Vec<Value>,
}

/// What a fake cluster knows about a kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FakeKind {
    /// The group of the resource; empty for the core group.
    pub group: String,
    /// The version.
    pub version: String,
    /// The plural name.
    pub resource: String,
    /// Whether its objects are in namespaces.
    pub is_namespaced: bool,
    /// The error that `lookup` fails with (`should_err`). helm-unittest has the key and crashes if it is set.
    pub error: Option<String>,
}

/// A program that reads what was rendered and writes what is tested (`postRenderer`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostRenderer {
    /// The program.
    pub command: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Where it is named.
    pub location: Location,
}

/// Selects documents by a value (`documentSelector`).
#[derive(Debug, Clone, Default)]
pub struct DocumentSelector {
    /// The JSONPath of the value; empty selects nothing and is ignored.
    pub path: String,
    /// The value that one of the results has to equal; nil if any result will do.
    pub value: Value,
    /// Whether several documents may match.
    pub match_many: bool,
    /// Whether templates without a matching document are left out; otherwise they are an error.
    pub skip_empty_templates: bool,
    /// Where it is written.
    pub location: Location,
    /// Conditions of which helm-unittest knows nothing. If there are any, they replace `path` and `value`: a document must
    /// meet all of them. Templates without such a document are left out; it is an error if there is none at all.
    pub conditions: Vec<Condition>,
}

/// A condition on a document.
#[derive(Debug, Clone, Default)]
pub struct Condition {
    /// The JSONPath of values, one of which has to meet the rest.
    pub path: String,
    /// The value that it has to equal; nil if any will do.
    pub value: Value,
    /// The regular expression that the string has to match.
    pub pattern: Option<String>,
}
