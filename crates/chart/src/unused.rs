//! Values that nothing reads: keys that the user gave and that no default, schema or template of the chart knows.
//!
//! Helm takes them without a word, so a misspelled or misplaced key shows only as something that does not work. What
//! is said here has to be right: wherever a template does what cannot be followed, everything that it may reach counts
//! as read.

mod declared;
mod level;
mod objects;
mod reads;
mod schema;
mod scopes;
mod sets;
mod suggest;
mod trace;
mod wrapper;

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value as Json;

use self::level::{Key, Known, Level};
use self::reads::Reads;
use self::scopes::Scopes;
use self::suggest::Suggestions;
use self::trace::Traced;
use super::ChartCode;
use super::model::Chart;
use super::parsing::ByFile;
use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location};
use mkmanifests_yaml::tree::{Entry, Kind, Node};

/// The values of a chart that nothing reads ([`unused`]).
#[derive(Debug, Clone, Default)]
pub struct Unused {
    /// A warning for each key, in the order of their locations.
    pub keys: Vec<Diagnostic>,
    /// Says that templates are too complex to follow, so that some keys may be missing in `keys`.
    pub incomplete: Option<Diagnostic>,
}

impl Unused {
    /// The warnings, and the one that says that some may be missing.
    pub fn into_warnings(self) -> impl Iterator<Item = Diagnostic> {
        self.keys.into_iter().chain(self.incomplete)
    }
}

/// Finds each key in `user` that nothing reads, with its location and what it was most likely meant to be.
///
/// `chart` is as it was loaded, with all of its subcharts; `user` are the user's layers without the chart's defaults
/// ([`Layers::overlaid`](crate::values::Layers::overlaid)). A key is known if one of these has it:
/// - the default values of the chart that it is for (the subchart, below a subchart's name or alias; any chart, below
///   `global`). A default that is an empty mapping or no mapping lets everything pass below it.
/// - the chart's `values.schema.json`. What the schema forbids (`additionalProperties: false`) is reported whatever the
///   templates do with it.
/// - a template that renders, or one that it includes: the very key, or all of a mapping that it would be in.
/// - `Chart.yaml`: conditions and tags of dependencies, imported values.
///
/// A key that only holds a YAML anchor whose aliases stand elsewhere is in use, too. Lists are not looked into. Where
/// all keys of a mapping are unknown and a template asks whether it is empty, they are in use.
///
/// The own values of a wrapper chart, one with dependencies and few templates of its own, are searched in the same way:
/// they are written for the dependencies as a user's values are.
///
/// It takes nearly no time if the chart's defaults have all keys.
pub fn unused(chart: &Chart, user: &Node) -> Unused {
    find(chart, user, &ByFile::default())
}

/// The same; what is in `parsed` is not parsed again.
pub(super) fn find(chart: &Chart, user: &Node, parsed: &ByFile<'_>) -> Unused {
    let is_wrapper = wrapper::is_wrapper(chart);
    let values: Vec<&Node> = [user].into_iter().chain(is_wrapper.then_some(&*chart.values)).collect();
    if values.iter().all(|values| values.as_map().is_none_or(|map| map.is_empty())) {
        return Unused::default();
    }
    let scopes = Scopes::of(chart);
    let nothing = Known { scopes: &scopes, schemas: &[], reads: &Reads::new(&scopes, &values), is_wrapper };
    if unread(&nothing, &values).is_empty() {
        return Unused::default();
    }
    on_deep_stack(|| search(&scopes, &values, parsed, is_wrapper))
}

/// Looks into schemas, and into templates if those may read what the schemas do not know.
fn search(scopes: &Scopes<'_>, values: &[&Node], parsed: &ByFile<'_>, is_wrapper: bool) -> Unused {
    let schema = |chart: &Chart| serde_json::from_slice::<Json>(&chart.schema.as_ref()?.text).ok();
    let schemas: Vec<Option<Json>> = scopes.0.iter().map(|scope| schema(scope.chart)).collect();
    let nothing = Reads::new(scopes, values);
    let by_schema = Known { scopes, schemas: &schemas, reads: &nothing, is_wrapper };
    let is_open = |unread: &Unread<'_, '_>| unread.refused.is_none() && unread.level.is_in_reach(&by_schema);
    let Traced { mut reads, too_complex } = match unread(&by_schema, values).iter().any(is_open) {
        true => trace::trace(scopes, values, parsed),
        false => Traced::nothing(scopes, values),
    };
    declared::declared(scopes, &mut reads);
    let known = Known { scopes, schemas: &schemas, reads: &reads, is_wrapper };
    let mut found = unread(&known, values);
    if !found.is_empty() {
        let anchors: Vec<Anchors> = values.iter().map(|values| Anchors::of(values)).collect();
        found.retain(|unread| !anchors.iter().any(|anchors| anchors.are_in(&unread.entry.value)));
    }
    found.sort_by_key(|unread| unread.entry.location);
    let suggestions = Suggestions::of(&known, &found);
    let keys = found.iter().map(|unread| unread.diagnostic(&known, &suggestions)).collect();
    Unused { keys, incomplete: incomplete(&too_complex) }
}

