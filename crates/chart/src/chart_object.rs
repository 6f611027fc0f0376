//! `.Chart`: a map in Helm 4, and a struct in Helm 3.

use std::borrow::Cow;

use super::behaviour::{Behaviour, Change};
use super::metadata::{Dependency, Maintainer, Metadata};
use mkmanifests_gotmpl::{Elem, List, Object, Value};

/// Returns what templates see as `.Chart`.
pub(super) fn value(metadata: &Metadata, is_root: bool, helm: Behaviour) -> Value {
    if helm.has(Change::ChartIsMap) {
        return metadata.as_value(is_root);
    }
    Value::object(ChartObject { metadata: Value::object(MetadataObject(fields_of(metadata))), is_root })
}

type Fields = Vec<(&'static str, Value)>;

/// `struct { chart.Metadata; IsRoot bool }`.
struct ChartObject {
    metadata: Value,
    is_root: bool,
}

impl ChartObject {
    fn metadata(&self) -> &Fields {
        self.metadata.as_object::<MetadataObject>().map_or(const { &Vec::new() }, |metadata| &metadata.0)
    }
}

impl Object for ChartObject {
    fn type_name(&self) -> Cow<'static, str> {
        "struct { chart.Metadata; IsRoot bool }".into()
    }

    fn fields(&self) -> Fields {
        vec![("Metadata", self.metadata.clone()), ("IsRoot", self.is_root.into())]
    }

    fn field(&self, name: &str) -> Option<Value> {
        let own = self.fields();
        let found = own.iter().chain(self.metadata()).find(|(field, _)| *field == name);
        found.map(|(_, value)| value.clone())
    }

    fn json_fields(&self) -> Fields {
        let mut fields = json(self.metadata(), &METADATA_NAMES, &[]);
        fields.push(("IsRoot", self.is_root.into()));
        fields
    }
}

/// `chart.Metadata`.
struct MetadataObject(Fields);

impl Object for MetadataObject {
    fn type_name(&self) -> Cow<'static, str> {
        "chart.Metadata".into()
    }

    fn fields(&self) -> Fields {
        self.0.clone()
    }

    fn json_fields(&self) -> Fields {
        json(&self.0, &METADATA_NAMES, &[])
    }
}

/// The JSON names of the fields of `chart.Metadata`.
const METADATA_NAMES: [&str; 17] = [
    "name",
    "home",
    "sources",
    "version",
    "description",
    "keywords",
    "maintainers",
    "icon",
    "apiVersion",
    "condition",
    "tags",
    "appVersion",
    "deprecated",
    "annotations",
    "kubeVersion",
    "dependencies",
    "type",
];

/// `*chart.Maintainer` or `*chart.Dependency`.
struct Item {
    type_name: &'static str,
    fields: Fields,
    json_names: &'static [&'static str],
    /// The JSON names of the fields that are written even if they are empty.
    always: &'static [&'static str],
}

impl Object for Item {
    fn type_name(&self) -> Cow<'static, str> {
        self.type_name.into()
    }

    fn fields(&self) -> Fields {
        self.fields.clone()
    }

    fn json_fields(&self) -> Fields {
        json(&self.fields, self.json_names, self.always)
    }
}

/// Names fields as Go's JSON does, and leaves out those that are empty.
fn json(fields: &Fields, names: &[&'static str], always: &[&str]) -> Fields {
    let named = fields.iter().zip(names).map(|((_, value), name)| (*name, value.clone()));
    named.filter(|(name, value)| value.truth() || always.contains(name)).collect()
}

/// The fields of the struct, in Go's order. They are those of the map, with lists that are nil if they are empty.
fn fields_of(metadata: &Metadata) -> Fields {
    let map = metadata.as_value(false).as_map().unwrap_or_default();
    let field = |name: &'static str| {
        let value = match name {
            "Sources" => strings(&metadata.sources),
            "Keywords" => strings(&metadata.keywords),
            "Maintainers" => items("*chart.Maintainer", metadata.maintainers.iter().map(maintainer)),
            "Dependencies" => items("*chart.Dependency", metadata.dependencies.iter().map(dependency)),
            _ => map.get(name).unwrap_or_default(),
        };
        (name, value)
    };
    METADATA_FIELDS.map(field).into()
}

const METADATA_FIELDS: [&str; 17] = [
    "Name",
    "Home",
    "Sources",
    "Version",
    "Description",
    "Keywords",
    "Maintainers",
    "Icon",
    "APIVersion",
    "Condition",
    "Tags",
    "AppVersion",
    "Deprecated",
    "Annotations",
    "KubeVersion",
    "Dependencies",
    "Type",
];

fn strings(texts: &[String]) -> Value {
    if texts.is_empty() { Value::List(List::nil(Elem::Str)) } else { Value::strings(texts.iter().map(String::as_str)) }
}

fn items(name: &'static str, items: impl Iterator<Item = Value>) -> Value {
    let items: Vec<Value> = items.collect();
    let elem = Elem::Named(name);
    Value::List(if items.is_empty() { List::nil(elem) } else { List::typed(items, elem) })
}

fn maintainer(maintainer: &Maintainer) -> Value {
    let fields = vec![
        ("Name", maintainer.name.as_str().into()),
        ("Email", maintainer.email.as_str().into()),
        ("URL", maintainer.url.as_str().into()),
    ];
    let json_names = &["name", "email", "url"];
    Value::object(Item { type_name: "*chart.Maintainer", fields, json_names, always: &[] })
}

fn dependency(dependency: &Dependency) -> Value {
    let imports: Vec<Value> = dependency.import_values.iter().map(super::metadata::ImportValue::as_value).collect();
    let imports = if imports.is_empty() { List::nil(Elem::Any) } else { List::new(imports) };
    let fields = vec![
        ("Name", dependency.name.as_str().into()),
        ("Version", dependency.version.as_str().into()),
        ("Repository", dependency.repository.as_str().into()),
        ("Condition", dependency.condition.as_str().into()),
        ("Tags", strings(&dependency.tags)),
        ("Enabled", dependency.enabled.into()),
        ("ImportValues", Value::List(imports)),
        ("Alias", dependency.alias.as_str().into()),
    ];
    let json_names = &["name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias"];
    Value::object(Item { type_name: "*chart.Dependency", fields, json_names, always: &["name", "repository"] })
}
