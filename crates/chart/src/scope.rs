//! The scopes of a chart and its subcharts (what their templates see), and the templates themselves.

use std::sync::Arc;

use super::behaviour::{Behaviour, Change};
use super::chart_object;
use super::files;
use super::model::{Chart, File};
use super::render_values::{RenderValues, release_of};
use super::tree_cache::TreeCache;
use super::yaml_bridge::GoYaml;
use mkmanifests_gotmpl::helm::Yaml as _;
use mkmanifests_gotmpl::value::{MapMethod, MapType};
use mkmanifests_gotmpl::{Args, CallError, Caller, Elem, Map, Type, Value};

/// Helm's type of values, and of the dot that templates get.
pub(super) static VALUES: MapType = MapType {
    name: Some("common.Values"),
    elem: Elem::Any,
    methods: &[
        MapMethod { name: "YAML", params: &[], call: yaml },
        MapMethod { name: "Table", params: &[Type::Str], call: table },
        MapMethod { name: "AsMap", params: &[], call: as_map },
    ],
};

/// The same before [`Change::CommonTypes`].
static OLD_VALUES: MapType = MapType {
    name: Some("chartutil.Values"),
    elem: Elem::Any,
    methods: &[
        MapMethod { name: "YAML", params: &[], call: yaml },
        MapMethod { name: "Table", params: &[Type::Str], call: table },
        MapMethod { name: "AsMap", params: &[], call: as_map },
    ],
};

/// A template of a chart or subchart.
pub(super) struct Template {
    /// The full name: `parent/charts/sub/templates/x.yaml`.
    pub name: String,
    /// `.Template.BasePath`: `parent/charts/sub/templates`.
    pub base_path: Arc<str>,
    /// The text.
    pub file: File,
    /// The parsed templates of the chart.
    pub trees: Arc<TreeCache>,
    /// What the chart's templates see, except `.Template`.
    pub scope: Map,
    /// Helm's type of values.
    kind: &'static MapType,
    /// The names that lead from the root's values to the chart's: empty for the root.
    pub values_path: Arc<[String]>,
}

impl Template {
    /// Returns whether the file only defines templates and renders nothing: its name begins with `_`.
    pub fn is_partial(&self) -> bool {
        self.name.rsplit('/').next().is_some_and(|base| base.starts_with('_'))
    }

    /// Returns the dot. All templates of a chart share one map, so call this directly before rendering the template.
    pub fn dot(&self) -> Value {
        let template = Map::from_iter([
            ("Name", Value::from(self.name.as_str())),
            ("BasePath", Value::from(self.base_path.as_ref())),
        ]);
        // Only Go's nil map refuses entries.
        let _ = self.scope.insert("Template", template.with_type(self.kind).into());
        self.scope.clone().with_type(self.kind).into()
    }
}

/// Returns the templates of a chart and its subcharts in the order in which Helm reads them: the deepest folders first,
/// and names in descending order, so that a parent's definitions replace those of its subcharts.
pub(super) fn templates(values: &RenderValues) -> Vec<Template> {
    let mut templates = Vec::new();
    let common = values.helm.has(Change::CommonTypes);
    let kind = if common { &VALUES } else { &OLD_VALUES };
    let capabilities = values.capabilities.as_value_for(values.helm);
    let shared = Shared {
        fields: [("Release", release_of(&values.release, values.revision)), ("Capabilities", capabilities)],
        helm: values.helm,
        kind,
    };
    let own = values.values.as_map().unwrap_or_default();
    scope(&values.chart, values.chart.name(), &[], own, &shared, &mut templates);
    let depth = |template: &Template| template.name.bytes().filter(|byte| *byte == b'/').count();
    templates.sort_by(|a, b| depth(b).cmp(&depth(a)).then_with(|| b.name.cmp(&a.name)));
    // Two subcharts may have the same alias: the last file of a name wins.
    templates.reverse();
    templates.dedup_by(|a, b| a.name == b.name);
    templates.reverse();
    templates
}

/// What all charts share.
struct Shared {
    fields: [(&'static str, Value); 2],
    helm: Behaviour,
    kind: &'static MapType,
}

fn scope(
    chart: &Chart,
    path: &str,
    values_path: &[String],
    values: Map,
    shared: &Shared,
    templates: &mut Vec<Template>,
) -> Map {
    let subcharts = Map::new();
    let scope: Map = [
        ("Chart", chart_object::value(&chart.metadata, values_path.is_empty(), shared.helm)),
        ("Files", files::value(&chart.files, shared.helm)),
        ("Values", values.clone().with_type(shared.kind).into()),
        ("Subcharts", subcharts.clone().into()),
    ]
    .into_iter()
    .chain(shared.fields.iter().cloned())
    .collect();
    for child in &chart.dependencies {
        let child_values = child_table(&values, child.name()).unwrap_or_default();
        let child_path = Chart::child_path(path, child);
        let names = [values_path, &[child.name().to_owned()]].concat();
        let child_scope = self::scope(child, &child_path, &names, child_values, shared, templates);
        let _ = subcharts.insert(child.name(), child_scope.into());
    }
    let base_path: Arc<str> = format!("{path}/templates").into();
    let values_path: Arc<[String]> = values_path.into();
    let counts = |file: &&File| !chart.is_library() || file.base_name().starts_with('_');
    templates.extend(chart.templates.iter().filter(counts).map(|file| Template {
        name: format!("{path}/{}", file.name),
        base_path: Arc::clone(&base_path),
        file: file.clone(),
        trees: Arc::clone(&chart.trees),
        scope: scope.clone(),
        kind: shared.kind,
        values_path: Arc::clone(&values_path),
    }));
    scope
}

/// Returns the table at a dotted path: the map itself, so that a template's change shows in both charts.
fn child_table(values: &Map, path: &str) -> Option<Map> {
    path.split('.').try_fold(values.clone(), |table, name| match table.get(name) {
        Some(Value::Map(map)) if map.kind().elem == Elem::Any => Some(map),
        _ => None,
    })
}

type MethodResult = Result<Value, CallError>;

fn yaml(_: &mut Caller<'_>, values: &Map, _: Args<'_>) -> MethodResult {
    Ok(GoYaml.write(&values.clone().into())?.into())
}

fn table(_: &mut Caller<'_>, values: &Map, args: Args<'_>) -> MethodResult {
    let path = args.text(0);
    let missing = || path.rsplit('.').next().unwrap_or_default().to_owned();
    let found = child_table(values, &path).ok_or_else(|| format!("{:?} is not a table", missing()))?;
    Ok(found.with_type(values.kind()).into())
}

fn as_map(_: &mut Caller<'_>, values: &Map, _: Args<'_>) -> MethodResult {
    Ok(values.clone().with_type(MapType::ANY).into())
}