/// How many names of templates a message lists.
const MAX_NAMES: usize = 3;

fn incomplete(too_complex: &[Arc<str>]) -> Option<Diagnostic> {
    if too_complex.is_empty() {
        return None;
    }
    let count =
        if too_complex.len() > 1 { format!("{} templates are", too_complex.len()) } else { "a template is".into() };
    let names: Vec<String> = too_complex.iter().take(MAX_NAMES).map(|name| format!("`{name}`")).collect();
    let more = if too_complex.len() > MAX_NAMES { ", ..." } else { "" };
    let message = format!("some unused values may not be reported: {count} too complex to follow");
    Some(
        Diagnostic::warning(ChartCode::UnusedValuesUnknown, message)
            .help(format!("too complex: {}{more}", names.join(", "))),
    )
}

/// A key that nothing reads.
struct Unread<'k, 'u> {
    path: Vec<&'u str>,
    entry: &'u Entry,
    /// Where it stands.
    level: Level<'k>,
    /// The chart whose schema forbids it.
    refused: Option<&'k str>,
}

/// The keys of the user's values that nothing reads, and those of the chart's own values that the user does not give.
fn unread<'k, 'u>(known: &Known<'k>, values: &[&'u Node]) -> Vec<Unread<'k, 'u>> {
    let mut found: Vec<Unread<'k, 'u>> = Vec::new();
    let Some((user, own)) = values.split_first() else { return found };
    collect(known, user, &Level::root(known), &mut Vec::new(), &mut found);
    for own in own {
        let mut of_own = Vec::new();
        collect(known, own, &Level::root(known), &mut Vec::new(), &mut of_own);
        // A `null` only removes a default.
        of_own.retain(|unread| !unread.entry.value.is_null() && user.find(unread.path.iter().copied()).is_none());
        found.append(&mut of_own);
    }
    found
}

fn collect<'k, 'u>(
    known: &Known<'k>,
    node: &'u Node,
    level: &Level<'k>,
    path: &mut Vec<&'u str>,
    found: &mut Vec<Unread<'k, 'u>>,
) {
    let entries = node.as_map().map(|map| map.entries()).unwrap_or_default();
    let before = found.len();
    let mut is_known = false;
    for entry in entries {
        path.push(&entry.key);
        match level.key(known, &entry.key) {
            Key::Read(below) => {
                is_known = true;
                if !below.is_settled() {
                    collect(known, &entry.value, &below, path, found);
                }
            }
            Key::Refused(chart) => {
                is_known = true;
                found.push(Unread { path: path.clone(), entry, level: level.clone(), refused: Some(chart) });
            }
            Key::Unread => found.push(Unread { path: path.clone(), entry, level: level.clone(), refused: None }),
        }
        path.pop();
    }
    // Without them the mapping is empty, which a template sees.
    if !is_known && level.is_tested(known) && !level.has_defaults() {
        found.truncate(before);
    }
}

impl Unread<'_, '_> {
    fn key(&self) -> &str {
        &self.entry.key
    }

    fn diagnostic(&self, known: &Known<'_>, suggestions: &Suggestions<'_>) -> Diagnostic {
        let label = match (self.refused, self.level.chart(known)) {
            (Some(chart), _) => format!("the schema of chart `{chart}` forbids it"),
            (None, (chart, false)) => format!("no default, schema or template of chart `{chart}` has it"),
            (None, (chart, true)) => {
                format!("no default, schema or template of chart `{chart}` or its subcharts has it")
            }
        };
        let message = format!("nothing reads the value `{}`", join(&self.path));
        let diagnostic = Diagnostic::warning(ChartCode::UnusedValue, message).at(self.entry.location).label(label);
        suggestions.help(known, self).into_iter().fold(diagnostic, Diagnostic::help)
    }
}

/// Names with dots between them; a dot in a name is written as for `--set`.
fn join(path: &[&str]) -> String {
    path.iter().map(|name| name.replace('.', "\\.")).collect::<Vec<_>>().join(".")
}

/// How many values were written at each location: more than one, where aliases repeat it.
struct Anchors(HashMap<Location, usize>);

impl Anchors {
    fn of(node: &Node) -> Anchors {
        let mut locations = HashMap::new();
        count(node, &mut locations);
        Anchors(locations)
    }

    /// Whether some value in `node` stands elsewhere as well.
    fn are_in(&self, node: &Node) -> bool {
        let mut own = HashMap::new();
        count(node, &mut own);
        own.iter().any(|(location, times)| self.0.get(location).is_some_and(|all| all > times))
    }
}

fn count(node: &Node, locations: &mut HashMap<Location, usize>) {
    if node.location.is_known() {
        *locations.entry(node.location).or_default() += 1;
    }
    match &node.kind {
        Kind::Map(map) => map.entries().iter().for_each(|entry| count(&entry.value, locations)),
        Kind::Seq(items) => items.iter().for_each(|item| count(item, locations)),
        _ => {}
    }
}
