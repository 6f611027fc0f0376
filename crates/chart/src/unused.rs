//! Finds unused values: keys in the user's values that no default, schema or template of the chart has.
//!
//! Helm silently ignores them, so that a misspelled or misplaced key has no effect. There must be no false warnings:
//! wherever a template cannot be analysed, everything that it may reach counts as read.

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

use self::level::{GLOBAL, Key, Known, Level};
use self::reads::Reads;
use self::scopes::Scopes;
use self::suggest::Suggestions;
use self::trace::Traced;
use super::ChartCode;
use super::model::Chart;
use super::parsing::ByFile;
use super::written;
use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, Sources};
use mkmanifests_yaml::tree::{Entry, Kind, Node};

/// The values of a chart that nothing reads; [`unused`] returns it.
#[derive(Debug, Clone, Default)]
pub struct Unused {
    /// A warning for each key, in the order of their locations.
    pub keys: Vec<Diagnostic>,
    /// A warning that some templates are too complex to analyse, so that `keys` may be incomplete.
    pub incomplete: Option<Diagnostic>,
}

impl Unused {
    /// Returns all warnings, `incomplete` last.
    pub fn into_warnings(self) -> impl Iterator<Item = Diagnostic> {
        self.keys.into_iter().chain(self.incomplete)
    }
}

/// Finds each key in `user` that nothing in the chart reads. Each warning has the key's location and suggests the key
/// that was most likely meant.
///
/// `chart` is a chart as it was loaded, with all subcharts. `user` holds the user's layers without the chart's defaults
/// ([`Layers::overlaid`](crate::values::Layers::overlaid)). A key counts as read if one of these has it:
/// - The default values of the chart that it belongs to: the subchart below a subchart's name or alias, any chart below
///   `global`. A default that is an empty mapping, or not a mapping, allows any key below it.
/// - The chart's `values.schema.json`. A key that the schema forbids (`additionalProperties: false`) is reported even
///   if a template reads it.
/// - A template that renders, or one that it includes: it reads the key, or the whole mapping around it.
/// - `Chart.yaml`: conditions and tags of dependencies, and imported values.
///
/// A key whose value has a YAML anchor with aliases elsewhere counts as read. Lists are not searched. If a template
/// tests whether a mapping is empty and none of its keys is known, its keys count as read.
///
/// The values of a wrapper chart (a chart with dependencies and few own templates) are searched as well, since they are
/// written for the dependencies, like a user's values.
///
/// The search is fast if the chart's defaults have all keys: templates are then not analysed.
pub fn unused(chart: &Chart, user: &Node) -> Unused {
    find(chart, user, &Sources::default(), &ByFile::default())
}

/// Finds unused values as [`unused`] does, with the templates that are parsed already. `sources` are the texts of the
/// values: they tell a key as it was written.
pub(super) fn find(chart: &Chart, user: &Node, sources: &Sources, parsed: &ByFile) -> Unused {
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
    on_deep_stack(|| search(&scopes, &values, sources, parsed, is_wrapper))
}

/// Searches schemas, and then templates if they may read keys that no schema has.
fn search(scopes: &Scopes<'_>, values: &[&Node], sources: &Sources, parsed: &ByFile, is_wrapper: bool) -> Unused {
    let schemas = scopes.0.iter().map(|scope| scope.chart.schema.as_ref()?.json());
    let schemas: Vec<Option<&Json>> = schemas.collect();
    let nothing = Reads::new(scopes, values);
    let by_schema = Known { scopes, schemas: &schemas, reads: &nothing, is_wrapper };
    let is_open = |unread: &UnusedKey<'_, '_>| {
        // The templates of all charts may read `global`.
        unread.refused.is_none() && (unread.key() == GLOBAL || unread.level.is_in_reach(&by_schema))
    };
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
    let keys = found.iter().map(|unread| unread.diagnostic(&known, &suggestions, sources)).collect();
    Unused { keys, incomplete: incomplete(&too_complex) }
}

/// The most names of templates that a message lists.
const MAX_NAMES: usize = 3;

fn incomplete(too_complex: &[Arc<str>]) -> Option<Diagnostic> {
    if too_complex.is_empty() {
        return None;
    }
    let count =
        if too_complex.len() > 1 { format!("{} templates are", too_complex.len()) } else { "a template is".into() };
    let names: Vec<String> = too_complex.iter().take(MAX_NAMES).map(|name| format!("`{name}`")).collect();
    let more = if too_complex.len() > MAX_NAMES { ", ..." } else { "" };
    let message = format!("some unused values may not be reported: {count} too complex to analyse");
    Some(
        Diagnostic::warning(ChartCode::UnusedValuesUnknown, message)
            .help(format!("too complex to analyse: {}{more}", names.join(", "))),
    )
}

