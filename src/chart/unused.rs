//! Values that nothing reads: keys that the user gave and that no default, schema or template of the chart knows.
//!
//! Helm takes them without a word, so a misspelled or misplaced key shows only as something that does not work. What
//! is said here has to be right: wherever a template does what cannot be followed, everything that it may reach counts
//! as read.

mod declared;
mod level;
mod reads;
mod schema;
mod scopes;
mod suggest;
mod trace;
mod traced;

use std::collections::HashMap;

use serde_json::Value as Json;

use self::level::{Key, Known, Level};
use self::reads::Reads;
use self::scopes::Scopes;
use super::model::Chart;
use crate::gotmpl::on_deep_stack;
use crate::problem::{Place, Problem};
use crate::tree::{Entry, Kind, Node};

/// A warning for each key in `user` that nothing reads, with its place and what it was most likely meant to be, in
/// the order of the places.
///
/// `chart` is as it was loaded, with all of its subcharts; `user` are the user's layers without the chart's defaults
/// ([`Layers::overlaid`](crate::values::Layers::overlaid)). A key is known if one of these has it:
/// - the default values of the chart that it is for (the subchart, below a subchart's name or alias; any chart, below
///   `global`). A default that is an empty mapping or no mapping lets everything pass below it.
/// - the chart's `values.schema.json`. What the schema forbids (`additionalProperties: false`) is told whatever the
///   templates do with it.
/// - a template that renders, or one that it includes: the very key, or all of a mapping that it would be in.
/// - `Chart.yaml`: conditions and tags of dependencies, imported values.
///
/// A key that only holds a YAML anchor whose aliases stand elsewhere is in use, too. Lists are not looked into.
///
/// It takes no time if there are no values, and nearly none if the chart's defaults have them all.
pub fn unused(chart: &Chart, user: &Node) -> Vec<Problem> {
    if user.as_map().is_none_or(|map| map.is_empty()) {
        return Vec::new();
    }
    let scopes = Scopes::of(chart);
    let nothing = Known { scopes: &scopes, schemas: &[], reads: &Reads::new() };
    if unread(&nothing, user).is_empty() {
        return Vec::new();
    }
    on_deep_stack(|| look(&scopes, user))
}

/// Looks into templates and schemas.
fn look(scopes: &Scopes<'_>, user: &Node) -> Vec<Problem> {
    let mut reads = trace::trace(scopes, user).unwrap_or_else(|| {
        let mut all = Reads::new();
        all.take_whole(Reads::ROOT);
        all
    });
    declared::declared(scopes, &mut reads);
    let schema = |chart: &Chart| serde_json::from_slice::<Json>(&chart.schema.as_ref()?.text).ok();
    let schemas: Vec<Option<Json>> = scopes.0.iter().map(|scope| schema(scope.chart)).collect();
    let known = Known { scopes, schemas: &schemas, reads: &reads };
    let mut found = unread(&known, user);
    if !found.is_empty() {
        let anchors = Anchors::of(user);
        found.retain(|unread| !anchors.are_in(&unread.entry.value));
    }
    found.sort_by_key(|unread| unread.entry.place);
    found.iter().map(|unread| unread.problem(&known)).collect()
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

fn unread<'k, 'u>(known: &Known<'k>, user: &'u Node) -> Vec<Unread<'k, 'u>> {
    let mut found = Vec::new();
    find(known, user, &Level::root(known), &mut Vec::new(), &mut found);
    found
}

fn find<'k, 'u>(
    known: &Known<'k>,
    node: &'u Node,
    level: &Level<'k>,
    path: &mut Vec<&'u str>,
    found: &mut Vec<Unread<'k, 'u>>,
) {
    for entry in node.as_map().map(|map| map.entries()).unwrap_or_default() {
        path.push(&entry.key);
        let refused = match level.key(known, &entry.key) {
            Key::Read(below) => {
                if !below.is_settled() {
                    find(known, &entry.value, &below, path, found);
                }
                path.pop();
                continue;
            }
            Key::Refused(chart) => Some(chart),
            Key::Unread => None,
        };
        found.push(Unread { path: path.clone(), entry, level: level.clone(), refused });
        path.pop();
    }
}

impl Unread<'_, '_> {
    fn key(&self) -> &str {
        &self.entry.key
    }

    fn problem(&self, known: &Known<'_>) -> Problem {
        let chart = self.refused.or_else(|| self.level.chart(known)).unwrap_or_default();
        let label = match self.refused {
            Some(_) => format!("the schema of chart `{chart}` forbids it"),
            None => format!("no default, schema or template of chart `{chart}` has it"),
        };
        let message = format!("nothing reads the value `{}`", join(&self.path));
        let problem = Problem::warning(message).at(self.entry.place).label(label);
        suggest::help(known, self).into_iter().fold(problem, Problem::help)
    }
}

/// Names with dots between them; a dot in a name is written as for `--set`.
fn join(path: &[&str]) -> String {
    path.iter().map(|name| name.replace('.', "\\.")).collect::<Vec<_>>().join(".")
}

/// How many values were written at each place: more than one, where aliases repeat it.
struct Anchors(HashMap<Place, usize>);

impl Anchors {
    fn of(node: &Node) -> Anchors {
        let mut places = HashMap::new();
        count(node, &mut places);
        Anchors(places)
    }

    /// Whether some value in `node` stands elsewhere as well.
    fn are_in(&self, node: &Node) -> bool {
        let mut own = HashMap::new();
        count(node, &mut own);
        own.iter().any(|(place, times)| self.0.get(place).is_some_and(|all| all > times))
    }
}

fn count(node: &Node, places: &mut HashMap<Place, usize>) {
    if node.place.is_known() {
        *places.entry(node.place).or_default() += 1;
    }
    match &node.kind {
        Kind::Map(map) => map.entries().iter().for_each(|entry| count(&entry.value, places)),
        Kind::Seq(items) => items.iter().for_each(|item| count(item, places)),
        _ => {}
    }
}
