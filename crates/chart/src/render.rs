//! From a chart and its values to what `helm template` gives.

use super::documents::{self, Sorted};
use super::engine::{self, Made};
use super::output::HelmOutput;
use super::parsing::Parsed;
use super::render_values::RenderValues;
use mkmanifests_check::parallel;
use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_gotmpl::Limits;
use mkmanifests_yaml::diagnostic::Failure;

/// What one template may do: far above what charts do, and over in about a second.
const LIMITS: Limits = Limits { steps: 3_000_000, depth: 4_000, output: 64 << 20, made: 96 << 20 };

/// What a rendering gives, beside what the values say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderOptions {
    /// The files below `crds/` as well: `--include-crds`.
    pub include_crds: bool,
    /// No hooks: `--no-hooks`.
    pub no_hooks: bool,
    /// No hooks that are tests: `--skip-tests`.
    pub skip_tests: bool,
    /// The same random texts, keys and times for the same release, template and location in it: `--deterministic`.
    pub deterministic: bool,
    /// What each template may do, since charts are other people's programs.
    pub limits: Limits,
}

impl Default for RenderOptions {
    /// All objects and hooks, as `helm template` without flags; limits far above what charts do.
    fn default() -> Self {
        RenderOptions { include_crds: false, no_hooks: false, skip_tests: false, deterministic: false, limits: LIMITS }
    }
}

/// Renders a chart whose values are computed.
///
/// # Errors
/// All that is wrong in the templates, or in what they gave.
pub fn render(values: &RenderValues, options: &RenderOptions) -> Result<HelmOutput, Failure> {
    execute(values, options, &Parsed::of(values, options.deterministic))
}

/// The same with templates that are parsed.
pub(super) fn execute(values: &RenderValues, options: &RenderOptions, parsed: &Parsed) -> Result<HelmOutput, Failure> {
    let made = on_deep_stack(|| engine::render(parsed, options.limits, &values.sources))
        .map_err(|diagnostics| diagnostics.into_failure())?;
    let texts = parallel::map(&made, |Made { path, text, lines }| documents::read(path, text, lines));
    assemble(texts, values, options)
}

fn assemble(
    texts: Vec<documents::Text>,
    values: &RenderValues,
    options: &RenderOptions,
) -> Result<HelmOutput, Failure> {
    let mut sources = values.sources.clone();
    let mut sorted = documents::sort(texts, values.chart.name(), &mut sources);
    if !sorted.diagnostics.is_empty() {
        return Err(Failure::new(sorted.diagnostics, sources));
    }
    if options.no_hooks {
        sorted.hooks.clear();
    }
    if options.skip_tests {
        sorted.hooks.retain(|document| !document.hook.as_ref().is_some_and(documents::Hook::is_test));
    }
    let crds = if options.include_crds { values.chart.crds() } else { Vec::new() };
    let Sorted { objects, hooks, notes, .. } = sorted;
    let chart = values.chart.name().to_owned();
    Ok(HelmOutput { chart, crds, objects, hooks, notes, warnings: values.warnings.clone(), sources })
}
