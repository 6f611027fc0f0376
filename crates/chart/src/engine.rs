//! Renders the templates of a chart and its subcharts.

use std::sync::Arc;

use super::ChartCode;
use super::behaviour::{Behaviour, Change};
use super::explain::{self, Explainer};
use super::parsing::ParsedTemplates;
use super::render_values::RenderValues;
use super::scope::Template;
use mkmanifests_gotmpl::{self as gotmpl, ErrorKind, Limits, MissingKey, Templates, Traced, helm};
use mkmanifests_yaml::diagnostic::Diagnostic;

/// The steps of all templates together, as a multiple of the steps that one template may take.
const MAX_STEPS_FACTOR: u64 = 10;
/// The most bytes that all templates of a chart render together.
const MAX_BYTES: usize = 128 << 20;

/// The output of one template.
pub(super) struct RenderedTemplate {
    /// The template: `chart/templates/service.yaml`.
    pub path: String,
    pub text: Vec<u8>,
    /// For each line of the text, the line of the template that rendered it.
    pub template_lines: Vec<u32>,
}

/// Why a chart is not rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError {
    /// Helm's text.
    pub text: String,
    /// The name of a template that another one calls, and that does not exist.
    pub unknown_template: Option<String>,
}

impl From<String> for RenderError {
    fn from(text: String) -> Self {
        RenderError { text, unknown_template: None }
    }
}

/// Renders all templates except partials, in Helm's order. `limits` apply to each template.
///
/// # Errors
/// The errors of all templates.
pub(super) fn render<'v>(
    parsed: &'v ParsedTemplates,
    limits: Limits,
    values: &'v RenderValues,
) -> Result<Vec<RenderedTemplate>, Box<Explainer<'v>>> {
    let mut engine = Engine { set: empty_set(parsed, limits, values), parsed, values, diagnostics: None };
    let rendered = engine.run();
    match engine.diagnostics.take() {
        Some(diagnostics) => Err(diagnostics),
        None => Ok(rendered),
    }
}

/// Renders templates as [`render`] does; with `only`, just the template with that path, even if it is a partial.
///
/// # Errors
/// Helm's text about the first template that cannot be parsed or fails.
pub(super) fn render_or_first_error(
    parsed: &ParsedTemplates,
    limits: Limits,
    values: &RenderValues,
    only: Option<&str>,
) -> Result<Vec<RenderedTemplate>, RenderError> {
    let mut set = empty_set(parsed, limits, values);
    for (template, outcome) in parsed.templates.iter().zip(&parsed.outcomes) {
        match outcome {
            Ok(trees) => set.add(trees),
            Err(error) => return Err(explain::parse_text(template, error).into()),
        }
    }
    let set = Arc::new(set);
    let is_wanted = |template: &&Template| only.map_or(!template.is_partial(), |only| template.name == only);
    let mut rendered = Vec::new();
    let mut bytes = 0;
    for template in parsed.templates.iter().filter(is_wanted) {
        parsed.environment.randomness.begin(&template.name);
        let traced = set.render_traced(&template.name, template.dot());
        let Traced { text, lines, .. } = traced.map_err(|error| failed(&error, values.helm))?;
        bytes += text.len();
        if bytes > MAX_BYTES {
            return Err(format!("the templates render more than {MAX_BYTES} bytes").into());
        }
        let text = helm::without_no_value(text);
        rendered.push(RenderedTemplate { path: template.name.clone(), text, template_lines: lines });
    }
    Ok(rendered)
}

fn failed(error: &gotmpl::Error, helm: Behaviour) -> RenderError {
    let unknown_template = match &error.root().kind {
        ErrorKind::UnknownTemplate(name) => Some(name.clone()),
        _ => None,
    };
    RenderError { text: explain::text(error, helm), unknown_template }
}

fn empty_set(parsed: &ParsedTemplates, limits: Limits, values: &RenderValues) -> Templates {
    let mut set = Templates::new(Arc::clone(&parsed.functions));
    set.missing_key = MissingKey::Zero;
    set.range_integers = values.helm.has(Change::RangeOverIntegers);
    set.limits = limits;
    set.environment = parsed.environment.clone();
    set.coverage.clone_from(&parsed.coverage);
    set
}

struct Engine<'v> {
    set: Templates,
    parsed: &'v ParsedTemplates,
    values: &'v RenderValues,
    diagnostics: Option<Box<Explainer<'v>>>,
}

impl<'v> Engine<'v> {
    fn run(&mut self) -> Vec<RenderedTemplate> {
        let mut rendered = Vec::new();
        self.add();
        if self.diagnostics.is_some() {
            return rendered;
        }
        let set = Arc::new(self.set.clone());
        let (mut bytes, mut steps) = (0, 0);
        let max_steps = self.set.limits.steps.saturating_mul(MAX_STEPS_FACTOR);
        let parsed = self.parsed;
        for template in parsed.templates.iter().filter(|template| !template.is_partial()) {
            parsed.environment.randomness.begin(&template.name);
            match set.render_traced(&template.name, template.dot()) {
                Ok(Traced { text, lines, steps: taken }) => {
                    let text = helm::without_no_value(text);
                    bytes += text.len();
                    steps += taken;
                    rendered.push(RenderedTemplate { path: template.name.clone(), text, template_lines: lines });
                }
                Err(error) => {
                    let stop = error.is_limit() || parsed.stops_at_error;
                    self.explainer().failed(template, &error);
                    if stop {
                        break;
                    }
                }
            }
            let excess = if bytes > MAX_BYTES {
                format!("the templates render more than {MAX_BYTES} bytes")
            } else if steps > max_steps {
                format!("the templates take more than {max_steps} steps")
            } else {
                continue;
            };
            self.explainer().push(Diagnostic::error(ChartCode::LimitExceeded, excess));
            break;
        }
        rendered
    }

    /// Adds the parsed templates to the set.
    fn add(&mut self) {
        let parsed = self.parsed;
        for (template, outcome) in parsed.templates.iter().zip(&parsed.outcomes) {
            match outcome {
                Ok(trees) => self.set.add(trees),
                Err(error) => self.explainer().unparsed(template, error),
            }
        }
    }

    fn explainer(&mut self) -> &mut Explainer<'v> {
        self.diagnostics.get_or_insert_with(|| Box::new(Explainer::new(&self.parsed.templates, &self.set, self.values)))
    }
}
