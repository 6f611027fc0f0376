//! The metadata of a chart: `Chart.yaml`.
//!
//! The fields are those that <https://helm.sh/docs/topics/charts/> documents.

use mkmanifests_gotmpl::value::{Entries, MapType};
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::Node;

/// The content of `Chart.yaml`. A text that the file lacks is empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metadata {
    /// `apiVersion`: `v1` or `v2`; `v1` if the file has none.
    pub api_version: String,
    /// `name`; for a subchart with an alias, the alias.
    pub name: String,
    /// `home`: a URL.
    pub home: String,
    /// `sources`: URLs.
    pub sources: Vec<String>,
    /// `version`, a semantic version as it is written.
    pub version: String,
    /// `description`.
    pub description: String,
    /// `keywords`.
    pub keywords: Vec<String>,
    /// `maintainers`.
    pub maintainers: Vec<Maintainer>,
    /// `icon`: a URL.
    pub icon: String,
    /// `condition`, which Helm reads but does not use.
    pub condition: String,
    /// `tags`, which Helm reads but does not use.
    pub tags: String,
    /// `appVersion`.
    pub app_version: String,
    /// `deprecated`.
    pub deprecated: bool,
    /// `annotations`; `None` if the file has none.
    pub annotations: Option<Vec<(String, String)>>,
    /// `kubeVersion`: a constraint on the cluster's version.
    pub kube_version: String,
    /// `dependencies`. After dependency processing, only the enabled ones, with their aliases as names.
    pub dependencies: Vec<Dependency>,
    /// Whether the file has the key `dependencies`: `helm dependency list` distinguishes an empty list from none.
    pub lists_dependencies: bool,
    /// `type`: `application`, `library`, or empty, which means `application`.
    pub kind: String,
}

/// One of `maintainers`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Maintainer {
    /// `name`.
    pub name: String,
    /// `email`.
    pub email: String,
    /// `url`.
    pub url: String,
}

/// One of `dependencies`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dependency {
    /// `name` of the subchart.
    pub name: String,
    /// `version`: a constraint; in `Chart.lock` an exact version.
    pub version: String,
    /// `repository`: a URL or `@name`; empty for a chart that is maintained in `charts/`.
    pub repository: String,
    /// `condition`: comma-separated paths into the values. The first path that exists decides.
    pub condition: String,
    /// `tags`: the dependency is enabled if one of them is `true` in the `tags` of the values.
    pub tags: Vec<String>,
    /// Whether the subchart is rendered. Dependency processing sets it.
    pub enabled: bool,
    /// `import-values`.
    pub import_values: Vec<ImportValue>,
    /// `alias`: the name under which the parent uses the subchart.
    pub alias: String,
}

/// One of `import-values` of a dependency.
#[derive(Debug, Clone, PartialEq)]
pub enum ImportValue {
    /// As it is written: a string, or a mapping with `child` and `parent`. Anything else is ignored.
    Written(Node),
    /// After dependency processing.
    Resolved {
        /// The path of a table in the subchart's values.
        child: String,
        /// The path in the parent's values that receives it; `.` is the root.
        parent: String,
    },
}

impl Metadata {
    /// Decodes metadata as leniently as Helm reads `Chart.yaml`: unknown keys are ignored.
    ///
    /// # Errors
    /// Values of other types, each with its location. Names and versions are not validated.
    pub fn from_node(node: &Node) -> Result<Metadata, Vec<Diagnostic>> {
        let mut metadata = Metadata::default();
        super::decode::metadata(&mut metadata, node, "cannot read the metadata")?;
        Ok(metadata)
    }

    /// Cleans the texts as Helm does, and returns all violations of Helm's rules for `Chart.yaml`.
    pub fn validate(&mut self) -> Vec<Diagnostic> {
        super::validate::validate(self)
    }

    /// Returns what templates see as `.Chart`: a map with the names of Helm's fields as keys, and `IsRoot`.
    pub fn as_value(&self, is_root: bool) -> Value {
        let maintainers = self.maintainers.iter().map(Maintainer::as_value);
        let dependencies = self.dependencies.iter().map(Dependency::as_value);
        let texts = |texts: &[String]| Value::list(texts.iter().map(|text| Value::from(text.as_str())));
        Value::map([
            ("Name", Value::from(self.name.as_str())),
            ("Home", self.home.as_str().into()),
            ("Sources", texts(&self.sources)),
            ("Version", self.version.as_str().into()),
            ("Description", self.description.as_str().into()),
            ("Keywords", texts(&self.keywords)),
            ("Maintainers", Value::list(maintainers)),
            ("Icon", self.icon.as_str().into()),
            ("APIVersion", self.api_version.as_str().into()),
            ("Condition", self.condition.as_str().into()),
            ("Tags", self.tags.as_str().into()),
            ("AppVersion", self.app_version.as_str().into()),
            ("Deprecated", self.deprecated.into()),
            ("Annotations", self.annotations_value()),
            ("KubeVersion", self.kube_version.as_str().into()),
            ("Dependencies", Value::list(dependencies)),
            ("Type", self.kind.as_str().into()),
            ("IsRoot", is_root.into()),
        ])
    }

    fn annotations_value(&self) -> Value {
        let Some(annotations) = &self.annotations else { return Map::nil(MapType::STR).into() };
        string_map(annotations.iter().map(|(key, value)| (key.as_str(), value.as_str())))
    }
}

impl Maintainer {
    fn as_value(&self) -> Value {
        let texts = [("Name", &self.name), ("Email", &self.email), ("URL", &self.url)];
        Value::map(texts.map(|(name, text)| (name, Value::from(text.as_str()))))
    }
}

impl Dependency {
    fn as_value(&self) -> Value {
        let tags = self.tags.iter().map(|tag| Value::from(tag.as_str()));
        Value::map([
            ("Name", Value::from(self.name.as_str())),
            ("Version", self.version.as_str().into()),
            ("Repository", self.repository.as_str().into()),
            ("Condition", self.condition.as_str().into()),
            ("Tags", Value::list(tags)),
            ("Enabled", self.enabled.into()),
            ("ImportValues", Value::list(self.import_values.iter().map(ImportValue::as_value))),
            ("Alias", self.alias.as_str().into()),
        ])
    }
}

impl ImportValue {
    pub(super) fn as_value(&self) -> Value {
        match self {
            ImportValue::Written(node) => super::go_value::node_to_value(node, &|_| false),
            ImportValue::Resolved { child, parent } => string_map([("child", child.as_str()), ("parent", parent)]),
        }
    }
}

/// Creates Go's `map[string]string`.
fn string_map<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    let entries: Entries = entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
    Map::typed(entries, MapType::STR).into()
}
