//! Decodes `Chart.yaml`, `requirements.yaml` and `Chart.lock` as leniently as Helm: numbers and booleans are accepted
//! as texts (`appVersion: 1.10` is `1.1`), the case of keys does not matter, and unknown keys are ignored.

use super::ChartCode;
use super::metadata::{Dependency, ImportValue, Maintainer, Metadata};
use super::model::Lock;
use mkmanifests_go::float::format_float_32;
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::{Entry, Kind, Map, Node};

/// Reads the fields of one mapping, and collects diagnostics.
struct Fields<'a> {
    map: &'a Map,
    /// The start of each message: `cannot load Chart.yaml`.
    what: &'a str,
    diagnostics: &'a mut Vec<Diagnostic>,
}

/// Sets the metadata from a file. `what` is the start of each message.
pub(super) fn metadata(target: &mut Metadata, node: &Node, what: &str) -> Result<(), Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    if let Some(mut fields) = Fields::of(node, what, &mut diagnostics) {
        fields.metadata(target);
    }
    if diagnostics.is_empty() { Ok(()) } else { Err(diagnostics) }
}

/// Decodes a lock file.
pub(super) fn lock(node: &Node, what: &str) -> Result<Lock, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    let mut lock = Lock::default();
    if let Some(mut fields) = Fields::of(node, what, &mut diagnostics) {
        fields.text("generated", &mut lock.generated);
        fields.text("digest", &mut lock.digest);
        fields.list("dependencies", &mut lock.dependencies, Fields::dependency);
        lock.lists_dependencies = fields.find("dependencies").is_some_and(|entry| !entry.value.is_null());
    }
    if diagnostics.is_empty() { Ok(lock) } else { Err(diagnostics) }
}

impl<'a> Fields<'a> {
    fn of(node: &'a Node, what: &'a str, diagnostics: &'a mut Vec<Diagnostic>) -> Option<Fields<'a>> {
        match &node.kind {
            Kind::Map(map) => Some(Fields { map, what, diagnostics }),
            Kind::Null => None,
            _ => {
                diagnostics.push(misfit(what, "`key: value` pairs", node));
                None
            }
        }
    }

    fn metadata(&mut self, target: &mut Metadata) {
        self.text("name", &mut target.name);
        self.text("home", &mut target.home);
        self.list("sources", &mut target.sources, Fields::text_item);
        self.text("version", &mut target.version);
        self.text("description", &mut target.description);
        self.list("keywords", &mut target.keywords, Fields::text_item);
        self.list("maintainers", &mut target.maintainers, Fields::maintainer);
        self.text("icon", &mut target.icon);
        self.text("apiVersion", &mut target.api_version);
        self.text("condition", &mut target.condition);
        self.text("tags", &mut target.tags);
        self.text("appVersion", &mut target.app_version);
        self.flag("deprecated", &mut target.deprecated);
        self.annotations(&mut target.annotations);
        self.text("kubeVersion", &mut target.kube_version);
        self.list("dependencies", &mut target.dependencies, Fields::dependency);
        if let Some(entry) = self.find("dependencies") {
            target.lists_dependencies = !entry.value.is_null();
        }
        self.text("type", &mut target.kind);
    }

    fn maintainer(&mut self, node: &Node) -> Option<Maintainer> {
        let mut maintainer = Maintainer::default();
        self.item(node, "maintainers", |fields| {
            fields.text("name", &mut maintainer.name);
            fields.text("email", &mut maintainer.email);
            fields.text("url", &mut maintainer.url);
        })?;
        Some(maintainer)
    }

    fn dependency(&mut self, node: &Node) -> Option<Dependency> {
        let mut dependency = Dependency::default();
        self.item(node, "dependencies", |fields| {
            fields.text("name", &mut dependency.name);
            fields.text("version", &mut dependency.version);
            fields.text("repository", &mut dependency.repository);
            fields.text("condition", &mut dependency.condition);
            fields.list("tags", &mut dependency.tags, Fields::text_item);
            fields.flag("enabled", &mut dependency.enabled);
            let import = |_: &mut Fields<'_>, node: &Node| Some(ImportValue::Written(node.clone()));
            fields.list("import-values", &mut dependency.import_values, import);
            fields.text("alias", &mut dependency.alias);
        })?;
        Some(dependency)
    }

    /// Reads a mapping in a list.
    fn item(&mut self, node: &Node, list: &str, read: impl FnOnce(&mut Fields<'_>)) -> Option<()> {
        if node.is_null() {
            let message = format!("validation: {list} must not contain empty or null nodes");
            self.diagnostics.push(Diagnostic::error(ChartCode::InvalidMetadata, message).at(node.location));
            return None;
        }
        read(&mut Fields::of(node, self.what, self.diagnostics)?);
        Some(())
    }

    fn find(&self, key: &str) -> Option<&'a Entry> {
        let entries = || self.map.entries().iter();
        self.map.entry(key).or_else(|| entries().find(|entry| entry.key.eq_ignore_ascii_case(key)))
    }

    fn text(&mut self, key: &str, target: &mut String) {
        if let Some(entry) = self.find(key)
            && let Some(text) = self.text_item(&entry.value)
        {
            *target = text;
        }
    }

    fn text_item(&mut self, node: &Node) -> Option<String> {
        let text = scalar(node);
        if text.is_none() {
            self.diagnostics.push(misfit(self.what, "text", node));
        }
        text
    }

    fn flag(&mut self, key: &str, target: &mut bool) {
        let Some(entry) = self.find(key) else { return };
        match entry.value.kind {
            Kind::Bool(value) => *target = value,
            Kind::Null => {}
            _ => self.diagnostics.push(misfit(self.what, "`true` or `false`", &entry.value)),
        }
    }

    fn list<T>(&mut self, key: &str, target: &mut Vec<T>, mut item: impl FnMut(&mut Self, &Node) -> Option<T>) {
        let Some(entry) = self.find(key) else { return };
        match &entry.value.kind {
            Kind::Null => target.clear(),
            Kind::Seq(items) => *target = items.iter().filter_map(|node| item(self, node)).collect(),
            _ => self.diagnostics.push(misfit(self.what, "a list", &entry.value)),
        }
    }

    fn annotations(&mut self, target: &mut Option<Vec<(String, String)>>) {
        let Some(entry) = self.find("annotations") else { return };
        match &entry.value.kind {
            Kind::Null => *target = None,
            Kind::Map(map) => {
                let pair = |entry: &Entry| Some((entry.key.to_string(), self.text_item(&entry.value)?));
                *target = Some(map.entries().iter().filter_map(pair).collect());
            }
            _ => self.diagnostics.push(misfit(self.what, "a mapping", &entry.value)),
        }
    }
}

/// Converts a scalar to text as Helm's YAML library does for a string field.
pub(super) fn scalar(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Null => Some(String::new()),
        Kind::Bool(value) => Some(value.to_string()),
        Kind::Int(value) => Some(value.to_string()),
        Kind::UInt(value) => Some(value.to_string()),
        Kind::Float(value) => Some(format_float_32(*value)),
        Kind::Str(text) => Some(text.clone()),
        Kind::Raw(_) | Kind::Seq(_) | Kind::Map(_) => None,
    }
}

fn misfit(what: &str, expected: &str, found: &Node) -> Diagnostic {
    Diagnostic::error(ChartCode::InvalidMetadata, format!("{what}: expected {expected}, found {}", found.describe()))
        .at(found.location)
}
