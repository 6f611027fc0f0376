//! From a chart and its values to what `helm template` gives.

use std::sync::mpsc;

use super::documents::{self, Sorted};
use super::engine;
use super::heap;
use super::output::{Parts, Rendered};
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
    on_deep_stack(|| engine::render(values, options, &mut |made| texts.push(documents::read(made))))
        .map_err(|problems| problems.into_failure())?;
    assemble(texts, values, options)
}

/// How large the stack of the thread beside is: YAML may be nested, and so may schemas.
const STACK: usize = 16 << 20;

/// What its heap takes at once.
const HEAP: usize = 1 << 20;

/// The same, while another thread first does `aside` and then reads the documents as they come.
pub(super) fn render_beside<T: Send>(
    values: &RenderValues,
    options: &RenderOptions,
    aside: impl Fn() -> T + Sync,
) -> (Result<Rendered, Failure>, T) {
    let (send, receive) = mpsc::channel();
    let beside = || {
        heap::widen(HEAP);
        (aside(), receive.into_iter().map(documents::read).collect())
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, beside);
        let Ok(thread) = thread else { return (render(values, options), aside()) };
        let done = on_deep_stack(|| engine::render(values, options, &mut |made| drop(send.send(made))));
        drop(send);
        let (aside, texts) = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let done = done.map_err(|problems| problems.into_failure());
        let rendered = done.and_then(|parts| {
            let mut rendered = assemble(texts, values, options)?;
            rendered.parts.keep(parts);
            Ok(rendered)
        });
        (rendered, aside)
    })
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
