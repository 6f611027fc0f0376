//! A chart while its dependencies are processed.

use super::limits::MAX_CHARTS;
use super::model::Chart;
use super::render_values::node_to_value;
use crate::gotmpl::{Map, Value};
use crate::problem::Problem;

/// A chart with its values as tables. Its [`Chart::dependencies`] are empty, [`Unit::children`] has them.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) chart: Chart,
    pub(super) values: Map,
    pub(super) children: Vec<Unit>,
}

impl Unit {
    /// Of a chart as it was loaded.
    pub(super) fn of(chart: &Chart) -> Unit {
        let values = match node_to_value(&chart.values, &|_| false) {
            Value::Map(map) => map,
            _ => Map::new(),
        };
        let children = chart.dependencies.iter().map(Unit::of).collect();
        Unit { chart: chart.without_dependencies(), values, children }
    }

    /// Its name, or alias.
    pub(super) fn name(&self) -> &str {
        self.chart.name()
    }

    /// The chart with those subcharts that are left.
    pub(super) fn into_chart(self) -> Chart {
        let dependencies = self.children.into_iter().map(Unit::into_chart).collect();
        Chart { dependencies, ..self.chart }
    }

    /// How many charts there are.
    pub(super) fn count(&self) -> usize {
        self.children.iter().fold(1, |sum, child| sum.saturating_add(child.count()))
    }
}

/// Counts the charts that aliases make of one another, since twenty charts of two aliases each come to a million.
#[derive(Debug)]
pub(super) struct Copies(usize);

impl Default for Copies {
    fn default() -> Self {
        Copies(MAX_CHARTS)
    }
}

impl Copies {
    /// Takes `unit` and all below it.
    pub(super) fn take(&mut self, unit: &Unit) -> Result<(), Problem> {
        let left = self.0.checked_sub(unit.count());
        self.0 = left.ok_or_else(|| Problem::error(format!("dependencies come to more than {MAX_CHARTS} charts")))?;
        Ok(())
    }
}