/// A key that nothing reads.
struct UnusedKey<'k, 'u> {
    /// The keys that lead to it, the key itself last.
    path: Vec<&'u Entry>,
    entry: &'u Entry,
    /// The mapping that it is in.
    level: Level<'k>,
    /// The chart whose schema forbids it.
    refused: Option<&'k str>,
}

/// Returns the unread keys of the user's values, and those of the chart's own values that the user does not override.
fn unread<'k, 'u>(known: &Known<'k>, values: &[&'u Node]) -> Vec<UnusedKey<'k, 'u>> {
    let mut found: Vec<UnusedKey<'k, 'u>> = Vec::new();
    let Some((user, own)) = values.split_first() else { return found };
    collect(known, user, &Level::root(known), &mut Vec::new(), &mut found);
    for own in own {
        let mut of_own = Vec::new();
        collect(known, own, &Level::root(known), &mut Vec::new(), &mut of_own);
        // A `null` only removes a default.
        of_own.retain(|unread| !unread.entry.value.is_null() && user.find(unread.names()).is_none());
        found.append(&mut of_own);
    }
    found
}

fn collect<'k, 'u>(
    known: &Known<'k>,
    node: &'u Node,
    level: &Level<'k>,
    path: &mut Vec<&'u Entry>,
    found: &mut Vec<UnusedKey<'k, 'u>>,
) {
    let entries = node.as_map().map(|map| map.entries()).unwrap_or_default();
    let before = found.len();
    let mut is_known = false;
    for entry in entries {
        path.push(entry);
        match level.key(known, &entry.key) {
            Key::Read(below) => {
                is_known = true;
                if !below.is_settled() {
                    collect(known, &entry.value, &below, path, found);
                }
            }
            Key::Forbidden(chart) => {
                is_known = true;
                found.push(UnusedKey { path: path.clone(), entry, level: level.clone(), refused: Some(chart) });
            }
            Key::Unused => found.push(UnusedKey { path: path.clone(), entry, level: level.clone(), refused: None }),
        }
        path.pop();
    }
    // Without these keys the mapping would be empty, and the template's test would see that.
    if !is_known && level.is_tested(known) && !level.has_defaults() {
        found.truncate(before);
    }
}

impl UnusedKey<'_, '_> {
    fn key(&self) -> &str {
        &self.entry.key
    }

    fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.path.iter().map(|entry| &*entry.key)
    }

    /// Returns whether the key comes from a flag such as `--set`.
    fn is_from_flag(&self, sources: &Sources) -> bool {
        sources.get(self.entry.location.source).is_some_and(|source| source.name.starts_with("--set"))
    }

    fn diagnostic(&self, known: &Known<'_>, suggestions: &Suggestions<'_>, sources: &Sources) -> Diagnostic {
        let label = match (self.refused, self.level.chart(known)) {
            (Some(chart), _) => format!("the schema of chart `{chart}` forbids this key"),
            (None, (chart, false)) => format!("no default, schema or template of chart `{chart}` has this key"),
            (None, (chart, true)) => {
                format!("no default, schema or template of chart `{chart}` or its subcharts has this key")
            }
        };
        let written: Vec<&str> = self.path.iter().map(|entry| written::key(entry, sources)).collect();
        let message = format!("nothing reads the value `{}`", join(&written));
        let diagnostic = Diagnostic::warning(ChartCode::UnusedValue, message).at(self.entry.location).label(label);
        let misread = written.iter().zip(self.names()).find(|(written, read)| *written != read);
        let help = match misread {
            Some((written, read)) => Some(written::quote_help(written, read)),
            None => suggestions.help(known, self, sources),
        };
        help.into_iter().fold(diagnostic, Diagnostic::help)
    }
}

/// Joins names with dots. A dot within a name is escaped, as `--set` needs it.
fn join(path: &[&str]) -> String {
    path.iter().map(|name| name.replace('.', "\\.")).collect::<Vec<_>>().join(".")
}

/// How many values have each location: more than one where aliases repeat a value.
struct Anchors(HashMap<Location, usize>);

impl Anchors {
    fn of(node: &Node) -> Anchors {
        let mut locations = HashMap::new();
        count(node, &mut locations);
        Anchors(locations)
    }

    /// Returns whether an alias elsewhere repeats some value in `node`.
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
