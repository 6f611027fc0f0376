//! A chart while its dependencies are processed.

use super::ChartCode;
use super::behaviour::Behaviour;
use super::go_value::node_to_value;
use super::limits::MAX_CHARTS;
use super::model::Chart;
use super::table::count;
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::Diagnostic;

/// The largest size of all copies of charts, in the units of [`Unit::extent`].
const MAX_WEIGHT: usize = 500_000;

/// A chart with its values as tables. The subcharts are in [`Unit::children`], not in [`Chart::dependencies`].
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) chart: Chart,
    pub(super) values: Map,
    /// The number of values in `values`.
    pub(super) size: usize,
    pub(super) children: Vec<Unit>,
    /// The full path of the chart before aliases: `parent/charts/sub`.
    pub(super) loaded_path: String,
}

impl Unit {
    /// Creates a unit from a loaded chart.
    pub(super) fn of(chart: &Chart, helm: Behaviour) -> Unit {
        Unit::at(chart, chart.name().to_owned(), helm)
    }

    fn at(chart: &Chart, loaded_path: String, helm: Behaviour) -> Unit {
        let values = match node_to_value(chart.values_as(helm), &|_| false) {
            Value::Map(map) => map,
            _ => Map::new(),
        };
        let children = chart.dependencies.iter();
        let children = children.map(|child| Unit::at(child, Chart::child_path(&loaded_path, child), helm)).collect();
        Unit { chart: chart.without_dependencies(), size: count(&values), values, children, loaded_path }
    }

    /// Returns the name or alias.
    pub(super) fn name(&self) -> &str {
        self.chart.name()
    }

    /// Returns the chart with its remaining subcharts.
    pub(super) fn into_chart(self) -> Chart {
        let dependencies = self.children.into_iter().map(Unit::into_chart).collect();
        Chart { dependencies, ..self.chart }
    }

    /// Returns the number of charts, and the size of a copy in units of about a hundred bytes.
    fn extent(&self) -> (usize, usize) {
        let Chart { files, templates, metadata_bytes, .. } = &self.chart;
        let own = (1, 10 + files.len() + templates.len() + metadata_bytes / 100);
        self.children
            .iter()
            .map(Unit::extent)
            .fold(own, |sum, child| (sum.0.saturating_add(child.0), sum.1.saturating_add(child.1)))
    }
}

/// Counts the copies of charts for aliases: twenty nested charts with two aliases each are a million charts.
#[derive(Debug)]
pub(super) struct Copies {
    charts: usize,
    weight: usize,
}

impl Default for Copies {
    fn default() -> Self {
        Copies { charts: MAX_CHARTS, weight: MAX_WEIGHT }
    }
}

impl Copies {
    /// Counts `unit` and all charts below it.
    ///
    /// # Errors
    /// More than [`MAX_CHARTS`] charts, or more than their total size limit.
    pub(super) fn take(&mut self, unit: &Unit) -> Result<(), Diagnostic> {
        let (charts, weight) = unit.extent();
        let left = self.charts.checked_sub(charts).zip(self.weight.checked_sub(weight));
        let too_many = || {
            Diagnostic::error(
                ChartCode::TooLarge,
                format!(
                    "with all aliases, the dependencies are more than {MAX_CHARTS} charts, or exceed the size limit together"
                ),
            )
        };
        (self.charts, self.weight) = left.ok_or_else(too_many)?;
        Ok(())
    }
}
