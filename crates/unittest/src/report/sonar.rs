//! Sonar's generic format of test executions.

use super::details;
use super::xml::Element;
use crate::run::{JobResult, SuiteResult};

pub(super) fn report(suites: &[SuiteResult]) -> Element {
    let file =
        |suite: &SuiteResult| Element::new("file").attribute("path", &suite.file).children(suite.jobs.iter().map(case));
    Element::new("testExecutions").attribute("version", 1).children(suites.iter().map(file))
}

fn case(job: &JobResult) -> Element {
    let outcome = |name, message: &str, text: String| Element::new(name).attribute("message", message).raw(text);
    let outcome = match (&job.error, job.skipped, job.passed) {
        (_, true, _) => Some(outcome("skipped", "Skipped", details(job))),
        (_, _, true) => None,
        (Some(error), ..) => Some(outcome("error", "Error", error.clone())),
        (None, ..) => Some(outcome("failure", "Failed", details(job))),
    };
    Element::new("testCase")
        .attribute("name", &job.name)
        .attribute("duration", job.duration.as_millis())
        .children(outcome)
}
