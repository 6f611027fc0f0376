//! From a chart and its values to what `helm template` gives.

use super::documents;
use super::engine;
use super::output::Rendered;
use super::render_values::RenderValues;
use crate::gotmpl::{Limits, on_deep_stack};
use crate::problem::{Failure, Place, Problem, Sources};

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
    on_deep_stack(|| render_here(values, options))
}

fn render_here(values: &RenderValues, options: &RenderOptions) -> Result<Rendered, Failure> {
    let texts = engine::render(values, options).map_err(|problems| problems.into_failure())?;
    let mut sources = Sources::default();
    let (texts, notes, broken) = readable(texts, values.chart.name(), &mut sources);
    let mut sorted = documents::sort(texts, &mut sources);
    sorted.problems.extend(broken);
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
    let warnings = values.warnings.clone();
    Ok(Rendered { crds, objects: sorted.objects, hooks: sorted.hooks, notes, warnings, sources })
}

/// The rendered templates that hold objects, as text; the notes; and what is no text.
fn readable(
    texts: engine::Texts,
    chart: &str,
    sources: &mut Sources,
) -> (Vec<documents::Text>, Option<String>, Vec<Problem>) {
    const NOTES: &str = "NOTES.txt";
    let own = format!("{chart}/templates/{NOTES}");
    let (mut readable, mut notes, mut broken) = (Vec::new(), None, Vec::new());
    for engine::Made { path, text, lines } in texts {
        match String::from_utf8(text) {
            Ok(text) if path == own => notes = Some(text),
            Ok(_) if path.ends_with(NOTES) => {}
            Ok(text) => readable.push(documents::Text { path, text, lines }),
            Err(_) if path.ends_with(NOTES) => {}
            Err(error) => broken.push(not_text(&path, &error, sources)),
        }
    }
    (readable, notes, broken)
}

fn not_text(path: &str, error: &std::string::FromUtf8Error, sources: &mut Sources) -> Problem {
    let valid = error.utf8_error().valid_up_to();
    let before = error.as_bytes().get(..valid).unwrap_or_default();
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let source = sources.add(format!("{path} (rendered)"), String::from_utf8_lossy(error.as_bytes()));
    let message =
        format!("YAML parse error on {path}: error converting YAML to JSON: yaml: invalid leading UTF-8 octet");
    let place = Place::new(source, u32::try_from(line).unwrap_or(u32::MAX), 1);
    Problem::error(message).at(place).help("encode binary data with `b64enc`")
}
