//! Helm's report on values that a schema refuses, with their locations.

use crate::ChartCode;
use crate::model::Chart;
use crate::schema::Refusal;
use crate::written;
use mkmanifests_json_schema::{CompileError, Context, Error, Kind, report};
use mkmanifests_yaml::diagnostic::{Diagnostic, Location, Sources};
use mkmanifests_yaml::tree::{Entry, Node};

/// The first line of Helm's report.
const INTRO: &str = "values don't meet the specifications of the schema(s) in the following chart(s):";
/// The most values whose location is shown.
const MAX_LOCATIONS: usize = 50;

/// Collects the errors of all schemas.
pub(super) struct Report<'v> {
    text: String,
    sources: &'v Sources,
    /// The same and, after them, schemas that are not JSON.
    extended: Option<Sources>,
    /// The names of the chart and the charts around it, the root first.
    charts: Vec<&'v str>,
    locations: Vec<(Location, String)>,
    help: Vec<String>,
    /// The trees that values come from, the user's first.
    layers: Vec<Layer<'v>>,
}

/// A tree that values come from, and the path in it to the chart's own values.
struct Layer<'v> {
    values: &'v Node,
    path: Vec<&'v str>,
}

impl<'v> Report<'v> {
    pub(super) fn new(user: &'v Node, sources: &'v Sources) -> Report<'v> {
        let layers = vec![Layer { values: user, path: Vec::new() }];
        let (text, locations, help, charts) = (String::new(), Vec::new(), Vec::new(), Vec::new());
        Report { text, sources, extended: None, charts, locations, help, layers }
    }

    /// Returns the report; `None` if every schema accepts the values.
    pub(super) fn finish(self) -> Option<Refusal> {
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
        Some(Refusal { diagnostic, text: format!("{INTRO}\n{}", self.text), sources: self.extended })
    }

    pub(super) fn enter(&mut self, subchart: &'v str) {
        self.layers.iter_mut().for_each(|layer| layer.path.push(subchart));
    }

    pub(super) fn leave(&mut self) {
        for layer in &mut self.layers {
            layer.path.pop();
        }
    }

    /// Adds a chart's own values to the layers.
    pub(super) fn enter_defaults(&mut self, chart: &'v Chart) {
        self.layers.push(Layer { values: &chart.values, path: Vec::new() });
        self.charts.push(chart.name());
    }

    pub(super) fn leave_defaults(&mut self) {
        self.layers.pop();
        self.charts.pop();
    }

    /// Reports values of a subchart that are not a map.
    pub(super) fn wrong_type(&mut self, chart: &str, kind: &str) {
        self.text.push_str(&format!("{chart}:\ninvalid type for values: expected object (map), got {kind}\n"));
        self.locate(&[], None, "the values of a subchart must be a mapping");
    }

    /// Reports a schema that cannot be compiled. As in Helm, no line break follows.
    pub(super) fn wrong_schema(&mut self, chart: &Chart, error: &CompileError) {
        self.text.push_str(&format!("{}:\n{error}", chart.name()));
        match error {
            CompileError::Unmapped { url, .. } => self.add_help(format!(
                "give the document with `--schema-map {url}=FILE` or `--schema-dir DIR` (in a fleet, `schemaMap` or `schemaDirs`)"
            )),
            CompileError::Syntax(_) => self.locate_syntax(chart),
            _ => {}
        }
    }

    /// Adds the location where a schema stops being JSON. Go's text names none, so that the schema is read once more.
    fn locate_syntax(&mut self, chart: &Chart) {
        let Some(schema) = &chart.schema else { return };
        let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&schema.text) else { return };
        let sources = self.extended.get_or_insert_with(|| self.sources.clone());
        let name = format!("{}/values.schema.json", self.charts.join("/charts/"));
        let source = sources.add(name, String::from_utf8_lossy(&schema.text));
        let number = |number: usize| u32::try_from(number.max(1)).unwrap_or(u32::MAX);
        let location = Location::new(source, number(error.line()), number(error.column()));
        self.locations.push((location, "the schema is not JSON from here on".to_owned()));
    }

    /// Reports values that a schema refuses.
    pub(super) fn refused(&mut self, chart: &str, error: &Error<'_>) {
        self.text.push_str(&format!("{chart}:\n{}\n", report(error)));
        self.explain(error);
        let value = |path: &[String]| self.values_at(path).next();
        let help = error.help(Context { value: &value, is_subchart: self.charts.len() > 1 });
        help.into_iter().for_each(|line| self.add_help(line));
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
                    self.add_quote_help(error, name);
                }
            }
            Kind::PropertyName { name } => self.locate(&error.path, Some(name), &label()),
            // A key that no keyword evaluates, refused by `unevaluatedProperties`.
            Kind::False => {
                let (path, name) = match error.path.split_last() {
                    Some((name, path)) => (path, Some(name.as_str())),
                    None => (&*error.path, None),
                };
                self.locate(path, name, &label());
            }
            _ => self.locate(&error.path, None, &label()),
        }
    }

    /// Suggests quotes for a key that YAML has converted, such as `on`.
    fn add_quote_help(&mut self, error: &Error<'_>, name: &str) {
        if let Some(entry) = self.entry(&error.path, name) {
            let written = written::key(entry, self.sources);
            if written != name {
                self.add_help(written::quote_help(written, name));
            }
        }
    }

    fn add_help(&mut self, help: String) {
        if !self.help.contains(&help) && self.help.len() < MAX_LOCATIONS {
            self.help.push(help);
        }
    }

    /// Returns the key of a mapping in the first layer that has it.
    fn entry(&self, path: &[String], key: &str) -> Option<&'v Entry> {
        self.layers.iter().find_map(|layer| {
            let steps = layer.path.iter().copied().chain(path.iter().map(String::as_str));
            layer.values.find(steps)?.as_map()?.entry(key)
        })
    }

    /// Returns the value at a path in each layer that has it.
    fn values_at(&self, path: &[String]) -> impl Iterator<Item = &'v Node> {
        self.layers
            .iter()
            .filter_map(|layer| layer.values.find(layer.path.iter().copied().chain(path.iter().map(String::as_str))))
    }

    /// Adds the location of a value, or of a key in it, in the first layer that has it.
    fn locate(&mut self, path: &[String], key: Option<&str>, label: &str) {
        let values: Vec<&'v Node> = self.values_at(path).collect();
        let of_key = |value: &&'v Node| Some(value.as_map()?.entry(key?)?.location);
        let mut locations = values.iter().filter_map(of_key).chain(values.iter().map(|value| value.location));
        let location = locations.find(|location| location.is_known());
        if let Some(location) = location
            && self.locations.len() < MAX_LOCATIONS
        {
            self.locations.push((location, label.to_owned()));
        }
    }
}
