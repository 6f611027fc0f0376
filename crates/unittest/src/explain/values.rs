//! Where the values come from that a line of a template reads: the test, its values files, or the chart's defaults.

use std::fs;

use mkmanifests_chart::TracedFile;
use mkmanifests_gotmpl::{Map, Value};
use mkmanifests_yaml::diagnostic::{Location, Sources};

use super::{Explainer, FailedJob, places};
use crate::suite::{SetValue, ValuesFile};
use crate::{path, set_path};

/// The most values of a line that are shown.
const MOST_VALUES: usize = 3;

/// A value that a line of a template reads.
#[derive(Debug, Clone)]
pub struct ValueUsed {
    /// The path as the template writes it: `.Values.port`.
    pub path: String,
    /// What the template gets: "the number 80".
    pub shown: String,
    /// Where it is set; unknown if nowhere.
    pub set_at: Location,
    /// Whether that is the chart's default.
    pub is_default: bool,
}

impl Explainer<'_> {
    /// Returns the values that a line of a template reads.
    pub(super) fn values_used(&self, file: &TracedFile, line: u32, sources: &mut Sources) -> Vec<ValueUsed> {
        let read = self.failed.chart().map(|chart| file.values_read(line, chart.chart())).unwrap_or_default();
        let used = read.into_iter().take(MOST_VALUES).map(|read| {
            let of_test = self.set_by_test(&read.keys, sources);
            let set_at = of_test.unwrap_or(read.default);
            ValueUsed { path: read.path, shown: read.shown, set_at, is_default: of_test.is_none() }
        });
        used.collect()
    }

    /// Returns where the test sets a value: what is applied last wins.
    fn set_by_test(&self, keys: &[String], sources: &mut Sources) -> Option<Location> {
        let FailedJob { suite, job, scope, .. } = self.failed;
        let own = below(scope.route, keys)?;
        let sets = suite.set.iter().chain(&job.set).rev();
        let found = sets.filter(|set| reaches(set, own)).map(|set| self.in_suite(set.location)).next();
        found.or_else(|| {
            let files = suite.values.iter().chain(&job.values).rev();
            files.filter_map(|file| self.in_file(file, own, sources)).next()
        })
    }

    fn in_file(&self, file: &ValuesFile, keys: &[String], sources: &mut Sources) -> Option<Location> {
        let path = path::resolve(&path::dir(&self.failed.suite.file), &file.path);
        let text = fs::read_to_string(&path).ok()?;
        places::key(Default::default(), &text, keys)?;
        let source = sources.add(path, text.as_str());
        places::key(source, &text, keys)
    }
}

/// Returns the keys in the values of the suite's chart; `None` if it cannot set them. `route` is its path below the root
/// chart: `web/charts/db`. All charts see `global`.
fn below<'k>(route: &str, keys: &'k [String]) -> Option<&'k [String]> {
    let mut own = keys;
    for name in route.split('/').step_by(2).skip(1) {
        match own.split_first() {
            Some((first, rest)) if first == name => own = rest,
            Some((first, _)) if first == "global" => return Some(own),
            _ => return None,
        }
    }
    Some(own)
}

/// Returns whether an entry of `set` sets a value, a part of it, or a value around it.
fn reaches(set: &SetValue, keys: &[String]) -> bool {
    let Ok(map) = set_path::build(set.value.clone(), &set.path) else { return false };
    leads_to(&map, keys)
}

fn leads_to(map: &Map, keys: &[String]) -> bool {
    let Some((first, rest)) = keys.split_first() else { return true };
    match map.get(first.as_str()) {
        None => false,
        Some(Value::Map(next)) => leads_to(&next, rest),
        Some(_) => true,
    }
}
