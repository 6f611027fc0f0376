//! JUnit's format.

use super::xml::Element;
use super::{Machine, class, details, seconds};
use crate::run::{JobResult, SuiteResult};

/// The version that helm-unittest's reports name.
const VERSION: &str = "1.6";

pub(super) fn report(suites: &[SuiteResult], machine: &Machine) -> Element {
    let suites = suites.iter().enumerate().map(|(id, result)| suite(id, result, machine));
    Element::new("testsuites").children(suites)
}

fn suite(id: usize, suite: &SuiteResult, machine: &Machine) -> Element {
    let failed = |errored: bool| {
        let is_failed = |job: &&JobResult| !job.skipped && !job.passed && job.error.is_some() == errored;
        suite.jobs.iter().filter(is_failed).count()
    };
    let version = Element::new("property").attribute("name", "helm-unittest.version").attribute("value", VERSION);
    Element::new("testsuite")
        .attribute("id", id)
        .attribute("tests", suite.jobs.len())
        .attribute("failures", failed(false))
        .attribute("errors", failed(true))
        .attribute("package", "")
        .attribute("time", seconds(suite.duration()))
        .attribute("name", &suite.name)
        .attribute("timestamp", format!("{}T{}", machine.date, machine.time))
        .attribute("hostname", &machine.host)
        .children([Element::new("properties").children([version])])
        .children(suite.jobs.iter().map(|result| job(result, class(suite))))
}

fn job(job: &JobResult, class: &str) -> Element {
    let failure = |name: &'static str, message: &str, text: &str| {
        Element::new(name).attribute("message", message).attribute("type", "").text(text)
    };
    let in_line = || details(job).replace('\n', ",").replace('\t', "");
    let outcome = match (&job.error, job.skipped, job.passed) {
        (_, true, _) => Some(Element::new("skipped").attribute("message", in_line())),
        (_, _, true) => None,
        (Some(error), ..) => Some(failure("error", "Error", error)),
        (None, ..) => Some(failure("failure", "Failed", &in_line())),
    };
    Element::new("testcase")
        .attribute("classname", class)
        .attribute("name", &job.name)
        .attribute("time", seconds(job.duration))
        .children(outcome)
}
