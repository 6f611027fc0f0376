//! Renders the templates of a chart and its subcharts.

use std::sync::Arc;

use super::ChartCode;
use super::explain::Explainer;
use super::parsing::Parsed;
use mkmanifests_gotmpl::{Limits, MissingKey, Templates, Traced, helm};
use mkmanifests_yaml::diagnostic::{Diagnostic, Sources};

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

/// Renders all templates that are no partials, in Helm's order; each may do what `limits` say. `sources` are the texts of the
/// values.
///
/// # Errors
/// What is wrong in any of the templates.
pub(super) fn render(parsed: &Parsed, limits: Limits, sources: &Sources) -> Result<Vec<Made>, Box<Explainer>> {
    let set = Templates::new(Arc::clone(&parsed.functions));
    let mut engine = Engine { set, parsed, sources, diagnostics: None };
    engine.set.missing_key = MissingKey::Zero;
    engine.set.limits = limits;
    let made = engine.run();
    match engine.diagnostics.take() {
        Some(diagnostics) => Err(diagnostics),
        None => Ok(made),
    }
}

struct Engine<'t> {
    set: Templates,
    parsed: &'t Parsed,
    sources: &'t Sources,
    diagnostics: Option<Box<Explainer>>,
}

impl Engine<'_> {
    fn run(&mut self) -> Vec<Made> {
        let mut made = Vec::new();
        self.add();
        if self.diagnostics.is_some() {
            return made;
        }
        let set = Arc::new(self.set.clone());
        let (mut bytes, mut steps) = (0, 0);
        let most_steps = self.set.limits.steps.saturating_mul(MOST_FULL);
        let parsed = self.parsed;
        for template in parsed.templates.iter().filter(|template| !template.is_partial()) {
            parsed.surroundings.randomness.begin(&template.name);
            match set.render_traced(&template.name, template.dot()) {
                Ok(Traced { text, lines, steps: taken }) => {
                    let text = helm::without_no_value(text);
                    bytes += text.len();
                    steps += taken;
                    made.push(Made { path: template.name.clone(), text, lines });
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
            self.explainer().push(Diagnostic::error(ChartCode::LimitExceeded, excess));
            break;
        }
        made
    }

    /// Puts the parsed templates into the set.
    fn add(&mut self) {
        let parsed = self.parsed;
        for (template, outcome) in parsed.templates.iter().zip(&parsed.outcomes) {
            match outcome {
                Ok(trees) => self.set.add(trees.clone()),
                Err(error) => self.explainer().unparsed(template, error),
            }
        }
    }

    fn explainer(&mut self) -> &mut Explainer {
        self.diagnostics
            .get_or_insert_with(|| Box::new(Explainer::new(&self.parsed.templates, &self.set, self.sources.clone())))
    }
}
