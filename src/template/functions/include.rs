//! The function `include(name)`, and the limits that stop a runaway template.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, Template};

use super::super::value::invalid;

/// The most steps of the engine for one template. A large real one needs some ten thousand.
pub(in super::super) const FUEL: u64 = 5_000_000;
/// The most bytes that one template may render. An API server accepts 1.5 MiB per object.
pub(in super::super) const MAX_OUTPUT: usize = 16 << 20;
/// How deeply `include()` may be nested: each level runs another engine on the same stack.
const MAX_DEPTH: usize = 16;

/// The cause of an error: `include()` is nested too deeply.
#[derive(Debug)]
pub(in super::super) struct TooDeep;

impl fmt::Display for TooDeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`include` is nested more than {MAX_DEPTH} levels deep")
    }
}

impl std::error::Error for TooDeep {}

/// The resources that one template has used, including the templates that it includes.
#[derive(Debug, Default)]
pub(in super::super) struct Limits {
    fuel: AtomicU64,
    depth: AtomicUsize,
}

impl Limits {
    /// Resets the limits for the next template.
    pub(in super::super) fn reset(&self) {
        self.fuel.store(0, Relaxed);
        self.depth.store(0, Relaxed);
    }
}

/// The rendered text of a template, and the number of steps.
pub(in super::super) struct Render {
    pub(in super::super) text: String,
    steps: u64,
}

/// Renders a template into at most [`MAX_OUTPUT`] bytes.
pub(in super::super) fn render(template: &Template<'_, '_>, context: Value) -> Result<Render, Error> {
    let mut out = Limited::default();
    let captured = template.render_captured_to(context, &mut out)?;
    let steps = captured.state().fuel_levels().map_or(0, |(used, _)| used);
    drop(captured);
    // minijinja only writes whole strings, so that the output is UTF-8.
    let text = String::from_utf8(out.0).map_err(|_| invalid("the template did not write text"))?;
    Ok(Render { text, steps })
}

#[derive(Default)]
struct Limited(Vec<u8>);

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn add(env: &mut Environment<'_>, limits: &Arc<Limits>) {
    let limits = Arc::clone(limits);
    env.add_function("include", move |state: &State, name: String, context: Option<Value>, extra: Kwargs| {
        include(state, &limits, &name, context, &extra)
    });
}

/// Returns the text of another template, for use in a filter: `{{ include("_labels.j2") | nindent(4) }}`. One line break at its end is
/// removed. The template sees `values`, `release`, the keys of the mapping `context` and the named arguments, but not the variables of
/// the caller.
fn include(
    state: &State,
    limits: &Limits,
    name: &str,
    context: Option<Value>,
    extra: &Kwargs,
) -> Result<String, Error> {
    let context = merged(context, extra)?;
    if limits.depth.load(Relaxed) >= MAX_DEPTH {
        return Err(invalid(TooDeep.to_string()).with_source(TooDeep));
    }
    if limits.fuel.load(Relaxed) > FUEL {
        return Err(Error::from(ErrorKind::OutOfFuel));
    }
    let template = state.get_template(name)?;
    limits.depth.fetch_add(1, Relaxed);
    let result = render(&template, context);
    limits.depth.fetch_sub(1, Relaxed);
    let Render { text, steps } =
        result.map_err(|error| Error::new(ErrorKind::BadInclude, "included here").with_source(error))?;
    limits.fuel.fetch_add(steps, Relaxed);
    Ok(text.strip_suffix('\n').map(str::to_owned).unwrap_or(text))
}

fn merged(context: Option<Value>, extra: &Kwargs) -> Result<Value, Error> {
    let mut pairs = Vec::new();
    if let Some(context) = context.filter(|context| !context.is_none()) {
        if context.kind() != ValueKind::Map {
            return Err(invalid(format!("`include`: expected a mapping as context, found a {}", context.kind())));
        }
        for key in context.try_iter()? {
            pairs.push((key.to_string(), context.get_item(&key)?));
        }
    }
    for name in extra.args() {
        pairs.push((name.to_owned(), extra.get::<Value>(name)?));
    }
    Ok(Value::from_pairs(pairs))
}
