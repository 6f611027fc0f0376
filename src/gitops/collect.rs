//! Collects the diagnostics of a whole fleet: an error in a layer that many clusters share is reported once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Failure, Location, Severity, SourceId, Sources};

/// The diagnostics of one cluster.
#[derive(Debug, Default)]
pub(super) struct ClusterDiagnostics(Vec<Part>);

/// The diagnostics of one app or cluster.
#[derive(Debug)]
struct Part {
    at: String,
    /// Whether the messages name the app or cluster themselves.
    is_named: bool,
    diagnostics: Vec<Diagnostic>,
    sources: Sources,
}

impl ClusterDiagnostics {
    /// Adds the diagnostics of the app or cluster `at`.
    pub fn add(&mut self, at: &str, diagnostics: Vec<Diagnostic>, sources: &Sources) {
        self.push(Part { at: at.to_owned(), is_named: false, diagnostics, sources: sources.clone() });
    }

    /// Adds diagnostics whose messages name the app or cluster `at` themselves. They have no location.
    pub fn add_named(&mut self, at: &str, diagnostics: Vec<Diagnostic>) {
        self.push(Part { at: at.to_owned(), is_named: true, diagnostics, sources: Sources::default() });
    }

    fn push(&mut self, part: Part) {
        if !part.diagnostics.is_empty() {
            self.0.push(part);
        }
    }

    pub fn has_errors(&self) -> bool {
        self.0.iter().flat_map(|part| &part.diagnostics).any(|diagnostic| !diagnostic.is_warning())
    }
}

/// The diagnostics of all clusters.
#[derive(Debug, Default)]
pub(super) struct Collected {
    sources: Sources,
    ids: HashMap<(String, Arc<str>), SourceId>,
    diagnostics: Vec<Known>,
    known: HashMap<(Severity, String, Location), usize>,
}

/// A diagnostic, and the apps or clusters that have it.
#[derive(Debug)]
struct Known {
    diagnostic: Diagnostic,
    first: String,
    /// All of them, with the first.
    apps: HashSet<String>,
    is_named: bool,
}

impl Collected {
    /// Adds the diagnostics of one cluster.
    pub fn add(&mut self, found: ClusterDiagnostics) {
        for Part { at, is_named, diagnostics, sources } in found.0 {
            for diagnostic in diagnostics {
                self.add_one(&at, is_named, diagnostic, &sources);
            }
        }
    }

    fn add_one(&mut self, at: &str, is_named: bool, diagnostic: Diagnostic, sources: &Sources) {
        let location = self.location(diagnostic.location, sources);
        let related = diagnostic
            .related
            .iter()
            .map(|(location, what)| (self.location(*location, sources), what.clone()))
            .collect();
        let diagnostic = Diagnostic { location, related, ..diagnostic };
        let key = (diagnostic.severity, diagnostic.message(), location);
        match self.known.get(&key).and_then(|index| self.diagnostics.get_mut(*index)) {
            Some(known) => _ = known.apps.insert(at.to_owned()),
            None => {
                self.known.insert(key, self.diagnostics.len());
                let apps = HashSet::from([at.to_owned()]);
                self.diagnostics.push(Known { diagnostic, first: at.to_owned(), apps, is_named });
            }
        }
    }

    /// Translates a location to the texts of all clusters.
    fn location(&mut self, location: Location, sources: &Sources) -> Location {
        let Some(source) = sources.get(location.source) else { return Location::UNKNOWN };
        let key = (source.name.clone(), Arc::clone(&source.text));
        let id =
            *self.ids.entry(key).or_insert_with(|| self.sources.add(source.name.clone(), Arc::clone(&source.text)));
        Location::new(id, location.line, location.column)
    }

    /// Returns whether there are errors.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|known| !known.diagnostic.is_warning())
    }

    /// Returns the diagnostics, each with its apps unless its location shows them.
    pub fn finish(self) -> Failure {
        let Collected { sources, diagnostics, .. } = self;
        let with_apps = diagnostics.into_iter().map(|Known { diagnostic, first, apps, is_named }| {
            let more = apps.len() - 1;
            let source = sources.get(diagnostic.location.source).map(|source| source.name.as_str());
            // Apps are named with slashes on every system.
            let shown = source.or(diagnostic.file()).unwrap_or_default().replace(std::path::MAIN_SEPARATOR, "/");
            let is_shown = is_named || shown.contains(&first);
            match more {
                _ if first.is_empty() => diagnostic,
                0 if is_shown => diagnostic,
                0 => diagnostic.help(format!("in `{first}`")),
                _ => diagnostic.help(format!("in `{first}` and {more} more")),
            }
        });
        Failure::new(with_apps.collect(), sources)
    }
}
