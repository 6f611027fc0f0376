//! XUnit's format, version 2.

use super::xml::Element;
use super::{Machine, class, details, seconds};
use crate::run::{JobResult, SuiteResult};

/// The method of each test.
const METHOD: &str = "Helm-Validation";

pub(super) fn report(suites: &[SuiteResult], machine: &Machine) -> Element {
    Element::new("assemblies").children(suites.iter().map(|suite| assembly(suite, machine)))
}

/// The numbers of tests.
#[derive(Default)]
struct Numbers {
    passed: usize,
    failed: usize,
    skipped: usize,
    errors: usize,
}

impl Numbers {
    fn of(suite: &SuiteResult) -> Numbers {
        let mut numbers = Numbers::default();
        for job in &suite.jobs {
            let number = match (job.skipped, job.passed, &job.error) {
                (true, ..) => &mut numbers.skipped,
                (_, true, _) => &mut numbers.passed,
                (.., Some(_)) => &mut numbers.errors,
                (.., None) => &mut numbers.failed,
            };
            *number += 1;
        }
        numbers
    }

    fn attributes(&self, element: Element, total: usize) -> Element {
        element
            .attribute("total", total)
            .attribute("passed", self.passed)
            .attribute("failed", self.failed)
            .attribute("skipped", self.skipped)
    }
}

fn assembly(suite: &SuiteResult, machine: &Machine) -> Element {
    let numbers = Numbers::of(suite);
    let time = seconds(suite.duration());
    let element = Element::new("assembly")
        .attribute("name", &suite.file)
        .attribute("config-file", &suite.file)
        .attribute("test-framework", "helm-unittest")
        .attribute("run-date", &machine.date)
        .attribute("run-time", &machine.time)
        .attribute("time", &time);
    let collection = Element::new("collection").attribute("name", &suite.name).attribute("time", &time);
    let tests = suite.jobs.iter().map(|job| test(job, class(suite)));
    numbers.attributes(element, suite.jobs.len()).attribute("errors", numbers.errors).children([
        Element::new("environment").text(&machine.platform),
        Element::new("errors"),
        numbers.attributes(collection, suite.jobs.len()).children(tests),
    ])
}

fn test(job: &JobResult, class: &str) -> Element {
    let (result, outcome) = match (job.skipped, job.passed) {
        (true, _) => ("Skip", Some(Element::new("reason").raw(details(job)))),
        (_, true) => ("Pass", None),
        (_, false) => ("Fail", Some(failure(job))),
    };
    Element::new("test")
        .attribute("name", &job.name)
        .attribute("type", class)
        .attribute("method", METHOD)
        .attribute("time", seconds(job.duration))
        .attribute("result", result)
        .children([Element::new("traits")])
        .children(outcome)
}

fn failure(job: &JobResult) -> Element {
    let kind = if job.error.is_some() { format!("{METHOD}-Error") } else { METHOD.to_owned() };
    Element::new("failure")
        .attribute("exception-type", kind)
        .children([Element::new("message").raw("Failed"), Element::new("stack-trace").raw(details(job))])
}
