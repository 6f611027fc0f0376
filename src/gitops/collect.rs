//! What is wrong in a whole fleet, in one report: a mistake in a layer that a thousand clusters share is told once.

use std::collections::HashMap;
use std::sync::Arc;

use crate::problem::{Failure, Place, Problem, Severity, SourceId, Sources};

/// What was found in one cluster.
#[derive(Debug, Default)]
pub(super) struct Found(Vec<(String, Vec<Problem>, Sources)>);

impl Found {
    /// Adds what was found in the app or cluster `at`.
    pub fn add(&mut self, at: &str, problems: Vec<Problem>, sources: &Sources) {
        if !problems.is_empty() {
            self.0.push((at.to_owned(), problems, sources.clone()));
        }
    }

    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|(_, problems, _)| problems.iter().any(|problem| !problem.is_warning()))
    }
}

/// What was found in all of them.
#[derive(Debug, Default)]
pub(super) struct Collected {
    sources: Sources,
    ids: HashMap<(String, Arc<str>), SourceId>,
    problems: Vec<(Problem, Vec<String>)>,
    known: HashMap<(Severity, String, Place), usize>,
}

impl Collected {
    /// Adds what was found in one cluster.
    pub fn add(&mut self, found: Found) {
        for (at, problems, sources) in found.0 {
            for problem in problems {
                self.add_one(&at, problem, &sources);
            }
        }
    }

    fn add_one(&mut self, at: &str, problem: Problem, sources: &Sources) {
        let place = self.place(problem.place, sources);
        let related = problem.related.iter().map(|(place, what)| (self.place(*place, sources), what.clone())).collect();
        let problem = Problem { place, related, ..problem };
        let key = (problem.severity, problem.message.clone(), place);
        match self.known.get(&key).and_then(|index| self.problems.get_mut(*index)) {
            Some((_, places)) if places.iter().any(|place| place == at) => {}
            Some((_, places)) => places.push(at.to_owned()),
            None => {
                self.known.insert(key, self.problems.len());
                self.problems.push((problem, vec![at.to_owned()]));
            }
        }
    }

    /// The same place among the texts of all clusters.
    fn place(&mut self, place: Place, sources: &Sources) -> Place {
        let Some(source) = sources.get(place.source) else { return Place::UNKNOWN };
        let key = (source.name.clone(), Arc::clone(&source.text));
        let id =
            *self.ids.entry(key).or_insert_with(|| self.sources.add(source.name.clone(), Arc::clone(&source.text)));
        Place::new(id, place.line, place.column)
    }

    /// Whether anything stops the run.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|(problem, _)| !problem.is_warning())
    }

    /// The problems, each with the apps that it is in where its place does not tell.
    pub fn finish(self) -> Failure {
        let Collected { sources, problems, .. } = self;
        let with_apps = problems.into_iter().map(|(problem, apps)| {
            let (first, more) = (apps.first().cloned().unwrap_or_default(), apps.len().saturating_sub(1));
            let shown = sources.get(problem.place.source).map_or("", |source| source.name.as_str());
            let told = shown.contains(&first) || problem.message.contains(&first);
            match more {
                _ if first.is_empty() => problem,
                0 if told => problem,
                0 => problem.help(format!("in `{first}`")),
                _ => problem.help(format!("in `{first}` and {more} more")),
            }
        });
        Failure::new(with_apps.collect(), sources)
    }
}
