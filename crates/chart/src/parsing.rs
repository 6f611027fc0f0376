//! The templates of a chart, parsed: for rendering them, and for finding what they read.

use std::collections::HashMap;
use std::sync::Arc;

use super::functions::functions;
use super::model::{Chart, File};
use super::render_values::RenderValues;
use super::scope::{self, Template};
use crate::release::Release;
use mkmanifests_check::parallel;
use mkmanifests_gotmpl::ast::Tree;
use mkmanifests_gotmpl::sprig::surroundings::{Clock, Randomness, Surroundings};
use mkmanifests_gotmpl::{Error, Functions, parse_bytes};

/// What a template is, parsed.
pub(super) type Outcome = Result<Vec<Arc<Tree>>, Box<Error>>;

/// All templates of a chart and its subcharts that a rendering uses.
pub(super) struct Parsed {
    /// Time and randomness, which the functions use.
    pub surroundings: Surroundings,
    /// What the templates may call.
    pub functions: Arc<Functions>,
    /// The templates in Helm's order.
    pub templates: Vec<Template>,
    /// What each of them is.
    pub outcomes: Vec<Outcome>,
}

impl Parsed {
    /// Of a chart whose values are computed.
    pub fn of(values: &RenderValues, deterministic: bool) -> Parsed {
        let surroundings = surroundings(&values.chart, &values.release, deterministic);
        let functions = Arc::new(functions(&surroundings));
        let templates = scope::templates(values);
        let parse = |template: &Template| parse_bytes(&functions, &template.name, &template.file.data);
        let outcomes = parallel::map(&templates, parse);
        Parsed { surroundings, functions, templates, outcomes }
    }

    /// The templates by their files.
    pub fn by_file(&self) -> ByFile<'_> {
        let parsed = self.templates.iter().zip(&self.outcomes);
        ByFile(
            parsed
                .filter_map(|(template, outcome)| Some((address(&template.file), outcome.as_deref().ok()?)))
                .collect(),
        )
    }
}

/// What the files of a chart were parsed to. Charts that are there under several aliases share their files.
#[derive(Default)]
pub(super) struct ByFile<'p>(HashMap<usize, &'p [Arc<Tree>]>);

impl<'p> ByFile<'p> {
    /// The templates of a file; none if it was not parsed, as those of charts that are switched off.
    pub fn get(&self, file: &File) -> Option<&'p [Arc<Tree>]> {
        self.0.get(&address(file)).copied()
    }
}

fn address(file: &File) -> usize {
    file.data.as_ptr().addr()
}

/// Time and randomness: the machine's, or derived from the release.
fn surroundings(chart: &Chart, release: &Release, deterministic: bool) -> Surroundings {
    if !deterministic {
        return Surroundings { clock: Clock::system(), randomness: Randomness::system() };
    }
    let seed = format!("{}/{}/{}", release.namespace, release.name, chart.name());
    Surroundings { clock: Clock::fixed(0, 0), randomness: Randomness::seeded(seed) }
}
