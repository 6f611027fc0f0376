//! Records what runs of the templates of a chart that is rendered many times.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::functions::functions_of;
use super::model::{Chart, File};
use super::parsing::ParsedTemplates;
use super::renderer::ChartRenderer;
use mkmanifests_gotmpl::ast::Tree;
use mkmanifests_gotmpl::coverage::{Coverage, Marks};

/// The marks of all renderings, by the address of the file: the aliases of a chart share its files.
#[derive(Default)]
pub(super) struct Recorder(Mutex<HashMap<usize, Arc<Marks>>>);

/// A template of a chart, and what has run of it.
#[derive(Debug, Clone)]
pub struct CoveredTemplate {
    /// The path of the file in its chart: `templates/service.yaml`.
    pub name: String,
    /// The trees of the file: its definitions, and the file itself.
    pub trees: Arc<[Arc<Tree>]>,
    /// What has run of it.
    pub marks: Arc<Marks>,
}

impl Recorder {
    /// Returns where one rendering records what runs.
    pub(super) fn of(&self, parsed: &ParsedTemplates) -> Arc<Coverage> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut coverage = Coverage::default();
        for (template, outcome) in parsed.templates.iter().zip(&parsed.outcomes) {
            let Some(tree) = outcome.as_ref().ok().and_then(|trees| trees.first()) else { continue };
            let marks = known.entry(address(&template.file)).or_insert_with(|| Arc::new(Marks::of(&tree.source)));
            coverage.add(&tree.source, Arc::clone(marks));
        }
        Arc::new(coverage)
    }

    fn marks(&self, file: &File) -> Option<Arc<Marks>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&address(file)).cloned()
    }
}

fn address(file: &File) -> usize {
    file.data.as_ptr().addr()
}

impl ChartRenderer {
    /// Returns the templates of a chart with what has run of them, in the order of their paths. `chart` is the chart of
    /// this renderer or one of its subcharts, and `route` its path: `web/charts/db`. Files that cannot be parsed are left
    /// out.
    pub fn covered(&self, chart: &Chart, route: &str) -> Vec<CoveredTemplate> {
        let functions = functions_of(self.helm);
        let covered = chart.templates.iter().filter_map(|file| {
            let name = format!("{route}/{}", file.name);
            let trees = chart.trees.slot(&functions, &name, file).parsed(&name).ok()?;
            let marks = self.recorder.as_ref().and_then(|recorder| recorder.marks(file));
            let marks = marks.or_else(|| Some(Arc::new(Marks::of(&trees.first()?.source))))?;
            Some(CoveredTemplate { name: file.name.clone(), trees, marks })
        });
        let mut covered: Vec<CoveredTemplate> = covered.collect();
        covered.sort_by(|a, b| a.name.cmp(&b.name));
        covered
    }
}
