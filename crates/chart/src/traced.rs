//! Rendered files with the lines of the templates that rendered them, and the values that these lines read.

use std::sync::Arc;

use super::explain::{defaults, shown, value_paths};
use super::model::Chart;
use mkmanifests_gotmpl::Value;
use mkmanifests_yaml::diagnostic::{Location, SourceId};

/// A file that a template rendered, with where its lines come from.
#[derive(Debug, Clone)]
pub struct TracedFile {
    /// The path of the template: `chart/templates/service.yaml`.
    pub path: String,
    /// What it rendered.
    pub text: String,
    /// The text of the template.
    pub template: Arc<str>,
    /// For each line of `text`, the line of the template that rendered it, from 1.
    pub template_lines: Vec<u32>,
    /// What the template sees as `.Values`.
    pub values: Value,
    /// The names that lead from the values of the root chart to `values`.
    pub values_path: Arc<[String]>,
}

/// A value that a line of a template reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueRead {
    /// The path as the template writes it: `.Values.image.tag`.
    pub path: String,
    /// The keys from the values of the root chart: `image`, `tag`.
    pub keys: Vec<String>,
    /// What the template gets: "the string \"1.2\"", "null".
    pub shown: String,
    /// Where `values.yaml` of a chart has the default; unknown if none has.
    pub default: Location,
}

impl TracedFile {
    /// Returns the line of the template that rendered a line of the text, both from 1.
    pub fn template_line(&self, line: u32) -> Option<u32> {
        self.template_lines.get(line.checked_sub(1)? as usize).copied()
    }

    /// Returns the values that a line of the template reads, without those that it reads through variables and other
    /// templates. `chart` is the loaded root chart.
    pub fn values_read(&self, line: u32, chart: &Chart) -> Vec<ValueRead> {
        let mut read: Vec<ValueRead> = Vec::new();
        for path in value_paths(line_of(&self.template, line)) {
            if read.iter().any(|known| known.path == path) {
                continue;
            }
            let steps: Vec<&str> = path.split('.').skip(2).collect();
            let value = steps.iter().try_fold(self.values.clone(), |value, step| value.as_map()?.get(*step));
            let names: Vec<&str> = self.values_path.iter().map(String::as_str).collect();
            let default = defaults(chart, &names, &steps).first().map(|entry| entry.location);
            read.push(ValueRead {
                path: path.to_owned(),
                keys: names.iter().chain(&steps).map(|key| (*key).to_owned()).collect(),
                shown: shown(&value.unwrap_or_default()),
                default: default.unwrap_or(Location::UNKNOWN),
            });
        }
        read
    }
}

fn line_of(text: &str, line: u32) -> &str {
    text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default()
}

/// Returns the location of the first word of a line.
pub fn first_word(source: SourceId, text: &str, line: u32) -> Location {
    let column = line_of(text, line).chars().take_while(|c| c.is_whitespace()).count() + 1;
    Location::new(source, line, u32::try_from(column).unwrap_or(1))
}
