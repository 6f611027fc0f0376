//! Holds what a chart makes to the rules of an API server, as `template` does.

use std::collections::HashMap;

use super::documents::Document;
use super::model::File;
use super::output::Rendered;
use super::render_values::RenderValues;
use super::scope;
use crate::check::types;
use crate::check::versions::KubeVersion;
use crate::problem::{Place, Problem, SourceId, Sources};
use crate::tree::read::{self, Duplicates};

/// What does not fit, each with its line in what the template made and the line of the template that made it; and the
/// texts that the places are in.
///
/// Custom resources pass, as do documents that are no objects (Helm has told them already, if they are no YAML).
pub fn check(rendered: &Rendered, values: &RenderValues) -> (Vec<Problem>, Sources) {
    let version = KubeVersion::parse(&values.capabilities.kube_version.normalized).ok();
    let sources = rendered.sources.clone();
    let mut checker = Checker { sources, version, values, templates: None, problems: Vec::new() };
    for document in rendered.objects.iter().chain(&rendered.hooks) {
        checker.document(document);
    }
    (checker.problems, checker.sources)
}

struct Checker<'v> {
    sources: Sources,
    /// The cluster that the chart is told of.
    version: Option<KubeVersion>,
    values: &'v RenderValues,
    /// Templates by path, each with its id once a place in it was named; not there until something is wrong.
    templates: Option<HashMap<String, (Option<SourceId>, File)>>,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn document(&mut self, document: &Document) {
        if let Some(source) = document.patched {
            let mut found = Vec::new();
            types::check_on(&document.node, self.version, &mut found);
            let placed = found.into_iter().map(|problem| match problem.place.source == source {
                true => self.with_template(problem, document),
                false => problem,
            });
            let placed: Vec<Problem> = placed.collect();
            return self.problems.extend(placed);
        }
        // The document goes to the sources only if something is wrong in it; then it is read again for its places.
        let mut found = Vec::new();
        if document.node.as_map().is_some() {
            types::check_on(&document.node, self.version, &mut found);
        }
        if found.is_empty() {
            return;
        }
        let source = self.sources.add(format!("{} (rendered)", document.path), document.text.as_str());
        let mut found = Vec::new();
        if let Ok(node) = read::first_document(source, &document.text, Duplicates::LastWins) {
            types::check_on(&node, self.version, &mut found);
        }
        for problem in found {
            let problem = self.with_template(problem, document);
            self.problems.push(problem);
        }
    }

    fn with_template(&mut self, problem: Problem, document: &Document) -> Problem {
        let line = problem.place.line.checked_sub(1).and_then(|index| document.lines.get(index as usize)).copied();
        let templates = self.templates.get_or_insert_with(|| {
            scope::templates(self.values).into_iter().map(|template| (template.name, (None, template.file))).collect()
        });
        let (Some(line), Some((id, file))) = (line, templates.get_mut(&document.path)) else { return problem };
        let text = file.text();
        let sources = &mut self.sources;
        let id = *id.get_or_insert_with(|| sources.add(document.path.clone(), &*text));
        let written = text.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
        let column = written.chars().take_while(|c| c.is_whitespace()).count() + 1;
        problem.related(Place::new(id, line, u32::try_from(column).unwrap_or(1)), "made by this line")
    }
}
