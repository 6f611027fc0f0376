//! Chooses the templates to render.
//!
//! A suite selects templates by patterns, in which `*` matches any characters of a path. A pattern without one selects
//! every template whose path contains it. Partials are always there.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use mkmanifests_chart::Chart;
use regex::Regex;

use crate::path;

/// The pattern that selects all templates.
pub(super) const ALL: &str = "**";

/// The compiled patterns of a chart's suites.
#[derive(Debug, Default)]
pub(super) struct Patterns(RwLock<HashMap<String, Option<Arc<Regex>>>>);

impl Patterns {
    /// Returns what a path has to match; `None` for a pattern that is not a regular expression and matches nothing.
    fn compile(&self, path: String) -> Option<Matcher> {
        if !path.contains(['*', '\\']) {
            return Some(Matcher::Contains(path));
        }
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&path) {
            return known.clone().map(Matcher::Regex);
        }
        let regex = Regex::new(&expression(&path)).ok().map(Arc::new);
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(path, regex.clone());
        regex.map(Matcher::Regex)
    }
}

enum Matcher {
    Contains(String),
    Regex(Arc<Regex>),
}

impl Matcher {
    fn matches(&self, path: &str) -> bool {
        match self {
            Matcher::Contains(part) => path.contains(part.as_str()),
            Matcher::Regex(regex) => regex.is_match(path),
        }
    }
}

/// Returns the regular expression of a pattern. Only a backslash keeps its meaning.
fn expression(pattern: &str) -> String {
    let escaped = ['.', '+', '[', ']'].iter().fold(pattern.to_owned(), escape);
    let stars = escaped.replace("**", r"[0-9a-zA-Z_\-/\.]+").replace('*', r"[0-9a-zA-Z_\-_/\.]*");
    // As in helm-unittest, these are escaped last.
    ['?', '(', ')', '|', '{', '}', '^', '$'].iter().fold(stars, escape)
}

fn escape(text: String, letter: &char) -> String {
    text.replace(*letter, &format!("\\{letter}"))
}

/// The templates that a suite selects.
pub(super) struct Choice {
    selected: Vec<Matcher>,
    excluded: Vec<Matcher>,
}

impl Choice {
    /// Compiles the patterns of a suite, whose chart has the path `route` below the root chart.
    pub(super) fn new(patterns: &Patterns, route: &str, selected: &[String], excluded: &[String]) -> Choice {
        let compile = |names: &[String]| {
            names.iter().filter_map(|name| patterns.compile(path::join(&[route, &file_name(name)]))).collect()
        };
        Choice { selected: compile(selected), excluded: compile(excluded) }
    }

    /// Compiles the patterns of a suite about another source than a chart, whose parts are templates or not.
    pub(super) fn of_source(name: &str, has_templates: bool, selected: &[String], excluded: &[String]) -> Choice {
        let patterns = Patterns::default();
        let path = |pattern: &String| match has_templates {
            true => path::join(&[name, &file_name(pattern)]),
            false => path::join(&[name, pattern]),
        };
        let compile = |names: &[String]| names.iter().filter_map(|name| patterns.compile(path(name))).collect();
        Choice { selected: compile(selected), excluded: compile(excluded) }
    }

    /// Removes the other templates from a chart and its subcharts. `route` is the chart's path.
    pub(super) fn retain(&self, chart: &mut Chart, route: &str) {
        chart.templates.retain(|template| {
            let path = path::join(&[route, &template.name]);
            template.base_name().starts_with('_') || self.selects(&path)
        });
        for child in &mut chart.dependencies {
            let route = path::join(&[route, "charts", child.name()]);
            self.retain(child, &route);
        }
    }

    pub(super) fn selects(&self, path: &str) -> bool {
        let any = |matchers: &[Matcher]| matchers.iter().any(|matcher| matcher.matches(path));
        any(&self.selected) && !any(&self.excluded)
    }
}

/// Returns the path of a template in its chart: one without a known folder is below `templates`.
pub(crate) fn file_name(name: &str) -> String {
    match ["templates", "charts", "crds", ALL].iter().any(|prefix| name.starts_with(prefix)) {
        true => name.to_owned(),
        false => path::join(&["templates", name]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selects(route: &str, pattern: &str, path: &str) -> bool {
        let patterns = Patterns::default();
        Choice::new(&patterns, route, &[pattern.to_owned()], &[]).selects(path)
    }

    #[test]
    fn a_pattern_selects_every_path_that_contains_a_match() {
        assert!(selects("web", "a.yaml", "web/templates/a.yaml"));
        assert!(selects("web", "a.yaml", "web/templates/a.yaml.txt"));
        assert!(!selects("web", "a.yaml", "web/templates/a_yaml"));
        assert!(selects("web", "*.yaml", "web/templates/sub/a.yaml"));
        assert!(selects("web", "**", "web/charts/db/templates/a.yaml"));
        assert!(selects("web", "charts/*/templates/a.yaml", "web/charts/db/templates/a.yaml"));
        assert!(!selects("web/charts/db", "a.yaml", "web/templates/a.yaml"));
        assert!(selects("web", "templates/../a.yaml", "web/a.yaml"));
        assert!(selects("web", "a(1)?.yaml", "web/templates/a(1)?.yaml"));
    }
}
