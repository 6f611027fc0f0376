//! From a chart and its values to what `helm template` gives.

use std::any::Any;

use super::documents::{self, Sorted};
use super::engine::{self, Made};
use super::output::{Parts, Rendered};
use super::parsing::Parsing;
use super::render_values::RenderValues;
use crate::gotmpl::{Limits, on_deep_stack};
use crate::problem::Failure;

/// What a rendering gives, beside what the values say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderOptions {
    /// The files below `crds/` as well: `--include-crds`.
    pub include_crds: bool,
    /// No hooks: `--no-hooks`.
    pub no_hooks: bool,
    /// No hooks that are tests: `--skip-tests`.
    pub skip_tests: bool,
    /// The same random texts, keys and times for the same release, template and place in it: `--deterministic`.
    pub deterministic: bool,
    /// What each template may do, since charts are other people's programs.
    pub limits: Limits,
}

impl Default for RenderOptions {
    /// All objects and hooks, as `helm template` without flags; limits far above what charts do.
    fn default() -> Self {
        let limits = engine::LIMITS;
        RenderOptions { include_crds: false, no_hooks: false, skip_tests: false, deterministic: false, limits }
    }
}

/// Renders a chart whose values are computed.
///
/// # Errors
/// All that is wrong in the templates, or in what they gave.
pub fn render(values: &RenderValues, options: &RenderOptions) -> Result<Rendered, Failure> {
    let mut texts = Vec::new();
    let parsing = Parsing::new(&values.chart, &values.release, options.deterministic);
    execute(values, options, &parsing, &mut |made| texts.push(documents::read(made, &|_| false)))?;
    assemble(texts, values, options)
}

/// Executes the templates of a chart; `take` gets what each gives. What it was done with comes back, for [`finish`].
pub(super) fn execute(
    values: &RenderValues,
    options: &RenderOptions,
    parsing: &Parsing,
    take: &mut dyn FnMut(Made),
) -> Result<impl Any + Send + Sync + use<>, Failure> {
    on_deep_stack(|| engine::render(values, options, parsing, take)).map_err(|problems| problems.into_failure())
}

/// Puts together what the templates gave.
pub(super) fn finish(
    parts: impl Any + Send + Sync,
    texts: Vec<documents::Text>,
    values: &RenderValues,
    options: &RenderOptions,
) -> Result<Rendered, Failure> {
    let mut rendered = assemble(texts, values, options)?;
    rendered.parts.keep(parts);
    Ok(rendered)
}

fn assemble(texts: Vec<documents::Text>, values: &RenderValues, options: &RenderOptions) -> Result<Rendered, Failure> {
    let mut sources = values.sources.clone();
    let mut sorted = documents::sort(texts, values.chart.name(), &mut sources);
    if !sorted.problems.is_empty() {
        return Err(Failure::new(sorted.problems, sources));
    }
    if options.no_hooks {
        sorted.hooks.clear();
    }
    if options.skip_tests {
        sorted.hooks.retain(|document| !document.hook.as_ref().is_some_and(documents::Hook::is_test));
    }
    let crds = if options.include_crds { values.chart.crds() } else { Vec::new() };
    let Sorted { objects, hooks, notes, .. } = sorted;
    Ok(Rendered { crds, objects, hooks, notes, warnings: values.warnings.clone(), sources, parts: Parts::default() })
}
