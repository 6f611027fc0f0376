//! Reuses a rendered app of a chart for another cluster whose app has equal inputs.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

use super::RenderedApp;
use super::file::ChartFile;
use crate::chart::Options;
use crate::diagnostic::{Diagnostic, Sources};
use crate::tree::write::{Style, write};
use crate::values::Values;

/// At most this many apps of a chart are kept: clusters whose apps are equal are usually close to each other.
const MOST: usize = 32;

/// The inputs that an app of a given chart is a function of: its name, values without their locations, release, cluster and
/// options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Inputs(String);

impl Inputs {
    pub(super) fn of(app: &str, file: &ChartFile, options: &Options, user: &Values) -> Inputs {
        let Options { release, capabilities, skip_schema, schema_files: _, helm } = options;
        let mut text = Vec::new();
        // Writing to memory never fails.
        let _ = write(&mut text, &user.root, Style::MANIFEST);
        let mut text = String::from_utf8(text).unwrap_or_default();
        let ChartFile { include_crds, hooks, strict, .. } = file;
        let _ = write!(
            text,
            "{app:?} {release:?} {capabilities:?} {skip_schema} {:?} {include_crds} {hooks:?} {strict}",
            helm.release()
        );
        Inputs(text)
    }
}

/// The apps of a chart that were rendered last, unless they have warnings with locations in files of one cluster.
///
/// Two threads may render the same app at the same time. Neither waits for the other, since a thread that renders may work
/// on the apps of other clusters meanwhile.
#[derive(Default)]
pub(in super::super) struct RenderedApps(Mutex<VecDeque<(Inputs, RenderedApp)>>);

impl RenderedApps {
    pub(super) fn get(&self, inputs: &Inputs) -> Option<RenderedApp> {
        let apps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        apps.iter().find(|(known, _)| known == inputs).map(|(_, app)| app.clone())
    }

    /// Adds an app. `shared` are the texts of the chart, which all its apps have first.
    pub(super) fn add(&self, inputs: Inputs, app: &RenderedApp, shared: &Sources) {
        let last = shared.iter().next_back().map(|(id, _)| id).unwrap_or_default();
        let is_shared = |warning: &Diagnostic| {
            warning.location.source <= last && warning.related.iter().all(|(location, _)| location.source <= last)
        };
        if !app.warnings.iter().all(is_shared) {
            return;
        }
        let mut apps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if apps.iter().all(|(known, _)| *known != inputs) {
            apps.truncate(MOST - 1);
            apps.push_front((inputs, app.clone()));
        }
    }
}
