//! NUnit's format.

use super::xml::Element;
use super::{Machine, class, details, seconds};
use crate::run::{JobResult, SuiteResult};

pub(super) fn report(suites: &[SuiteResult], machine: &Machine) -> Element {
    let jobs = || suites.iter().flat_map(|suite| &suite.jobs);
    let failed =
        |errored: bool| jobs().filter(|job| !job.skipped && !job.passed && job.error.is_some() == errored).count();
    Element::new("test-results")
        .attribute("name", "helm-unittest")
        .attribute("total", jobs().count())
        .attribute("errors", failed(true))
        .attribute("failures", failed(false))
        .attribute("inconclusive", 0)
        .attribute("not-run", 0)
        .attribute("ignored", 0)
        .attribute("skipped", jobs().filter(|job| job.skipped).count())
        .attribute("invalid", 0)
        .attribute("date", &machine.date)
        .attribute("time", &machine.time)
        .children([environment(machine), culture(machine)])
        .children(suites.iter().map(suite))
}

fn environment(machine: &Machine) -> Element {
    Element::new("environment")
        .attribute("nunit-version", "2.5.8.0")
        .attribute("clr-version", "unknown")
        .attribute("os-version", "unknown")
        .attribute("platform", &machine.platform)
        .attribute("cwd", &machine.folder)
        .attribute("machine-name", &machine.host)
        .attribute("user", &machine.user)
        .attribute("user-domain", "")
}

fn culture(machine: &Machine) -> Element {
    Element::new("culture-info")
        .attribute("current-culture", &machine.language)
        .attribute("current-uiculture", &machine.locale)
}

fn suite(suite: &SuiteResult) -> Element {
    let cases = suite.jobs.iter().map(|result| case(result, class(suite)));
    Element::new("test-suite")
        .attribute("type", "TestFixture")
        .attribute("name", &suite.name)
        .attribute("description", &suite.file)
        .attribute("success", suite.passed)
        .attribute("time", seconds(suite.duration()))
        .attribute("executed", !suite.skipped)
        .attribute("asserts", "")
        .attribute("result", result(suite.passed, suite.skipped))
        .children([Element::new("results").children(cases)])
}

fn case(job: &JobResult, class: &str) -> Element {
    let outcome = match (job.skipped, job.passed) {
        (true, _) => Some(Element::new("reason").children([Element::new("message").text(details(job))])),
        (false, true) => None,
        (false, false) => {
            let parts = [Element::new("message").text("Failed"), Element::new("stack-trace").text(details(job))];
            Some(Element::new("failure").children(parts))
        }
    };
    Element::new("test-case")
        .attribute("name", &job.name)
        .attribute("description", format!("{class}.{}", job.name))
        .attribute("success", job.passed)
        .attribute("time", seconds(job.duration))
        .attribute("executed", job.error.is_none() && !job.skipped)
        .attribute("asserts", 0)
        .attribute("result", result(job.passed, job.skipped))
        .children(outcome)
}

fn result(passed: bool, skipped: bool) -> &'static str {
    match (skipped, passed) {
        (true, _) => "Skipped",
        (false, true) => "Success",
        (false, false) => "Failed",
    }
}
