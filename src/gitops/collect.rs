//! What is wrong in a whole fleet, in one report: a mistake in a layer that a thousand clusters share is told once.

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Failure, Location, Severity, SourceId, Sources};

/// What was found in one cluster.
#[derive(Debug, Default)]
pub(super) struct Found(Vec<(String, Vec<Diagnostic>, Sources)>);

impl Found {
    /// Adds what was found in the app or cluster `at`.
    pub fn add(&mut self, at: &str, diagnostics: Vec<Diagnostic>, sources: &Sources) {
        if !diagnostics.is_empty() {
            self.0.push((at.to_owned(), diagnostics, sources.clone()));
        }
    }

    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|(_, diagnostics, _)| diagnostics.iter().any(|diagnostic| !diagnostic.is_warning()))
    }
}

/// What was found in all of them.
#[derive(Debug, Default)]
pub(super) struct Collected {
    sources: Sources,
    ids: HashMap<(String, Arc<str>), SourceId>,
    diagnostics: Vec<(Diagnostic, Vec<String>)>,
    known: HashMap<(Severity, String, Location), usize>,
}

impl Collected {
    /// Adds what was found in one cluster.
    pub fn add(&mut self, found: Found) {
        for (at, diagnostics, sources) in found.0 {
            for diagnostic in diagnostics {
                self.add_one(&at, diagnostic, &sources);
            }
        }
    }

    fn add_one(&mut self, at: &str, diagnostic: Diagnostic, sources: &Sources) {
        let location = self.location(diagnostic.location, sources);
        let related = diagnostic
            .related
            .iter()
            .map(|(location, what)| (self.location(*location, sources), what.clone()))
            .collect();
        let diagnostic = Diagnostic { location, related, ..diagnostic };
        let key = (diagnostic.severity, diagnostic.message.clone(), location);
        match self.known.get(&key).and_then(|index| self.diagnostics.get_mut(*index)) {
            Some((_, locations)) if locations.iter().any(|location| location == at) => {}
            Some((_, locations)) => locations.push(at.to_owned()),
            None => {
                self.known.insert(key, self.diagnostics.len());
                self.diagnostics.push((diagnostic, vec![at.to_owned()]));
            }
        }
    }

    /// The same location among the texts of all clusters.
    fn location(&mut self, location: Location, sources: &Sources) -> Location {
        let Some(source) = sources.get(location.source) else { return Location::UNKNOWN };
        let key = (source.name.clone(), Arc::clone(&source.text));
        let id =
            *self.ids.entry(key).or_insert_with(|| self.sources.add(source.name.clone(), Arc::clone(&source.text)));
        Location::new(id, location.line, location.column)
    }

    /// Whether anything stops the run.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|(diagnostic, _)| !diagnostic.is_warning())
    }

    /// The diagnostics, each with the apps that it is in where its location does not tell.
    pub fn finish(self) -> Failure {
        let Collected { sources, diagnostics, .. } = self;
        let with_apps = diagnostics.into_iter().map(|(diagnostic, apps)| {
            let (first, more) = (apps.first().cloned().unwrap_or_default(), apps.len().saturating_sub(1));
            let shown = sources.get(diagnostic.location.source).map_or("", |source| source.name.as_str());
            let told = shown.contains(&first) || diagnostic.message.contains(&first);
            match more {
                _ if first.is_empty() => diagnostic,
                0 if told => diagnostic,
                0 => diagnostic.help(format!("in `{first}`")),
                _ => diagnostic.help(format!("in `{first}` and {more} more")),
            }
        });
        Failure::new(with_apps.collect(), sources)
    }
}
