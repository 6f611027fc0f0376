//! Helm's report on values, and where they were written.

use crate::ChartCode;
use mkmanifests_json_schema::{CompileError, Error, Json, Kind, report};
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, did_you_mean, nearest};
use mkmanifests_yaml::tree::Node;

/// How Helm begins the report.
const INTRO: &str = "values don't meet the specifications of the schema(s) in the following chart(s):";
/// How many values are shown where they were written.
const MAX_LOCATIONS: usize = 50;
/// How many names are listed where none is near.
const MAX_NAMES: usize = 20;

/// What was found so far.
pub(super) struct Report<'v> {
    text: String,
    locations: Vec<(Location, String)>,
    help: Vec<String>,
    /// The trees that values came from, the user's first.
    layers: Vec<Layer<'v>>,
    /// How many subcharts the chart is in.
    depth: usize,
}

/// A tree that values came from, and the path in it that leads to the chart's own values.
struct Layer<'v> {
    values: &'v Node,
    path: Vec<&'v str>,
}

impl<'v> Report<'v> {
    pub(super) fn new(user: &'v Node) -> Report<'v> {
        let layers = vec![Layer { values: user, path: Vec::new() }];
        Report { text: String::new(), locations: Vec::new(), help: Vec::new(), layers, depth: 0 }
    }

    /// The diagnostic, if there is one.
    pub(super) fn finish(self) -> Option<Diagnostic> {
        if self.text.is_empty() {
            return None;
        }
        let mut diagnostic =
            Diagnostic::error(ChartCode::SchemaMismatch, format!("{INTRO}\n{}", self.text.trim_end_matches('\n')));
        let mut locations = self.locations.into_iter();
        if let Some((location, label)) = locations.next() {
            diagnostic = diagnostic.at(location).label(label);
        }
        diagnostic.related.extend(locations);
        diagnostic.help = self.help;
        Some(diagnostic)
    }

    pub(super) fn enter(&mut self, subchart: &'v str) {
        self.layers.iter_mut().for_each(|layer| layer.path.push(subchart));
        self.depth += 1;
    }

    pub(super) fn leave(&mut self) {
        for layer in &mut self.layers {
            layer.path.pop();
        }
        self.depth -= 1;
    }

    /// Adds a chart's own values to those that may be shown.
    pub(super) fn enter_defaults(&mut self, values: &'v Node) {
        self.layers.push(Layer { values, path: Vec::new() });
    }

    pub(super) fn leave_defaults(&mut self) {
        self.layers.pop();
    }

    /// The values of a subchart are no map.
    pub(super) fn wrong_type(&mut self, chart: &str, kind: &str) {
        self.text.push_str(&format!("{chart}:\ninvalid type for values: expected object (map), got {kind}\n"));
        self.locate(&[], None, "the values of a subchart are a mapping");
    }

    /// The schema itself is wrong. As in Helm, no line ends after it.
    pub(super) fn wrong_schema(&mut self, chart: &str, error: &CompileError) {
        self.text.push_str(&format!("{chart}:\n{error}"));
        if let CompileError::Unmapped { url, .. } = error {
            self.add_help(format!(
                "give the document with `--schema-map {url}=FILE` or `--schema-dir DIR` (in a fleet, `schemaMap` or `schemaDirs`)"
            ));
        }
    }

    /// The schema refuses values.
    pub(super) fn refused(&mut self, chart: &str, error: &Error<'_>) {
        self.text.push_str(&format!("{chart}:\n{}\n", report(error)));
        self.explain(error);
    }

    fn explain(&mut self, error: &Error<'_>) {
        let label = || error.kind.to_string();
        match &error.kind {
            Kind::Schema { .. } | Kind::Group | Kind::Reference | Kind::AllOf if !error.causes.is_empty() => {
                error.causes.iter().for_each(|cause| self.explain(cause));
            }
            Kind::AdditionalProperties { names } => {
                for name in names {
                    self.locate(&error.path, Some(name), "not allowed by the schema");
                    self.suggest_name(error, name);
                }
            }
            Kind::PropertyName { name } => _ = self.locate(&error.path, Some(name), &label()),
            // A name that no keyword has looked at, refused by `unevaluatedProperties`.
            Kind::False => {
                let (path, name) = match error.path.split_last() {
                    Some((name, path)) => (path, Some(name.as_str())),
                    None => (&*error.path, None),
                };
                self.locate(path, name, &label());
            }
            Kind::Enum { want } => {
                let found = self.locate(&error.path, None, &label());
                let given = found.and_then(Node::as_str).unwrap_or_default();
                let options = want.iter().filter_map(Json::as_text);
                if let Some(near) = nearest(given, options) {
                    self.add_help(did_you_mean(near));
                }
            }
            _ => _ = self.locate(&error.path, None, &label()),
        }
    }

    fn suggest_name(&mut self, error: &Error<'_>, name: &str) {
        if name == "global" && error.path.is_empty() && self.depth > 0 {
            return self.add_help(
                "Helm adds `global` to the values of every subchart: the schema has to allow it, for example by `\"global\": {}` in its `properties`".to_owned(),
            );
        }
        let known: Vec<&str> = error.schema.properties().collect();
        match nearest(name, known.iter().copied()) {
            Some(near) => self.add_help(did_you_mean(near)),
            None if known.is_empty() || known.len() > MAX_NAMES => {}
            None => {
                let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                self.add_help(format!("the schema allows {}", names.join(", ")));
            }
        }
    }

    fn add_help(&mut self, help: String) {
        if !self.help.contains(&help) && self.help.len() < MAX_LOCATIONS {
            self.help.push(help);
        }
    }

    /// Adds where a value was written, or a key in it: in the first layer that has it. Returns the value there.
    fn locate(&mut self, path: &[String], key: Option<&str>, label: &str) -> Option<&'v Node> {
        let steps = |layer: &Layer<'v>| -> Vec<&'v str> { layer.path.clone() };
        let values: Vec<&'v Node> = self
            .layers
            .iter()
            .filter_map(|layer| layer.values.find(steps(layer).into_iter().chain(path.iter().map(String::as_str))))
            .collect();
        let of_key = |value: &&'v Node| Some(value.as_map()?.entry(key?)?.location);
        let mut locations = values.iter().filter_map(of_key).chain(values.iter().map(|value| value.location));
        let location = locations.find(|location| location.is_known());
        if let Some(location) = location
            && self.locations.len() < MAX_LOCATIONS
        {
            self.locations.push((location, label.to_owned()));
        }
        values.first().copied()
    }
}
