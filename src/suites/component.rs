//! Renders the component of a suite, as `mkmanifests NAME` does.

use super::{layers, outcome, release};
use crate::components::{self, Component};
use crate::diagnostic::{Failure, did_you_mean, listed, nearest};
use crate::manifest::Rendered;
use crate::unittest::render::{RenderedJob, Source};
use crate::unittest::suite::{Job, Suite};

pub(super) fn render(name: &str, suite: &Suite, job: &Job) -> RenderedJob {
    match components::find(name) {
        Some(component) => {
            let source = Source { name: component.name(), has_templates: false };
            let ids = component.object_ids().iter().copied();
            outcome(source, ids, rendered(component, suite, job), (suite, job))
        }
        None => RenderedJob::failed(unknown(name)),
    }
}

fn unknown(name: &str) -> String {
    let names = || components::all().iter().map(|component| component.name());
    let help = match nearest(name, names()) {
        Some(near) => did_you_mean(near),
        None => format!("known components: {}", listed(names())),
    };
    format!("unknown component `{name}`; {help}")
}

fn rendered(component: &dyn Component, suite: &Suite, job: &Job) -> Result<Rendered, Failure> {
    let release = release(job, component.release_name().unwrap_or(&job.cluster), component.namespace());
    let mut layers = layers::over(component.defaults(), suite, job);
    component.set_names(&mut layers, &release, "cluster");
    component.render(&component.merge(layers)?, &release)
}
