//! Renders a job again, to explain why it fails: with the origin of each line, and with all that is known about an error.

use mkmanifests_chart::{TracedFile, unused};
use mkmanifests_gotmpl::value::MAX_NESTING;
use mkmanifests_gotmpl::{self as gotmpl, Value};
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure, Location};
use mkmanifests_yaml::tree::{Entry, Kind, Map, Node};

use super::user_values::scoped;
use super::{Harness, KubeNumbers, Scope, cluster};
use crate::set_path;
use crate::suite::{Job, SetValue, Suite};

impl Harness {
    /// Renders a job with the origin of each line. The templates that the suite selects are rendered.
    ///
    /// # Errors
    /// What is wrong with the first template that fails. `None` if the values cannot be computed.
    pub(crate) fn trace(
        &self,
        suite: &Suite,
        job: &Job,
        scope: Scope<'_>,
        kube: &KubeNumbers,
    ) -> Result<Vec<TracedFile>, Option<Failure>> {
        let user = self.user_values(suite, job, scope.route).map_err(|_| None)?;
        let mut values = self.values(&user, job, scope, kube).map_err(|_| None)?;
        values.sources.clone_from(&self.sources);
        self.choose(&mut values, suite, job, scope);
        let lookup = cluster::lookup(&job.kubernetes_provider);
        self.renderer.trace(&values, lookup.as_ref()).map_err(Some)
    }

    /// Returns a warning for each key of `set` that nothing in the chart reads. `locate` gives the location of an entry.
    pub(crate) fn unread(
        &self,
        suite: &Suite,
        job: &Job,
        route: &str,
        locate: impl Fn(Location) -> Location,
    ) -> Vec<Diagnostic> {
        let mut user = Map::new();
        for SetValue { path, value, location } in suite.set.iter().chain(&job.set) {
            if let Ok(values) = set_path::build(value.clone(), path) {
                add(&mut user, &scoped(route, values), locate(*location), MAX_NESTING);
            }
        }
        let user = Node::from(user);
        unused(self.chart(), &user).keys
    }
}

/// Adds the keys of values, all at one location. The values have none: the same one twice would be an alias.
fn add(keys: &mut Map, values: &gotmpl::Map, location: Location, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for (key, value) in values.snapshot().iter() {
        let name = key.text();
        let mut below = match keys.remove(&name).map(|entry| entry.value.kind) {
            Some(Kind::Map(below)) => below,
            _ => Map::new(),
        };
        let kind = match value {
            Value::Nil => Kind::Null,
            Value::Map(values) => {
                add(&mut below, values, location, depth);
                Kind::Map(below)
            }
            _ => Kind::Str(String::new()),
        };
        let (key, value) = (name.into_owned().into(), Node::new(kind, Location::UNKNOWN));
        keys.insert(Entry { key, location, value });
    }
}
