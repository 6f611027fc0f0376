//! Parses the templates of a chart, for rendering and for finding unused values.

use std::collections::HashMap;
use std::sync::Arc;

use super::functions::functions_of;
use super::model::{Chart, File};
use super::render_values::RenderValues;
use super::scope::{self, Template};
use crate::release::Release;
use mkmanifests_check::parallel;
use mkmanifests_gotmpl::ast::Tree;
use mkmanifests_gotmpl::sprig::environment::{Clock, Environment, Randomness};
use mkmanifests_gotmpl::{Error, Function, Functions, parse_bytes};

/// The result of parsing one template.
pub(super) type ParseResult = Result<Vec<Arc<Tree>>, Box<Error>>;

/// All templates of a chart and its subcharts that a rendering uses.
pub(super) struct ParsedTemplates {
    /// Time and randomness, which the functions use.
    pub environment: Environment,
    /// The functions that templates can call.
    pub functions: Arc<Functions>,
    /// The templates in Helm's order.
    pub templates: Vec<Template>,
    /// The result of parsing each template.
    pub outcomes: Vec<ParseResult>,
    /// Whether rendering ends with the first error, as in Helm, so that templates behind it write no log.
    pub stops_at_error: bool,
}

impl ParsedTemplates {
    /// Parses the templates of a chart with computed values.
    pub fn of(values: &RenderValues, deterministic: bool) -> ParsedTemplates {
        Self::with(values, deterministic, [])
    }

    /// Parses as [`ParsedTemplates::of`] does, with functions that replace those of the same name.
    pub fn with(
        values: &RenderValues,
        deterministic: bool,
        replaced: impl IntoIterator<Item = Function>,
    ) -> ParsedTemplates {
        let environment = environment(&values.chart, &values.release, deterministic);
        let mut functions = functions_of(&environment, values.helm);
        functions.extend(replaced);
        let functions = Arc::new(functions);
        let templates = scope::templates(values);
        let outcomes = parallel::map(&templates, |template| parse(&functions, template));
        ParsedTemplates { environment, functions, templates, outcomes, stops_at_error: false }
    }

    /// Returns the parsed templates by file.
    pub fn by_file(&self) -> ByFile<'_> {
        let parsed = self.templates.iter().zip(&self.outcomes);
        ByFile(
            parsed
                .filter_map(|(template, outcome)| Some((address(&template.file), outcome.as_deref().ok()?)))
                .collect(),
        )
    }
}

/// Parses one template.
pub(super) fn parse(functions: &Functions, template: &Template) -> ParseResult {
    parse_bytes(functions, &template.name, &template.file.data)
}

/// The parsed templates by file. A chart with several aliases shares its files.
#[derive(Default)]
pub(super) struct ByFile<'p>(HashMap<usize, &'p [Arc<Tree>]>);

impl<'p> ByFile<'p> {
    /// Returns the templates of a file; `None` if it was not parsed, as in disabled charts.
    pub fn get(&self, file: &File) -> Option<&'p [Arc<Tree>]> {
        self.0.get(&address(file)).copied()
    }
}

fn address(file: &File) -> usize {
    file.data.as_ptr().addr()
}

/// Returns time and randomness: those of the machine, or derived from the release.
fn environment(chart: &Chart, release: &Release, deterministic: bool) -> Environment {
    if !deterministic {
        return Environment { clock: Clock::system(), randomness: Randomness::system() };
    }
    let seed = format!("{}/{}/{}", release.namespace, release.name, chart.name());
    Environment { clock: Clock::fixed(0, 0), randomness: Randomness::seeded(seed) }
}
