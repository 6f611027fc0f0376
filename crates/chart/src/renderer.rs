//! Renders one chart many times with different values, as tests of charts do.
//!
//! Unlike [`template`](fn@super::template), it stops at the first error with Helm's text, as Helm's engine does, and
//! neither splits the files into documents nor validates them. It also renders what `helm template` refuses: library
//! charts, charts whose dependencies are missing, and those for other versions of Kubernetes.

use std::collections::HashMap;
use std::sync::Arc;

use super::behaviour::Behaviour;
use super::capabilities::Capabilities;
use super::coalesce::Coalescer;
use super::coverage::Recorder;
use super::engine::{self, RenderError, RenderedTemplate};
use super::model::Chart;
use super::output::OutputFile;
use super::parsing::ParsedTemplates;
use super::prepare;
use super::render::LIMITS;
use super::render_values::RenderValues;
use super::scope::Template;
use super::traced::TracedFile;
use crate::release::Release;
use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_gotmpl::environment::{Environment, Lookup};
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_json_schema::SchemaFiles;
use mkmanifests_yaml::diagnostic::{Failure, Sources};
use mkmanifests_yaml::tree::Node;

/// What one rendering is for.
#[derive(Debug, Clone)]
pub struct Setting {
    /// What templates see as `.Release`, apart from its revision.
    pub release: Release,
    /// What templates see as `.Release.Revision`.
    pub revision: i64,
    /// What templates see as `.Capabilities`.
    pub capabilities: Capabilities,
    /// Whether to skip validation against `values.schema.json`.
    pub skip_schema: bool,
}

/// A chart that is rendered many times.
pub struct ChartRenderer {
    chart: Chart,
    pub(super) helm: Behaviour,
    environment: Environment,
    pub(super) recorder: Option<Recorder>,
}

impl ChartRenderer {
    /// Creates a renderer of a loaded chart, which behaves as a release of Helm.
    pub fn new(chart: Chart, helm: Behaviour) -> ChartRenderer {
        ChartRenderer { chart, helm, environment: Environment::default(), recorder: None }
    }

    /// Starts to record what runs of the templates.
    #[must_use]
    pub fn recording(self) -> ChartRenderer {
        ChartRenderer { recorder: Some(Recorder::default()), ..self }
    }

    /// Returns the chart.
    pub fn chart(&self) -> &Chart {
        &self.chart
    }

    /// Computes what templates see. `user` are the user's values, as Helm reads them from YAML. The caller may change
    /// the chart in the result, such as its version, and remove templates, before it renders them.
    ///
    /// # Errors
    /// Helm's text about values that cannot be merged, or that a schema refuses.
    pub fn values(&self, user: &Map, setting: Setting) -> Result<RenderValues, String> {
        let Setting { release, revision, capabilities, skip_schema } = setting;
        let sources = Sources::default();
        let user_node = Arc::new(Node::default());
        let mut warnings = Vec::new();
        let merged = prepare::merged(&self.chart, user, self.helm, &mut warnings);
        let (chart, merged) = merged.map_err(|diagnostic| diagnostic.message())?;
        let values = RenderValues {
            chart: named_by_parents(chart),
            values: Value::Map(merged),
            release,
            revision,
            capabilities,
            helm: self.helm,
            warnings: Vec::new(),
            sources,
            user: user_node,
        };
        match skip_schema {
            true => Ok(values),
            false => match prepare::validate(&values, &SchemaFiles::default(), &Node::default(), &Sources::default()) {
                Some(refusal) => Err(refusal.text),
                None => Ok(values),
            },
        }
    }

    /// Merges values under others, as Helm merges a subchart's values: `over` gets what only `under` has.
    pub fn merge(&self, over: &Map, under: &Map) {
        Coalescer::merging(0, self.helm).tables(over, under);
    }

    /// Renders all templates of the chart in `values`, which is one that [`ChartRenderer::values`] returned. With
    /// `lookup`, templates find objects; without, `lookup` returns an empty map.
    ///
    /// # Errors
    /// The first template that fails.
    pub fn render(&self, values: &RenderValues, lookup: Option<&Lookup>) -> Result<Vec<OutputFile>, RenderError> {
        self.render_some(values, lookup, None)
    }

    /// Renders one template, by its path (`web/templates/_labels.tpl`), as [`ChartRenderer::render`] does. It may be a
    /// partial, also one that the caller added to the chart in `values`.
    ///
    /// # Errors
    /// A template that cannot be parsed, or the one that is rendered and fails.
    pub fn render_only(
        &self,
        values: &RenderValues,
        lookup: Option<&Lookup>,
        path: &str,
    ) -> Result<Vec<OutputFile>, RenderError> {
        self.render_some(values, lookup, Some(path))
    }

    fn render_some(
        &self,
        values: &RenderValues,
        lookup: Option<&Lookup>,
        only: Option<&str>,
    ) -> Result<Vec<OutputFile>, RenderError> {
        on_deep_stack(|| {
            let mut parsed = self.parsed(values, lookup);
            parsed.coverage = self.recorder.as_ref().map(|recorder| recorder.of(&parsed));
            let rendered = engine::render_or_first_error(&parsed, LIMITS, values, only)?;
            let file = |path, text: Vec<u8>| OutputFile { path, text: lossy(text) };
            Ok(rendered.into_iter().map(|one| file(one.path, one.text)).collect())
        })
    }

    /// Renders as [`ChartRenderer::render`] does, with the origin of each line.
    ///
    /// # Errors
    /// What [`template`](fn@super::template) reports about the first template that fails.
    pub fn trace(&self, values: &RenderValues, lookup: Option<&Lookup>) -> Result<Vec<TracedFile>, Failure> {
        let parsed = self.parsed(values, lookup);
        let rendered = on_deep_stack(|| engine::render(&parsed, LIMITS, values).map_err(|why| why.into_failure()))?;
        let templates: HashMap<&str, &Template> =
            parsed.templates.iter().map(|template| (template.name.as_str(), template)).collect();
        let file = |one: RenderedTemplate| {
            let template = templates.get(one.path.as_str())?;
            Some(TracedFile {
                text: lossy(one.text),
                template: template.file.text().into(),
                template_lines: one.template_lines,
                values: template.scope.get("Values").unwrap_or_default(),
                values_path: Arc::clone(&template.values_path),
                path: one.path,
            })
        };
        Ok(rendered.into_iter().filter_map(file).collect())
    }

    fn parsed(&self, values: &RenderValues, lookup: Option<&Lookup>) -> ParsedTemplates {
        let environment = Environment { lookup: lookup.cloned(), ..self.environment.clone() };
        ParsedTemplates { stops_at_error: true, ..ParsedTemplates::in_environment(values, environment) }
    }
}

fn lossy(text: Vec<u8>) -> String {
    String::from_utf8(text).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Returns a chart whose subcharts have paths made of the names of their parents. Releases of Helm 3 keep the original
/// name of an aliased parent in it, but not where the chart was copied, as helm-unittest does.
fn named_by_parents(mut chart: Chart) -> Chart {
    chart.path = None;
    chart.dependencies = chart.dependencies.into_iter().map(named_by_parents).collect();
    chart
}
