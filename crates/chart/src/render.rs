//! Renders a chart with computed values to the output of `helm template`.

use super::documents::{self, Sorted};
use super::engine::{self, RenderedTemplate};
use super::output::{HelmOutput, OutputFile};
use super::parsing::ParsedTemplates;
use super::render_values::RenderValues;
use mkmanifests_check::parallel;
use mkmanifests_go::stack::on_deep_stack;
use mkmanifests_gotmpl::Limits;
use mkmanifests_yaml::diagnostic::{Diagnostic, Failure};

/// The limits for one template: far above what public charts need, and reached in about a second.
pub(super) const LIMITS: Limits = Limits { steps: 3_000_000, depth: 4_000, output: 64 << 20, allocated: 96 << 20 };

/// Which documents to render, and within which limits. The default is `helm template` without flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderOptions {
    /// Whether to include the files below `crds/`: `--include-crds`.
    pub include_crds: bool,
    /// Whether to leave out all hooks: `--no-hooks`.
    pub no_hooks: bool,
    /// Whether to leave out hooks that are tests: `--skip-tests`.
    pub skip_tests: bool,
    /// Whether to derive random texts, keys and times from the release and the template, so that they are the same in
    /// each run: `--deterministic`.
    pub deterministic: bool,
    /// The limits for each template, since charts are other people's programs.
    pub limits: Limits,
}

impl Default for RenderOptions {
    /// Returns the options of `helm template` without flags, with limits far above what public charts need.
    fn default() -> Self {
        RenderOptions { include_crds: false, no_hooks: false, skip_tests: false, deterministic: false, limits: LIMITS }
    }
}

/// Renders a chart with computed values to the output of `helm template`, without validating the objects.
///
/// # Errors
/// The errors of all templates; if there are none, all rendered documents that are not YAML or not a mapping.
pub fn render(values: &RenderValues, options: &RenderOptions) -> Result<HelmOutput, Failure> {
    execute(values, options, &ParsedTemplates::of(values, options.deterministic), None)
}

/// What may change the files that the templates render, before they are split into documents.
pub type ChangeFiles<'a> = &'a (dyn Fn(Vec<OutputFile>) -> Result<Vec<OutputFile>, Diagnostic> + Sync);

/// Renders templates that have been parsed.
pub(super) fn execute(
    values: &RenderValues,
    options: &RenderOptions,
    parsed: &ParsedTemplates,
    change: Option<ChangeFiles<'_>>,
) -> Result<HelmOutput, Failure> {
    let mut rendered = on_deep_stack(|| engine::render(parsed, options.limits, values))
        .map_err(|diagnostics| diagnostics.into_failure())?;
    if let Some(change) = change {
        rendered =
            changed(rendered, change).map_err(|diagnostic| Failure::new(vec![diagnostic], values.sources.clone()))?;
    }
    let texts = parallel::map(&rendered, |RenderedTemplate { path, text, template_lines }| {
        documents::read(path, text, template_lines, values.helm)
    });
    let templates = parsed.templates.iter().map(|template| template.name.clone()).collect();
    Ok(HelmOutput { templates, ..assemble(texts, values, options)? })
}

/// Passes all files but the notes through `change`. A file that it changes has no template lines any more.
fn changed(rendered: Vec<RenderedTemplate>, change: ChangeFiles<'_>) -> Result<Vec<RenderedTemplate>, Diagnostic> {
    let (mut kept, files): (Vec<_>, Vec<_>) = rendered.into_iter().partition(|file| documents::is_notes(&file.path));
    let output = files
        .iter()
        .map(|file| OutputFile { path: file.path.clone(), text: String::from_utf8_lossy(&file.text).into_owned() });
    for OutputFile { path, text } in change(output.collect())? {
        let known = files.iter().find(|file| file.path == path && file.text == text.as_bytes());
        let template_lines = known.map(|file| file.template_lines.clone()).unwrap_or_default();
        kept.push(RenderedTemplate { path, text: text.into_bytes(), template_lines });
    }
    Ok(kept)
}

fn assemble(
    texts: Vec<documents::Text>,
    values: &RenderValues,
    options: &RenderOptions,
) -> Result<HelmOutput, Failure> {
    let mut sources = values.sources.clone();
    let mut sorted = documents::sort(texts, values.chart.name(), values.helm, &mut sources);
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
    let warnings = values.warnings.clone();
    Ok(HelmOutput { chart, crds, objects, hooks, notes, warnings, sources, templates: Vec::new(), helm: values.helm })
}
