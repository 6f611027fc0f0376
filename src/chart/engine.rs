//! Renders the templates of a chart and its subcharts.

use std::any::Any;
use std::sync::Arc;

use super::explain::Explainer;
use super::parsing::Parsing;
use super::render::RenderOptions;
use super::render_values::RenderValues;
use super::scope::{self, Template};
use super::yaml_bridge::GoYaml;
use crate::gotmpl::sprig::surroundings::Surroundings;
use crate::gotmpl::{Functions, Limits, MissingKey, Templates, Traced, helm, sprig};
use crate::problem::{Problem, Sources};

/// What one template may do: far above what charts do, and over in about a second.
pub(super) const LIMITS: Limits = Limits { steps: 3_000_000, depth: 4_000, output: 64 << 20, made: 96 << 20 };
/// How many templates of a chart may take all the steps that one may take.
const MOST_FULL: u64 = 10;
/// How many bytes all templates of a chart may give.
const MOST_BYTES: usize = 128 << 20;

/// What one template gave.
pub(super) struct Made {
    /// The template: `chart/templates/service.yaml`.
    pub path: String,
    pub text: Vec<u8>,
    /// For each line of the text the line of the template that made it.
    pub lines: Vec<u32>,
}

/// Renders all templates that are no partials, in Helm's order, and hands on what each gives. What it was done with
/// comes back.
///
/// # Errors
/// What is wrong in any of the templates.
pub(super) fn render(
    values: &RenderValues,
    options: &RenderOptions,
    parsing: &Parsing,
    take: &mut dyn FnMut(Made),
) -> Result<impl Any + Send + Sync + use<>, Box<Explainer>> {
    let templates = scope::templates(values);
    let set = Templates::new(Arc::clone(&parsing.functions));
    let mut engine = Engine { set, parsing, templates: &templates, sources: &values.sources, problems: None };
    engine.set.missing_key = MissingKey::Zero;
    engine.set.limits = options.limits;
    engine.run(take);
    match engine.problems.take() {
        Some(problems) => Err(problems),
        None => Ok((engine.set, templates)),
    }
}

/// All that templates of charts may call.
pub fn functions(surroundings: &Surroundings) -> Functions {
    let mut functions = Functions::new();
    functions.extend(sprig::functions(surroundings));
    functions.extend(helm::functions(&Arc::new(GoYaml)));
    functions
}

struct Engine<'t> {
    set: Templates,
    parsing: &'t Parsing,
    templates: &'t [Template],
    sources: &'t Sources,
    problems: Option<Box<Explainer>>,
}

impl Engine<'_> {
    fn run(&mut self, take: &mut dyn FnMut(Made)) {
        self.parse();
        if self.problems.is_some() {
            return;
        }
        let set = Arc::new(self.set.clone());
        let (mut bytes, mut steps) = (0, 0);
        let most_steps = self.set.limits.steps.saturating_mul(MOST_FULL);
        for template in self.templates.iter().filter(|template| !template.is_partial()) {
            self.parsing.surroundings.randomness.begin(&template.name);
            match set.render_traced(&template.name, template.dot()) {
                Ok(Traced { text, lines, steps: taken }) => {
                    let text = helm::without_no_value(text);
                    bytes += text.len();
                    steps += taken;
                    take(Made { path: template.name.clone(), text, lines });
                }
                Err(error) => {
                    let stop = error.is_limit();
                    self.explainer().failed(template, &error);
                    if stop {
                        break;
                    }
                }
            }
            let excess = if bytes > MOST_BYTES {
                format!("the templates write more than {MOST_BYTES} bytes")
            } else if steps > most_steps {
                format!("the templates take more than {most_steps} steps")
            } else {
                continue;
            };
            self.explainer().push(Problem::error(excess));
            break;
        }
    }

    fn parse(&mut self) {
        for (template, outcome) in self.templates.iter().zip(self.parsing.all(self.templates)) {
            match outcome {
                Ok(trees) => self.set.add(trees),
                Err(error) => self.explainer().unparsed(template, &error),
            }
        }
    }

    fn explainer(&mut self) -> &mut Explainer {
        self.problems.get_or_insert_with(|| Box::new(Explainer::new(self.templates, &self.set, self.sources.clone())))
    }
}
