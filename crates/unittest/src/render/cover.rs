//! Records what the jobs of a chart cover.

use std::sync::{Mutex, PoisonError};

use mkmanifests_chart::{Chart, CoveredTemplate};
use mkmanifests_gotmpl::Map;

use super::Harness;
use crate::coverage::{ChartCoverage, Expressions, SetValues, measure_values, template};
use crate::path;

/// What jobs have set.
#[derive(Debug, Default)]
pub(super) struct Recorded(Mutex<SetValues>);

impl Recorded {
    pub(super) fn set(&self, user: &Map) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).add(user);
    }
}

impl Harness {
    /// Starts to record what jobs cover.
    #[must_use]
    pub fn recording(self) -> Harness {
        Harness { renderer: self.renderer.recording(), recorded: Some(Recorded::default()), ..self }
    }

    /// Returns what jobs have covered of the charts whose routes are wanted, the root chart first. `folder` is the path of
    /// the root chart.
    pub fn coverage(&self, folder: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<ChartCoverage> {
        let Some(recorded) = &self.recorded else { return Vec::new() };
        let mut charts = Vec::new();
        charts_below(self.chart(), self.chart().name(), folder, &mut charts);
        let covered: Vec<Vec<CoveredTemplate>> =
            charts.iter().map(|(chart, route, _)| self.renderer.covered(chart, route)).collect();
        // A template of a subchart may get the values of its parent.
        let mut read = Vec::new();
        let mut expressions = Expressions { found: &mut |path| read.push(path) };
        covered.iter().flatten().for_each(|template| expressions.of_template(template));
        let set = recorded.0.lock().unwrap_or_else(PoisonError::into_inner);
        let measured = charts.iter().zip(&covered).filter(|((_, route, _), _)| is_wanted(route));
        let measured = measured.map(|((chart, route, folder), covered)| ChartCoverage {
            name: route.clone(),
            templates: covered
                .iter()
                .filter_map(|one| template(one, path::join(&[folder, &one.name])))
                .filter(|template| !template.lines.is_empty())
                .collect(),
            values: measure_values(chart, route, &read, &set),
        });
        measured.collect()
    }
}

/// Returns a chart and its subcharts with their routes and folders.
fn charts_below<'c>(chart: &'c Chart, route: &str, folder: &str, found: &mut Vec<(&'c Chart, String, String)>) {
    found.push((chart, route.to_owned(), folder.to_owned()));
    for child in &chart.dependencies {
        let below = |parent: &str| path::join(&[parent, "charts", child.name()]);
        charts_below(child, &below(route), &below(folder), found);
    }
}
